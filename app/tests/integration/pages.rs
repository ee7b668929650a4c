//! Pages: complete without JavaScript, with the right status and headers.

use crate::support::Browser;
use app::server_fns::api_groups::CreateApiGroup;
use axum::http::StatusCode;

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let mut browser = Browser::signed_in().await;
    for path in ["/nowhere", "/groups/xv3xbwah945y/nowhere"] {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.says("There is nothing here"));
    }
}

#[tokio::test]
async fn an_object_of_nobody_is_not_found() {
    let mut browser = Browser::signed_in().await;
    for path in ["/groups/xv3xbwah945y/edit", "/groups/not-an-id/edit"] {
        assert_eq!(browser.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_list_is_searched_sorted_and_paged_by_its_url() {
    let mut browser = Browser::signed_in().await;
    for name in ["Alpha", "Beta", "Gamma"] {
        let fields = [
            ("region", "cn-north-1"),
            ("form[name]", name),
            ("form[auth_type]", "None"),
            ("__go", "/groups"),
        ];
        browser.submit::<CreateApiGroup>("/groups/new", &fields).await;
    }
    let page = browser.open("/groups?sort=groupName&order=desc").await;
    let at = |name: &str| page.body.find(&format!(">{name}<")).unwrap();
    assert!(at("Gamma") < at("Beta") && at("Beta") < at("Alpha"));
    assert!(page.says("aria-sort=\"descending\""));
    let page = browser.open("/groups?search=bet").await;
    assert!(page.says(">Beta<") && !page.says(">Alpha<"));
    let page = browser.open("/groups?search=nothing-like-it").await;
    assert!(page.says("Nothing matches") && page.says("Clear filters"));
}

#[tokio::test]
async fn the_overview_shows_a_new_account_its_first_steps() {
    let page = Browser::signed_in().await.open("/").await;
    assert!(page.says("From nothing to a signed call") && page.says("aria-current=\"step\""));
}

#[tokio::test]
async fn no_page_has_inline_styles_or_scripts_without_a_nonce() {
    let mut browser = Browser::signed_in().await;
    for path in [
        "/",
        "/groups",
        "/groups/new",
        "/account",
        "/access-keys",
        "/subscription-keys",
        "/platform-keys",
        "/access-auths",
        "/rate-limit-policies",
        "/ip-policies",
        "/authorized-groups",
    ] {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.says(" style=\""), "{path} has a style attribute");
        for script in page.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains("nonce="), "{path}: <script{tag}>");
        }
    }
}
