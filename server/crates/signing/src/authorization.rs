//! The `authorization` header, parsed without copying.

use std::fmt;

use crate::{Algorithm, hexadecimal};

#[cfg(test)]
mod tests;

/// The most header names one signature may list. Real clients list fewer than twenty.
pub const MAX_SIGNED_HEADERS: usize = 128;

/// The parts of one `authorization` header value, borrowed from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Authorization<'a> {
    algorithm: Algorithm,
    credential: Credential<'a>,
    signed_headers: &'a str,
    signature: [u8; 32],
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Credential<'a> {
    access_key: &'a str,
    scope: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

/// Why an `authorization` header was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// There is no `authorization` header, or it is blank.
    #[error("there is no authorization header")]
    Missing,
    /// No `Credential=` part.
    #[error("the authorization header has no Credential part")]
    NoCredential,
    /// No `SignedHeaders=` part.
    #[error("the authorization header has no SignedHeaders part")]
    NoSignedHeaders,
    /// No `Signature=` part.
    #[error("the authorization header has no Signature part")]
    NoSignature,
    /// The first word is neither of the two algorithms.
    #[error("the algorithm is neither JDCLOUD2-HMAC-SHA256 nor JDCLOUD3-HMAC-SHA256")]
    UnknownAlgorithm,
    /// The credential is not `access key/date/region/service/terminator`.
    #[error("the credential is not ACCESS_KEY/YYYYMMDD/REGION/SERVICE/TERMINATOR")]
    MalformedCredential,
    /// The terminator is not the algorithm's.
    #[error("the credential does not end in the algorithm's own terminator")]
    WrongTerminator,
    /// The list of signed header names contains white space.
    #[error("the list of signed headers contains white space")]
    MalformedSignedHeaders,
    /// More than [`MAX_SIGNED_HEADERS`] names.
    #[error("there are more than {MAX_SIGNED_HEADERS} signed headers")]
    TooManySignedHeaders,
    /// The signature is not 64 hexadecimal digits.
    #[error("the signature is not 64 hexadecimal digits")]
    MalformedSignature,
    /// A part without `=`, an unknown or repeated part, or a control character.
    #[error("the authorization header has a part that does not belong there")]
    UnexpectedPart,
}

impl AuthorizationError {
    /// The documented message with which a gateway answers (status 401, `ACCESS_ERROR`).
    pub fn message(&self) -> &'static str {
        match self {
            Self::Missing => "lack of header authorization",
            Self::NoCredential => "lack of credential in the header authorization",
            Self::NoSignedHeaders => "lack of header signedHeaders",
            _ => crate::INVALID_CREDENTIALS,
        }
    }
}

impl<'a> Authorization<'a> {
    /// Parses the value of an `authorization` header:
    /// `ALGORITHM Credential=KEY/DATE/REGION/SERVICE/TERMINATOR, SignedHeaders=a;b, Signature=HEX`.
    ///
    /// White space around the parts, and around `,` and `=` between them, is allowed; the order of the parts is free.
    ///
    /// # Errors
    /// The first thing that is wrong, a missing part before a malformed one.
    pub fn parse(value: &'a str) -> Result<Self, AuthorizationError> {
        let value = value.trim_matches(is_blank);
        if value.is_empty() {
            return Err(AuthorizationError::Missing);
        }
        let (name, rest) = value.split_once(is_blank).unwrap_or((value, ""));
        let parts = Parts::split(rest);
        let credential = parts.credential.ok_or(AuthorizationError::NoCredential)?;
        let signed_headers = parts.signed_headers.ok_or(AuthorizationError::NoSignedHeaders)?;
        let signature = parts.signature.ok_or(AuthorizationError::NoSignature)?;
        if parts.unexpected || has_control(value) {
            return Err(AuthorizationError::UnexpectedPart);
        }
        let algorithm = Algorithm::from_name(name).ok_or(AuthorizationError::UnknownAlgorithm)?;
        Ok(Self {
            algorithm,
            credential: parse_credential(credential, algorithm)?,
            signed_headers: check_signed_headers(signed_headers)?,
            signature: hexadecimal::decode(signature)
                .ok_or(AuthorizationError::MalformedSignature)?,
        })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The access key: the caller's public key id. Never empty.
    pub fn access_key(&self) -> &'a str {
        self.credential.access_key
    }

    /// `date/region/service/terminator` as it stands in the header.
    pub fn scope(&self) -> &'a str {
        self.credential.scope
    }

    /// The day of the scope, eight digits `YYYYMMDD`.
    pub fn date(&self) -> &'a str {
        self.credential.date
    }

    /// The region of the scope; may be empty.
    pub fn region(&self) -> &'a str {
        self.credential.region
    }

    /// The service of the scope; may be empty. Generated SDKs put the API group's id there.
    pub fn service(&self) -> &'a str {
        self.credential.service
    }

    /// The list of signed header names as it stands in the header, joined by `;`.
    pub fn signed_headers(&self) -> &'a str {
        self.signed_headers
    }

    /// The signed header names in order. Names may repeat: real clients send repeated ones.
    pub fn signed_header_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        split_names(self.signed_headers)
    }

    /// The signature.
    pub fn signature(&self) -> &[u8; 32] {
        &self.signature
    }
}

impl fmt::Debug for Authorization<'_> {
    // Without the signature: together with the request it is what lets the request be sent again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("algorithm", &self.algorithm)
            .field("access_key", &self.credential.access_key)
            .field("scope", &self.credential.scope)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

/// The names in a `;`-joined list; none in an empty list.
pub(crate) fn split_names(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').filter(move |_| !list.is_empty())
}

/// The three named parts, each as found, unchecked.
#[derive(Default)]
struct Parts<'a> {
    credential: Option<&'a str>,
    signed_headers: Option<&'a str>,
    signature: Option<&'a str>,
    unexpected: bool,
}

impl<'a> Parts<'a> {
    fn split(rest: &'a str) -> Self {
        let mut parts = Self::default();
        for part in rest.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let slot = match name.trim_matches(is_blank) {
                "Credential" => &mut parts.credential,
                "SignedHeaders" => &mut parts.signed_headers,
                "Signature" => &mut parts.signature,
                _ => {
                    parts.unexpected = true;
                    continue;
                }
            };
            if slot.replace(value.trim_matches(is_blank)).is_some() {
                parts.unexpected = true;
            }
        }
        parts
    }
}

fn parse_credential(
    text: &str,
    algorithm: Algorithm,
) -> Result<Credential<'_>, AuthorizationError> {
    let (access_key, scope) =
        text.split_once('/').ok_or(AuthorizationError::MalformedCredential)?;
    let mut parts = scope.split('/');
    let (Some(date), Some(region), Some(service), Some(terminator), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(AuthorizationError::MalformedCredential);
    };
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    if access_key.is_empty() || access_key.contains(is_blank) || !is_date {
        return Err(AuthorizationError::MalformedCredential);
    }
    if terminator != algorithm.terminator() {
        return Err(AuthorizationError::WrongTerminator);
    }
    Ok(Credential { access_key, scope, date, region, service })
}

fn check_signed_headers(list: &str) -> Result<&str, AuthorizationError> {
    if list.contains(is_blank) {
        return Err(AuthorizationError::MalformedSignedHeaders);
    }
    if list.bytes().filter(|byte| *byte == b';').count() >= MAX_SIGNED_HEADERS {
        return Err(AuthorizationError::TooManySignedHeaders);
    }
    Ok(list)
}

/// Looks at every octet, found or not: that is faster, because it can look at many at once.
fn has_control(value: &str) -> bool {
    value.bytes().fold(false, |found, byte| found | (byte.is_ascii_control() & (byte != b'\t')))
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}
