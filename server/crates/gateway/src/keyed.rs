//! A keyed hash, for tables whose keys are secrets: how long a look-up takes says nothing about what is in there, and the
//! secrets themselves are not kept.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// The first half of an HMAC-SHA-256.
pub(crate) type Digest = [u64; 2];

/// The keyed hash. Its key is drawn when it is made and never leaves the process.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    /// One with a key of its own.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 64];
        getrandom::fill(&mut key)?;
        Ok(Self(Hmac::new((&key).into())))
    }

    /// The hash of a secret.
    pub(crate) fn digest(&self, secret: &[u8]) -> Digest {
        let mut mac = self.0.clone();
        mac.update(secret);
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        let (words, _) = bytes.as_chunks::<8>();
        [u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])]
    }
}

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyed(…)")
    }
}
