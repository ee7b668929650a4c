//! Subscription keys, found by a keyed hash: how long a look-up takes says nothing about the keys there are, and the keys
//! themselves are not kept.

use super::{caller::CallerNumber, shard_map::ShardMap};
use domain::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// How long a key is, in bytes. What has another length is none.
const KEY_BYTES: usize = 32;

/// The first half of the HMAC-SHA-256 of a key.
type Digest = [u64; 2];

/// The keyed hash. Its key is drawn anew with each complete snapshot and never leaves the process.
#[derive(Clone)]
struct Keyed(Hmac<Sha256>);

impl Keyed {
    fn digest(&self, key: &[u8]) -> Digest {
        let mut mac = self.0.clone();
        mac.update(key);
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

/// All subscription keys: 24 bytes each to be found by, and 24 to be replaced by.
#[derive(Clone, Debug)]
pub(crate) struct SubscriptionKeys {
    keyed: Keyed,
    callers: ShardMap<Digest, u64>,
    digests: ShardMap<u64, Digest>,
}

impl SubscriptionKeys {
    /// None yet.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 64];
        getrandom::fill(&mut key)?;
        let keyed = Keyed(Hmac::new((&key).into()));
        Ok(Self { keyed, callers: ShardMap::new(), digests: ShardMap::new() })
    }

    /// None, found by the same keyed hash.
    pub(crate) fn none(&self) -> Self {
        Self {
            keyed: self.keyed.clone(),
            callers: ShardMap::new(),
            digests: ShardMap::new(),
        }
    }

    /// Whose key this is.
    pub(crate) fn caller(&self, key: &[u8]) -> Option<CallerNumber> {
        if key.len() != KEY_BYTES {
            return None;
        }
        self.callers.get(&self.keyed.digest(key)).copied().map(CallerNumber::SubscriptionKey)
    }

    /// Puts a key in the place of the one with its id.
    pub(crate) fn put(&mut self, number: u64, key: &Secret) {
        self.take_out(number);
        let digest = self.keyed.digest(key.expose().as_bytes());
        self.callers.insert(digest, number);
        self.digests.insert(number, digest);
    }

    /// Takes a key out.
    pub(crate) fn take_out(&mut self, number: u64) {
        if let Some(digest) = self.digests.get(&number).copied() {
            self.callers.remove(&digest);
            self.digests.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &[u8] = b"0123456789abcdef0123456789abcdef";
    const B: &[u8] = b"0123456789abcdef0123456789abcdee";

    fn secret(key: &[u8]) -> Secret {
        Secret::new(std::str::from_utf8(key).unwrap())
    }

    #[test]
    fn a_key_is_found_until_it_is_taken_out() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(1, &secret(A));
        keys.put(2, &secret(B));
        assert_eq!(keys.caller(A), Some(CallerNumber::SubscriptionKey(1)));
        keys.take_out(1);
        keys.take_out(7);
        assert_eq!(keys.caller(A), None);
        assert_eq!(keys.caller(B), Some(CallerNumber::SubscriptionKey(2)));
    }

    #[test]
    fn what_is_nearly_a_key_is_none() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(1, &secret(A));
        let upper = A.to_ascii_uppercase();
        for wrong in [B, b"", &A[..31], &upper, &[A, b"0"].concat(), &[0xff; 32]] {
            assert_eq!(keys.caller(wrong), None);
        }
    }

    #[test]
    fn a_new_key_replaces_the_one_of_the_same_id() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(1, &secret(A));
        keys.put(1, &secret(B));
        assert_eq!(
            (keys.caller(A), keys.caller(B)),
            (None, Some(CallerNumber::SubscriptionKey(1)))
        );
    }

    #[test]
    fn nothing_of_a_key_is_kept_or_shown() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(1, &secret(A));
        let again = SubscriptionKeys::new().unwrap();
        // Another table hashes the same key otherwise: the hash has a key of its own.
        assert_ne!(keys.keyed.digest(A), again.keyed.digest(A));
        assert!(!format!("{keys:?}").contains("0123456789abcdef"));
    }
}
