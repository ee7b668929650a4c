//! What holds for all server functions.

use crate::support::Browser;
use app::server_fns::api_groups::CreateApiGroup;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server_fn::ServerFn;

/// These are for who is not signed in.
const OPEN: [&str; 3] = ["/console/register", "/console/sign_in", "/console/set_preference"];

#[tokio::test]
async fn every_server_function_refuses_who_is_not_signed_in() {
    let mut browser = Browser::start().await;
    browser.account().await;
    let paths: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() > 30, "{paths:?}");
    for path in paths.into_iter().filter(|path| OPEN.iter().all(|open| !path.starts_with(open))) {
        let page = browser.call(path, &ARGUMENTS).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}: {}", page.body);
    }
}

/// Arguments of all server functions together: each takes those that it knows.
const ARGUMENTS: [(&str, &str); 38] = [
    ("region", "cn-north-1"),
    ("group", "xv3xbwah945y"),
    ("revision", "0.0.1"),
    ("from", "0.0.1"),
    ("to", "0.0.2"),
    ("a", "0.0.1"),
    ("b", "0.0.2"),
    ("environment", "test"),
    ("note", "x"),
    ("description", "x"),
    ("document", "swagger: '2.0'"),
    ("confirm_name", "x"),
    ("query[page_number]", "1"),
    ("query[page_size]", "10"),
    ("query[range]", "1h"),
    ("form[name]", "x"),
    ("form[email]", "a@b.cn"),
    ("form[password]", "correct horse battery"),
    ("form[old_password]", "correct horse battery"),
    ("form[new_password]", "correct horse battery"),
    ("form[description]", "x"),
    ("form[prefix]", "x"),
    ("form[auth_type]", "None"),
    ("form[number]", "0.0.2"),
    ("form[based_on]", "0.0.1"),
    ("form[note]", "x"),
    ("form[access_key_id]", "0123456789ab"),
    ("form[method]", "GET"),
    ("form[path]", "/x"),
    ("form[match_type]", "absolute"),
    ("form[backend]", "mock"),
    ("form[revision]", "0.0.1"),
    ("form[environment]", "test"),
    ("form[backend_url]", "http://localhost"),
    ("api", "api000000000"),
    ("release", "release"),
    ("preference", "theme"),
    ("value", "dark"),
];

#[tokio::test]
async fn a_call_from_another_site_is_refused() {
    let mut browser = Browser::signed_in().await;
    let request = Request::post(CreateApiGroup::PATH)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let page = browser.send(request, Body::from("region=cn-north-1&form[name]=Foreign")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!browser.open("/groups").await.says("Foreign"));
}

#[tokio::test]
async fn errors_have_their_http_status() {
    let mut browser = Browser::signed_in().await;
    let invalid = [("region", "cn-north-1"), ("form[name]", "not a name")];
    let page = browser.call(CreateApiGroup::PATH, &invalid).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("groupName"), "{}", page.body);
    let page = browser.call(CreateApiGroup::PATH, &[("region", "the moon")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}
