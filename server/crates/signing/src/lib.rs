#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod algorithm;
mod authorization;
mod body;
mod canonical;
mod date;
mod explain;
mod hexadecimal;
mod key;
mod request;
mod scratch;
mod signer;
mod verifier;

pub use algorithm::Algorithm;
pub use authorization::{Authorization, AuthorizationError, MAX_SIGNED_HEADERS};
pub use body::{BodyHash, EMPTY_BODY_SHA256, body_hash, declared_body_hash};
pub use canonical::{
    headers::{HeaderForm, MAX_SIGNED_HEADER_BYTES},
    path::PathForm,
    query::QueryForm,
};
pub use date::{DateError, RequestDate};
pub use explain::{Explanation, explain};
pub use key::SigningKey;
pub use request::{BackendRequest, HeaderSource, SignedRequest};
pub use scratch::Scratch;
pub use signer::{SignError, sign, sign_backend};
pub use verifier::{Accepted, Mismatch, Rules, verify, verify_with};

/// Lower-case name of the header that carries the signature.
pub const AUTHORIZATION_HEADER: &str = "authorization";
/// Lower-case name of the header that carries the time of signing.
pub const DATE_HEADER: &str = "x-jdcloud-date";
/// Lower-case name of the header that carries the nonce.
pub const NONCE_HEADER: &str = "x-jdcloud-nonce";
/// Lower-case name of the header that replaces the body's hash, signed or not.
pub const CONTENT_SHA256_HEADER: &str = "x-jdcloud-content-sha256";

/// The documented message for what is malformed.
const INVALID_CREDENTIALS: &str = "Invalid authentication credentials";
