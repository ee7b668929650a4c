//! Why a call is not answered by its backend. Turned into an answer by `respond`, and nowhere else.

use crate::{body::BodyError, jwt::TokenError};
use http::HeaderValue;
use std::borrow::Cow;

/// Why a call is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The request can be read in more than one way, or not at all.
    BadRequest(&'static str),
    /// The request does not fit the definition of its API.
    Misfit(String),
    /// The body is of a kind that cannot be checked.
    UnsupportedMediaType(&'static str),
    /// Who calls is not known, or may not.
    Access(Cow<'static, str>, Option<Box<SignatureDetails>>),
    /// The call's token is missing or not good enough.
    Token(TokenError),
    /// There are no keys to verify tokens with: they cannot be fetched.
    NoKeys,
    /// Calls from this address may not pass.
    AddressNotAllowed,
    /// Pages of that origin may not call.
    OriginNotAllowed,
    /// A limit lets no more calls pass now.
    RateLimited {
        /// Which one, in the documented form.
        message: String,
        /// When it may be tried again; at least 1.
        retry_after_seconds: u64,
    },
    /// The domain is called by HTTPS only.
    HttpsOnly {
        /// Where.
        location: HeaderValue,
        /// Whether the caller must use the same method there.
        keeps_method: bool,
    },
    /// The connection is for another host.
    Misdirected,
    /// Nothing is published there.
    NotFound,
    /// The caller stopped sending.
    CallerTimedOut,
    /// The caller went away; nobody reads the answer.
    CallerGone,
    /// The body is longer than the limit.
    PayloadTooLarge,
    /// All bodies that are held together are longer than their limit.
    Overloaded,
    /// Path and query are longer than the limit.
    UriTooLong,
    /// The head is longer than the limit, or has too many headers.
    HeadTooLarge,
    /// The gateway itself failed.
    Internal,
    /// The request wants what the gateway does not do.
    NotImplemented(&'static str),
    /// The backend answered something that is no HTTP.
    UpstreamInvalid(BodyError),
    /// The backend cannot be reached.
    UpstreamUnavailable(BodyError),
    /// The backend did not answer in time.
    UpstreamTimedOut(&'static str),
}

/// What the gateway computed for a signature that did not match, for the caller to compare with. Never the signature
/// that was expected.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureDetails {
    /// The canonical request.
    pub(crate) canonical_request: String,
    /// The string to sign.
    pub(crate) string_to_sign: String,
}

impl Refusal {
    /// An access error with a documented message.
    pub(crate) fn access(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Access(message.into(), None)
    }

    /// HTTP status, the word for it, and the message for the caller.
    pub(crate) fn told(&self) -> (u16, &'static str, &str) {
        match self {
            Self::BadRequest(message) => (400, "HTTP_BAD_REQUEST", message),
            Self::Misfit(message) => (400, "HTTP_BAD_REQUEST", message),
            Self::UnsupportedMediaType(message) => (415, "HTTP_UNSUPPORTED_MEDIA_TYPE", message),
            Self::Access(message, _) => (401, "ACCESS_ERROR", message),
            Self::Token(TokenError::Scope) => (403, "HTTP_FORBIDDEN", TokenError::Scope.message()),
            Self::Token(error) => (401, "ACCESS_ERROR", error.message()),
            Self::NoKeys => (
                503,
                "HTTP_SERVICE_UNAVAILABLE",
                "The keys of the token's issuer cannot be fetched",
            ),
            Self::AddressNotAllowed => (403, "HTTP_FORBIDDEN", "Your IP address is not allowed"),
            Self::OriginNotAllowed => (403, "HTTP_FORBIDDEN", "This origin is not allowed"),
            Self::RateLimited { message, .. } => (429, "HTTP_RATE_LIMIT_EXCEEDED", message),
            Self::HttpsOnly { keeps_method: false, .. } => {
                (301, "HTTP_MOVED_PERMANENTLY", "This domain is called by HTTPS")
            }
            Self::HttpsOnly { keeps_method: true, .. } => {
                (308, "HTTP_PERMANENT_REDIRECT", "This domain is called by HTTPS")
            }
            Self::Misdirected => {
                (421, "HTTP_MISDIRECTED_REQUEST", "The connection is for another host")
            }
            Self::NotFound => (404, "NOT_FOUND", "no route and no API found with those values"),
            Self::CallerTimedOut => {
                (408, "HTTP_REQUEST_TIMEOUT", "The request was not sent in time")
            }
            Self::CallerGone => (499, "HTTP_CLIENT_CLOSED_REQUEST", "The request was broken off"),
            Self::PayloadTooLarge => (413, "HTTP_REQUEST_ENTITY_TOO_LARGE", "Payload too large"),
            Self::Overloaded => {
                (503, "HTTP_SERVICE_UNAVAILABLE", "The gateway holds too many request bodies")
            }
            Self::UriTooLong => (414, "HTTP_URI_TOO_LONG", "URI too long"),
            Self::HeadTooLarge => {
                (431, "HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE", "Request header fields too large")
            }
            Self::Internal => (500, "HTTP_INTERNAL_SERVER_ERROR", "An unexpected error occurred"),
            Self::NotImplemented(message) => (501, "HTTP_NOT_IMPLEMENTED", message),
            Self::UpstreamInvalid(_) => (
                502,
                "HTTP_BAD_GATEWAY",
                "An invalid response was received from the upstream server",
            ),
            Self::UpstreamUnavailable(_) => {
                (503, "HTTP_SERVICE_UNAVAILABLE", "The upstream server is currently unavailable")
            }
            Self::UpstreamTimedOut(_) => {
                (504, "HTTP_SERVER_TIMING_OUT", "The upstream server is timing out")
            }
        }
    }

    /// The refusal of a request that HTTP itself could not read, by the status it gave.
    pub(crate) fn unreadable(status: u16) -> Self {
        match status {
            414 => Self::UriTooLong,
            431 => Self::HeadTooLarge,
            _ => Self::BadRequest("the request is not valid HTTP"),
        }
    }

    /// What is to blame, for the log: only where it is a backend.
    pub(crate) fn upstream_cause(&self) -> Option<&dyn std::fmt::Display> {
        match self {
            Self::UpstreamInvalid(cause) | Self::UpstreamUnavailable(cause) => Some(cause),
            Self::UpstreamTimedOut(what) => Some(what),
            _ => None,
        }
    }
}
