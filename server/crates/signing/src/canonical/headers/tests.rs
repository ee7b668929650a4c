//! What each form makes of header values, and where the limits are.

use super::*;
use crate::HeaderSource;

fn request(headers: &dyn HeaderSource) -> SignedRequest<'_> {
    let host = "example.com:443";
    SignedRequest {
        method: "GET",
        path: "/",
        query: "",
        host,
        date: "20191122T024000Z",
        headers,
        body_hash: "",
    }
}

fn form_of(
    values: HeaderForm,
    host_without_port: bool,
    names: &str,
    headers: &dyn HeaderSource,
) -> String {
    let form = Form { values, host_without_port };
    let found =
        candidate(form, names.split(';'), &request(headers), &mut Scratch::new()).unwrap().unwrap();
    String::from_utf8(found.text.into_owned()).unwrap()
}

#[test]
fn lines_stand_in_the_order_of_the_list_and_repeat_with_it() {
    let headers = [("B", "2"), ("a", "1")];
    assert_eq!(form_of(HeaderForm::Trimmed, false, "b;a;b", &headers), "b:2\na:1\nb:2\n");
}

#[test]
fn the_values_of_a_repeated_header_are_joined_by_a_comma() {
    let headers = [("x", " a  b "), ("X", ""), ("x", "\tc")];
    assert_eq!(form_of(HeaderForm::Trimmed, false, "x", &headers), "x:a  b,,c\n");
    assert_eq!(form_of(HeaderForm::Compact, false, "x", &headers), "x:a b,,c\n");
    assert_eq!(form_of(HeaderForm::Raw, false, "x", &headers), "x: a  b ,,\tc\n");
}

#[test]
fn the_host_is_the_requests_with_or_without_a_default_port() {
    let headers = [("host", "not this")];
    assert_eq!(form_of(HeaderForm::Trimmed, false, "host", &headers), "host:example.com:443\n");
    assert_eq!(form_of(HeaderForm::Trimmed, true, "host", &headers), "host:example.com\n");
    let mut other = request(&headers);
    other.host = "example.com:8000";
    let form = Form { values: HeaderForm::Trimmed, host_without_port: true };
    assert!(candidate(form, ["host"].into_iter(), &other, &mut Scratch::new()).unwrap().is_none());
}

#[test]
fn an_absent_header_or_a_name_in_upper_case_is_an_error() {
    let headers = [("Content-Type", "a")];
    for names in ["content-type;x-other", "Content-Type", ""] {
        let refused = candidate(FIRST, names.split(';'), &request(&headers), &mut Scratch::new());
        assert_eq!(refused.unwrap_err(), Mismatch::SignedHeaderAbsent, "{names}");
    }
}

#[test]
fn a_long_header_cannot_be_listed_over_and_over() {
    let value = "x".repeat(10_000);
    let headers = [("x-long", value.as_str())];
    let listed = |times| {
        candidate(
            FIRST,
            std::iter::repeat_n("x-long", times),
            &request(&headers),
            &mut Scratch::new(),
        )
        .map(|_| ())
    };
    assert_eq!(listed(6), Ok(()));
    assert_eq!(listed(7), Err(Mismatch::SignedHeadersTooLong));
}

#[test]
fn what_people_read_shows_an_absent_header_as_empty() {
    let headers = [("a", "1")];
    assert_eq!(readable(["a", "b"].into_iter(), &request(&headers)), b"a:1\nb:\n");
}
