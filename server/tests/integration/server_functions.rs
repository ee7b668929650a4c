//! Server functions are public endpoints: without a session, none does anything.

use crate::{accounts::call, support::TestServer};
use app::server_fns::{
    accounts::{Register, SignIn},
    preferences::SetPreference,
};
use http::Method;
use leptos::server_fn::{ServerFn, axum::server_fn_paths};

/// Those that people call before they have a session.
const OPEN: [&str; 3] = [Register::PATH, SignIn::PATH, SetPreference::PATH];

/// Fields of all functions together; each takes those that it knows.
const FIELDS: [&str; 25] = [
    "group=xv3xbwah945y",
    "region=cn-north-1",
    "revision=0.0.1",
    "before=0.0.1",
    "after=0.0.2",
    "api=api-000000000000",
    "release=rel-000000000000",
    "environment=test",
    "route=route-000000000000",
    "domain=domain-000000000000&form[domain]=x",
    "form[access_key]=x&form[backend]=mock&form[up]=route-000000000000",
    "document=x",
    "note=x",
    "seen=0",
    "text=x",
    "reason=x",
    "description=x",
    "confirm_name=x",
    "query[page_number]=1&query[page_size]=10",
    "query[range]=1h",
    "form[name]=x&form[old_password]=correct horse battery&form[new_password]=another staple",
    "deployments[0]=dep-000000000000",
    "kind=jd_cloud",
    "enabled=true",
    "key[AccessKey]=6c026a79cdbb",
];

/// An `id` is one of these, as the function has it.
const IDS: [&str; 8] = [
    "xv3xbwah945y",
    "6c026a79cdbb",
    "auth-000000000000",
    "sk-000000000000",
    "1A2B3C4D5E6F708192A3B4C5D6E7F809",
    "bsign-000000000000",
    "rlp-000000000000",
    "ipp-000000000000",
];

#[tokio::test]
async fn without_a_session_every_server_function_answers_401() {
    let server = TestServer::start().await;
    let mut asked = 0;
    for (path, method) in server_fn_paths().filter(|(path, _)| !OPEN.contains(path)) {
        assert_eq!(method, Method::POST, "{path} can be called by a link");
        let mut answers = Vec::new();
        for id in IDS {
            let fields = format!("id={id}&{}", FIELDS.join("&"));
            answers.push(call(server.console(), path, "", &fields).await.status.as_u16());
        }
        // 400: it did not understand its arguments, so nobody knows whether it would ask for a session.
        assert!(answers.contains(&401), "{path}: {answers:?}; are its arguments in FIELDS?");
        assert!(answers.iter().all(|status| matches!(status, 400 | 401)), "{path}: {answers:?}");
        asked += 1;
    }
    assert!(asked > 40, "only {asked} functions are registered");
}
