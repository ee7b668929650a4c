//! The only place that prints: results to standard output, problems to standard error.
#![expect(clippy::print_stdout, reason = "a command's result belongs on standard output")]

use serde::Serialize;
use std::fmt::Display;

/// A line of the result.
pub(super) fn line(text: impl Display) {
    println!("{text}");
}

/// A text that ends its lines itself.
pub(super) fn text(text: &str) {
    print!("{text}");
}

/// A result for programs: JSON, indented.
pub(super) fn json(value: &impl Serialize) {
    // What is printed here are structs of texts: they always become JSON.
    line(serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Why the command did not do what it was asked.
pub(super) fn problem(problem: impl Display) {
    eprintln!("paifang: {problem}");
}
