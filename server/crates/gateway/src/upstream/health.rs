//! How a target does: calls under way, failures, and whether it is left out for them. Shared by all workers without a lock,
//! and kept when its deployment is published again.

use domain::{FailureShare, PassiveCheck};
use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Instant,
};

/// The longest that a target is left out at a time, unless its first time is longer already.
const EJECTED_MAX_MS: u64 = 300_000;

/// How long calls are counted together to find the share of those that fail.
const WINDOW_MS: u64 = 10_000;

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
    /// Calls and failures of one window, see [`Window`].
    window: AtomicU64,
}

/// What was counted in ten seconds: the number of these (24 bits), calls (20) and failures (20), in one word, so that they
/// change together. Counts stop at the largest that there is room for.
#[derive(Clone, Copy)]
struct Window(u64);

impl Window {
    const COUNT: u64 = (1 << 20) - 1;
    const NUMBER: u64 = (1 << 24) - 1;

    /// With one more call, in the window that `now_ms` is in.
    fn with_call(self, now_ms: u64, is_failure: bool) -> Self {
        let number = (now_ms / WINDOW_MS) & Self::NUMBER;
        let (calls, failures) = if self.0 >> 40 == number { self.counts() } else { (0, 0) };
        if calls == Self::COUNT {
            return self;
        }
        Self((number << 40) | ((calls + 1) << 20) | (failures + u64::from(is_failure)))
    }

    /// Calls, and those of them that failed.
    fn counts(self) -> (u64, u64) {
        ((self.0 >> 20) & Self::COUNT, self.0 & Self::COUNT)
    }

    /// Whether too many of its calls failed.
    fn is_beyond(self, share: FailureShare) -> bool {
        let (calls, failures) = self.counts();
        calls >= u64::from(share.calls) && failures * 100 >= calls * u64::from(share.percent)
    }
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

    /// Counts a call in its window, where shares matter; whether too many of that window failed.
    fn count(&self, passive: &PassiveCheck, now_ms: u64, is_failure: bool) -> bool {
        let Some(share) = passive.share else { return false };
        let next = |word| Some(Window(word).with_call(now_ms, is_failure).0);
        let (Ok(before) | Err(before)) =
            self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        Window(before).with_call(now_ms, is_failure).is_beyond(share)
    }

    /// A call was answered.
    pub(super) fn succeeded(&self, passive: &PassiveCheck, now_ms: u64) {
        self.count(passive, now_ms, false);
        // Looked at before it is written: nearly always there is nothing to write.
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
        if self.ejections.load(Ordering::Relaxed) != 0 && !self.is_ejected(now_ms) {
            self.ejections.store(0, Ordering::Relaxed);
        }
    }

    /// A call failed. After too many in a row, when too many of the last calls failed, or after the first one since it was left
    /// out last, it is left out, if `may` says that there are others. Tells whether it is from now on.
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
        let is_beyond = self.count(passive, now_ms, true);
        let ejections = self.ejections.load(Ordering::Relaxed);
        if (failures < passive.failures && ejections == 0 && !is_beyond) || !may() {
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
            // What failed before it was left out is paid for.
            self.window.store(0, Ordering::Relaxed);
        }
        is_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSIVE: PassiveCheck = PassiveCheck { failures: 3, eject_ms: 1000, share: None };

    fn fail(state: &TargetState, now_ms: u64) -> bool {
        state.failed(&PASSIVE, now_ms, || true)
    }

    #[test]
    fn is_left_out_after_the_last_of_so_many_failures_in_a_row() {
        let state = TargetState::default();
        assert!(!fail(&state, 1) && !fail(&state, 1));
        state.succeeded(&PASSIVE, 1);
        assert!(!fail(&state, 1) && !fail(&state, 1));
        assert!(fail(&state, 1));
        assert!(state.is_ejected(1) && state.is_ejected(1000) && !state.is_ejected(1001));
    }

    const BY_SHARE: PassiveCheck = PassiveCheck {
        failures: 100,
        eject_ms: 1000,
        share: Some(FailureShare { percent: 50, calls: 10 }),
    };

    #[test]
    fn is_left_out_when_too_many_of_its_calls_fail_in_a_row_or_not() {
        let state = TargetState::default();
        for _ in 0..4 {
            state.succeeded(&BY_SHARE, 1);
            assert!(!state.failed(&BY_SHARE, 1, || true));
        }
        state.succeeded(&BY_SHARE, 1);
        // The tenth call, and the fifth that fails.
        assert!(state.failed(&BY_SHARE, 1, || true));
        assert!(state.is_ejected(1000));
    }

    #[test]
    fn few_calls_or_few_failures_leave_nobody_out() {
        let few = TargetState::default();
        assert!((0..9).all(|_| !few.failed(&BY_SHARE, 1, || true)));
        let many = TargetState::default();
        for _ in 0..1000 {
            many.succeeded(&BY_SHARE, 1);
            many.succeeded(&BY_SHARE, 1);
            assert!(!many.failed(&BY_SHARE, 1, || true));
        }
    }

    #[test]
    fn what_failed_more_than_ten_seconds_ago_counts_no_more() {
        let state = TargetState::default();
        assert!((0..9).all(|_| !state.failed(&BY_SHARE, 9_999, || true)));
        assert!(!state.failed(&BY_SHARE, 10_000, || true));
        assert!((0..8).all(|_| !state.failed(&BY_SHARE, 10_001, || true)));
        assert!(state.failed(&BY_SHARE, 19_999, || true));
    }

    #[test]
    fn is_left_out_for_longer_each_time_until_it_answers() {
        let state = TargetState::default();
        for _ in 0..3 {
            fail(&state, 1);
        }
        // Of calls that began before: neither good nor bad counts.
        assert!(!fail(&state, 500));
        state.succeeded(&PASSIVE, 500);
        assert!(state.is_ejected(500));
        // Back again, the first failure is enough, and it is twice as long.
        assert!(fail(&state, 2000));
        assert!(state.is_ejected(3999) && !state.is_ejected(4000));
        state.succeeded(&PASSIVE, 5000);
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
