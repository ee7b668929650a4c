//! What each form makes of a path, and what it leaves unsigned.

use super::*;

fn form(form: PathForm, raw: &str) -> Option<(String, bool)> {
    let found = candidate(form, raw, &mut Scratch::new())?;
    Some((String::from_utf8(found.text.into_owned()).unwrap(), found.loses))
}

fn keeps(text: &str) -> Option<(String, bool)> {
    Some((text.to_owned(), false))
}

fn loses(text: &str) -> Option<(String, bool)> {
    Some((text.to_owned(), true))
}

#[test]
fn an_empty_path_is_the_root_in_every_form() {
    for path_form in
        [PathForm::Raw, PathForm::EncodedAgain, PathForm::Normalised, PathForm::Collapsed]
    {
        assert_eq!(form(path_form, ""), keeps("/"));
    }
    assert_eq!(form(PathForm::WithoutTrailingSlash, ""), None);
    assert_eq!(form(PathForm::Decoded, ""), loses("/"));
}

#[test]
fn encoding_again_encodes_the_percent_sign_and_the_colon() {
    assert_eq!(form(PathForm::EncodedAgain, "/a%20b:c~/"), keeps("/a%2520b%3Ac~/"));
}

#[test]
fn normalising_decodes_once_and_keeps_plus_and_double_slashes() {
    assert_eq!(form(PathForm::Normalised, "/a%3ab:c//+%7e"), keeps("/a%3Ab%3Ac//%2B~"));
}

#[test]
fn normalising_loses_an_encoded_slash_and_what_it_cannot_decode() {
    assert_eq!(form(PathForm::Normalised, "/a%2Fb"), loses("/a/b"));
    assert_eq!(form(PathForm::Normalised, "/a%zz"), loses("/a%25zz"));
    assert_eq!(form(PathForm::Normalised, "/%FF"), loses("/%EF%BF%BD"));
}

#[test]
fn collapsing_loses_repeated_slashes_plus_and_a_missing_root() {
    assert_eq!(form(PathForm::Collapsed, "/v1/a.b_c~-/"), keeps("/v1/a.b_c~-/"));
    assert_eq!(form(PathForm::Collapsed, "/%e5%90%8d%20:"), keeps("/%E5%90%8D%20%3A"));
    assert_eq!(form(PathForm::Collapsed, "//a///b"), loses("/a/b"));
    assert_eq!(form(PathForm::Collapsed, "/a%2F/b"), loses("/a/b"));
    assert_eq!(form(PathForm::Collapsed, "/a+b"), loses("/a%20b"));
    assert_eq!(form(PathForm::Collapsed, "a"), loses("/a"));
    assert_eq!(form(PathForm::Collapsed, "*"), loses("/%2A"));
}

#[test]
fn only_one_trailing_slash_is_stripped_and_never_the_root() {
    assert_eq!(form(PathForm::WithoutTrailingSlash, "/a//"), loses("/a/"));
    assert_eq!(form(PathForm::WithoutTrailingSlash, "/a"), None);
    assert_eq!(form(PathForm::WithoutTrailingSlash, "/"), None);
    assert_eq!(form(PathForm::Decoded, "/a%2F"), loses("/a"));
    assert_eq!(form(PathForm::Decoded, "%2F"), loses("/"));
}

#[test]
fn a_plain_path_is_borrowed_in_its_first_form() {
    for algorithm in [Algorithm::Jdcloud2, Algorithm::Jdcloud3] {
        let first =
            candidate(forms(algorithm)[0], "/petstore/pets/1", &mut Scratch::new()).unwrap();
        assert!(matches!(first.text, std::borrow::Cow::Borrowed(_)));
    }
}
