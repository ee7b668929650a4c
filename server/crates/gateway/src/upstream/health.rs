//! How a target does: calls under way, failures, and whether it is left out for them. Shared by all workers without a lock,
//! and kept when its deployment is published again.

use domain::PassiveCheck;
use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Instant,
};

/// The longest that a target is left out at a time, unless its first time is longer already.
const EJECTED_MAX_MS: u64 = 300_000;

/// What moments are counted from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A moment in ms; never 0.
pub(crate) fn ms(now: Instant) -> u64 {
    let ms = now.saturating_duration_since(*START).as_millis();
    u64::try_from(ms).unwrap_or(u64::MAX - 1) + 1
}

/// How a target does.
#[derive(Debug, Default)]
pub(crate) struct TargetState {
    /// Calls under way.
    calls: AtomicU32,
    /// Failures since the last success.
    failures: AtomicU32,
    /// Until when it is left out; 0: it never was.
    ejected_until: AtomicU64,
    /// How often it was left out since the last success.
    ejections: AtomicU32,
}

impl TargetState {
    /// Calls under way.
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether it is left out now.
    pub(super) fn is_ejected(&self, now_ms: u64) -> bool {
        self.ejected_until.load(Ordering::Relaxed) > now_ms
    }

    /// Counts a call that begins, unless there are `most` already.
    pub(super) fn begin(&self, most: u32) -> bool {
        let begins = self.calls.fetch_add(1, Ordering::Relaxed) < most;
        if !begins {
            self.end();
        }
        begins
    }

    /// A call has ended.
    pub(super) fn end(&self) {
        self.calls.fetch_sub(1, Ordering::Relaxed);
    }

    /// A call was answered.
    pub(super) fn succeeded(&self, now_ms: u64) {
        // Looked at before it is written: nearly always there is nothing to write.
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
        if self.ejections.load(Ordering::Relaxed) != 0 && !self.is_ejected(now_ms) {
            self.ejections.store(0, Ordering::Relaxed);
        }
    }

    /// A call failed. After too many in a row, or after the first one since it was left out last, it is left out, if `may`
    /// says that there are others. Tells whether it is from now on.
    pub(super) fn failed(
        &self,
        passive: &PassiveCheck,
        now_ms: u64,
        may: impl FnOnce() -> bool,
    ) -> bool {
        let until = self.ejected_until.load(Ordering::Relaxed);
        if until > now_ms {
            // Of a call that began before.
            return false;
        }
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let ejections = self.ejections.load(Ordering::Relaxed);
        if (failures < passive.failures && ejections == 0) || !may() {
            return false;
        }
        let times = u64::from(ejections) + 1;
        let first = u64::from(passive.eject_ms);
        let next = now_ms + (first * times).min(EJECTED_MAX_MS.max(first));
        // Of several calls that fail at once, one leaves it out.
        let is_first = self
            .ejected_until
            .compare_exchange(until, next, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
        if is_first {
            self.ejections.fetch_add(1, Ordering::Relaxed);
            self.failures.store(0, Ordering::Relaxed);
        }
        is_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSIVE: PassiveCheck = PassiveCheck { failures: 3, eject_ms: 1000 };

    fn fail(state: &TargetState, now_ms: u64) -> bool {
        state.failed(&PASSIVE, now_ms, || true)
    }

    #[test]
    fn is_left_out_after_the_last_of_so_many_failures_in_a_row() {
        let state = TargetState::default();
        assert!(!fail(&state, 1) && !fail(&state, 1));
        state.succeeded(1);
        assert!(!fail(&state, 1) && !fail(&state, 1));
        assert!(fail(&state, 1));
        assert!(state.is_ejected(1) && state.is_ejected(1000) && !state.is_ejected(1001));
    }

    #[test]
    fn is_left_out_for_longer_each_time_until_it_answers() {
        let state = TargetState::default();
        for _ in 0..3 {
            fail(&state, 1);
        }
        // Of calls that began before: neither good nor bad counts.
        assert!(!fail(&state, 500));
        state.succeeded(500);
        assert!(state.is_ejected(500));
        // Back again, the first failure is enough, and it is twice as long.
        assert!(fail(&state, 2000));
        assert!(state.is_ejected(3999) && !state.is_ejected(4000));
        state.succeeded(5000);
        assert!(!fail(&state, 5001));
    }

    #[test]
    fn is_not_left_out_where_that_is_forbidden() {
        let state = TargetState::default();
        for _ in 0..9 {
            assert!(!state.failed(&PASSIVE, 1, || false));
        }
        assert!(!state.is_ejected(1));
        assert!(fail(&state, 1));
    }

    #[test]
    fn is_never_left_out_for_more_than_five_minutes() {
        let state = TargetState::default();
        let mut now = 1;
        for _ in 0..400 {
            fail(&state, now);
            now = state.ejected_until.load(Ordering::Relaxed).max(now);
        }
        fail(&state, now);
        assert_eq!(state.ejected_until.load(Ordering::Relaxed) - now, EJECTED_MAX_MS);
    }

    #[test]
    fn takes_no_more_calls_at_a_time_than_it_may() {
        let state = TargetState::default();
        assert!(state.begin(2) && state.begin(2) && !state.begin(2));
        state.end();
        assert!(state.begin(2));
        assert_eq!(state.calls(), 2);
    }
}
