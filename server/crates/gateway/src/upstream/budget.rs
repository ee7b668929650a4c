//! How many calls are tried again: a part of all calls, so that a backend in trouble is not called more than it was before.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// What a retry costs. A call pays in 1, so one call in five may be tried again.
const COST: i64 = 5;
/// What comes in every second besides, for deployments that are seldom called: three retries.
const EVERY_SECOND: i64 = 3 * COST;
/// The most that is saved: what ten seconds of silence bring. So much is there at first.
const MOST: i64 = 10 * EVERY_SECOND;

/// The retries of one deployment, of all workers and targets together.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    saved: AtomicI64,
    /// The second up to which `EVERY_SECOND` came in.
    second: AtomicU64,
}

impl RetryBudget {
    /// A budget that begins now.
    pub(crate) fn new(now_ms: u64) -> Self {
        Self { saved: AtomicI64::new(MOST), second: AtomicU64::new(now_ms / 1000) }
    }

    /// A call that could be tried again begins.
    pub(super) fn pay_in(&self) {
        if self.saved.load(Ordering::Relaxed) < MOST {
            self.saved.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether a call may be tried again now; then it is paid for.
    pub(super) fn pay_out(&self, now_ms: u64) -> bool {
        let (second, now) = (self.second.load(Ordering::Relaxed), now_ms / 1000);
        let is_later = now > second
            && self
                .second
                .compare_exchange(second, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        let seconds = i64::try_from(now.saturating_sub(second)).unwrap_or(i64::MAX);
        let more = if is_later { seconds.saturating_mul(EVERY_SECOND).min(MOST) } else { 0 };
        let pay = |saved: i64| {
            let left = saved.saturating_add(more).min(MOST.max(saved)) - COST;
            (left >= 0).then_some(left)
        };
        self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(budget: &RetryBudget, now_ms: u64) -> usize {
        (0..1000).take_while(|_| budget.pay_out(now_ms)).count()
    }

    #[test]
    fn one_call_in_five_may_be_tried_again() {
        let budget = RetryBudget::new(0);
        retries(&budget, 0);
        for _ in 0..100 {
            budget.pay_in();
        }
        assert_eq!(retries(&budget, 999), 20);
    }

    #[test]
    fn three_a_second_may_be_tried_again_however_few_calls_there_are() {
        let budget = RetryBudget::new(0);
        assert_eq!(retries(&budget, 0), 30);
        assert_eq!(retries(&budget, 1000), 3);
        assert_eq!(retries(&budget, 1999), 0);
        assert_eq!(retries(&budget, 4000), 9);
    }

    #[test]
    fn no_more_is_saved_than_what_ten_seconds_bring() {
        let budget = RetryBudget::new(0);
        for _ in 0..10_000 {
            budget.pay_in();
        }
        assert_eq!(retries(&budget, 0), 30);
        assert_eq!(retries(&budget, 3_600_000), 30);
    }
}
