//! The body's part in the signature: its SHA-256, or what the client declares in its place.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{CONTENT_SHA256_HEADER, HeaderSource, hexadecimal};

/// Hexadecimal SHA-256 of nothing: the body hash of a request without a body.
pub const EMPTY_BODY_SHA256: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Hexadecimal SHA-256 of a body, on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BodyHash([u8; 64]);

impl BodyHash {
    /// Of a whole body.
    pub fn of(body: &[u8]) -> Self {
        Self::from_digest(&Sha256::digest(body).into())
    }

    /// Of a SHA-256 computed elsewhere, for instance over a streamed body.
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        Self(hexadecimal::encode(digest))
    }

    /// 64 lower-case hexadecimal digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // always ASCII
    }
}

impl fmt::Debug for BodyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyHash({})", self.as_str())
    }
}

/// The value of `x-jdcloud-content-sha256` when the header is there and not empty, whether it is signed or not (the
/// last one when repeated). It replaces the body's hash, whatever it says; real SDKs send it for uploads.
pub fn declared_body_hash(headers: &dyn HeaderSource) -> Option<String> {
    let mut declared = None;
    headers.values(CONTENT_SHA256_HEADER, &mut |value| {
        declared = Some(String::from_utf8_lossy(value).into_owned());
    });
    declared.filter(|value| !value.is_empty())
}

/// The body hash rule in one call: the declared one, else that of the body.
pub fn body_hash(headers: &dyn HeaderSource, body: &[u8]) -> String {
    declared_body_hash(headers).unwrap_or_else(|| BodyHash::of(body).as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_body_has_the_well_known_hash() {
        assert_eq!(BodyHash::of(b"").as_str(), EMPTY_BODY_SHA256);
        assert_eq!(body_hash(&[("host", "h")], b""), EMPTY_BODY_SHA256);
    }

    #[test]
    fn a_declared_hash_replaces_the_bodys_whatever_it_says() {
        assert_eq!(
            body_hash(&[("X-JDCloud-Content-SHA256", "UNSIGNED-PAYLOAD")], b"body"),
            "UNSIGNED-PAYLOAD"
        );
        assert_eq!(
            body_hash(&[(CONTENT_SHA256_HEADER, "a"), (CONTENT_SHA256_HEADER, "b")], b"body"),
            "b"
        );
    }

    #[test]
    fn an_empty_declaration_counts_as_none() {
        assert_eq!(
            body_hash(&[(CONTENT_SHA256_HEADER, "")], b"body"),
            BodyHash::of(b"body").as_str()
        );
    }

    #[test]
    fn a_declaration_that_is_not_utf8_is_taken_without_a_panic() {
        let declared = declared_body_hash(&[(CONTENT_SHA256_HEADER, b"\xFF\xFE")]);
        assert_eq!(declared.as_deref(), Some("\u{FFFD}\u{FFFD}"));
    }
}
