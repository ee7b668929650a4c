//! Subscription keys, found by a keyed hash: how long a look-up takes says nothing about the keys there are, and the keys
//! themselves are not kept.

use super::{
    caller::{Caller, CallerNumber},
    shard_map::ShardMap,
};
use crate::keyed::{Digest, Keyed};
use domain::CallerKey;
use std::sync::Arc;

/// How long a key is, in bytes. What has another length is none.
const KEY_BYTES: usize = 32;

/// All subscription keys: a digest each to be found by, and one to be replaced by.
#[derive(Clone, Debug)]
pub(crate) struct SubscriptionKeys {
    keyed: Keyed,
    callers: ShardMap<Digest, Arc<Caller>>,
    digests: ShardMap<CallerNumber, Digest>,
}

impl SubscriptionKeys {
    /// None yet.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let keyed = Keyed::new()?;
        Ok(Self { keyed, callers: ShardMap::new(), digests: ShardMap::new() })
    }

    /// None, found by the same keyed hash.
    pub(crate) fn none(&self) -> Self {
        Self { keyed: self.keyed.clone(), callers: ShardMap::new(), digests: ShardMap::new() }
    }

    /// Whose key this is.
    pub(crate) fn caller(&self, key: &[u8]) -> Option<Arc<Caller>> {
        if key.len() != KEY_BYTES {
            return None;
        }
        self.callers.get(&self.keyed.digest(key)).cloned()
    }

    /// Puts a key in the place of the one with its id.
    pub(crate) fn put(&mut self, key: &CallerKey) {
        let caller = Arc::new(Caller::new(key));
        self.take_out(caller.number);
        let digest = self.keyed.digest(key.secret.expose().as_bytes());
        self.digests.insert(caller.number, digest);
        self.callers.insert(digest, caller);
    }

    /// Takes a key out.
    pub(crate) fn take_out(&mut self, number: CallerNumber) {
        if let Some(digest) = self.digests.get(&number).copied() {
            self.callers.remove(&digest);
            self.digests.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{KeyId, Secret};

    const A: &[u8] = b"0123456789abcdef0123456789abcdef";
    const B: &[u8] = b"0123456789abcdef0123456789abcdee";

    fn id(number: u64) -> KeyId {
        KeyId::SubscriptionKey(format!("sk-{number:0>12}").parse().unwrap())
    }

    fn number(number: u64) -> CallerNumber {
        CallerNumber::of_key(&id(number))
    }

    fn key(number: u64, key: &[u8]) -> CallerKey {
        CallerKey {
            id: id(number),
            owner: "acc-000000000001".parse().unwrap(),
            pin: "bob@example.com".to_owned(),
            api_key: String::new(),
            secret: Secret::new(std::str::from_utf8(key).unwrap()),
        }
    }

    fn caller(keys: &SubscriptionKeys, key: &[u8]) -> Option<CallerNumber> {
        keys.caller(key).map(|caller| caller.number)
    }

    #[test]
    fn a_key_is_found_until_it_is_taken_out() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(&key(1, A));
        keys.put(&key(2, B));
        assert_eq!(caller(&keys, A), Some(number(1)));
        keys.take_out(number(1));
        keys.take_out(number(7));
        assert_eq!(caller(&keys, A), None);
        assert_eq!(caller(&keys, B), Some(number(2)));
    }

    #[test]
    fn what_is_nearly_a_key_is_none() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(&key(1, A));
        let upper = A.to_ascii_uppercase();
        for wrong in [B, b"", &A[..31], &upper, &[A, b"0"].concat(), &[0xff; 32]] {
            assert_eq!(caller(&keys, wrong), None);
        }
    }

    #[test]
    fn a_new_key_replaces_the_one_of_the_same_id() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(&key(1, A));
        keys.put(&key(1, B));
        assert_eq!((caller(&keys, A), caller(&keys, B)), (None, Some(number(1))));
    }

    #[test]
    fn nothing_of_a_key_is_kept_or_shown() {
        let mut keys = SubscriptionKeys::new().unwrap();
        keys.put(&key(1, A));
        let again = SubscriptionKeys::new().unwrap();
        // Another table hashes the same key otherwise: the hash has a key of its own.
        assert_ne!(keys.keyed.digest(A), again.keyed.digest(A));
        assert!(!format!("{keys:?}").contains("0123456789abcdef"));
    }
}
