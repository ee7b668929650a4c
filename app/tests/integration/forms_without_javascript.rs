//! Forms as a browser without JavaScript sends them.

use crate::support::Browser;
use app::server_fns::api_groups::{CreateApiGroup, DeleteApiGroup};
use axum::http::StatusCode;

#[tokio::test]
async fn a_group_is_created_and_the_dialog_says_what_was_recorded() {
    let mut browser = Browser::signed_in().await;
    let form = browser.open("/groups/new").await;
    assert!(form.says("name=\"form[name]\"") && form.says("name=\"__go\""), "{}", form.body);
    let fields = [
        ("region", "cn-north-1"),
        ("form[name]", "PetStore"),
        ("form[prefix]", "petstore"),
        ("form[auth_type]", "jd_cloud"),
        ("__go", "/groups?dialog=created&id={id}"),
    ];
    let page = browser.submit::<CreateApiGroup>("/groups/new", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.open(&page.location).await;
    assert!(
        page.says("role=\"dialog\"") && page.says("recorded as version 0.0.1"),
        "{}",
        page.body
    );
    assert!(page.says("/petstore"));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_its_errors_and_what_was_typed_once() {
    let mut browser = Browser::signed_in().await;
    let fields = [
        ("region", "cn-north-1"),
        ("form[name]", "Pet Store"),
        ("form[description]", "A shop <b>for</b> pets"),
        ("form[prefix]", "/pets"),
        ("form[auth_type]", "None"),
        ("form[strip_prefix]", "true"),
    ];
    let page = browser.submit::<CreateApiGroup>("/groups/new", &fields).await;
    assert_eq!(page.location, "/groups/new");
    let page = browser.open("/groups/new").await;
    for said in [
        "Please correct the following",
        "Name: only digits, letters, underscore and hyphen",
        "value=\"Pet Store\"",
        "A shop &lt;b&gt;for&lt;/b&gt; pets",
        "value=\"/pets\"",
        "aria-invalid=\"true\"",
    ] {
        assert!(page.says(said), "{said}: {}", page.body);
    }
    assert!(!browser.open("/groups/new").await.says("Please correct"), "it is said once");
}

#[tokio::test]
async fn a_group_is_deleted_only_when_its_name_is_typed() {
    let mut browser = Browser::signed_in().await;
    let fields = [
        ("region", "cn-north-1"),
        ("form[name]", "PetStore"),
        ("form[auth_type]", "None"),
        ("__go", "{id}"),
    ];
    // "{id}" alone is no path of this site, so the answer leads to the overview; the id is read from the list.
    browser.submit::<CreateApiGroup>("/groups/new", &fields).await;
    let list = browser.open("/groups").await;
    let at = list.body.find("href=\"/groups/").unwrap();
    let ids: Vec<&str> = list.body[at..]
        .split("/groups/")
        .filter_map(|rest| rest.get(..12))
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        .collect();
    let id = ids[0];
    let dialog = format!("/groups?dialog=delete&id={id}");
    let page = browser.open(&dialog).await;
    assert!(
        page.says("Delete the API group PetStore?") && page.says("no calls in the last 24 hours")
    );
    let wrong = [("id", id), ("confirm_name", "petstore"), ("__go", "/groups")];
    assert_eq!(browser.submit::<DeleteApiGroup>(&dialog, &wrong).await.location, dialog);
    let right =
        [("id", id), ("confirm_name", "PetStore"), ("__go", "/groups"), ("__notice", "gone")];
    assert_eq!(browser.submit::<DeleteApiGroup>(&dialog, &right).await.location, "/groups");
    let page = browser.open("/groups").await;
    assert!(page.says("gone") && !page.says("PetStore"));
}
