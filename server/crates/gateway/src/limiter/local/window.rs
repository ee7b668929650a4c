//! The counter of one key or address, used behind a lock: only slots in which calls came take room.

use crate::limiter::{Limit, Nanos, SLOTS, Standing, Taken};
use std::collections::VecDeque;

/// What is counted of one key or address. At most 61 slots, 16 bytes each.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Slot and calls, the oldest first; none is empty.
    slots: VecDeque<(u64, u32)>,
    used: u32,
}

impl Window {
    /// Counts a call, if the limit lets it pass.
    ///
    /// # Errors
    /// Where the limit stands when it does not.
    pub(super) fn take(&mut self, limit: Limit, now: Nanos) -> Result<Taken, Standing> {
        // When another call's clock is ahead, this one is counted where that is: later, never earlier.
        let newest = self.slots.back().map_or(0, |(slot, _)| *slot);
        let slot = limit.slot_at(now).max(newest);
        while let Some((_, count)) = self.slots.pop_front_if(|(old, _)| *old + SLOTS < slot) {
            self.used -= count;
        }
        let oldest = self.slots.front().map_or(slot, |(slot, _)| *slot);
        if self.used >= limit.most {
            return Err(limit.standing(self.used, oldest, now));
        }
        match self.slots.back_mut() {
            Some((newest, count)) if *newest == slot => *count += 1,
            _ => self.slots.push_back((slot, 1)),
        }
        self.used += 1;
        Ok(Taken { standing: limit.standing(self.used, oldest, now), slot })
    }

    /// Takes back a call that was counted to `slot`.
    pub(super) fn give_back(&mut self, slot: u64) {
        let Ok(index) = self.slots.binary_search_by_key(&slot, |(slot, _)| *slot) else { return };
        self.slots[index].1 -= 1;
        self.used -= 1;
        if self.slots[index].1 == 0 {
            self.slots.remove(index);
        }
    }

    /// When nothing of it is counted any more.
    pub(super) fn expires(&self, limit: Limit) -> Nanos {
        self.slots.back().map_or(0, |(slot, _)| (slot + SLOTS + 1).saturating_mul(limit.slot))
    }
}
