//! Who gets a call: pure choosing among the targets that are open for it.
//!
//! Targets are numbered; a set of them is the bits of a `u32`, as there are at most 32.

use crate::{
    hash::{mixed, of_address, of_bytes},
    route::query,
};
use domain::{Balancing, balanced_backend::TARGETS_MAX};
use http::{HeaderName, request};
use std::{
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
};

// A set of targets must hold them all.
const _: () = assert!(TARGETS_MAX <= u32::BITS as usize);

/// Points that a target of average weight has on the ring: its share is within a few per cent of what it should be.
const POINTS: usize = 160;

/// Chooses targets. What it counts is shared by all workers.
#[derive(Debug)]
pub(super) enum Balancer {
    /// Each in its turn.
    RoundRobin {
        /// Whose turns there are, well mixed; a target as often as its weight says.
        turns: Box<[u8]>,
        /// How many turns there were.
        next: AtomicU64,
    },
    /// Of two that chance chooses, the one with less to do.
    LeastRequests {
        /// How many calls there were; chance is made of it.
        next: AtomicU64,
    },
    /// The same for each key.
    Ring {
        /// Sorted by place; each belongs to a target.
        points: Box<[(u64, u8)]>,
        /// What the key is made of.
        by: Key,
    },
}

/// What calls are told apart by.
#[derive(Debug)]
pub(super) enum Key {
    Client,
    Header(HeaderName),
    Query(Box<str>),
}

/// What a balancer must know of a target.
pub(super) struct Share<'a> {
    /// What it is called, the same wherever it stands among the others.
    pub(super) name: &'a str,
    /// At least 1.
    pub(super) weight: u32,
}

impl Balancer {
    /// Prepares choosing among these.
    ///
    /// # Errors
    /// In words for a person, when no header can have the name that calls are told apart by.
    pub(super) fn new(balancing: &Balancing, shares: &[Share<'_>]) -> Result<Self, String> {
        let by = match balancing {
            Balancing::RoundRobin => {
                return Ok(Self::RoundRobin { turns: turns(shares), next: AtomicU64::new(0) });
            }
            Balancing::LeastRequests => {
                return Ok(Self::LeastRequests { next: AtomicU64::new(0) });
            }
            Balancing::ClientAddress => Key::Client,
            Balancing::Header { name } => Key::Header(
                HeaderName::try_from(name.as_str())
                    .map_err(|_no_name| format!("no header can be called {name}"))?,
            ),
            Balancing::Query { name } => Key::Query(name.as_str().into()),
        };
        Ok(Self::Ring { points: ring(shares), by })
    }

    /// What a call is told apart by; 0 where calls are not.
    pub(super) fn key(&self, client: IpAddr, head: &request::Parts) -> u64 {
        let Self::Ring { by, .. } = self else { return 0 };
        let named = match by {
            Key::Client => None,
            Key::Header(name) => head.headers.get(name).map(|value| of_bytes(value.as_bytes())),
            Key::Query(name) => {
                let mut pairs = query::pairs(head.uri.query().unwrap_or_default());
                let found = pairs.find(|(found, _)| **found == *name.as_bytes());
                found.map(|(_, pair)| of_bytes(&query::value_of(pair)))
            }
        };
        named.unwrap_or_else(|| of_address(client))
    }

    /// One of `open`, which must not be empty. `load` tells how much a target has to do: calls under way and weight.
    pub(super) fn choose(
        &self,
        key: u64,
        (open, is_retry): (u32, bool),
        load: impl Fn(usize) -> (u32, u32),
    ) -> Option<usize> {
        match self {
            // A retry takes nobody's turn: where every call is tried twice, the same target would always be the first.
            Self::RoundRobin { turns, next } if is_retry => {
                let chance = mixed(next.load(Ordering::Relaxed)) % (turns.len() as u64).max(1);
                let (before, after) = turns.split_at(usize::try_from(chance).ok()?);
                let around = after.iter().chain(before).map(|target| usize::from(*target));
                around.into_iter().find(|target| is_in(open, *target))
            }
            // A turn of one that is not open is passed over by all calls, so that the others share it by their weights.
            Self::RoundRobin { turns, next } => {
                let found = (0..turns.len()).find_map(|_| {
                    let turn = next.fetch_add(1, Ordering::Relaxed) % (turns.len() as u64).max(1);
                    let target = usize::from(*turns.get(usize::try_from(turn).ok()?)?);
                    is_in(open, target).then_some(target)
                });
                // Other workers may have had all the turns that would have done.
                found.or_else(|| member(open, 0))
            }
            Self::LeastRequests { next } => {
                let chance = mixed(next.fetch_add(1, Ordering::Relaxed));
                let (a, b) = two_of(open, chance)?;
                let ((calls_a, weight_a), (calls_b, weight_b)) = (load(a), load(b));
                let to_do = |calls: u32, other: u32| (u64::from(calls) + 1) * u64::from(other);
                Some(if to_do(calls_b, weight_a) < to_do(calls_a, weight_b) { b } else { a })
            }
            Self::Ring { points, .. } => {
                let first = points.partition_point(|(place, _)| *place < key);
                let around = points[first..].iter().chain(&points[..first]);
                around.map(|(_, target)| usize::from(*target)).find(|target| is_in(open, *target))
            }
        }
    }
}

/// Whether a target is in a set.
fn is_in(set: u32, target: usize) -> bool {
    set >> target & 1 == 1
}

/// Two targets of a set, the same one twice where there is no other.
fn two_of(set: u32, chance: u64) -> Option<(usize, usize)> {
    let count = u64::from(set.count_ones());
    if count == 0 {
        return None;
    }
    let first = chance % count;
    let second = if count == 1 { 0 } else { (first + 1 + (chance >> 32) % (count - 1)) % count };
    Some((member(set, first)?, member(set, second)?))
}

/// The target of this number within a set.
fn member(mut set: u32, number: u64) -> Option<usize> {
    for _ in 0..number {
        set &= set.wrapping_sub(1);
    }
    (set != 0).then(|| set.trailing_zeros() as usize)
}

/// Whose turns there are: smooth weighted round robin, so that the turns of a heavy target do not follow each other.
fn turns(shares: &[Share<'_>]) -> Box<[u8]> {
    let divisor = shares.iter().map(|share| share.weight).fold(0, greatest_common_divisor).max(1);
    let weights: Vec<i64> = shares.iter().map(|share| i64::from(share.weight / divisor)).collect();
    let total: i64 = weights.iter().sum();
    let mut credits = vec![0; weights.len()];
    let turn = |_| {
        for (credit, weight) in credits.iter_mut().zip(&weights) {
            *credit += weight;
        }
        // The first of those with the most.
        let (target, credit) =
            credits.iter_mut().enumerate().rev().max_by_key(|(_, credit)| **credit)?;
        *credit -= total;
        u8::try_from(target).ok()
    };
    (0..total).map_while(turn).collect()
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The points of all targets. A target's depend on its name alone, so that one that leaves takes only its own keys along.
fn ring(shares: &[Share<'_>]) -> Box<[(u64, u8)]> {
    let total: usize = shares.iter().map(|share| share.weight as usize).sum();
    let points = shares.iter().enumerate().flat_map(|(target, share)| {
        let count = (POINTS * shares.len() * share.weight as usize).div_ceil(total.max(1));
        let (name, target) =
            (of_bytes(share.name.as_bytes()), u8::try_from(target).unwrap_or(u8::MAX));
        (0..count as u64).map(move |point| (mixed(name ^ mixed(point)), target))
    });
    let mut points: Vec<(u64, u8)> = points.collect();
    points.sort_unstable();
    points.into()
}

#[cfg(test)]
#[path = "balance/tests.rs"]
mod tests;
