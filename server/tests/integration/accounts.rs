//! Signing in and out by the console's own functions, as a browser calls them.

use crate::support::{Answer, TestServer, config_in, get, request, send};
use app::server_fns::{
    access_keys::ListAccessKeys,
    accounts::{ChangePassword, Register, SignIn, SignOut},
};
use http::{Method, Request};
use http_body_util::Full;
use leptos::server_fn::ServerFn;
use std::{fs, net::SocketAddr};

const GRACE: &str = "form[email]=grace@example.com&form[password]=correct horse battery";
const LIST: &str = "query[page_number]=1&query[page_size]=10";

/// Calls a server function with a form's fields, and with a session's cookie if there is one.
pub(crate) async fn call(at: SocketAddr, path: &str, cookie: &str, fields: &str) -> Answer {
    let form = "application/x-www-form-urlencoded";
    let fields = fields.replace(' ', "%20");
    let asked: Request<Full<_>> = request(Method::POST, "localhost", path)
        .header("content-type", form)
        .header("cookie", cookie)
        .body(Full::from(fields))
        .unwrap();
    send(at, asked).await.unwrap()
}

/// `NAME=VALUE` of the session cookie that an answer sets.
pub(crate) fn session(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("paifang_session="), "{answer:?}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn registered(at: SocketAddr) -> Answer {
    let answer = call(at, Register::PATH, "", GRACE).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// A page, as the browser of that session sees it.
pub(crate) async fn page(at: SocketAddr, cookie: &str, path: &str) -> Answer {
    let asked =
        request(Method::GET, "localhost", path).header("cookie", cookie).body(Full::default());
    send(at, asked.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_session_is_a_cookie_that_neither_scripts_nor_other_sites_can_use() {
    let server = TestServer::start().await;
    let answer = registered(server.console()).await;
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn an_address_registers_no_more_accounts_in_an_hour_than_the_setting_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config_in(folder.path());
    config.console.registration_limit = 2;
    let running = server::run(&config).await.unwrap();
    let at = running.console_addr();

    registered(at).await;
    // An address that is taken is no account, but the attempt counts.
    assert_eq!(call(at, Register::PATH, "", GRACE).await.status, 409);
    let refused = call(at, Register::PATH, "", GRACE).await;

    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(running.services().accounts().count().await.unwrap(), 1);
    running.shutdown().await;
}

#[tokio::test]
async fn behind_https_the_cookie_is_for_https_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config_in(folder.path());
    config.console.https = true;
    let running = server::run(&config).await.unwrap();

    let answer = registered(running.console_addr()).await;

    assert!(answer.header("set-cookie").contains("Secure"), "{answer:?}");
    assert!(answer.header("strict-transport-security").contains("max-age"), "{answer:?}");
    running.shutdown().await;
}

#[tokio::test]
async fn pages_are_for_those_who_signed_in() {
    let server = TestServer::start().await;
    let cookie = session(&registered(server.console()).await);

    let own = page(server.console(), &cookie, "/").await;
    assert_eq!(own.status, 200, "{own:?}");
    assert!(own.body.contains("grace@example.com"));

    let nobodys = get(server.console(), "localhost", "/").await;
    assert_eq!((nobodys.status.as_u16(), nobodys.header("location")), (303, "/sign-in"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let server = TestServer::start().await;
    let cookie = session(&registered(server.console()).await);
    assert_eq!(call(server.console(), ListAccessKeys::PATH, &cookie, LIST).await.status, 200);

    assert_eq!(call(server.console(), SignOut::PATH, &cookie, "").await.status, 200);

    assert_eq!(call(server.console(), ListAccessKeys::PATH, &cookie, LIST).await.status, 401);
}

#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let server = TestServer::start().await;
    let at = server.console();
    let first = session(&registered(at).await);
    let second = session(&call(at, SignIn::PATH, "", GRACE).await);
    let passwords = "form[old_password]=correct horse battery&form[new_password]=another staple";

    let changed = call(at, ChangePassword::PATH, &second, passwords).await;

    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(call(at, ListAccessKeys::PATH, &first, LIST).await.status, 401);
    let renewed = session(&changed);
    assert_eq!(call(at, ListAccessKeys::PATH, &renewed, LIST).await.status, 200);
    assert_eq!(call(at, SignIn::PATH, "", GRACE).await.status, 403);
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_is_kept_as_a_hash_only() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());
    let running = server::run(&config).await.unwrap();
    let cookie = session(&registered(running.console_addr()).await);
    running.shutdown().await;

    let (_name, value) = cookie.split_once('=').unwrap();
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(value.len()).any(|window| window == value.as_bytes());
        assert!(!found, "the cookie's value stands in the database");
    }
    let running = server::run(&config).await.unwrap();
    assert_eq!(call(running.console_addr(), ListAccessKeys::PATH, &cookie, LIST).await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn a_session_that_somebody_made_up_is_none() {
    let server = TestServer::start().await;
    for made_up in
        ["paifang_session=AAAAAAAAAAAAAAAAAAAAAA", "paifang_session=x", "paifang_session="]
    {
        let answer = call(server.console(), ListAccessKeys::PATH, made_up, LIST).await;
        assert_eq!(answer.status, 401, "{made_up}");
    }
}

#[tokio::test]
async fn attempts_to_sign_in_are_limited() {
    let server = TestServer::start().await;
    registered(server.console()).await;
    let wrong = "form[email]=grace@example.com&form[password]=a wrong password";
    for attempt in 0.. {
        let answer = call(server.console(), SignIn::PATH, "", wrong).await;
        match answer.status.as_u16() {
            403 => assert!(attempt < 100, "there is no limit"),
            429 => break,
            _ => panic!("{answer:?}"),
        }
    }
    // Not even with the right password: else guessing would pay.
    assert_eq!(call(server.console(), SignIn::PATH, "", GRACE).await.status, 429);
}
