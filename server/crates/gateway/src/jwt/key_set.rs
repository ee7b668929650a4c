//! The keys of an issuer, as it publishes them (RFC 7517), or the one that a group was given.

use super::key::VerifyingKey;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{JwtAlgorithm, jwt::PublicKeyMaterial};
use serde::Deserialize;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

/// Keys that are kept of one set; issuers have two or three.
const KEYS_MAX: usize = 64;

/// Keys, and a number that no other set has.
#[derive(Debug)]
pub(crate) struct KeySet {
    number: u64,
    keys: Vec<NamedKey>,
    /// The issuer may have others by now.
    is_published: bool,
}

#[derive(Debug)]
struct NamedKey {
    id: Option<Box<str>>,
    key: VerifyingKey,
}

/// A set as it is published. What is not understood is passed over, key by key.
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// Why a token was verified by no key of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// None is for the token, as far as is known.
    Unknown,
    /// The one that is says no.
    Mismatch,
}

impl KeySet {
    /// The one key that a group was given.
    pub(crate) fn of_one(key: VerifyingKey) -> Self {
        Self::new(vec![NamedKey { id: None, key }], false)
    }

    /// Reads what an issuer publishes.
    ///
    /// # Errors
    /// In words for a person, when it is no set of keys, or none of them can be used.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let document: Document = serde_json::from_slice(text)
            .map_err(|error| format!("it answered no set of keys: {error}"))?;
        let keys: Vec<NamedKey> =
            document.keys.into_iter().filter_map(NamedKey::read).take(KEYS_MAX).collect();
        if keys.is_empty() {
            return Err("it has no key for RS256, ES256 or EdDSA".to_owned());
        }
        Ok(Self::new(keys, true))
    }

    fn new(keys: Vec<NamedKey>, is_published: bool) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), keys, is_published }
    }

    /// A number that no other set has.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether a key of it is for this algorithm.
    pub(crate) fn has(&self, algorithm: JwtAlgorithm) -> bool {
        self.keys.iter().any(|named| named.key.algorithm() == algorithm)
    }

    /// Verifies a signature with the key of this id; where the token or the key has none, with all that are for the
    /// algorithm.
    ///
    /// # Errors
    /// When none says yes.
    pub(crate) fn verify(
        &self,
        (algorithm, id): (JwtAlgorithm, Option<&str>),
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NoKey> {
        let fits = |named: &&NamedKey| {
            named.key.algorithm() == algorithm
                && (id.is_none() || named.id.is_none() || named.id.as_deref() == id)
        };
        let mut candidates = self.keys.iter().filter(fits).peekable();
        let is_known = candidates.peek().is_some() && (id.is_some() || !self.is_published);
        if candidates.any(|named| named.key.verifies(message, signature)) {
            Ok(())
        } else if is_known {
            Err(NoKey::Mismatch)
        } else {
            Err(NoKey::Unknown)
        }
    }
}

impl NamedKey {
    /// A key that is for signatures of an algorithm that is known. Never a secret: who publishes one has none.
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => PublicKeyMaterial::rsa(&bytes(&jwk.n)?, &bytes(&jwk.e)?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(&jwk.x)?, bytes(&jwk.y)?);
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                if x.len() == 32 { PublicKeyMaterial::p256(&point) } else { None }
            }
            ("OKP", Some("Ed25519")) => PublicKeyMaterial::ed25519(&bytes(&jwk.x)?),
            _ => None,
        }?;
        if jwk.alg.as_deref().is_some_and(|name| name != material.algorithm().as_str()) {
            return None;
        }
        let id = jwk.kid.map(String::into_boxed_str);
        Some(Self { id, key: VerifyingKey::public(&material) })
    }
}
