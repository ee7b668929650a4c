//! Buffers that outlive one call, so that a busy worker verifies without allocating.

use std::{borrow::Cow, fmt};

use crate::canonical::query::Pairs;

/// A buffer that grew beyond this is not kept.
const KEPT_BYTES: usize = 64 * 1024;
/// The first candidates need two buffers; a refused request returns up to twenty.
const KEPT_BUFFERS: usize = 20;

/// Buffers that verification and signing use again. Keep one per worker or thread; it holds no result.
#[derive(Default)]
pub struct Scratch {
    pool: Vec<Vec<u8>>,
    pub(crate) pairs: Pairs,
    pub(crate) decoded: Vec<u8>,
}

impl Scratch {
    /// Without any buffer yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer, with room when one was given back before.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.pool.pop().unwrap_or_else(|| Vec::with_capacity(256))
    }

    /// Keeps a text's buffer for the next [`take`](Self::take).
    pub(crate) fn give_back(&mut self, text: Cow<'_, [u8]>) {
        if let Cow::Owned(mut buffer) = text
            && buffer.capacity() <= KEPT_BYTES
            && self.pool.len() < KEPT_BUFFERS
        {
            buffer.clear();
            self.pool.push(buffer);
        }
    }

    /// Ends a call: what a large request left is not kept.
    pub(crate) fn finish(&mut self) {
        self.decoded.clear();
        self.decoded.shrink_to(KEPT_BYTES);
        self.pairs.shrink(KEPT_BYTES);
    }
}

impl fmt::Debug for Scratch {
    // Not the contents: they are parts of requests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("buffers", &self.pool.len()).finish_non_exhaustive()
    }
}
