//! The derived signing key: what is left of a secret once day, region and service are known.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Algorithm, Authorization};

const BLOCK_BYTES: usize = 64;

/// A derived signing key, good for one secret, algorithm, day, region and service.
///
/// It holds the keyed HMAC state, so that signing costs the message's blocks only; cloning copies about a hundred
/// bytes. Worth caching: deriving costs four HMACs. The state is wiped when dropped, and `Debug` does not show it.
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    scope: Arc<str>,
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the key. `date` is the day `YYYYMMDD`; region and service as they stand in the credential.
    pub fn derive(
        algorithm: Algorithm,
        secret: &[u8],
        date: &str,
        region: &str,
        service: &str,
    ) -> Self {
        let mut seed =
            Zeroizing::new(Vec::with_capacity(algorithm.key_prefix().len() + secret.len()));
        seed.extend_from_slice(algorithm.key_prefix());
        seed.extend_from_slice(secret);
        let mut mac = keyed(&seed);
        for part in [date, region, service, algorithm.terminator()] {
            mac.update(part.as_bytes());
            mac = keyed(&*Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes())));
        }
        let scope = format!("{date}/{region}/{service}/{}", algorithm.terminator());
        Self { algorithm, scope: scope.into(), mac }
    }

    /// Derives the key with which `authorization` was signed, if it was signed with `secret`.
    pub fn for_authorization(authorization: &Authorization<'_>, secret: &[u8]) -> Self {
        let (date, region, service) =
            (authorization.date(), authorization.region(), authorization.service());
        Self::derive(authorization.algorithm(), secret, date, region, service)
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `date/region/service/terminator`: what the key is good for.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The HMAC state, keyed, with nothing fed yet.
    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// HMAC keyed with a key of any length. Padding here what HMAC pads anyway makes the key's length right by its type.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; BLOCK_BYTES]);
    if key.len() <= BLOCK_BYTES {
        block[..key.len()].copy_from_slice(key);
    } else {
        block[..32].copy_from_slice(&Sha256::digest(key));
    }
    Hmac::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &[u8]) -> SigningKey {
        SigningKey::derive(Algorithm::Jdcloud2, secret, "20191122", "cn-north-1", "petstore")
    }

    fn tag(key: &SigningKey) -> Vec<u8> {
        key.mac().chain_update(b"message").finalize().into_bytes().to_vec()
    }

    #[test]
    fn debug_shows_the_scope_and_nothing_of_the_key() {
        let shown = format!("{:?}", key(b"secret"));
        assert_eq!(
            shown,
            r#"SigningKey { scope: "20191122/cn-north-1/petstore/jdcloud2_request", .. }"#
        );
    }

    #[test]
    fn a_secret_longer_than_a_block_is_hashed_as_hmac_demands() {
        let long = [b'x'; 200];
        let seed = [Algorithm::Jdcloud2.key_prefix(), &long].concat();
        let mut expected = Hmac::<Sha256>::new_from_slice(&seed).unwrap();
        for part in ["20191122", "cn-north-1", "petstore", "jdcloud2_request"] {
            expected.update(part.as_bytes());
            expected = Hmac::<Sha256>::new_from_slice(&expected.finalize().into_bytes()).unwrap();
        }
        assert_eq!(
            tag(&key(&long)),
            expected.chain_update(b"message").finalize().into_bytes().to_vec()
        );
    }

    #[test]
    fn every_part_of_the_scope_changes_the_key() {
        let base = tag(&key(b"secret"));
        let other = |algorithm, date, region, service| {
            tag(&SigningKey::derive(algorithm, b"secret", date, region, service))
        };
        assert_eq!(base, other(Algorithm::Jdcloud2, "20191122", "cn-north-1", "petstore"));
        assert_ne!(base, other(Algorithm::Jdcloud3, "20191122", "cn-north-1", "petstore"));
        assert_ne!(base, other(Algorithm::Jdcloud2, "20191123", "cn-north-1", "petstore"));
        assert_ne!(base, other(Algorithm::Jdcloud2, "20191122", "cn-south-1", "petstore"));
        assert_ne!(base, other(Algorithm::Jdcloud2, "20191122", "cn-north-1", "petshop"));
        assert_ne!(base, tag(&key(b"Secret")));
    }
}
