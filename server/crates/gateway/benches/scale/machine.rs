//! What the system says: memory, processor.

use std::fs;

/// Memory of this process, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    /// What it has now.
    pub(crate) resident: u64,
    /// The most that it had.
    pub(crate) highest: u64,
}

impl Memory {
    /// From `/proc/self/status`.
    pub(crate) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_ascii_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
        };
        Self { resident: field("VmRSS:"), highest: field("VmHWM:") }
    }
}

/// The processor and how many cores there are.
pub(crate) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut names = info
        .lines()
        .filter(|line| line.starts_with("model name"))
        .filter_map(|line| line.split_once(':'));
    let name = names.next().map_or("unknown processor", |(_, name)| name.trim());
    format!("{name}, {} cores", 1 + names.count())
}
