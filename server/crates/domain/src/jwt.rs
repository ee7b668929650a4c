//! JSON Web Tokens as a way to say who calls: whose tokens a group accepts, and what its backend learns from them.

mod jwks_url;
mod public_key;

pub use jwks_url::JwksUrl;
pub use public_key::{PublicKey, PublicKeyMaterial, RSA_BITS};

use crate::{
    error::{DomainError, ErrorKind, Violations},
    id::JwtSecretId,
    mapping::check_header_name,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Longest issuer, audience, scope or claim's name, in characters.
pub const NAME_MAX: usize = 256;
/// Most audiences, most scopes, and most claims that are sent in headers.
pub const ENTRIES_MAX: usize = 16;
/// Shortest secret, in bytes: as long as the hash that HS256 is made of (RFC 7518, 3.2).
pub const SECRET_MIN: usize = 32;
/// Longest secret, in bytes.
pub const SECRET_MAX: usize = 1024;
/// How far clocks may differ unless something else is said, in seconds.
pub const LEEWAY: u32 = 60;
/// How far clocks may differ at most, in seconds.
pub const LEEWAY_MAX: u32 = 600;

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JwtAlgorithm {
    /// RSA (PKCS #1 1.5) with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// HMAC with SHA-256.
    Hs256,
}

impl JwtAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::EdDsa, Self::Hs256];

    /// Its name in a token's `alg`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }

    /// The one of this name. There is no `none`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// Where the keys come from that tokens are verified with. It decides which algorithms are accepted, so that a token cannot
/// choose one that its key is not for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JwtKeys {
    /// From the issuer, which publishes its public keys at an address.
    Jwks {
        /// Where.
        url: JwksUrl,
    },
    /// One public key.
    PublicKey {
        /// The key.
        key: PublicKey,
    },
    /// A secret that issuer and gateway share. The secret itself lies elsewhere, encrypted.
    SharedSecret {
        /// Which one; `None` in what is given to change a group: the one that is given with it, or that the group has.
        id: Option<JwtSecretId>,
    },
}

impl JwtKeys {
    /// The algorithms that tokens may be signed with.
    #[must_use]
    pub fn algorithms(&self) -> Vec<JwtAlgorithm> {
        match self {
            Self::Jwks { .. } => {
                vec![JwtAlgorithm::Rs256, JwtAlgorithm::Es256, JwtAlgorithm::EdDsa]
            }
            Self::PublicKey { key } => vec![key.algorithm()],
            Self::SharedSecret { .. } => vec![JwtAlgorithm::Hs256],
        }
    }

    /// Their kind as it is written: `jwks`, `public_key`, `shared_secret`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Jwks { .. } => "jwks",
            Self::PublicKey { .. } => "public_key",
            Self::SharedSecret { .. } => "shared_secret",
        }
    }
}

/// A claim that the backend is told in a header.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClaimHeader {
    /// The claim's name.
    pub claim: String,
    /// The header's name. What a caller sends under it is never forwarded.
    pub header: String,
}

/// Whose tokens a group accepts, and what its backend learns from them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JwtSettings {
    /// Who issues them: `iss` must be exactly this.
    pub issuer: String,
    /// Whom they must be for: one of these must be in `aud`. None: `aud` does not matter.
    pub audiences: Vec<String>,
    /// What they must allow: all of these must be in `scope` or `scp`.
    pub scopes: Vec<String>,
    /// What they are verified with.
    pub keys: JwtKeys,
    /// How far the issuer's clock may differ from the gateway's, in seconds.
    pub leeway_seconds: u32,
    /// What the backend is told of them.
    pub claims: Vec<ClaimHeader>,
    /// Whether the backend is sent the token itself, too.
    pub forward_token: bool,
}

impl JwtSettings {
    /// Adds every broken rule.
    pub(crate) fn check(&self, violations: &mut Violations) {
        violations.extend(check_issuer(&self.issuer));
        check_list("jwtAudiences", &self.audiences, violations);
        check_list("jwtScopes", &self.scopes, violations);
        if self.leeway_seconds > LEEWAY_MAX {
            violations.push(wrong_leeway());
        }
        check_count("jwtClaims", self.claims.len(), violations);
        let mut seen = HashSet::new();
        for (index, entry) in self.claims.iter().enumerate() {
            let field = |member: &str| format!("jwtClaims[{index}].{member}");
            violations.extend(check_text(&field("claim"), &entry.claim));
            let broken = check_claim_header(&field("header"), &entry.header);
            let twice = !seen.insert(entry.header.to_ascii_lowercase());
            violations.extend(broken.or_else(|| twice.then(|| duplicate(&field("header")))));
        }
    }
}

/// Required, at most [`NAME_MAX`] characters, no control characters.
#[must_use]
pub fn check_issuer(issuer: &str) -> Option<DomainError> {
    check_text("jwtIssuer", issuer)
}

/// The secret's rules, where there is one: [`SECRET_MIN`] to [`SECRET_MAX`] bytes.
#[must_use]
pub fn check_secret(secret: &str) -> Option<DomainError> {
    (!(SECRET_MIN..=SECRET_MAX).contains(&secret.len())).then(|| {
        DomainError::new(
            ErrorKind::Length,
            "jwtSecret",
            format!("{SECRET_MIN} to {SECRET_MAX} bytes"),
            format!("长度为{SECRET_MIN}到{SECRET_MAX}字节"),
        )
    })
}

/// A number of seconds, at most [`LEEWAY_MAX`]; nothing stands for [`LEEWAY`].
///
/// # Errors
/// When it is none.
pub fn parse_leeway(text: &str) -> Result<u32, DomainError> {
    if text.is_empty() {
        return Ok(LEEWAY);
    }
    text.parse().ok().filter(|seconds| *seconds <= LEEWAY_MAX).ok_or_else(wrong_leeway)
}

/// Headers that carry what the gateway itself is told are no place for a claim either.
fn check_claim_header(field: &str, name: &str) -> Option<DomainError> {
    check_header_name(field, name).or_else(|| {
        let taken = ["authorization", "cookie", "content-type", "content-encoding"];
        taken.contains(&name.to_ascii_lowercase().as_str()).then(|| {
            DomainError::new(
                ErrorKind::State,
                field,
                "this header has a meaning of its own",
                "该Header有固定含义，不能配置",
            )
        })
    })
}

fn check_list(field: &str, list: &[String], violations: &mut Violations) {
    check_count(field, list.len(), violations);
    violations.extend(list.iter().find_map(|entry| check_text(field, entry)));
}

fn check_text(field: &str, text: &str) -> Option<DomainError> {
    if text.is_empty() {
        Some(DomainError::required(field))
    } else if text.chars().count() > NAME_MAX {
        Some(DomainError::too_long(field, NAME_MAX))
    } else {
        text.chars().any(char::is_control).then(|| {
            DomainError::new(ErrorKind::Format, field, "no control characters", "不能包含控制字符")
        })
    }
}

fn check_count(field: &str, count: usize, violations: &mut Violations) {
    if count > ENTRIES_MAX {
        violations.push(DomainError::new(
            ErrorKind::Length,
            field,
            format!("at most {ENTRIES_MAX} entries"),
            format!("最多{ENTRIES_MAX}项"),
        ));
    }
}

fn wrong_leeway() -> DomainError {
    DomainError::new(
        ErrorKind::Range,
        "jwtLeeway",
        format!("a number of seconds, at most {LEEWAY_MAX}"),
        format!("秒数，不超过{LEEWAY_MAX}"),
    )
}

fn duplicate(field: &str) -> DomainError {
    DomainError::new(ErrorKind::Duplicate, field, "this name is there already", "名称重复")
}

#[cfg(test)]
#[path = "jwt/tests.rs"]
mod tests;
