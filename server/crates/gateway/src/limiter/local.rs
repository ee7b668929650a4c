//! Counts the calls of this process, in its memory.

mod counter;
mod table;
mod window;

pub(crate) use counter::Counter;

use super::{Counted, Limit, Limiter, Nanos, Standing, Taken, address_block};
use table::{Table, Who};

/// Counts the calls of this process. A scope's own counter is found without a lock and without a search; keys and
/// addresses are looked up in tables of many parts, each with a lock of its own.
#[derive(Debug)]
pub(crate) struct LocalLimiter {
    /// Only keys whose signature was good come here: no more of them than there are. Those that were idle for a unit are
    /// forgotten, as nothing of theirs is counted any more.
    callers: Table,
    /// Anybody can come from many addresses: of a fixed number of them the least recently used is forgotten.
    addresses: Table,
}

impl LocalLimiter {
    /// A limiter that remembers as many addresses.
    pub(crate) fn new(addresses: usize) -> Self {
        Self { callers: Table::growing(), addresses: Table::fixed(addresses) }
    }
}

impl Limiter for LocalLimiter {
    fn take(&self, counted: Counted<'_>, limit: Limit, now: Nanos) -> Result<Taken, Standing> {
        match counted {
            Counted::All(scope) => scope.counter.take(limit, now),
            Counted::Caller(scope, key) => {
                self.callers.take((scope.number, Who::Caller(key)), limit, now)
            }
            Counted::Address(scope, address) => {
                let who = Who::Address(address_block(address));
                self.addresses.take((scope.number, who), limit, now)
            }
        }
    }

    fn give_back(&self, counted: Counted<'_>, taken: Taken) {
        match counted {
            Counted::All(scope) => scope.counter.give_back(taken.slot),
            Counted::Caller(scope, key) => {
                self.callers.give_back((scope.number, Who::Caller(key)), taken.slot);
            }
            Counted::Address(scope, address) => {
                let who = Who::Address(address_block(address));
                self.addresses.give_back((scope.number, who), taken.slot);
            }
        }
    }
}

#[cfg(test)]
#[path = "local/tests.rs"]
mod tests;
