//! Numbers of a report as people read them.

use crate::components::chart::short;
use domain::monitor::Traffic;

/// Bytes in the unit that keeps the number small: `512 B`, `1.5 kB`, `3.2 MB`. Powers of 1000.
pub(super) fn bytes(value: u64) -> (String, &'static str) {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    let unit = UNITS.into_iter().find(|(size, _)| value >= *size).unwrap_or((1, "B"));
    (share(value, unit.0), unit.1)
}

/// A latency in ms, or in s from ten seconds on.
pub(super) fn latency(us: u64) -> (String, &'static str) {
    if us >= 10_000_000 { (share(us, 1_000_000), "s") } else { (share(us, 1000), "ms") }
}

/// How many of 100 requests succeeded: `99.93`; `None` when there were none. Rounded, but neither up to 100 nor down to 0.
pub(super) fn success_rate(traffic: &Traffic) -> Option<String> {
    let Traffic { requests, successes, .. } = *traffic;
    let hundredths = successes.saturating_mul(10_000).saturating_add(requests / 2);
    let hundredths = hundredths.checked_div(requests)?;
    Some(if successes == requests {
        "100".to_owned()
    } else if successes == 0 {
        "0".to_owned()
    } else {
        let hundredths = hundredths.clamp(1, 9999);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    })
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn share(value: u64, unit: u64) -> String {
    short(value as f64 / unit as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_latencies_choose_their_unit() {
        assert_eq!(bytes(512), ("512".to_owned(), "B"));
        assert_eq!(bytes(1500), ("1.5".to_owned(), "kB"));
        assert_eq!(bytes(3_200_000), ("3.2".to_owned(), "MB"));
        assert_eq!(latency(1234), ("1.23".to_owned(), "ms"));
        assert_eq!(latency(12_000_000), ("12".to_owned(), "s"));
    }

    #[test]
    fn one_failure_among_many_is_not_hidden_by_rounding() {
        let traffic = Traffic { requests: 1_000_000, successes: 999_999, ..Traffic::default() };
        assert_eq!(success_rate(&traffic).as_deref(), Some("99.99"));
        let traffic = Traffic { requests: 6, successes: 1, ..Traffic::default() };
        assert_eq!(success_rate(&traffic).as_deref(), Some("16.67"));
        let traffic = Traffic { requests: 1_000_000, successes: 1, ..Traffic::default() };
        assert_eq!(success_rate(&traffic).as_deref(), Some("0.01"));
        let traffic = Traffic { requests: 3, successes: 3, ..Traffic::default() };
        assert_eq!(success_rate(&traffic).as_deref(), Some("100"));
        assert_eq!(success_rate(&Traffic::default()), None);
    }
}
