//! Requests that own their parts, the recorded vectors, and a small deterministic generator.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;
use signing::{
    Accepted, Authorization, Explanation, Mismatch, Rules, SignedRequest, SigningKey, body_hash,
    explain, verify,
};

pub(crate) const LENIENT: Rules = Rules { strict: false };
pub(crate) const STRICT: Rules = Rules { strict: true };

/// A request as a server receives it, signature included.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) secret: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) authorization: String,
}

impl Received {
    /// The value of a header as text; empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        found.map(|(_, value)| std::str::from_utf8(value).unwrap()).unwrap_or_default()
    }

    /// Runs `check` with the borrowed view that the crate works on.
    pub(crate) fn with<T>(
        &self,
        check: impl FnOnce(&SigningKey, &Authorization<'_>, &SignedRequest<'_>) -> T,
    ) -> T {
        let authorization = Authorization::parse(&self.authorization).unwrap();
        let key = SigningKey::for_authorization(&authorization, self.secret.as_bytes());
        let request = SignedRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            host: self.header("host"),
            date: self.header("x-jdcloud-date"),
            headers: &self.headers,
            body_hash: &body_hash(&self.headers, &self.body),
        };
        check(&key, &authorization, &request)
    }

    pub(crate) fn verify(&self, rules: Rules) -> Result<Accepted, Mismatch> {
        self.with(|key, authorization, request| verify(key, authorization, request, rules))
    }

    pub(crate) fn explain(&self, rules: Rules) -> Explanation {
        self.with(|key, authorization, request| explain(key, authorization, request, rules))
    }
}

/// One entry of `sign-vectors.json`: recorded from a real client's wire, or taken from a signer library's own tests.
#[derive(Deserialize)]
pub(crate) struct ClientVector {
    pub(crate) name: String,
    ak: String,
    sk: String,
    pub(crate) authorization: String,
    pub(crate) canonical_request: Option<String>,
    pub(crate) string_to_sign: Option<String>,
    pub(crate) server_verifiable: Option<bool>,
    wire: Option<Wire>,
    method: String,
    raw_path: Option<String>,
    raw_query: Option<String>,
    headers: Option<Value>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    method: String,
    raw_path: String,
    raw_query: String,
    headers: Vec<(String, String)>,
    body_b64: String,
}

impl ClientVector {
    pub(crate) fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../../vectors/sign-vectors.json")).unwrap()
    }

    pub(crate) fn received(&self) -> Received {
        let (method, path, query, headers, body) = match &self.wire {
            Some(wire) => (
                wire.method.clone(),
                wire.raw_path.clone(),
                wire.raw_query.clone(),
                wire.headers.clone(),
                STANDARD.decode(&wire.body_b64).unwrap(),
            ),
            None => (
                self.method.clone(),
                self.raw_path.clone().unwrap(),
                self.raw_query.clone().unwrap(),
                listed(self.headers.as_ref().unwrap()),
                self.body.clone().unwrap().into_bytes(),
            ),
        };
        let headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        let (name, secret, authorization) =
            (self.name.clone(), self.sk.clone(), self.authorization.clone());
        let received = Received { name, secret, method, path, query, headers, body, authorization };
        assert_eq!(Authorization::parse(&self.authorization).unwrap().access_key(), self.ak);
        received
    }
}

/// A JSON object of headers, a list standing for a repeated header.
fn listed(headers: &Value) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for (name, value) in headers.as_object().unwrap() {
        match value {
            Value::Array(values) => {
                list.extend(
                    values.iter().map(|value| (name.clone(), value.as_str().unwrap().to_owned())),
                );
            }
            value => list.push((name.clone(), value.as_str().unwrap().to_owned())),
        }
    }
    list
}

/// Every vector that a server can verify.
pub(crate) fn verifiable() -> Vec<Received> {
    let vectors = ClientVector::all();
    vectors
        .iter()
        .filter(|vector| vector.server_verifiable != Some(false))
        .map(ClientVector::received)
        .collect()
}

/// SplitMix64: the same numbers in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Up to `most` of the pieces, joined.
    pub(crate) fn text(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(pieces)).collect()
    }

    /// Puts one of the pieces somewhere into the text, or takes one character out.
    pub(crate) fn edit(&mut self, text: &mut String, pieces: &[&str]) {
        let positions: Vec<_> =
            text.char_indices().map(|(start, _)| start).chain([text.len()]).collect();
        let position = positions[self.below(positions.len())];
        if self.below(2) == 0 {
            text.insert_str(position, self.pick(pieces));
        } else if position < text.len() {
            text.remove(position);
        }
    }
}
