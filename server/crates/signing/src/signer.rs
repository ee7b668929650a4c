//! Signing: as a client, and as the gateway toward a provider's backend.

use hmac::Mac;
use sha2::{Digest, Sha256};

use crate::{
    Algorithm, BackendRequest, DATE_HEADER, MAX_SIGNED_HEADERS, Mismatch, NONCE_HEADER, PathForm,
    QueryForm, Scratch, SignedRequest, SigningKey,
    canonical::{Candidate, CanonicalRequest, canonical_method, headers, path, query},
    hexadecimal,
};

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// A header to sign is not in the request, or its name is not in lower case.
    #[error("a header to sign is not in the request, or its name is not in lower case")]
    HeaderAbsent,
    /// More names than a verifier accepts, or longer values.
    #[error("the headers to sign are too many or too long")]
    HeadersTooLong,
    /// The request's date is not of the day for which the key was derived.
    #[error("the request's date is not of the signing key's day")]
    KeyOfAnotherDay,
}

/// Signs a request as a client does and returns the value of its `authorization` header.
///
/// `signed_headers` are lower-case names, written in this order. Path and query are signed in the form of the common
/// clients of the key's algorithm; for JDCLOUD2, where that form would leave bytes of the query unsigned, as they are.
///
/// # Errors
/// See [`SignError`].
pub fn sign(
    key: &SigningKey,
    access_key: &str,
    request: &SignedRequest<'_>,
    signed_headers: &[&str],
) -> Result<String, SignError> {
    let day = key.scope().split('/').next().unwrap_or_default();
    if !request.date.starts_with(day) {
        return Err(SignError::KeyOfAnotherDay);
    }
    if signed_headers.len() > MAX_SIGNED_HEADERS {
        return Err(SignError::HeadersTooLong);
    }
    let scratch = &mut Scratch::new();
    let headers =
        headers::candidate(headers::FIRST, signed_headers.iter().copied(), request, scratch);
    let headers = headers.map_err(|mismatch| match mismatch {
        Mismatch::SignedHeadersTooLong => SignError::HeadersTooLong,
        _ => SignError::HeaderAbsent,
    })?;
    let path_form = match key.algorithm() {
        Algorithm::Jdcloud2 => PathForm::Raw,
        Algorithm::Jdcloud3 => PathForm::Collapsed,
    };
    let names = signed_headers.join(";");
    let canonical = CanonicalRequest {
        method: &canonical_method(request.method),
        path: &text(path::candidate(path_form, request.path, scratch)),
        query: &text(query_to_sign(key.algorithm(), request.query, scratch)),
        headers: &text(headers),
        signed_headers: &names,
        body_hash: request.body_hash,
    };
    Ok(authorization(key, access_key, request.date, &canonical))
}

fn query_to_sign<'a>(
    algorithm: Algorithm,
    raw: &'a str,
    scratch: &mut Scratch,
) -> Option<Candidate<'a, QueryForm>> {
    let common = query::candidate(QueryForm::ReencodedBare, raw, scratch)?;
    if common.loses && algorithm == Algorithm::Jdcloud2 {
        return query::candidate(QueryForm::Raw, raw, scratch);
    }
    Some(common)
}

/// Signs a request to a provider's backend and returns the value of its `authorization` header.
///
/// Signed are content-type (when there is one), x-jdcloud-date and x-jdcloud-nonce, in lower case as the provider's
/// verifier looks them up; the host is not. The key is derived for JDCLOUD2, the gateway's region and, as service, the
/// API group's id, for the day of the request's date. Sending `x-jdcloud-content-sha256` along is wise: the published
/// Java verifier drops line ends from the body.
pub fn sign_backend(
    scratch: &mut Scratch,
    key: &SigningKey,
    access_key: &str,
    request: &BackendRequest<'_>,
) -> String {
    const ALL: &str = "content-type;x-jdcloud-date;x-jdcloud-nonce";
    let mut headers = scratch.take();
    let signed_headers = match request.content_type {
        Some(content_type) => {
            write_header(&mut headers, "content-type", content_type);
            ALL
        }
        None => &ALL["content-type;".len()..],
    };
    write_header(&mut headers, DATE_HEADER, request.date.as_bytes());
    write_header(&mut headers, NONCE_HEADER, request.nonce.as_bytes());
    let query = text(query::candidate(QueryForm::ReencodedBare, request.query, scratch));
    let canonical = CanonicalRequest {
        method: &canonical_method(request.method),
        path: &text(path::candidate(PathForm::Raw, request.path, scratch)),
        query: &query,
        headers: &headers,
        signed_headers,
        body_hash: request.body_hash,
    };
    let value = authorization(key, access_key, request.date, &canonical);
    scratch.give_back(query);
    scratch.give_back(headers.into());
    scratch.finish();
    value
}

fn write_header(text: &mut Vec<u8>, name: &str, value: &[u8]) {
    for piece in [name.as_bytes(), b":", value, b"\n"] {
        text.extend_from_slice(piece);
    }
}

fn text<F>(candidate: Option<Candidate<'_, F>>) -> std::borrow::Cow<'_, [u8]> {
    candidate.map(|candidate| candidate.text).unwrap_or_default()
}

fn authorization(
    key: &SigningKey,
    access_key: &str,
    date: &str,
    canonical: &CanonicalRequest<'_>,
) -> String {
    let mut hash = Sha256::new();
    for piece in canonical.head().iter().chain(&canonical.tail()) {
        hash.update(piece);
    }
    let mut mac = key.mac();
    for piece in [key.algorithm().name(), "\n", date, "\n", key.scope(), "\n"] {
        mac.update(piece.as_bytes());
    }
    mac.update(&hexadecimal::encode(&hash.finalize().into()));
    let signature = hexadecimal::encode(&mac.finalize().into_bytes().into());
    [
        key.algorithm().name(),
        " Credential=",
        access_key,
        "/",
        key.scope(),
        ", SignedHeaders=",
        canonical.signed_headers,
        ", Signature=",
        std::str::from_utf8(&signature).unwrap_or_default(), // always ASCII
    ]
    .concat()
}
