//! Keeps what goes wrong many times a second from filling the log.

use crate::traffic::now_ms;
use std::sync::atomic::{AtomicI64, Ordering};

/// Admits one entry per period.
#[derive(Debug)]
pub(crate) struct LogLimit {
    period_ms: i64,
    next_ms: AtomicI64,
}

impl LogLimit {
    pub(crate) const fn new(period_ms: i64) -> Self {
        Self { period_ms, next_ms: AtomicI64::new(0) }
    }

    /// Whether an entry may be written now.
    pub(crate) fn admits(&self) -> bool {
        let now = now_ms();
        let next = self.next_ms.load(Ordering::Relaxed);
        now >= next
            && self
                .next_ms
                .compare_exchange(next, now + self.period_ms, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_one_per_period() {
        let limit = LogLimit::new(1_000_000);
        assert!(limit.admits());
        assert!(!limit.admits());
        let every_time = LogLimit::new(0);
        assert!(every_time.admits() && every_time.admits());
    }
}
