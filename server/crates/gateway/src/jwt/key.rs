//! A key that tokens are verified with: prepared once, and for one algorithm only.

use domain::{JwtAlgorithm, Secret, jwt::PublicKeyMaterial};
use ring::{
    hmac,
    signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    },
};

/// A key. Its kind is its algorithm: what a token says about its own has to fit, and chooses nothing.
#[derive(Debug)]
pub(crate) enum VerifyingKey {
    /// RS256.
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// ES256.
    P256(UnparsedPublicKey<Vec<u8>>),
    /// EdDSA.
    Ed25519(UnparsedPublicKey<Vec<u8>>),
    /// HS256. Its `Debug` tells the hash alone.
    Secret(hmac::Key),
}

impl VerifyingKey {
    /// Prepares a public key.
    pub(crate) fn public(material: &PublicKeyMaterial) -> Self {
        match material {
            PublicKeyMaterial::Rsa { modulus, exponent } => {
                Self::Rsa(RsaPublicKeyComponents { n: modulus.clone(), e: exponent.clone() })
            }
            PublicKeyMaterial::P256(point) => {
                Self::P256(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.clone()))
            }
            PublicKeyMaterial::Ed25519(key) => {
                Self::Ed25519(UnparsedPublicKey::new(&ED25519, key.clone()))
            }
        }
    }

    /// Prepares a shared secret.
    pub(crate) fn secret(secret: &Secret) -> Self {
        Self::Secret(hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()))
    }

    /// The one algorithm that it is for.
    pub(crate) fn algorithm(&self) -> JwtAlgorithm {
        match self {
            Self::Rsa(_) => JwtAlgorithm::Rs256,
            Self::P256(_) => JwtAlgorithm::Es256,
            Self::Ed25519(_) => JwtAlgorithm::EdDsa,
            Self::Secret(_) => JwtAlgorithm::Hs256,
        }
    }

    /// Whether this is the key's signature of the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let outcome = match self {
            Self::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::P256(key) | Self::Ed25519(key) => key.verify(message, signature),
            Self::Secret(key) => hmac::verify(key, message, signature),
        };
        outcome.is_ok()
    }
}
