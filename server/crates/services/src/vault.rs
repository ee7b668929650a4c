//! The vault: secrets are encrypted where they lie, with XChaCha20-Poly1305.
//!
//! Each is sealed to its place (table and row), so that nobody who can write to the database can move one to another row.
//! The key's id stands beside it: a new key seals what is written from then on, and the old one still opens what is there.

mod key;

pub use key::{VaultError, VaultKey};

use crate::{ServiceError, random};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::Secret;
use store::Sealed;
use zeroize::Zeroizing;

/// Bytes of the nonce that stands before each ciphertext. Random: at 24 bytes two are never the same.
const NONCE_BYTES: usize = 24;

/// Where a secret lies: a table and a row in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The row's id.
    pub(crate) row: &'a str,
}

impl Place<'_> {
    fn associated_data(self) -> Vec<u8> {
        format!("{}/{}", self.table, self.row).into_bytes()
    }
}

/// Seals and opens secrets. The first key seals, all of them open.
pub(crate) struct Vault {
    ciphers: Vec<(String, XChaCha20Poly1305)>,
}

/// Why a secret cannot be opened.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    /// None of the keys is the one it was sealed with.
    #[error("a secret was sealed with the vault key {0}, which is not in the key file")]
    UnknownKey(String),
    /// It was changed, or lies in another place than it was sealed to.
    #[error("a sealed secret was changed or moved")]
    Forged,
}

impl Vault {
    pub(crate) fn new(keys: &[VaultKey]) -> Result<Self, ServiceError> {
        if keys.is_empty() {
            return Err(ServiceError::unavailable("vault", "no vault key was given"));
        }
        let cipher = |key: &VaultKey| (key.id(), XChaCha20Poly1305::new(key.bytes().into()));
        Ok(Self { ciphers: keys.iter().map(cipher).collect() })
    }

    /// Encrypts `secret` for `place`.
    pub(crate) fn seal(&self, place: Place<'_>, secret: &Secret) -> Result<Sealed, ServiceError> {
        let nonce = random::bytes::<NONCE_BYTES>()?;
        let aad = place.associated_data();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: &aad };
        let (key_id, cipher) = self
            .ciphers
            .first()
            .ok_or_else(|| ServiceError::unavailable("vault", "there is no vault key"))?;
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|cause| ServiceError::unavailable("vault", &cause))?;
        let bytes = [nonce.as_slice(), &ciphertext].concat();
        Ok(Sealed { key_id: key_id.clone(), bytes })
    }

    /// Decrypts what was sealed for `place`.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Secret, OpenError> {
        let known = self.ciphers.iter().find(|(id, _)| *id == sealed.key_id);
        let (_, cipher) = known.ok_or_else(|| OpenError::UnknownKey(sealed.key_id.clone()))?;
        let (nonce, ciphertext) =
            sealed.bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Forged)?;
        let aad = place.associated_data();
        let opened = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
        let plain = Zeroizing::new(opened.or(Err(OpenError::Forged))?);
        let text = std::str::from_utf8(&plain).or(Err(OpenError::Forged))?;
        Ok(Secret::new(text))
    }
}

#[cfg(test)]
#[path = "vault/tests.rs"]
mod tests;
