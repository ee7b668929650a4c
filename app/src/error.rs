//! What a server function answers when it does not do what it was asked; shown by one component,
//! [`ErrorView`](crate::components::error_view::ErrorView), and field by field in forms.

use crate::i18n::Texts;
use domain::{DomainError, Environment, RevisionNumber};
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// Why the console could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Rules that the input breaks. HTTP 422.
    Invalid(Vec<DomainError>),
    /// A value is taken, or the state of the object does not allow this now. HTTP 409.
    Conflict(DomainError),
    /// There is no such object, or it belongs to another account. HTTP 404.
    NotFound,
    /// Nobody is signed in, or the session is over. HTTP 401.
    SignInRequired,
    /// Wrong e-mail or password, or a locked account. HTTP 403.
    SignInRefused,
    /// The account may not do this. HTTP 403.
    Forbidden,
    /// The revision is live and read-only. HTTP 409.
    ReadOnly {
        /// The live revision.
        revision: RevisionNumber,
        /// Where it runs.
        environments: Vec<Environment>,
        /// The next free number, for a new revision.
        suggestion: RevisionNumber,
    },
    /// Too many attempts. HTTP 429.
    TooMany {
        /// Seconds until the next attempt is allowed.
        retry_after_seconds: u64,
    },
    /// The request is not one that this function understands. HTTP 400.
    BadRequest,
    /// Something failed on the server; the reference finds the cause in its log. HTTP 503.
    Unavailable {
        /// What to tell the operator.
        reference: String,
    },
    /// The server could not be reached. Only ever made in the browser.
    Unreachable,
}

impl AppError {
    /// The status that a server function answers with, and a page whose main object could not be shown.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 422,
            Self::Conflict(_) | Self::ReadOnly { .. } => 409,
            Self::NotFound => 404,
            Self::SignInRequired => 401,
            Self::SignInRefused | Self::Forbidden => 403,
            Self::TooMany { .. } => 429,
            Self::BadRequest => 400,
            Self::Unavailable { .. } | Self::Unreachable => 503,
        }
    }

    /// The broken rules that belong to fields of a form.
    #[must_use]
    pub fn violations(&self) -> &[DomainError] {
        match self {
            Self::Invalid(violations) => violations,
            Self::Conflict(violation) => std::slice::from_ref(violation),
            _ => &[],
        }
    }

    /// What a person is told, in the words of `texts`.
    #[must_use]
    pub fn message(&self, texts: &Texts) -> String {
        let errors = &texts.common.errors;
        match self {
            Self::Invalid(_) => errors.invalid.to_owned(),
            Self::Conflict(violation) => texts.locale.rule(violation).to_owned(),
            Self::NotFound => errors.not_found.to_owned(),
            Self::SignInRequired => errors.sign_in_required.to_owned(),
            Self::SignInRefused => texts.accounts.refused.to_owned(),
            Self::Forbidden => errors.forbidden.to_owned(),
            Self::ReadOnly { revision, environments, .. } => {
                let names: Vec<&str> =
                    environments.iter().map(|e| (texts.common.environment)(*e)).collect();
                (errors.read_only)(&revision.to_string(), &names.join(texts.common.list_separator))
            }
            Self::TooMany { retry_after_seconds } => (errors.too_many)(*retry_after_seconds),
            Self::BadRequest => errors.bad_request.to_owned(),
            Self::Unavailable { .. } => errors.unavailable.to_owned(),
            Self::Unreachable => errors.unreachable.to_owned(),
        }
    }

    /// At sign-in, what is refused is the e-mail and password.
    #[must_use]
    pub fn at_sign_in(self) -> Self {
        if self == Self::Forbidden { Self::SignInRefused } else { self }
    }

    /// What the operator can find the cause by.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Unavailable { reference } => Some(reference),
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Unreachable
            }
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadRequest,
            other => {
                #[cfg(feature = "ssr")]
                tracing::error!(cause = %other, "a server function failed");
                #[cfg(not(feature = "ssr"))]
                let _ = other;
                Self::Unavailable { reference: String::new() }
            }
        }
    }
}

impl From<Vec<DomainError>> for AppError {
    fn from(violations: Vec<DomainError>) -> Self {
        Self::Invalid(violations)
    }
}

impl From<DomainError> for AppError {
    fn from(violation: DomainError) -> Self {
        Self::Invalid(vec![violation])
    }
}

#[cfg(feature = "ssr")]
impl From<services::ServiceError> for AppError {
    fn from(error: services::ServiceError) -> Self {
        use services::ServiceError;
        match error {
            ServiceError::NotFound { .. } => Self::NotFound,
            ServiceError::Conflict(violation) => Self::Conflict(violation),
            ServiceError::Forbidden => Self::Forbidden,
            ServiceError::Invalid(violations) => Self::Invalid(violations),
            ServiceError::ReadOnly { revision, environments, suggestion } => {
                Self::ReadOnly { revision, environments, suggestion }
            }
            ServiceError::TooManyAttempts { retry_after_seconds } => {
                Self::TooMany { retry_after_seconds }
            }
            ServiceError::Unavailable { reference } => Self::Unavailable { reference },
        }
    }
}
