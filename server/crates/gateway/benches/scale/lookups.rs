//! How long it takes from a request's host, method and path to its API.

use crate::{
    catalogue::Catalogue,
    table::{Sorted, Table},
};
use gateway::Snapshot;
use std::{hint::black_box, time::Instant};

/// Looks up random APIs, first one by one, then in one go, which leaves the clock out.
pub(crate) fn measure(catalogue: &Catalogue, snapshot: &Snapshot, count: u64, table: &mut Table) {
    let clock = Sorted::new((0..10_000).map(|_| Instant::now().elapsed()).collect());
    let mut took = Vec::with_capacity(count as usize);
    for n in 0..count {
        let (host, method, path) = catalogue.call(n);
        let started = Instant::now();
        let found = black_box(snapshot.find_api(host, method, path));
        took.push(started.elapsed());
        assert!(found.is_some(), "{method} {host}{path}");
    }
    let took = Sorted::new(took);
    let ns = |percent| took.percentile(percent).as_nanos();
    let clock = clock.percentile(50).as_nanos();
    table.row("route look-up, p50 / p99", format!("{} / {} ns", ns(50), ns(99)), "1000 ns");
    table.row("… of which reading the clock", format!("{clock} ns"), "");

    let started = Instant::now();
    for n in count..2 * count {
        let (host, method, path) = catalogue.call(n);
        black_box(snapshot.find_api(host, method, path));
    }
    let mean = started.elapsed().as_nanos() / u128::from(count.max(1));
    table.row("… mean of a loop, with choosing the call", format!("{mean} ns"), "");
}
