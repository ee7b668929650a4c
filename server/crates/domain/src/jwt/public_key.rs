//! Public keys as issuers give them away: PEM of an RSA, P-256 or Ed25519 key.

use super::JwtAlgorithm;
use crate::error::{DomainError, ErrorKind};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::RangeInclusive, str::FromStr};

/// How long the modulus of an RSA key may be, in bits.
pub const RSA_BITS: RangeInclusive<usize> = 2048..=8192;
/// Longest text, in bytes; an RSA key of 8192 bits has a fourth of it.
const TEXT_MAX: usize = 8192;

const OID_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const OID_EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const OID_P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const OID_ED25519: &[u8] = &[0x2b, 0x65, 0x70];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT: u8 = 0x06;

/// What a public key is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PublicKeyMaterial {
    /// Big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The exponent.
        exponent: Vec<u8>,
    },
    /// A point of P-256, not compressed: 65 bytes, the first of them 4.
    P256(Vec<u8>),
    /// 32 bytes.
    Ed25519(Vec<u8>),
}

impl PublicKeyMaterial {
    /// An RSA key; `None` when its modulus is shorter or longer than [`RSA_BITS`], or its exponent is none.
    #[must_use]
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        let is_odd = exponent.last()? % 2 == 1;
        (RSA_BITS.contains(&bits) && exponent.len() <= 4 && is_odd)
            .then(|| Self::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    /// A P-256 key; `None` when this is no point in the form above.
    #[must_use]
    pub fn p256(point: &[u8]) -> Option<Self> {
        (point.len() == 65 && point[0] == 4).then(|| Self::P256(point.to_vec()))
    }

    /// An Ed25519 key; `None` when it has another length.
    #[must_use]
    pub fn ed25519(key: &[u8]) -> Option<Self> {
        (key.len() == 32).then(|| Self::Ed25519(key.to_vec()))
    }

    /// The one algorithm that it verifies.
    #[must_use]
    pub fn algorithm(&self) -> JwtAlgorithm {
        match self {
            Self::Rsa { .. } => JwtAlgorithm::Rs256,
            Self::P256(_) => JwtAlgorithm::Es256,
            Self::Ed25519(_) => JwtAlgorithm::EdDsa,
        }
    }
}

/// A public key in PEM: `PUBLIC KEY` or `RSA PUBLIC KEY`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    pem: String,
    material: PublicKeyMaterial,
}

impl PublicKey {
    /// What it is made of.
    #[must_use]
    pub fn material(&self) -> &PublicKeyMaterial {
        &self.material
    }

    /// The one algorithm that it verifies.
    #[must_use]
    pub fn algorithm(&self) -> JwtAlgorithm {
        self.material.algorithm()
    }

    /// The key in PEM; the same for the same key, however its lines were broken.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.pem
    }
}

fn wrong(message: &str, message_zh: &str) -> DomainError {
    DomainError::new(ErrorKind::Format, "jwtPublicKey", message, message_zh)
}

fn no_key() -> DomainError {
    wrong(
        "a public key in PEM (-----BEGIN PUBLIC KEY-----): RSA of 2048 to 8192 bits, P-256 or Ed25519",
        "需为PEM格式的公钥（-----BEGIN PUBLIC KEY-----）：2048到8192位的RSA、P-256或Ed25519",
    )
}

impl FromStr for PublicKey {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DomainError::required("jwtPublicKey"));
        }
        if text.contains("PRIVATE KEY-----") {
            return Err(wrong(
                "this is a private key: nobody but the issuer may have it. Give its public key",
                "这是私钥，只能由签发者保管，请填写对应的公钥",
            ));
        }
        if text.len() > TEXT_MAX {
            return Err(no_key());
        }
        let (label, body) = ["PUBLIC KEY", "RSA PUBLIC KEY"]
            .into_iter()
            .find_map(|label| Some((label, body_of(text, label)?)))
            .ok_or_else(no_key)?;
        let base64: String = body.split_ascii_whitespace().collect();
        let der = STANDARD.decode(&base64).or(Err(no_key()))?;
        let material = if label == "PUBLIC KEY" { subject(&der) } else { rsa(&der) };
        let material = material.ok_or_else(no_key)?;
        Ok(Self { pem: written(label, &base64), material })
    }
}

/// What stands between the two lines of a label, where that is the whole text.
fn body_of<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.strip_prefix("-----BEGIN ")?
        .strip_prefix(label)?
        .strip_prefix("-----")?
        .strip_suffix("-----")?
        .strip_suffix(label)?
        .strip_suffix("-----END ")
}

/// In lines of 64 characters.
fn written(label: &str, base64: &str) -> String {
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = base64;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----");
    pem
}

/// A `SubjectPublicKeyInfo` (RFC 5280, 4.1).
fn subject(der: &[u8]) -> Option<PublicKeyMaterial> {
    let mut outer = Der(der);
    let mut info = Der(outer.take(SEQUENCE)?);
    let mut algorithm = Der(info.take(SEQUENCE)?);
    let bits = info.take(BIT_STRING)?;
    if !outer.0.is_empty() || !info.0.is_empty() {
        return None;
    }
    // The first byte says how many bits of the last one are unused.
    let key = bits.strip_prefix(&[0])?;
    match algorithm.take(OBJECT)? {
        OID_RSA => rsa(key),
        OID_EC if algorithm.take(OBJECT)? == OID_P256 => PublicKeyMaterial::p256(key),
        OID_ED25519 => PublicKeyMaterial::ed25519(key),
        _ => None,
    }
}

/// An `RSAPublicKey` (RFC 8017, A.1.1).
fn rsa(der: &[u8]) -> Option<PublicKeyMaterial> {
    let mut outer = Der(der);
    let mut key = Der(outer.take(SEQUENCE)?);
    let (modulus, exponent) = (key.take(INTEGER)?, key.take(INTEGER)?);
    if !outer.0.is_empty() || !key.0.is_empty() {
        return None;
    }
    PublicKeyMaterial::rsa(modulus, exponent)
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// What is left to be read.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next value, where that has this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let [first, length, rest @ ..] = self.0 else { return None };
        let (length, rest) = match (length, rest) {
            (short @ 0..=0x7f, rest) => (usize::from(*short), rest),
            (0x81, [one, rest @ ..]) => (usize::from(*one), rest),
            (0x82, [high, low, rest @ ..]) => (usize::from(*high) << 8 | usize::from(*low), rest),
            _ => return None,
        };
        if *first != tag || rest.len() < length {
            return None;
        }
        let (content, rest) = rest.split_at(length);
        self.0 = rest;
        Some(content)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> String {
        key.pem
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pem)
    }
}

#[cfg(test)]
#[path = "public_key/tests.rs"]
mod tests;
