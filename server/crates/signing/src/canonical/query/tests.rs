//! What each form makes of a query, and what it leaves unsigned.

use super::*;

fn form(form: QueryForm, raw: &str) -> Option<(String, bool)> {
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
fn an_empty_query_is_empty_in_every_form() {
    for query_form in forms(Algorithm::Jdcloud2) {
        assert_eq!(form(*query_form, ""), keeps(""));
    }
}

#[test]
fn reencoding_sorts_by_encoded_name_then_value() {
    assert_eq!(
        form(QueryForm::Reencoded, "b=1&a=2&a=&a=1&aa=0&a%3D=9"),
        keeps("a=&a=1&a=2&a%3D=9&aa=0&b=1")
    );
    assert_eq!(form(QueryForm::Reencoded, "k=%e4%b8%ad:&&j=%7E="), keeps("j=~%3D&k=%E4%B8%AD%3A"));
}

#[test]
fn reencoding_loses_bare_and_nameless_parameters_and_plus() {
    assert_eq!(form(QueryForm::Reencoded, "flag&x=1"), loses("x=1"));
    assert_eq!(form(QueryForm::Reencoded, "=v&x=1"), loses("x=1"));
    assert_eq!(form(QueryForm::Reencoded, "x=1+1"), loses("x=1%201"));
    assert_eq!(form(QueryForm::Reencoded, "x=%F"), loses("x=%25F"));
    assert_eq!(form(QueryForm::Reencoded, "x=%FF"), loses("x=%EF%BF%BD"));
    assert_eq!(form(QueryForm::Reencoded, "flag"), loses(""));
}

#[test]
fn a_bare_parameter_gets_its_equals_sign_in_the_other_clients_form() {
    assert_eq!(form(QueryForm::ReencodedBare, "x=1&flag"), keeps("flag=&x=1"));
    assert_eq!(form(QueryForm::ReencodedBare, "x=1&=v"), loses("x=1"));
}

#[test]
fn release_1_6_180_loses_the_name_of_a_parameter_with_two_equals_signs() {
    assert_eq!(form(QueryForm::NameLost, "x=b=c&a=1&flag&=d=e&y=="), loses("a=1&b%3Dc&%3D"));
    assert_eq!(form(QueryForm::NameLost, "k=1+1&j=%2B&e=a=b=c"), loses("a%3Db%3Dc&j=%2B&k=1%201"));
    assert_eq!(form(QueryForm::NameLost, "x=b&a=1"), None);
}

#[test]
fn python_2_signs_the_value_up_to_its_first_equals_sign() {
    assert_eq!(form(QueryForm::FirstValue, "q=a=b&r=1%2B1&flag"), loses("flag=&q=a&r=1%2B1"));
    assert_eq!(form(QueryForm::FirstValue, "b=%e4+&a="), keeps("a=&b=%e4+"));
    assert_eq!(form(QueryForm::FirstValue, "a= 1"), loses("a=1"));
    assert_eq!(form(QueryForm::FirstValue, "a=b\0c"), None);
}

#[test]
fn python_2_sorts_lists_of_parts() {
    assert_eq!(form(QueryForm::FirstValue, "a!=1&a=2=z&a=2&a=2=a"), loses("a=2&a=2&a=2&a!=1"));
}

#[test]
fn the_raw_forms_lose_nothing() {
    assert_eq!(form(QueryForm::Raw, "b=1&&flag&a=%zz+"), keeps("b=1&&flag&a=%zz+"));
    assert_eq!(form(QueryForm::Sorted, "b=1&&flag&a=%zz+"), keeps("a=%zz+&b=1&flag"));
}

#[test]
fn literal_plus_reads_plus_and_its_escape_alike() {
    assert_eq!(form(QueryForm::LiteralPlus, "b=1+1&a"), loses("a=&b=1%2B1"));
    assert_eq!(form(QueryForm::LiteralPlus, "=v&b=1%2B1"), keeps("=v&b=1%2B1"));
}

#[test]
fn the_go_gateway_signer_joins_the_values_of_one_name() {
    assert_eq!(form(QueryForm::Concatenated, "k=b&k=a&j="), loses("j=&k=ab"));
    assert_eq!(form(QueryForm::Concatenated, "k=%26+1"), loses("k=& 1"));
    assert_eq!(form(QueryForm::Concatenated, "k=b&flag"), keeps("flag=&k=b"));
}

#[test]
fn a_plain_sorted_query_is_borrowed_in_its_first_form() {
    let first = |raw| candidate(QueryForm::Reencoded, raw, &mut Scratch::new()).unwrap().text;
    for raw in ["a=1", "a=&a=1&b=x.y_z~-", ""] {
        assert!(matches!(first(raw), std::borrow::Cow::Borrowed(_)), "{raw}");
    }
    for raw in ["b=1&a=1", "a=%20", "a=1&&b=1", "a", "=a", "a=1&a=0", "a=b=c", "&a=1"] {
        assert!(matches!(first(raw), std::borrow::Cow::Owned(_)), "{raw}");
    }
}
