//! How often calls may pass: the rule, and who decides by it.
//!
//! **The rule.** In no window of time as long as a limit's unit, wherever it begins, do more calls pass than the limit says.
//! Time is cut into slots of a sixtieth of the unit. A call is counted to the slot that it comes in, and passes when the
//! calls of this slot and the sixty before it are fewer than the limit; a window of one unit touches no more slots than
//! these. A place is free again between one unit and 61/60 of it after the call that took it.
//!
//! A call is counted only when all its limits let it pass: what one refuses is given back to those that were asked before.
//! So while a call that will be refused is being decided, another may be refused because of it; never does one pass too
//! many.

pub(crate) mod local;

use crate::snapshot::CallerNumber;
use domain::TimeUnit;
use local::Counter;
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicU64, Ordering},
};

/// Slots of a unit.
const SLOTS: u64 = 60;
const NANOS: u64 = 1_000_000_000;

/// Nanoseconds of a clock that never goes back. A call is counted when the clock was read for it; later, where another call
/// that read it later was counted before.
pub(crate) type Nanos = u64;

/// Decides whether calls pass. A counter that several nodes share can take the place of [`local::LocalLimiter`]; it too
/// must answer at once, from what it knows.
pub(crate) trait Limiter {
    /// Counts a call, if the limit lets it pass.
    ///
    /// # Errors
    /// Where the limit stands when it does not.
    fn take(&self, counted: Counted<'_>, limit: Limit, now: Nanos) -> Result<Taken, Standing>;

    /// The call did not pass after all.
    fn give_back(&self, counted: Counted<'_>, taken: Taken);
}

/// What is counted apart from everything else.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted<'a> {
    /// All calls of a scope.
    All(&'a Scope),
    /// The calls of a scope by the caller of this number.
    Caller(&'a Scope, CallerNumber),
    /// The calls of a scope from this address; see [`address_block`].
    Address(&'a Scope, IpAddr),
}

/// A group in an environment, or one of its APIs. Made when it is compiled, and kept over publishes with what was counted
/// in it.
#[derive(Debug)]
pub(crate) struct Scope {
    /// No other scope of this process has it.
    number: u64,
    counter: Counter,
}

impl Scope {
    /// A scope in which nothing was counted yet. All limits of a scope must have the same unit.
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), counter: Counter::default() }
    }
}

/// A limit, prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    most: u32,
    /// How long a slot is. Rounded up, so that the slots of a unit are not shorter than it.
    slot: Nanos,
}

impl Limit {
    /// At most `most` calls in a unit.
    pub(crate) fn new(unit: TimeUnit, most: u32) -> Self {
        Self { most, slot: (unit.length().as_secs() * NANOS).div_ceil(SLOTS) }
    }

    fn slot_at(self, now: Nanos) -> u64 {
        now / self.slot
    }

    /// Where the limit stands when `used` calls are counted, of which the first ones came in slot `oldest`.
    fn standing(self, used: u32, oldest: u64, now: Nanos) -> Standing {
        let free_again = (oldest + SLOTS + 1).saturating_mul(self.slot);
        Standing {
            limit: self.most,
            remaining: self.most.saturating_sub(used),
            reset_seconds: free_again.saturating_sub(now).div_ceil(NANOS).max(1),
        }
    }
}

/// Where a limit stands after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Calls that may pass in a unit.
    pub(crate) limit: u32,
    /// Calls that may still pass.
    pub(crate) remaining: u32,
    /// Seconds, rounded up, until the first of the counted calls is counted no more.
    pub(crate) reset_seconds: u64,
}

/// A call was counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) standing: Standing,
    slot: u64,
}

/// What an address is counted as: an IPv4 address as itself, an IPv6 one as its /64 network, all of which one customer of a
/// provider has.
pub(crate) fn address_block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}
