//! The table that is printed, and the figures in it.

use crate::{machine, sizes::Sizes};
use std::time::Duration;

/// Rows in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    /// Adds what was measured, and what is aimed at (empty: nothing). Also says it at once, as the rest takes long.
    pub(crate) fn row(&mut self, what: &str, measured: impl Into<String>, aim: &str) {
        let measured = measured.into();
        eprintln!("{what}: {measured}");
        self.0.push([what.to_owned(), measured, aim.to_owned()]);
    }

    /// Prints the rows as Markdown.
    #[expect(clippy::print_stdout, reason = "the table is what the program is for")]
    pub(crate) fn print(&self) {
        for [what, measured, aim] in &self.0 {
            println!("| {what} | {measured} | {aim} |");
        }
    }
}

/// Prints what stands above the rows.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) fn print_head(sizes: &Sizes) {
    println!("{}; {} groups of 10 APIs.\n", machine::processor(), sizes.groups);
    println!("| | measured | aim: at most |\n|---|---:|---:|");
}

/// Durations in order, to take percentiles of.
pub(crate) struct Sorted(Vec<Duration>);

impl Sorted {
    /// At least one.
    pub(crate) fn new(mut durations: Vec<Duration>) -> Self {
        assert!(!durations.is_empty(), "nothing was measured");
        durations.sort_unstable();
        Self(durations)
    }

    /// The one that `percent` of them are not longer than.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent).div_ceil(100).max(1) - 1]
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// `p50 / p99`, in microseconds.
    pub(crate) fn median_and_p99(&self) -> String {
        let us = |percent| self.percentile(percent).as_secs_f64() * 1e6;
        format!("{:.1} / {:.1} µs", us(50), us(99))
    }
}

/// Bytes as MB (10⁶).
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// How much more `after` is than `before`.
pub(crate) fn growth(before: u64, after: u64) -> String {
    format!("{:+.2} %", (after as f64 / before as f64 - 1.0) * 100.0)
}
