//! Registering, signing in and out.

use crate::support::{Browser, EMAIL, PASSWORD, credentials};
use app::server_fns::accounts::{ChangePassword, Register, SignIn, SignOut};
use axum::http::StatusCode;

#[tokio::test]
async fn a_fresh_installation_begins_with_registering_its_operator() {
    let mut browser = Browser::start().await;
    assert_eq!(browser.open("/").await.location, "/register");
    let page = browser.submit::<Register>("/register", &credentials(PASSWORD)).await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/"));
    let page = browser.open("/account").await;
    assert!(page.says(EMAIL) && page.says("Operator"), "{}", page.body);
}

#[tokio::test]
async fn without_an_account_every_page_leads_to_signing_in_and_back() {
    let mut browser = Browser::start().await;
    browser.account().await;
    assert_eq!(browser.open("/groups?page=2").await.location, "/sign-in?next=%2Fgroups%3Fpage%3D2");
    assert_eq!(browser.open("/sign-in?next=%2Fgroups").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let mut browser = Browser::start().await;
    browser.account().await;
    let page = browser.open("/sign-in?next=https%3A%2F%2Fevil.example%2F").await;
    assert!(!page.says("value=\"https://evil.example"), "{}", page.body);
}

#[tokio::test]
async fn a_wrong_password_is_told_without_saying_what_was_wrong() {
    let mut browser = Browser::start().await;
    browser.account().await;
    let page = browser.submit::<SignIn>("/sign-in", &credentials("not the password")).await;
    assert_eq!(page.location, "/sign-in");
    let page = browser.open("/sign-in").await;
    assert!(page.says("E-mail and password do not match"), "{}", page.body);
    assert!(page.says(&format!("value=\"{EMAIL}\"")), "the address is kept");
    assert!(!page.says("not the password"), "the password is not");
}

#[tokio::test]
async fn the_sessions_id_changes_when_somebody_signs_in() {
    let mut browser = Browser::start().await;
    browser.account().await;
    browser.submit::<SignIn>("/sign-in", &credentials("not the password")).await;
    let before = browser.cookie("id").unwrap().to_owned();
    browser.submit::<SignIn>("/sign-in", &credentials(PASSWORD)).await;
    assert_ne!(browser.cookie("id").unwrap(), before);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let mut browser = Browser::signed_in().await;
    assert_eq!(browser.open("/groups").await.status, StatusCode::OK);
    let page = browser.submit::<SignOut>("/groups", &[("__go", "/sign-in")]).await;
    assert_eq!(page.location, "/sign-in");
    assert_eq!(browser.open("/groups").await.location, "/sign-in?next=%2Fgroups");
}

#[tokio::test]
async fn changing_the_password_keeps_this_session_and_ends_the_others() {
    let mut browser = Browser::signed_in().await;
    let mut other = browser.elsewhere();
    other.sign_in().await;
    let fields = [
        ("form[old_password]", PASSWORD),
        ("form[new_password]", "an even better one"),
        ("__notice", "changed"),
        ("__go", "/"),
    ];
    assert_eq!(browser.submit::<ChangePassword>("/account", &fields).await.location, "/");
    let page = browser.open("/").await;
    assert!(page.status == StatusCode::OK && page.says("changed"));
    assert_eq!(other.open("/groups").await.location, "/sign-in?next=%2Fgroups");
}
