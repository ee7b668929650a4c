//! The command's judgement on the published vectors.

use super::*;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../crates/signing/vectors/sign-vectors.json");

fn vectors() -> Vec<Value> {
    serde_json::from_str(VECTORS).unwrap()
}

fn vector(name: &str) -> Value {
    vectors().into_iter().find(|vector| vector["name"] == name).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A vector's request as it went over the wire.
fn wire(vector: &Value, line_end: &str) -> Vec<u8> {
    let wire = &vector["wire"];
    let mut raw = format!("{} {} HTTP/1.1{line_end}", text(&wire["method"]), text(&wire["target"]));
    for header in wire["headers"].as_array().unwrap() {
        raw += &format!("{}: {}{line_end}", text(&header[0]), text(&header[1]));
    }
    raw += line_end;
    let body = match wire["body"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => BASE64_STANDARD.decode(text(&wire["body_b64"])).unwrap(),
    };
    [raw.into_bytes(), body].concat()
}

fn judged(raw: &[u8], secret: &str, at: Option<i64>) -> Verdict {
    judge(&RawRequest::parse(raw).unwrap(), &Secret::new(secret), at)
}

#[test]
fn every_published_vector_is_valid_with_either_line_end() {
    let mut judged_vectors = 0;
    for vector in vectors() {
        // Others are of a signer alone, without a request; and one client's cannot be verified by any server.
        if vector["wire"].is_null() || vector["server_verifiable"] == Value::Bool(false) {
            continue;
        }
        for line_end in ["\n", "\r\n"] {
            let verdict = judged(&wire(&vector, line_end), text(&vector["sk"]), None);
            assert!(verdict.valid, "{}: {}", vector["name"], verdict.reason);
            assert_eq!(verdict.expected, verdict.received);
        }
        judged_vectors += 1;
    }
    assert!(judged_vectors >= 40, "{judged_vectors}");
}

#[test]
fn shows_the_canonical_request_and_the_string_to_sign() {
    let vector = vector("apim-get-path-param");
    let verdict = judged(&wire(&vector, "\n"), text(&vector["sk"]), None);
    assert_eq!(verdict.algorithm, Some("JDCLOUD2-HMAC-SHA256"));
    assert_eq!(verdict.canonical_request.as_deref(), vector["canonical_request"].as_str());
    assert_eq!(verdict.string_to_sign.as_deref(), vector["string_to_sign"].as_str());
}

#[test]
fn another_secret_is_not_valid_and_the_reason_says_what_the_gateway_answers() {
    let vector = vector("apim-get-path-param");
    let verdict = judged(&wire(&vector, "\n"), "another", None);
    assert!(!verdict.valid);
    assert_ne!(verdict.expected, verdict.received);
    assert!(verdict.reason.contains("sign result is not same"), "{}", verdict.reason);
}

#[test]
fn a_signed_header_that_is_gone_is_named() {
    let vector = vector("apim-get-path-param");
    let raw = String::from_utf8(wire(&vector, "\n")).unwrap();
    let raw: String =
        raw.split_inclusive('\n').filter(|line| !line.starts_with("x-jdcloud-nonce")).collect();
    let verdict = judged(raw.as_bytes(), text(&vector["sk"]), None);
    assert!(!verdict.valid);
    assert!(verdict.reason.ends_with(": x-jdcloud-nonce"), "{}", verdict.reason);
}

#[test]
fn without_an_authorization_header_the_reason_says_so() {
    let verdict = judged(b"GET / HTTP/1.1\nHost: h\n\n", "secret", None);
    assert!(!verdict.valid);
    assert_eq!(verdict.canonical_request, None);
    assert!(verdict.reason.contains("lack of header authorization"), "{}", verdict.reason);
}

#[test]
fn the_clock_is_checked_only_when_a_time_is_given() {
    let vector = vector("apim-get-path-param");
    let raw = wire(&vector, "\n");
    let signed_at = moment("2019-11-22T02:40:00Z").unwrap();
    assert!(judged(&raw, text(&vector["sk"]), Some(signed_at + 900)).valid);

    let late = judged(&raw, text(&vector["sk"]), Some(signed_at + 901));
    assert!(!late.valid);
    assert!(late.reason.contains("901 s"), "{}", late.reason);
}

#[test]
fn a_time_is_seconds_since_1970_or_rfc_3339() {
    assert_eq!(moment("1574390400"), Ok(1_574_390_400));
    assert_eq!(moment("2019-11-22T10:40:00+08:00"), Ok(1_574_390_400));
    assert!(moment("yesterday").is_err());
}
