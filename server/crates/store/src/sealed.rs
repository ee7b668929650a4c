//! Secrets as the store sees them: encrypted by whoever gave them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An encrypted secret. The store never sees what is in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which key it was encrypted with, so that keys can be rotated.
    pub key_id: String,
    /// Nonce and ciphertext, as the vault wrote them.
    #[serde(with = "hex::serde")]
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.key_id)
    }
}
