//! Signatures that others made, sets of keys as they are found in the wild, and tokens that come again.

use super::{
    JwtPolicy, KeySources, TokenError, VerifiedTokens, key::VerifyingKey, key_set::KeySet,
    token::Token,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ClaimHeader, JwtKeys, JwtSettings, Secret};
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Arc;

/// RFC 7515, A.1.
const HS256: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HS256_KEY: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
/// RFC 7515, A.3.
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// RFC 8037, A.4.
const EDDSA: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// Signed by OpenSSL.
const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.O2tiE9TjS4Vf-amyTunPu6k87EU4L-nhppXidXZK1KiEOjvkQtmoJWQRYLB6VJ3XiVE_I7_mgkpVX52SL5Zfu2A8PryuqzfaVRy3ZLHgjNy_3T4DmHBVO5FMCtwVXbH5rrORKkbW8H_GBCW_asvejlu-T_EmwRHc32GzZp6j5tf3S9EbJcu6uFwsS2HTiRCbEGa4wDwUiyBldjlMZ_G0qfzFBcAOZsyipRQgW8VGbBsqbfK6XU4mIlxbchFA34vq7nLUqsLzQKaoDyVNLsdcZKhgvU_RaPscVdEzgo9qjvmKaHIBUg3Qx1-5x1RuyUUKllZvqAREPLvvsQE26gSI0w";

fn rsa() -> Value {
    json!({ "kty": "RSA", "e": "AQAB", "n": "gqBkyEIi8drgUs3N5Y2ZsXKbw904Bej6c_GbpGv6RzxJj-Y3sUKfkrimsGNa1EKywqSwBk6ojTTAXOfInegfqblPpFG56sqi5XJP0KZXxB2lIBnjzicclV5ATF9kFecLHJNpXBlcbiRf0vNGH-HY9MK22peHqaF0u0wsY9hjNGmHvr9HodrU6pzVPgq_iG-2JLU-dG-5l4OLCGAc3srajTBI2-FLo8Dlz67ZAQ0BhOqtmiP40tU9Bm6WHAdfAEa5ZQjP8lYb-X3WIihp2POw2IIMWvvud7H-pZTs3Fv5Q6pTkTPtj5DJ3k3QZZOOX3guYCZKeUxFgXIUDkCh5hqgvw" })
}

fn p256() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

fn ed25519() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

fn set(keys: &[Value]) -> Result<KeySet, String> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

fn with(mut key: Value, members: &Value) -> Value {
    let members = members.as_object().unwrap().clone();
    key.as_object_mut().unwrap().extend(members);
    key
}

fn outcome(token: &str, keys: &KeySet) -> Result<(), TokenError> {
    Token::parse(token).and_then(|token| token.verify(keys)).map(|_| ())
}

#[test]
fn verifies_what_the_standards_and_others_signed() {
    let all = set(&[rsa(), p256(), ed25519()]).unwrap();
    assert_eq!(outcome(RS256, &all), Ok(()));
    assert_eq!(outcome(ES256, &all), Ok(()));
    // What is signed is no set of claims; that it is looked at says that the signature is good.
    assert_eq!(outcome(EDDSA, &all), Err(TokenError::Malformed));
    let secret = URL_SAFE_NO_PAD.decode(HS256_KEY).unwrap();
    let secret = KeySet::of_one(VerifyingKey::Secret(hmac::Key::new(hmac::HMAC_SHA256, &secret)));
    assert_eq!(outcome(HS256, &secret), Ok(()));
}

#[test]
fn a_token_with_one_letter_changed_is_refused() {
    let all = set(&[
        with(rsa(), &json!({ "kid": "a" })),
        with(p256(), &json!({ "kid": "a" })),
        with(ed25519(), &json!({ "kid": "a" })),
    ])
    .unwrap();
    for token in [RS256, ES256, EDDSA] {
        let signature = token.rfind('.').unwrap() + 1;
        for at in [signature, signature - 10] {
            let mut changed = token.to_owned();
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            changed.replace_range(at..=at, other);
            assert_eq!(outcome(&changed, &all), Err(TokenError::UnknownKey), "{changed}");
        }
    }
}

#[test]
fn the_key_decides_what_the_algorithm_is() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let unsigned = format!("{header}.{}.", HS256.split('.').nth(1).unwrap());
    let all = set(&[rsa(), p256(), ed25519()]).unwrap();
    assert_eq!(outcome(&unsigned, &all), Err(TokenError::Algorithm));
    assert_eq!(outcome(HS256, &all), Err(TokenError::Algorithm));
    assert_eq!(outcome(RS256, &set(&[p256()]).unwrap()), Err(TokenError::Algorithm));
}

#[test]
fn a_key_is_found_by_its_id_and_without_ids_all_that_fit_are_tried() {
    let named = |id: &str| with(p256(), &json!({ "kid": id }));
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"2"}"#);
    let other = ES256.split_once('.').unwrap().1;
    let asks_for_two = format!("{header}.{other}");
    let keys = |ids: &[&str]| set(&ids.iter().map(|id| named(id)).collect::<Vec<_>>()).unwrap();
    assert_eq!(outcome(&asks_for_two, &keys(&["1"])), Err(TokenError::UnknownKey));
    // Its header is another than the one that was signed.
    assert_eq!(outcome(&asks_for_two, &keys(&["1", "2"])), Err(TokenError::Signature));
    assert_eq!(outcome(ES256, &keys(&["1", "2"])), Ok(()));
}

#[test]
fn what_is_no_key_for_signatures_is_passed_over() {
    let useless = [
        json!({ "kty": "oct", "k": HS256_KEY, "alg": "HS256" }),
        json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }),
        with(rsa(), &json!({ "use": "enc" })),
        with(rsa(), &json!({ "alg": "RSA-OAEP" })),
        with(rsa(), &json!({ "n": "AQAB" })),
        json!({ "kty": "RSA" }),
        json!("key"),
    ];
    assert!(set(&useless).is_err());
    let some =
        set(&[&useless[..], &[with(p256(), &json!({ "alg": "ES256", "use": "sig" }))]].concat());
    assert_eq!(outcome(ES256, &some.unwrap()), Ok(()));
    for no_set in ["", "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":{}}"#, "<html>"] {
        assert!(KeySet::parse(no_set.as_bytes()).is_err(), "{no_set}");
    }
}

#[test]
fn what_cannot_be_read_in_one_way_is_refused() {
    let keys = set(&[p256()]).unwrap();
    let (header, rest) = ES256.split_once('.').unwrap();
    let encoded = |json: &str| format!("{}.{rest}", URL_SAFE_NO_PAD.encode(json));
    for token in [
        String::new(),
        header.to_owned(),
        format!("{header}.{header}"),
        format!("{ES256}.{header}"),
        format!("{ES256}="),
        ES256.replacen('.', " .", 1),
        encoded("{}"),
        encoded(r#"{"alg":"ES256","alg":"ES256"}"#),
        encoded(r#"{"alg":"ES256","kid":1}"#),
        encoded(r#"{"alg":"ES256","crit":["exp"]}"#),
        encoded("ES256"),
    ] {
        assert_eq!(outcome(&token, &keys), Err(TokenError::Malformed), "{token}");
    }
}

const SHARED: &str = "a secret of thirty-two bytes, about";

/// A policy that accepts tokens of `joe` and tells the backend their `c`.
fn policy() -> JwtPolicy {
    let claims = vec![ClaimHeader { claim: "c".to_owned(), header: "x-c".to_owned() }];
    let settings = JwtSettings {
        issuer: "joe".to_owned(),
        audiences: Vec::new(),
        scopes: Vec::new(),
        keys: JwtKeys::SharedSecret { id: None },
        leeway_seconds: 0,
        claims,
        forward_token: true,
    };
    JwtPolicy::compile(&settings, Some(&Secret::new(SHARED)), &KeySources::default()).unwrap()
}

fn shared_token(expires: i64, c: &str) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = json!({ "iss": "joe", "exp": expires, "c": c });
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(&claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SHARED.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[test]
fn a_token_that_comes_again_is_known_until_it_expires() {
    let (tokens, policy, token) = (VerifiedTokens::default(), policy(), shared_token(100, "1"));
    let keys = policy.known_keys().unwrap();
    let first = tokens.verify(&policy, &keys, &token, 98).unwrap();
    let again = tokens.verify(&policy, &keys, &token, 99).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    let late = tokens.verify(&policy, &keys, &token, 100);
    assert_eq!(late.unwrap_err(), TokenError::Expired);
}

#[test]
fn a_token_is_known_only_to_the_policy_and_the_keys_that_verified_it() {
    let (tokens, one, other) = (VerifiedTokens::default(), policy(), policy());
    let (keys, others) = (one.known_keys().unwrap(), other.known_keys().unwrap());
    let token = shared_token(100, "1");
    let known = tokens.verify(&one, &keys, &token, 1).unwrap();
    assert!(!Arc::ptr_eq(&known, &tokens.verify(&other, &keys, &token, 1).unwrap()));
    let known = tokens.verify(&one, &keys, &token, 1).unwrap();
    assert!(!Arc::ptr_eq(&known, &tokens.verify(&one, &others, &token, 1).unwrap()));
}

#[test]
fn a_token_with_much_in_it_is_verified_each_time() {
    let (tokens, policy) = (VerifiedTokens::default(), policy());
    let keys = policy.known_keys().unwrap();
    for (length, is_known) in [(1024, true), (1025, false)] {
        let token = shared_token(100, &"c".repeat(length));
        let first = tokens.verify(&policy, &keys, &token, 1).unwrap();
        let again = tokens.verify(&policy, &keys, &token, 1).unwrap();
        assert_eq!(Arc::ptr_eq(&first, &again), is_known, "{length}");
    }
}
