//! A token in its compact form (RFC 7519), taken apart.

use super::key_set::{KeySet, NoKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::JwtAlgorithm;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};

/// The claims of a token.
pub(crate) type Claims = Map<String, Value>;

/// Why a call is refused that should carry a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// There is none.
    Missing,
    /// What is there cannot be read.
    Malformed,
    /// It is signed by an algorithm that the group does not accept.
    Algorithm,
    /// No key is known that it could be signed with.
    UnknownKey,
    /// It was signed by somebody else, or changed.
    Signature,
    /// It would be valid for ever.
    NoExpiry,
    /// It is no longer valid.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// Somebody else issued it.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// A claim that the backend is to be told cannot stand in a header.
    Claim,
    /// It does not allow what the group asks for.
    Scope,
}

impl TokenError {
    /// What the caller is told.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Missing => "lack of a bearer token in header authorization",
            Self::Malformed => "the token cannot be read",
            Self::Algorithm => "the token's algorithm is not accepted",
            Self::UnknownKey => "no key of the issuer fits the token",
            Self::Signature => "the token's signature is wrong",
            Self::NoExpiry => "the token does not say when it expires",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Issuer => "the token is of another issuer",
            Self::Audience => "the token is for another audience",
            Self::Claim => "a claim of the token cannot be sent in a header",
            Self::Scope => "the token lacks a scope that is required",
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750, 3). Who sent no token is told no error.
    pub(crate) fn challenge(self) -> String {
        let error = match self {
            Self::Missing => return "Bearer".to_owned(),
            Self::Scope => "insufficient_scope",
            _ => "invalid_token",
        };
        format!(r#"Bearer error="{error}", error_description="{}""#, self.message())
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// What must be understood by whoever accepts the token; nothing of it is.
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

/// A token, of which nothing is known to be true yet.
pub(crate) struct Token<'a> {
    algorithm: JwtAlgorithm,
    key_id: Option<String>,
    /// Header and claims as they are signed.
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// `Malformed`, `Algorithm`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, TokenError> {
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let parts = signed.split_once('.').filter(|(_, claims)| !claims.contains('.'));
        let (header, claims) = parts.ok_or(TokenError::Malformed)?;
        let header: Header = read(header)?;
        if header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let algorithm = JwtAlgorithm::of_name(&header.alg).ok_or(TokenError::Algorithm)?;
        let signature = decode(signature)?;
        Ok(Self { algorithm, key_id: header.kid, signed, claims, signature })
    }

    /// The claims, when a key of the set signed them.
    ///
    /// # Errors
    /// `Algorithm`, `UnknownKey`, `Signature`, `Malformed`.
    pub(crate) fn verify(&self, keys: &KeySet) -> Result<Claims, TokenError> {
        if !keys.has(self.algorithm) {
            return Err(TokenError::Algorithm);
        }
        let named = (self.algorithm, self.key_id.as_deref());
        keys.verify(named, self.signed.as_bytes(), &self.signature).map_err(|why| match why {
            NoKey::Unknown => TokenError::UnknownKey,
            NoKey::Mismatch => TokenError::Signature,
        })?;
        read(self.claims)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).or(Err(TokenError::Malformed))
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    serde_json::from_slice(&decode(part)?).or(Err(TokenError::Malformed))
}
