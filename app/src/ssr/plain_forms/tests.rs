//! Where a form without JavaScript leads, and what the next page is told.

use super::*;
use domain::DomainError;
use serde_json::json;

fn sent(body: &str) -> PlainForm {
    PlainForm {
        function: "/console/create_api_group1".into(),
        came_from: "/groups/new".into(),
        fields: fields(body.as_bytes()),
        session: None,
    }
}

#[test]
fn fields_are_decoded_in_their_order() {
    let decoded = fields("form%5Bname%5D=a+b%26c&x=%E5%AE%A0&empty=&bare&bad=%zz".as_bytes());
    let expected =
        [("form[name]", "a b&c"), ("x", "宠"), ("empty", ""), ("bare", ""), ("bad", "%zz")];
    assert_eq!(decoded, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_success_goes_where_the_form_says_with_its_answers_members() {
    let form = sent("__go=%2Fgroups%3Fcreated%3D%7Bid%7D&__notice=Made+%7Bname%7D");
    let (target, flash) = form.next_page(Ok(json!({"id": "g1", "name": "A & B"})));
    assert_eq!(target, "/groups?created=g1");
    assert_eq!(flash, Some(Flash { notice: Some("Made A & B".into()), form: None }));
}

#[test]
fn a_form_never_leads_to_another_site() {
    let (target, _) = sent("__go=https%3A%2F%2Fevil.example").next_page(Ok(json!(null)));
    assert_eq!(target, "/");
}

#[test]
fn a_refused_form_comes_back_with_what_was_typed_but_no_password() {
    let form = sent("form%5Bemail%5D=a&form%5Bpassword%5D=hunter2&api_secret=x&__go=%2F");
    let wrong = AppError::Invalid(vec![DomainError::required("email")]);
    let (target, flash) = form.next_page(Err(wrong.clone()));
    assert_eq!(target, "/groups/new");
    let kept = flash.unwrap().form.unwrap();
    assert_eq!(kept.typed, [("form[email]".to_owned(), "a".to_owned())]);
    assert_eq!(kept.outcome, Err(wrong));
}

#[test]
fn what_is_too_long_to_keep_is_left_out() {
    let long = "x".repeat(TYPED_MAX + 1);
    let (_, flash) = sent(&format!("a=1&document={long}&b=2")).next_page(Err(AppError::NotFound));
    let names: Vec<String> =
        flash.unwrap().form.unwrap().typed.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn whose_session_is_over_signs_in_and_returns() {
    let (target, flash) = sent("a=1").next_page(Err(AppError::SignInRequired));
    assert_eq!((target.as_str(), flash), ("/sign-in?next=%2Fgroups%2Fnew", None));
}

#[test]
fn the_page_before_is_a_path_of_this_site() {
    let from = |referer: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::REFERER, HeaderValue::from_static(referer));
        came_from(&headers)
    };
    assert_eq!(from("http://localhost:8080/groups?page=2"), "/groups?page=2");
    assert_eq!(from("http://evil.example//evil.example/x"), "/");
    assert_eq!(from("http://localhost:8080/console/x1"), "/");
    assert_eq!(came_from(&HeaderMap::new()), "/");
}
