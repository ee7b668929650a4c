//! What holds for all server functions.

use crate::support::Browser;
use app::server_fns::api_groups::CreateApiGroup;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server_fn::ServerFn;

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
