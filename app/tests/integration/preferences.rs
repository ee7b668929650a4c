//! Language, theme and region.

use crate::support::Browser;
use app::server_fns::preferences::SetPreference;

#[tokio::test]
async fn the_browsers_language_is_taken_until_another_is_chosen() {
    let mut browser = Browser::signed_in().await;
    let page = browser.open_with("/groups", "accept-language", "zh-CN,zh;q=0.9").await;
    assert!(page.says("<html lang=\"zh-CN\"") && page.says("API分组管理"), "{}", page.body);
    let chosen = [("preference", "language"), ("value", "en")];
    let answer = browser.submit::<SetPreference>("/groups", &chosen).await;
    assert_eq!(answer.location, "/groups");
    let page = browser.open_with("/groups", "accept-language", "zh-CN,zh;q=0.9").await;
    assert!(page.says("<html lang=\"en\"") && page.says("API groups"));
}

#[tokio::test]
async fn a_chosen_theme_stands_at_the_document() {
    let mut browser = Browser::signed_in().await;
    assert!(!browser.open("/").await.says("data-theme"));
    browser.submit::<SetPreference>("/", &[("preference", "theme"), ("value", "dark")]).await;
    assert!(browser.open("/").await.says("data-theme=\"dark\""));
}

#[tokio::test]
async fn a_value_that_is_none_sets_no_cookie() {
    let mut browser = Browser::start().await;
    browser.account().await;
    browser
        .submit::<SetPreference>("/sign-in", &[("preference", "theme"), ("value", "pink; Path=/")])
        .await;
    assert_eq!(browser.cookie("paifang_theme"), None);
}
