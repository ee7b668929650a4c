//! What a thread that serves calls has for itself, so that threads do not wait for each other.

use crate::{metrics::Counts, settings::PoolSettings, traffic::TrafficCounters, upstream::Pool};

/// A worker's connections and counters. Shared, because calls of a multi-threaded runtime move between threads; but
/// mostly used by one thread, so that its locks are free.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Kept connections to backends.
    pub(crate) pool: Pool,
    /// What was served.
    pub(crate) traffic: TrafficCounters,
    /// What went otherwise.
    pub(crate) counts: Counts,
}

impl Worker {
    pub(crate) fn new(pool: PoolSettings) -> Self {
        Self {
            pool: Pool::new(pool),
            traffic: TrafficCounters::default(),
            counts: Counts::default(),
        }
    }
}
