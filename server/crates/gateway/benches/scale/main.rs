//! What the gateway costs when it is large: 100,000 APIs, 10,000 publishes, a million calls while others publish, a day's
//! nonces. Run by `make bench-scale`; prints a Markdown table, and asserts nothing about time.
//!
//! Everything goes through what the gateway offers to everybody. `--groups N`, `--publishes N`, `--calls N`, `--nonces N`
//! and `--keys N` make it smaller; without `--bench`, which cargo gives, it only shows that it works.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]

mod catalogue;
mod load;
mod lookups;
mod machine;
mod network;
mod nonces;
mod publishes;
mod sizes;
mod table;

use catalogue::Catalogue;
use gateway::{Gateway, GatewaySettings, Snapshot, SnapshotConfig};
use machine::Memory;
use network::Backend;
use sizes::Sizes;
use std::{env, process::Command, time::Instant};
use table::{Table, megabytes};

/// A part of the measurement: its name, and what it does.
type Part = (&'static str, fn(&Sizes, &mut Table));

/// What is measured in a process of its own: memory that another part gave back would hide what this one takes.
const PARTS: [Part; 2] = [("catalogue", catalogue), ("callers", callers)];

fn main() {
    let sizes = Sizes::from_arguments();
    let chosen = PARTS.iter().find(|(name, _)| Some(*name) == sizes.part.as_deref());
    if let Some((_, measure)) = chosen {
        let mut table = Table::default();
        measure(&sizes, &mut table);
        table.print();
        return;
    }
    table::print_head(&sizes);
    for (name, _) in PARTS {
        let mut part = Command::new(env::current_exe().unwrap());
        part.args(env::args().skip(1)).args(["--part", name]);
        assert!(part.status().unwrap().success(), "{name} ended early");
    }
}

/// What is published: how large, how fast to look up and to change.
fn catalogue(sizes: &Sizes, table: &mut Table) {
    let backend = Backend::start();
    let catalogue = Catalogue::new(sizes.groups, backend.address());
    let gateway = serve(&catalogue, table);
    lookups::measure(&catalogue, &gateway.snapshot(), sizes.lookups, table);
    publishes::measure(&catalogue, &gateway, sizes.publishes, table);
    load::measure(&catalogue, &gateway, sizes.load(), table);
}

/// What callers leave behind.
fn callers(sizes: &Sizes, table: &mut Table) {
    nonces::measure(sizes.nonces, sizes.keys, table);
}

/// Compiles the whole catalogue, and says what that takes.
fn serve(catalogue: &Catalogue, table: &mut Table) -> Gateway {
    let before = Memory::now();
    let published = catalogue.published();
    let config = SnapshotConfig { domain: catalogue::DOMAIN.to_owned() };
    let started = Instant::now();
    let snapshot = Snapshot::compile(config, published, Vec::new()).unwrap();
    let compiled = started.elapsed();
    assert_eq!(snapshot.refused(), []);
    let after = Memory::now();
    table.row("compile everything", format!("{:.2} s", compiled.as_secs_f64()), "start in 2 s");
    table.row("resident memory with it", megabytes(after.resident), "600 MB");
    table.row(
        "… more than the empty process",
        megabytes(after.resident.saturating_sub(before.resident)),
        "",
    );
    table.row("… at its highest, with what was compiled from", megabytes(after.highest), "");
    Gateway::new(settings(), snapshot).unwrap()
}

/// The defaults, but for the ceiling of calls per second, which would be all that is measured.
fn settings() -> GatewaySettings {
    GatewaySettings { group_limit: 0, ..GatewaySettings::default() }
}
