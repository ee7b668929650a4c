//! What a caller is told about a signature that does not match.

use signing::Mismatch;

use crate::support::{LENIENT, STRICT, verifiable};

fn vector(name: &str) -> crate::support::Received {
    verifiable().into_iter().find(|vector| vector.name == name).unwrap()
}

#[test]
fn a_changed_request_is_explained_by_the_likeliest_form() {
    let mut changed = vector("apim-delete-query");
    changed.query = "force=2".to_owned();
    let explanation = changed.explain(LENIENT);
    assert_eq!(explanation.outcome, Err(Mismatch::Signature));
    assert!(
        explanation
            .canonical_request
            .starts_with("DELETE\n/petstore/pets/7\nforce=2\ncontent-type:")
    );
    assert!(
        explanation
            .string_to_sign
            .starts_with("JDCLOUD2-HMAC-SHA256\n20191122T024000Z\n20191122/jdcloud-api/")
    );
    assert_ne!(explanation.expected, explanation.received);
    assert!(changed.authorization.ends_with(&explanation.received));
}

#[test]
fn the_expected_signature_makes_the_changed_request_valid() {
    let mut changed = vector("sdk3-create-group");
    changed.path.push('x');
    let expected = changed.explain(LENIENT).expected;
    let start = changed.authorization.len() - 64;
    changed.authorization.replace_range(start.., &expected);
    assert!(changed.verify(LENIENT).is_ok());
}

#[test]
fn an_absent_signed_header_is_shown_as_an_empty_line() {
    let mut changed = vector("apim-get-no-params");
    changed.headers.retain(|(name, _)| name != "x-jdcloud-nonce");
    let explanation = changed.explain(LENIENT);
    assert_eq!(explanation.outcome, Err(Mismatch::SignedHeaderAbsent));
    assert!(
        explanation.canonical_request.contains("\nx-jdcloud-nonce:\n\n"),
        "{}",
        explanation.canonical_request
    );
}

#[test]
fn a_date_of_another_day_is_told_apart() {
    let mut changed = vector("apim-get-no-params");
    for (name, value) in &mut changed.headers {
        if name == "x-jdcloud-date" {
            *value = b"20191123T024000Z".to_vec();
        }
    }
    let explanation = changed.explain(LENIENT);
    assert_eq!(explanation.outcome, Err(Mismatch::ScopeDate));
    assert!(explanation.string_to_sign.contains("\n20191123T024000Z\n20191122/"));
}

#[test]
fn strict_rules_still_show_the_form_that_matched() {
    let explanation = vector("apim-get-query-equals-plus").explain(STRICT);
    assert!(matches!(explanation.outcome, Err(Mismatch::BytesUnsigned(_))));
    assert_eq!(explanation.expected, explanation.received);
}

#[test]
fn debug_of_an_explanation_does_not_show_the_expected_signature() {
    let mut changed = vector("apim-get-no-params");
    changed.path.push('x');
    let explanation = changed.explain(LENIENT);
    assert!(!format!("{explanation:?}").contains(&explanation.expected));
}
