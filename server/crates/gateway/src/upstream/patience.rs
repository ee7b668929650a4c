//! How long one call waits for its backend.

use crate::settings::Timeouts;
use domain::CallLimits;
use std::time::Duration;
use tokio::time::Instant;

/// How long one call waits for its backend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For each part of it.
    pub(crate) timeouts: Timeouts,
    /// Until when all of it must be over.
    pub(crate) until: Option<Instant>,
}

impl Patience {
    /// As the gateway has it.
    pub(crate) fn new(timeouts: &Timeouts) -> Self {
        Self { timeouts: *timeouts, until: None }
    }

    /// As these limits have it, where they say something, for a call that is forwarded now.
    pub(super) fn limited(timeouts: &Timeouts, limits: &CallLimits) -> Self {
        let ms = |ms: u32| Duration::from_millis(u64::from(ms));
        let mut patience = Self::new(timeouts);
        if let Some(connect) = limits.connect_ms {
            patience.timeouts.connect = ms(connect);
        }
        if let Some(first_byte) = limits.first_byte_ms {
            patience.timeouts.first_byte = ms(first_byte);
        }
        patience.until = limits.total_ms.map(|total| Instant::now() + ms(total));
        patience
    }

    /// How long a connection may take from now on.
    pub(super) fn left_to_connect(&self) -> Duration {
        match self.until {
            Some(until) => {
                self.timeouts.connect.min(until.saturating_duration_since(Instant::now()))
            }
            None => self.timeouts.connect,
        }
    }

    /// Whether all of it is over.
    pub(super) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= Instant::now())
    }

    /// The earlier one of this moment and the end of all.
    pub(super) fn not_after(&self, at: Instant) -> Instant {
        self.until.map_or(at, |until| until.min(at))
    }
}
