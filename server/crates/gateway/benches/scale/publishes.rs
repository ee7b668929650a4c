//! How long the gateway takes over a publish, and what many of them leave behind.

use crate::{
    catalogue::{Catalogue, group_id, random},
    machine::Memory,
    table::{Sorted, Table, growth, megabytes},
};
use domain::Environment;
use gateway::Gateway;
use std::time::{Duration, Instant};

/// Publishes random groups one after the other.
pub(crate) fn measure(catalogue: &Catalogue, gateway: &Gateway, count: u64, table: &mut Table) {
    // The first ones find memory that compiling gave back.
    let warm_up = count / 10;
    for n in 0..warm_up {
        publish(catalogue, gateway, n);
    }
    let before = Memory::now().resident;
    let took = (warm_up..warm_up + count).map(|n| publish(catalogue, gateway, n)).collect();
    let after = Memory::now().resident;
    let took = Sorted::new(took).median_and_p99();
    table.row("a publish of one group in force, p50 / p99", took, "100 ms");
    table.row(&format!("memory before {count} publishes"), megabytes(before), "");
    table.row("… after them", format!("{}, {}", megabytes(after), growth(before, after)), "+5 %");
}

/// Publishes a random group anew; gives how long it took from what was published until it was in force.
pub(crate) fn publish(catalogue: &Catalogue, gateway: &Gateway, n: u64) -> Duration {
    // Not the row of numbers that calls are chosen by.
    let group = random(n ^ (1 << 60)) % catalogue.groups();
    let deployment = catalogue.deployment(group, n);
    let change = vec![((group_id(group), Environment::Online), Some(deployment))];
    let started = Instant::now();
    let next = gateway.snapshot().apply(change, Vec::new());
    let refused = next.refused().to_vec();
    gateway.replace(next);
    let took = started.elapsed();
    assert_eq!(refused, []);
    took
}
