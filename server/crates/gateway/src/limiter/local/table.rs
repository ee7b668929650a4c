//! Windows by key or address, in parts with a lock each.

use super::window::Window;
use crate::{
    limiter::{Limit, Nanos, Standing, Taken},
    snapshot::CallerNumber,
};
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Parts of a table that grows.
const PARTS: usize = 64;
/// Entries of a part of fixed size: few enough to look through for the least recently used.
const PART_SIZE: usize = 64;

/// Whose calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// The number of a key.
    Caller(CallerNumber),
    /// An address.
    Address(IpAddr),
}

/// A scope's number, and whose calls of it.
type Key = (u64, Who);

/// Windows by key. The hash is keyed by chance: which part an address falls in, nobody outside can choose.
#[derive(Debug)]
pub(super) struct Table {
    parts: Box<[Mutex<Part>]>,
    hash: RandomState,
    /// Most entries of a part.
    part_size: usize,
}

#[derive(Debug, Default)]
struct Part {
    entries: HashMap<Key, Entry>,
    /// With how many entries those that expired are looked for.
    tidy_at: usize,
}

#[derive(Debug, Default)]
struct Entry {
    window: Window,
    expires: Nanos,
    used: Nanos,
}

impl Table {
    /// A table for keys, of which there are only so many.
    pub(super) fn growing() -> Self {
        Self::new(PARTS, usize::MAX)
    }

    /// A table of at most `capacity` entries, rounded up so that it divides into parts.
    pub(super) fn fixed(capacity: usize) -> Self {
        let parts = capacity.div_ceil(PART_SIZE).max(1);
        Self::new(parts, capacity.div_ceil(parts).max(1))
    }

    fn new(parts: usize, part_size: usize) -> Self {
        let parts = (0..parts).map(|_| Mutex::default()).collect();
        Self { parts, hash: RandomState::new(), part_size }
    }

    /// Counts a call, if the limit lets it pass.
    ///
    /// # Errors
    /// Where the limit stands when it does not.
    pub(super) fn take(&self, key: Key, limit: Limit, now: Nanos) -> Result<Taken, Standing> {
        let mut part = self.part(key);
        if !part.entries.contains_key(&key) {
            part.make_room(self.part_size, now);
        }
        let entry = part.entries.entry(key).or_default();
        let taken = entry.window.take(limit, now);
        entry.expires = entry.window.expires(limit);
        entry.used = now;
        taken
    }

    /// Takes back a call that was counted to `slot`. Nothing happens when its key was forgotten meanwhile.
    pub(super) fn give_back(&self, key: Key, slot: u64) {
        if let Some(entry) = self.part(key).entries.get_mut(&key) {
            entry.window.give_back(slot);
        }
    }

    fn part(&self, key: Key) -> MutexGuard<'_, Part> {
        // A part's own map hashes with another key, so that its buckets are filled evenly.
        let part = self.hash.hash_one(key) as usize % self.parts.len();
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.lock().unwrap().entries.len()).sum()
    }
}

impl Part {
    /// Forgets whose window is empty, once there are twice as many entries as after the last time; then, if need be, the
    /// least recently used.
    fn make_room(&mut self, size: usize, now: Nanos) {
        if self.entries.len() >= self.tidy_at.max(PART_SIZE / 2).min(size) {
            self.entries.retain(|_, entry| entry.expires > now);
            self.tidy_at = self.entries.len().saturating_mul(2);
        }
        if self.entries.len() >= size {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(key) = oldest.map(|(key, _)| *key) {
                self.entries.remove(&key);
            }
        }
    }
}
