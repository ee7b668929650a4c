//! Why a signature does or does not match: for the caller who got 401, and for the command line.

use std::fmt;

use hmac::Mac;
use sha2::{Digest, Sha256};

use crate::{
    Accepted, Authorization, Mismatch, Rules, Scratch, SignedRequest, SigningKey,
    canonical::{CanonicalRequest, canonical_method, headers, path, query},
    hexadecimal,
    verifier::{Search, string_to_sign_start},
};

/// Why a signature does or does not match. `Debug` hides [`expected`](Self::expected).
#[derive(Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What [`verify`](crate::verify) says.
    pub outcome: Result<Accepted, Mismatch>,
    /// The canonical request that matched, else the likeliest one. Octets that are not UTF-8 are replaced.
    pub canonical_request: String,
    /// Its string to sign.
    pub string_to_sign: String,
    /// Its signature, hexadecimal. A secret: whoever sees it can send the request.
    pub expected: String,
    /// The signature in the request, hexadecimal.
    pub received: String,
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("outcome", &self.outcome)
            .field("canonical_request", &self.canonical_request)
            .field("string_to_sign", &self.string_to_sign)
            .finish_non_exhaustive()
    }
}

/// Verifies and shows the work. For refused requests and the command line; a good request never needs it.
pub fn explain(
    key: &SigningKey,
    authorization: &Authorization<'_>,
    request: &SignedRequest<'_>,
    rules: Rules,
) -> Explanation {
    let mut scratch = Scratch::new();
    let mut search = Search::new(authorization, request);
    let outcome = search.run(&mut scratch, key, rules);
    if let Some(canonical) = search.canonical() {
        return show(outcome, key, authorization, request, &canonical);
    }
    // Nothing was computed: the date or a header is wrong. What can be shown is shown.
    let algorithm = authorization.algorithm();
    let path = path::forms(algorithm)
        .iter()
        .find_map(|form| path::candidate(*form, request.path, &mut scratch));
    let query = query::forms(algorithm)
        .iter()
        .find_map(|form| query::candidate(*form, request.query, &mut scratch));
    let canonical = CanonicalRequest {
        method: &canonical_method(request.method),
        path: &path.map(|candidate| candidate.text).unwrap_or_default(),
        query: &query.map(|candidate| candidate.text).unwrap_or_default(),
        headers: &headers::readable(authorization.signed_header_names(), request),
        signed_headers: authorization.signed_headers(),
        body_hash: request.body_hash,
    };
    show(outcome, key, authorization, request, &canonical)
}

fn show(
    outcome: Result<Accepted, Mismatch>,
    key: &SigningKey,
    authorization: &Authorization<'_>,
    request: &SignedRequest<'_>,
    canonical: &CanonicalRequest<'_>,
) -> Explanation {
    let hash = Sha256::digest([canonical.head().concat(), canonical.tail().concat()].concat());
    let mut string_to_sign = string_to_sign_start(authorization, request).concat();
    string_to_sign.extend_from_slice(&hexadecimal::encode(&hash.into()));
    let expected = key.mac().chain_update(&string_to_sign).finalize().into_bytes();
    Explanation {
        outcome,
        canonical_request: canonical.text(),
        string_to_sign: String::from_utf8_lossy(&string_to_sign).into_owned(),
        expected: hexadecimal::text(&expected.into()),
        received: hexadecimal::text(authorization.signature()),
    }
}
