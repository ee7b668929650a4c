//! The counter of a scope, which all cores share: one word, changed by compare-and-swap.
//!
//! The word has the current slot and how many calls are counted in it and the sixty slots before. A call adds one to it.
//! What came in the slots before is behind a lock, which is taken once a slot, by whoever is first in it.

use crate::limiter::{Limit, Nanos, SLOTS, Standing, Taken};
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// Limits have at most nine digits, which is less than 2³⁰. The slot has the rest: at sixty a second it lasts nine years
/// of a process.
const USED_BITS: u32 = 30;
const USED_MASK: u64 = (1 << USED_BITS) - 1;
/// No slot: nothing is counted before the current one.
const NONE: u64 = u64::MAX;

/// The counter of a scope.
#[derive(Debug)]
pub(crate) struct Counter {
    /// The current slot, and what is counted.
    state: AtomicU64,
    /// The first slot that something is counted in, as of the last change of the slot.
    oldest: AtomicU64,
    past: Mutex<Past>,
}

/// What came before the current slot.
#[derive(Debug, Default)]
struct Past {
    /// Calls of the sixty slots before, by slot modulo sixty; empty until there are any.
    counts: Vec<u32>,
    /// What was counted when the current slot began.
    base: u32,
}

impl Default for Counter {
    fn default() -> Self {
        Self { state: AtomicU64::new(0), oldest: AtomicU64::new(NONE), past: Mutex::default() }
    }
}

fn pack(slot: u64, used: u32) -> u64 {
    slot << USED_BITS | u64::from(used)
}

fn unpack(state: u64) -> (u64, u32) {
    // The mask leaves thirty bits.
    (state >> USED_BITS, (state & USED_MASK) as u32)
}

fn place(slot: u64) -> usize {
    (slot % SLOTS) as usize
}

impl Past {
    fn count(&self, slot: u64) -> u32 {
        self.counts.get(place(slot)).copied().unwrap_or(0)
    }

    fn set(&mut self, slot: u64, count: u32) {
        if self.counts.is_empty() {
            self.counts = vec![0; SLOTS as usize];
        }
        self.counts[place(slot)] = count;
    }
}

impl Counter {
    /// Counts a call, if the limit lets it pass.
    ///
    /// # Errors
    /// Where the limit stands when it does not.
    pub(crate) fn take(&self, limit: Limit, now: Nanos) -> Result<Taken, Standing> {
        let now_slot = limit.slot_at(now);
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            let (slot, used) = unpack(state);
            if slot < now_slot {
                self.advance(now_slot);
                state = self.state.load(Ordering::Acquire);
                continue;
            }
            // When another call's clock is ahead, this one is counted where that is: later, never earlier.
            let oldest = || self.oldest.load(Ordering::Relaxed).min(slot);
            if used >= limit.most {
                return Err(limit.standing(used, oldest(), now));
            }
            let counted = pack(slot, used + 1);
            match self.state.compare_exchange_weak(
                state,
                counted,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    let standing = limit.standing(used + 1, oldest(), now);
                    return Ok(Taken { standing, slot });
                }
                Err(other) => state = other,
            }
        }
    }

    /// Takes back a call that was counted to `slot`.
    pub(crate) fn give_back(&self, slot: u64) {
        if self.give_back_now(slot) {
            return;
        }
        // The slot changes under the lock only.
        let mut past = self.past();
        if self.give_back_now(slot) {
            return;
        }
        let (current, _) = unpack(self.state.load(Ordering::Acquire));
        let count = past.count(slot);
        if slot + SLOTS >= current && count > 0 {
            past.set(slot, count - 1);
            past.base -= 1;
            self.state.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Whether `slot` is the current one, and the call was taken back.
    fn give_back_now(&self, slot: u64) -> bool {
        let one_less = |state| {
            let (current, used) = unpack(state);
            (current == slot && used > 0).then(|| pack(slot, used - 1))
        };
        self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less).is_ok()
    }

    /// Makes `now` the current slot, unless it or a later one is it already.
    fn advance(&self, now: u64) {
        let mut past = self.past();
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            let (slot, used) = unpack(state);
            if slot >= now {
                return;
            }
            // What is counted to the current slot until the very swap that ends it.
            let current = used.saturating_sub(past.base);
            let (first, kept) = (slot.saturating_sub(SLOTS), now.saturating_sub(SLOTS));
            let still = if kept > slot {
                0
            } else {
                let gone: u32 = (first..kept).map(|slot| past.count(slot)).sum();
                used.saturating_sub(gone)
            };
            let next = pack(now, still);
            match self.state.compare_exchange(state, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return self.remember(&mut past, (slot, current), (now, still)),
                Err(other) => state = other,
            }
        }
    }

    /// Writes down the slot that has ended, and forgets those that no window reaches any more.
    fn remember(&self, past: &mut Past, (slot, count): (u64, u32), (now, still): (u64, u32)) {
        let kept = now.saturating_sub(SLOTS);
        if kept > slot {
            past.counts.fill(0);
        } else {
            (slot.saturating_sub(SLOTS)..kept).for_each(|gone| past.set(gone, 0));
            past.set(slot, count);
        }
        past.base = still;
        let oldest = (kept..=slot).find(|slot| past.count(*slot) > 0);
        self.oldest.store(oldest.unwrap_or(NONE), Ordering::Relaxed);
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
