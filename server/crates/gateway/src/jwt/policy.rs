//! What a group asks of tokens, compiled.

use super::{
    key::VerifyingKey,
    key_set::KeySet,
    key_source::{KeySource, KeySources},
    token::{Claims, Token, TokenError},
    verified::{Validity, Verified},
};
use domain::{JwtKeys, JwtSettings, Secret};
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Where the keys are.
#[derive(Debug)]
pub(crate) enum Keys {
    /// Here; `None` when the secret was lost.
    Fixed(Option<Arc<KeySet>>),
    /// At the issuer's.
    Published(Arc<KeySource>),
}

/// What a group asks of tokens, and tells its backend of them.
#[derive(Debug)]
pub(crate) struct JwtPolicy {
    /// A number that no other policy has.
    pub(crate) number: u64,
    /// What tokens are verified with.
    pub(crate) keys: Keys,
    /// Whether the backend is sent the token.
    pub(crate) forwards_token: bool,
    issuer: Box<str>,
    audiences: Box<[String]>,
    scopes: Box<[String]>,
    leeway: i64,
    claims: Box<[(Box<str>, HeaderName)]>,
}

impl JwtPolicy {
    /// Compiles what was published.
    ///
    /// # Errors
    /// In words for a person, when a header or an address cannot be as it is written.
    pub(crate) fn compile(
        settings: &JwtSettings,
        secret: Option<&Secret>,
        sources: &KeySources,
    ) -> Result<Self, String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let fixed = |key| Some(Arc::new(KeySet::of_one(key)));
        let keys = match &settings.keys {
            JwtKeys::Jwks { url } => Keys::Published(sources.get(url)?),
            JwtKeys::PublicKey { key } => Keys::Fixed(fixed(VerifyingKey::public(key.material()))),
            JwtKeys::SharedSecret { .. } => {
                Keys::Fixed(secret.and_then(|secret| fixed(VerifyingKey::secret(secret))))
            }
        };
        let claims = settings.claims.iter().map(|entry| {
            let header = HeaderName::from_bytes(entry.header.as_bytes())
                .map_err(|_no_name| format!("no header can be named {}", entry.header))?;
            Ok((entry.claim.as_str().into(), header))
        });
        Ok(Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            keys,
            forwards_token: settings.forward_token,
            issuer: settings.issuer.as_str().into(),
            audiences: settings.audiences.clone().into(),
            scopes: settings.scopes.clone().into(),
            leeway: settings.leeway_seconds.into(),
            claims: claims.collect::<Result<_, String>>()?,
        })
    }

    /// The keys that are known now.
    pub(crate) fn known_keys(&self) -> Option<Arc<KeySet>> {
        match &self.keys {
            Keys::Fixed(keys) => keys.clone(),
            Keys::Published(source) => source.keys(),
        }
    }

    /// Whether it tells the backend anything in headers.
    pub(crate) fn has_claims(&self) -> bool {
        !self.claims.is_empty()
    }

    /// Whether a backend could take a header of this name for one that a claim stands in: many cannot tell `_` from `-`.
    pub(crate) fn is_claim_header(&self, name: &str) -> bool {
        let same = |(a, b): (u8, u8)| a == b || (b"-_".contains(&a) && b"-_".contains(&b));
        self.claims.iter().any(|(_, header)| {
            let header = header.as_str();
            header.len() == name.len() && header.bytes().zip(name.bytes()).all(same)
        })
    }

    /// Verifies a token at a moment (seconds since 1970).
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(crate) fn verify(
        &self,
        token: &str,
        keys: &KeySet,
        now: i64,
    ) -> Result<Verified, TokenError> {
        let claims = Token::parse(token)?.verify(keys)?;
        let expires = moment(&claims, "exp")?.ok_or(TokenError::NoExpiry)?;
        let valid_from = moment(&claims, "nbf")?.unwrap_or(i64::MIN);
        let validity = Validity {
            from: valid_from.saturating_sub(self.leeway),
            until: expires.saturating_add(self.leeway),
        };
        validity.check(now)?;
        self.check_claims(&claims)?;
        let mut headers = Vec::new();
        for (claim, header) in &self.claims {
            headers.extend(header_of(claims.get(&**claim))?.map(|value| (header.clone(), value)));
        }
        let subject = claims.get("sub").and_then(Value::as_str);
        // One that is no text for a header is not written down.
        let subject = subject.and_then(|subject| HeaderValue::from_bytes(subject.as_bytes()).ok());
        Ok(Verified { validity, headers: headers.into(), subject })
    }

    /// Of whom the token is, for whom, and for what.
    fn check_claims(&self, claims: &Claims) -> Result<(), TokenError> {
        if claims.get("iss").and_then(Value::as_str) != Some(&*self.issuer) {
            return Err(TokenError::Issuer);
        }
        let is_for = |audience: &String| texts(claims.get("aud")).any(|text| text == audience);
        if !self.audiences.is_empty() && !self.audiences.iter().any(is_for) {
            return Err(TokenError::Audience);
        }
        let allows = |scope: &String| {
            let granted = texts(claims.get("scope")).chain(texts(claims.get("scp")));
            granted.flat_map(|text| text.split(' ')).any(|granted| granted == scope)
        };
        if self.scopes.iter().all(allows) { Ok(()) } else { Err(TokenError::Scope) }
    }
}

/// A moment in seconds since 1970; issuers may write fractions.
fn moment(claims: &Claims, name: &str) -> Result<Option<i64>, TokenError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    // A float that is too large becomes the largest number, which is what it stands for.
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64));
    seconds.map(Some).ok_or(TokenError::Malformed)
}

/// The text, or all texts of the list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let (one, list) = match value {
        Some(Value::Array(list)) => (None, list.as_slice()),
        Some(value) => (value.as_str(), [].as_slice()),
        None => (None, [].as_slice()),
    };
    one.into_iter().chain(list.iter().filter_map(Value::as_str))
}

/// A claim as the value of a header: a text as it is, numbers and truth values as they are written, a list of such with
/// commas between them, everything else as JSON. There is none of what is missing or null.
fn header_of(claim: Option<&Value>) -> Result<Option<HeaderValue>, TokenError> {
    let text = match claim {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) if list.iter().all(is_plain) => {
            list.iter().map(plain).collect::<Vec<_>>().join(",")
        }
        Some(value) => plain(value),
    };
    HeaderValue::try_from(text).map(Some).or(Err(TokenError::Claim))
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
