//! A map that is copied cheaply: many small maps behind `Arc`s, of which a change copies only those it touches.

use crate::hash::FastHash;
use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::{BuildHasher, Hash},
    sync::Arc,
};

/// With 10,000 groups a shard holds about forty: copying one is a few microseconds, and so is copying the list of shards.
const SHARDS: usize = 256;

type Shard<K, V> = HashMap<K, V, FastHash>;

/// A map of `SHARDS` parts. A clone shares all parts; a change to it copies the one part it falls in.
#[derive(Clone, Debug)]
pub(crate) struct ShardMap<K, V> {
    shards: Box<[Arc<Shard<K, V>>]>,
}

impl<K: Eq + Hash + Clone, V: Clone> ShardMap<K, V> {
    /// An empty map.
    pub(crate) fn new() -> Self {
        let empty = Arc::new(Shard::default());
        Self { shards: (0..SHARDS).map(|_| Arc::clone(&empty)).collect() }
    }

    /// The value of `key`.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.shards[shard_of(key)].get(key)
    }

    /// Puts `value` in the place of what is there.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        Arc::make_mut(&mut self.shards[shard_of(&key)]).insert(key, value);
    }

    /// Takes `key` out; copies nothing when it is not there.
    pub(crate) fn remove<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let shard = &mut self.shards[shard_of(key)];
        if shard.contains_key(key) {
            Arc::make_mut(shard).remove(key);
        }
    }

    /// How many parts both maps share.
    #[cfg(test)]
    pub(crate) fn shared_with(&self, other: &Self) -> usize {
        self.shards.iter().zip(&other.shards).filter(|(a, b)| Arc::ptr_eq(a, b)).count()
    }
}

fn shard_of<Q: Hash + ?Sized>(key: &Q) -> usize {
    // Not the bits that the map inside goes by.
    (FastHash.hash_one(key) >> 40) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_copies_only_the_part_it_falls_in() {
        let mut map = ShardMap::new();
        for n in 0..10_000u64 {
            map.insert(n, n);
        }
        let mut changed = map.clone();
        changed.insert(77, 0);
        changed.remove(&10_001);
        assert_eq!((map.get(&77), changed.get(&77)), (Some(&77), Some(&0)));
        assert_eq!(map.shared_with(&changed), SHARDS - 1);
        changed.remove(&77);
        assert_eq!((map.get(&77), changed.get(&77)), (Some(&77), None));
    }
}
