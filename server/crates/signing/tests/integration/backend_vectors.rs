//! Signatures toward a provider's backend, as the published Java verifier accepts them.

use serde::Deserialize;
use signing::{Algorithm, BackendRequest, BodyHash, Scratch, SigningKey, sign_backend};

use crate::support::{LENIENT, Received, STRICT};

#[derive(Deserialize)]
struct BackendVector {
    name: String,
    ak: String,
    sk: String,
    region: String,
    service: String,
    method: String,
    path: String,
    raw_query: String,
    body: String,
    date: String,
    nonce: String,
    headers: serde_json::Map<String, serde_json::Value>,
    canonical_request: String,
    string_to_sign: String,
    authorization: String,
}

impl BackendVector {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../../vectors/backend-sign-vectors.json")).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.as_str().unwrap())
    }

    fn sign(&self, scratch: &mut Scratch) -> String {
        let secret = self.sk.as_bytes();
        let key = SigningKey::derive(
            Algorithm::Jdcloud2,
            secret,
            &self.date[..8],
            &self.region,
            &self.service,
        );
        let hash = BodyHash::of(self.body.as_bytes());
        let request = BackendRequest {
            method: &self.method,
            path: &self.path,
            query: &self.raw_query,
            content_type: self.header("content-type").map(str::as_bytes),
            date: &self.date,
            nonce: &self.nonce,
            body_hash: self.header("x-jdcloud-content-sha256").unwrap_or(hash.as_str()),
        };
        sign_backend(scratch, &key, &self.ak, &request)
    }

    fn received(&self) -> Received {
        let headers = self.headers.iter();
        Received {
            name: self.name.clone(),
            secret: self.sk.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.raw_query.clone(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().into()))
                .collect(),
            body: self.body.clone().into_bytes(),
            authorization: self.authorization.clone(),
        }
    }
}

#[test]
fn signs_for_a_backend_exactly_as_its_verifier_expects() {
    let mut scratch = Scratch::new();
    let vectors = BackendVector::all();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        assert_eq!(vector.sign(&mut scratch), vector.authorization, "{}", vector.name);
    }
}

#[test]
fn a_backend_can_verify_with_this_crate() {
    for vector in BackendVector::all() {
        let received = vector.received();
        let explanation = received.explain(LENIENT);
        assert_eq!(explanation.canonical_request, vector.canonical_request, "{}", vector.name);
        assert_eq!(explanation.string_to_sign, vector.string_to_sign, "{}", vector.name);
        assert!(explanation.outcome.is_ok());
        let reads_plus_as_space = vector.raw_query.contains('+');
        assert_eq!(received.verify(STRICT).is_err(), reads_plus_as_space, "{}", vector.name);
    }
}

#[test]
fn bare_parameters_are_signed_with_an_equals_sign_and_in_order() {
    let key = SigningKey::derive(
        Algorithm::Jdcloud2,
        b"secret",
        "20181114",
        "cn-north-1",
        "xapw9ul97y4p",
    );
    let sign = |query| {
        let request = BackendRequest {
            method: "get",
            path: "",
            query,
            content_type: None,
            date: "20181114T085919Z",
            nonce: "n",
            body_hash: signing::EMPTY_BODY_SHA256,
        };
        sign_backend(&mut Scratch::new(), &key, "AK", &request)
    };
    assert_eq!(sign("flag&a=%7e"), sign("a=~&flag="));
    assert_ne!(sign("flag&a=%7e"), sign("a=~"));
}
