//! What this crate signs as a client, it accepts as a server.

use signing::{
    Algorithm, Authorization, Rules, SignError, SignedRequest, SigningKey, sign, verify,
};

use crate::support::{LENIENT, Random, STRICT};

const DATE: &str = "20191122T024000Z";
const HEADERS: [(&str, &str); 3] =
    [("content-type", "application/json"), ("x-jdcloud-date", DATE), ("x-jdcloud-nonce", "n")];
const NAMES: [&str; 4] = ["content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"];

fn request<'a>(path: &'a str, query: &'a str) -> SignedRequest<'a> {
    let host = "petstore.example:8000";
    SignedRequest {
        method: "PUT",
        path,
        query,
        host,
        date: DATE,
        headers: &HEADERS,
        body_hash: "UNSIGNED-PAYLOAD",
    }
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::derive(algorithm, b"secret", "20191122", "cn-north-1", "petstore")
}

fn is_accepted(algorithm: Algorithm, request: &SignedRequest<'_>, rules: Rules) -> bool {
    let value = sign(&key(algorithm), "AK", request, &NAMES).unwrap();
    verify(&key(algorithm), &Authorization::parse(&value).unwrap(), request, rules).is_ok()
}

#[test]
fn a_signed_request_of_any_shape_is_accepted() {
    let pieces = [
        "a",
        "B",
        "=",
        "&",
        "+",
        "%20",
        "%2F",
        "%zz",
        "%FF",
        "/",
        "//",
        "~",
        ":",
        "中",
        "%e4%b8%ad",
        ";",
        "*",
    ];
    let mut random = Random::new(1);
    for _ in 0..500 {
        let (path, query) = (format!("/{}", random.text(&pieces, 8)), random.text(&pieces, 12));
        for algorithm in [Algorithm::Jdcloud2, Algorithm::Jdcloud3] {
            assert!(
                is_accepted(algorithm, &request(&path, &query), LENIENT),
                "{algorithm:?} {path}?{query}"
            );
        }
        assert!(
            is_accepted(Algorithm::Jdcloud2, &request(&path, &query), STRICT),
            "{path}?{query}"
        );
    }
}

#[test]
fn the_result_reads_like_the_clients_headers() {
    let value = sign(&key(Algorithm::Jdcloud3), "AK", &request("/", ""), &["content-type", "host"])
        .unwrap();
    let start = "JDCLOUD3-HMAC-SHA256 Credential=AK/20191122/cn-north-1/petstore/jdcloud3_request, \
                 SignedHeaders=content-type;host, Signature=";
    assert!(value.starts_with(start), "{value}");
    assert!(value[start.len()..].bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
}

#[test]
fn refuses_to_sign_with_a_key_of_another_day() {
    let key = SigningKey::derive(Algorithm::Jdcloud2, b"secret", "20191123", "r", "s");
    assert_eq!(sign(&key, "AK", &request("/", ""), &NAMES), Err(SignError::KeyOfAnotherDay));
    let mut undated = request("/", "");
    undated.date = "";
    assert_eq!(sign(&key, "AK", &undated, &NAMES), Err(SignError::KeyOfAnotherDay));
}

#[test]
fn refuses_to_sign_what_no_verifier_could_accept() {
    let key = key(Algorithm::Jdcloud2);
    assert_eq!(sign(&key, "AK", &request("/", ""), &["x-absent"]), Err(SignError::HeaderAbsent));
    assert_eq!(
        sign(&key, "AK", &request("/", ""), &["Content-Type"]),
        Err(SignError::HeaderAbsent)
    );
    assert_eq!(sign(&key, "AK", &request("/", ""), &["host"; 129]), Err(SignError::HeadersTooLong));
}
