//! The requests recorded from real clients, and the signer libraries' own test vectors.

use std::collections::BTreeSet;

use signing::{
    Authorization, HeaderForm, Mismatch, PathForm, QueryForm, Scratch, sign, verify_with,
};

use crate::support::{ClientVector, LENIENT, STRICT, verifiable};

#[test]
fn accepts_every_recorded_request_that_a_server_can_verify() {
    let vectors = verifiable();
    assert_eq!(vectors.len(), 77);
    for vector in vectors {
        let outcome = vector.verify(LENIENT);
        assert!(outcome.is_ok(), "{}: {:?}", vector.name, vector.explain(LENIENT));
    }
}

#[test]
fn refuses_the_recorded_request_whose_query_its_client_changed_after_signing() {
    let vectors = ClientVector::all();
    let refused: Vec<_> =
        vectors.iter().filter(|vector| vector.server_verifiable == Some(false)).collect();
    assert_eq!(refused.len(), 1);
    let refused = refused[0].received();
    assert_eq!(refused.verify(LENIENT), Err(Mismatch::Signature));
    assert_eq!(refused.verify(LENIENT).unwrap_err().message(), "sign result is not same");
}

#[test]
fn explains_the_accepted_request_in_the_clients_own_words() {
    let mut compared = 0;
    for vector in ClientVector::all() {
        let (Some(canonical), Some(true)) = (&vector.canonical_request, vector.server_verifiable)
        else {
            continue;
        };
        let explanation = vector.received().explain(LENIENT);
        assert_eq!(&explanation.canonical_request, canonical, "{}", vector.name);
        assert_eq!(
            Some(&explanation.string_to_sign),
            vector.string_to_sign.as_ref(),
            "{}",
            vector.name
        );
        assert_eq!(explanation.expected, explanation.received, "{}", vector.name);
        assert!(vector.authorization.ends_with(&explanation.expected), "{}", vector.name);
        compared += 1;
    }
    assert_eq!(compared, 40);
}

#[test]
fn signs_what_the_client_signed_where_the_client_signs_the_common_form() {
    let mut signed = 0;
    for vector in verifiable() {
        let accepted = vector.verify(LENIENT).unwrap();
        let is_common = matches!(accepted.path, PathForm::Raw | PathForm::Collapsed)
            && accepted.query == QueryForm::Reencoded
            && accepted.headers == HeaderForm::Trimmed
            && !accepted.host_without_port
            && !accepted.leaves_bytes_unsigned;
        if !is_common {
            continue;
        }
        let value = vector.with(|key, authorization, request| {
            let names: Vec<_> = authorization.signed_header_names().collect();
            sign(key, authorization.access_key(), request, &names).unwrap()
        });
        assert_eq!(value, vector.authorization, "{}", vector.name);
        signed += 1;
    }
    assert!(signed >= 50, "only {signed}");
}

#[test]
fn ordinary_requests_match_at_the_first_or_second_try() {
    for vector in verifiable() {
        let tries = vector.verify(LENIENT).unwrap().tries;
        // A value with two `=`, signed by the Python client of JDCLOUD2, is the rarest.
        assert!(tries <= 3, "{}: {tries}", vector.name);
    }
}

#[test]
fn buffers_used_again_change_nothing() {
    let mut scratch = Scratch::new();
    for _ in 0..2 {
        for vector in ClientVector::all() {
            let received = vector.received();
            let again = received.with(|key, authorization, request| {
                verify_with(&mut scratch, key, authorization, request, LENIENT)
            });
            assert_eq!(again, received.verify(LENIENT), "{}", vector.name);
        }
    }
}

#[test]
fn refuses_each_signature_with_any_one_digit_changed() {
    for vector in verifiable() {
        let start = vector.authorization.len() - 64;
        for position in start..vector.authorization.len() {
            let mut changed = vector.clone();
            let digit = if &vector.authorization[position..=position] == "0" { "1" } else { "0" };
            changed.authorization.replace_range(position..=position, digit);
            assert_eq!(
                changed.verify(LENIENT),
                Err(Mismatch::Signature),
                "{} at {position}",
                vector.name
            );
        }
    }
}

#[test]
fn refuses_a_wrong_secret() {
    for vector in verifiable() {
        let mut changed = vector.clone();
        changed.secret.push('x');
        assert_eq!(changed.verify(LENIENT), Err(Mismatch::Signature), "{}", vector.name);
    }
}

#[test]
fn refuses_another_scope_than_the_signed_one() {
    for vector in verifiable() {
        let parsed = Authorization::parse(&vector.authorization).unwrap();
        let scope = parsed.scope();
        for (from, to) in [(parsed.region(), "cn-east-9"), (parsed.service(), "x000000000000")] {
            let mut changed = vector.clone();
            changed.authorization = changed.authorization.replace(scope, &scope.replace(from, to));
            assert_eq!(changed.verify(LENIENT), Err(Mismatch::Signature), "{}", vector.name);
        }
        let mut changed = vector.clone();
        changed.authorization = changed.authorization.replace(parsed.date(), "20180101");
        assert_eq!(changed.verify(LENIENT), Err(Mismatch::ScopeDate), "{}", vector.name);
    }
}

/// `+` read as a space, `//` collapsed, `%2F` decoded, octets that do not decode, parameters dropped or cut.
const UNSIGNED: [&str; 18] = [
    "apim-get-query-equals-plus",
    "cli180-sdk3-describe-groups-filters",
    "cli180-signer3-plus-and-encoded",
    "java-get-query-list",
    "node-1",
    "node-10",
    "node-11",
    "node-12",
    "node-13",
    "node-15",
    "node-16",
    "node-17",
    "node-18",
    "node-6",
    "node-8",
    "node-9",
    "sdk3-path-unicode",
    "signer3-missing-equals",
];

#[test]
fn strict_rules_refuse_exactly_the_requests_that_leave_bytes_unsigned() {
    let mut refused = BTreeSet::new();
    for vector in verifiable() {
        let accepted = vector.verify(LENIENT).unwrap();
        match vector.verify(STRICT) {
            Ok(strictly) => assert_eq!(strictly, accepted),
            Err(mismatch) => {
                assert_eq!(mismatch, Mismatch::BytesUnsigned(accepted));
                refused.insert(vector.name.split(' ').next().unwrap_or_default().to_owned());
            }
        }
    }
    assert_eq!(refused, UNSIGNED.map(str::to_owned).into());
}
