//! Nonces that were seen: a table of fixed size, in parts with a lock each.
//!
//! A nonce is kept as 44 bits of a keyed hash and the second it expires at, in one word, in the emptier of two buckets of
//! eight that another hash chooses. That a new nonce is taken for an old one happens once in some 10¹² calls. When both
//! buckets are full of nonces that are all still valid, the one that would expire first is forgotten: a flood of valid
//! calls shortens the memory for old ones, and never refuses a new one.

use crate::log_limit::LogLimit;
use std::{
    hash::{BuildHasher, Hash, Hasher, RandomState},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

const PARTS: usize = 256;
const BUCKET: usize = 8;
const EXPIRY_BITS: u32 = 20;
const EXPIRY_MASK: u64 = (1 << EXPIRY_BITS) - 1;

/// The table. An empty slot is 0.
pub(crate) struct Nonces {
    parts: Box<[Mutex<Box<[u64]>>]>,
    /// Two keys, so that nobody outside can aim at a bucket or at a fingerprint.
    place: RandomState,
    fingerprint: RandomState,
    /// Longest time from now that an expiry can be, in seconds. Words that say more are left over from long ago.
    longest: u64,
    forgotten: AtomicU64,
    log_limit: LogLimit,
}

/// Where a bucket would take a nonce.
#[derive(Clone, Copy)]
struct Room {
    slot: usize,
    /// How many of its slots are free.
    free: usize,
    /// How long the nonce in `slot` is still valid.
    left: u64,
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nonces").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl Nonces {
    /// A table for `capacity` nonces (rounded up to a power of two), of calls whose dates may be `skew` seconds off. Its
    /// memory is taken as it fills.
    pub(crate) fn new(capacity: usize, skew: u64) -> Self {
        let slots = capacity.max(PARTS * BUCKET).next_power_of_two() / PARTS;
        Self {
            parts: (0..PARTS).map(|_| Mutex::new(vec![0; slots].into_boxed_slice())).collect(),
            place: RandomState::new(),
            fingerprint: RandomState::new(),
            longest: 2 * skew,
            forgotten: AtomicU64::new(0),
            log_limit: LogLimit::new(60_000),
        }
    }

    /// Remembers the nonce of a valid call until `expires`; `false` when it is remembered already. Both times are seconds
    /// since 1970.
    pub(crate) fn first_use(&self, key: u64, nonce: &[u8], expires: i64, now: i64) -> bool {
        let place = hash(&self.place, key, nonce);
        let fingerprint = hash(&self.fingerprint, key, nonce) >> EXPIRY_BITS | 1;
        let word = fingerprint << EXPIRY_BITS | (expires as u64 & EXPIRY_MASK);
        let mut part =
            self.parts[low(place) % PARTS].lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = part.len() / BUCKET;
        let choices = [low(place >> 8), low(place >> 32)].map(|choice| {
            let first = (choice % buckets) * BUCKET;
            self.look(&part[first..first + BUCKET], fingerprint, now).map(|room| (room, first))
        });
        // A bucket that has it says `None`.
        let [Some(one), Some(other)] = choices else { return false };
        let (room, first) =
            if other.0.free > one.0.free || (one.0.free == 0 && other.0.left < one.0.left) {
                other
            } else {
                one
            };
        part[first + room.slot] = word;
        drop(part);
        if room.free == 0 {
            self.forget();
        }
        true
    }

    /// Where a bucket would take a nonce; `None` when it has it.
    fn look(&self, bucket: &[u64], fingerprint: u64, now: i64) -> Option<Room> {
        let mut room = Room { slot: 0, free: 0, left: u64::MAX };
        for (slot, word) in bucket.iter().enumerate() {
            match self.seconds_left(*word, now) {
                Some(_) if *word >> EXPIRY_BITS == fingerprint => return None,
                Some(left) if room.free == 0 && left < room.left => {
                    room = Room { slot, free: 0, left }
                }
                Some(_) => {}
                None => room = Room { slot, free: room.free + 1, left: 0 },
            }
        }
        Some(room)
    }

    /// How long a word is still valid; `None` for one that is not.
    fn seconds_left(&self, word: u64, now: i64) -> Option<u64> {
        let left = (word & EXPIRY_MASK).wrapping_sub(now as u64) & EXPIRY_MASK;
        (word != 0 && left <= self.longest).then_some(left)
    }

    #[cold]
    fn forget(&self) {
        let forgotten = self.forgotten.fetch_add(1, Ordering::Relaxed) + 1;
        if self.log_limit.admits() {
            tracing::warn!(
                forgotten,
                "the table of nonces is full: calls could be repeated; raise nonce_capacity"
            );
        }
    }
}

fn hash(state: &RandomState, key: u64, nonce: &[u8]) -> u64 {
    let mut hasher = state.build_hasher();
    key.hash(&mut hasher);
    hasher.write(nonce);
    hasher.finish()
}

#[expect(clippy::cast_possible_truncation, reason = "a few low bits are what is wanted")]
fn low(hash: u64) -> usize {
    hash as u32 as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const NOW: i64 = 1_574_390_400;
    const SKEW: i64 = 900;

    fn table(capacity: usize) -> Nonces {
        Nonces::new(capacity, SKEW as u64)
    }

    #[test]
    fn a_nonce_is_good_once_per_key() {
        let nonces = table(1);
        assert!(nonces.first_use(1, b"n", NOW + SKEW, NOW));
        assert!(!nonces.first_use(1, b"n", NOW + SKEW, NOW));
        assert!(nonces.first_use(2, b"n", NOW + SKEW, NOW));
        assert!(nonces.first_use(1, b"N", NOW + SKEW, NOW));
    }

    #[test]
    fn a_nonce_is_remembered_until_its_date_can_no_longer_be_accepted() {
        let nonces = table(1);
        // The most that a date may be ahead: it expires in twice the tolerance.
        let expires = NOW + 2 * SKEW;
        assert!(nonces.first_use(1, b"n", expires, NOW));
        assert!(!nonces.first_use(1, b"n", expires, expires));
        assert!(nonces.first_use(1, b"n", expires + SKEW, expires + 1));
    }

    #[test]
    fn a_word_from_long_ago_is_not_taken_for_a_valid_one() {
        let nonces = table(1);
        for days in 1..40 {
            let now = NOW + days * 86_400;
            assert!(nonces.first_use(1, b"n", now + SKEW, now), "day {days}");
        }
    }

    #[test]
    fn of_many_calls_at_once_with_one_nonce_one_passes() {
        let nonces = Arc::new(table(1 << 12));
        for round in 0..50u32 {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    let nonces = Arc::clone(&nonces);
                    std::thread::spawn(move || {
                        nonces.first_use(1, &round.to_le_bytes(), NOW + SKEW, NOW)
                    })
                })
                .collect();
            let passed =
                threads.into_iter().map(|t| t.join().unwrap()).filter(|first| *first).count();
            assert_eq!(passed, 1);
        }
    }

    #[test]
    fn a_flood_of_new_nonces_is_never_refused_and_the_newest_are_remembered() {
        let nonces = table(2048);
        for n in 0..100_000u32 {
            // They come in over the whole time that they are valid, so the oldest expire first.
            let now = NOW + i64::from(n) / 200;
            assert!(nonces.first_use(1, &n.to_le_bytes(), now + SKEW, now), "{n}");
            assert!(!nonces.first_use(1, &n.to_le_bytes(), now + SKEW, now), "{n}");
        }
        assert!(nonces.forgotten.load(Ordering::Relaxed) > 90_000);
    }

    #[test]
    fn until_it_is_half_full_it_forgets_nothing() {
        // At two thirds, one table in 25 has forgotten a nonce; at half, none of 4,000 simulated ones had.
        let nonces = table(1 << 18);
        for n in 0..1u32 << 17 {
            assert!(nonces.first_use(1, &n.to_le_bytes(), NOW + SKEW, NOW));
        }
        for n in 0..1u32 << 17 {
            assert!(!nonces.first_use(1, &n.to_le_bytes(), NOW + SKEW, NOW));
        }
        assert_eq!(nonces.forgotten.load(Ordering::Relaxed), 0);
    }
}
