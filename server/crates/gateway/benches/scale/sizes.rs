//! How much of everything.

use std::env;

/// How much of everything.
pub(crate) struct Sizes {
    /// The part to measure in this process; `None` for all, each in a process of its own.
    pub(crate) part: Option<String>,
    /// Groups, of ten APIs each.
    pub(crate) groups: u64,
    /// Look-ups of a route.
    pub(crate) lookups: u64,
    /// Publishes without load.
    pub(crate) publishes: u64,
    /// Calls of each half of the load test.
    pub(crate) calls: u64,
    /// Publishes during its second half.
    pub(crate) publishes_under_load: u64,
    /// Signed calls, each with a nonce of its own.
    pub(crate) nonces: u64,
    /// Keys that sign them.
    pub(crate) keys: u64,
}

impl Sizes {
    /// Full size with cargo's `--bench`, else just enough to run every line; single sizes by name.
    pub(crate) fn from_arguments() -> Self {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let mut sizes = if arguments.iter().any(|argument| argument == "--bench") {
            Self::full()
        } else {
            Self::small()
        };
        let values = arguments.iter().filter(|argument| *argument != "--bench");
        let values: Vec<&String> = values.collect();
        for pair in values.chunks(2) {
            let [name, value] = pair else { panic!("{} needs a value", pair[0]) };
            if *name == "--part" {
                sizes.part = Some((*value).clone());
                continue;
            }
            let value =
                value.parse::<u64>().unwrap_or_else(|error| panic!("{name} {value}: {error}"));
            *sizes.named(name) = value;
        }
        sizes
    }

    fn full() -> Self {
        Self {
            part: None,
            groups: 10_000,
            lookups: 1_000_000,
            publishes: 10_000,
            calls: 1_000_000,
            publishes_under_load: 1000,
            nonces: 5_000_000,
            keys: 100_000,
        }
    }

    fn small() -> Self {
        Self {
            part: None,
            groups: 100,
            lookups: 1000,
            publishes: 100,
            calls: 2000,
            publishes_under_load: 20,
            nonces: 2000,
            keys: 100,
        }
    }

    fn named(&mut self, name: &str) -> &mut u64 {
        match name {
            "--groups" => &mut self.groups,
            "--lookups" => &mut self.lookups,
            "--publishes" => &mut self.publishes,
            "--calls" => &mut self.calls,
            "--publishes-under-load" => &mut self.publishes_under_load,
            "--nonces" => &mut self.nonces,
            "--keys" => &mut self.keys,
            other => panic!("there is no option {other}; see benches/scale/sizes.rs"),
        }
    }

    /// Calls, and publishes during them.
    pub(crate) fn load(&self) -> (u64, u64) {
        (self.calls, self.publishes_under_load)
    }
}
