//! How times and sizes are written in the configuration: a whole number and a unit, `30s`, `10MB`.

use std::time::Duration;

/// Milliseconds of each unit of time, longest first.
const TIMES: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Bytes of each unit of size, largest first.
const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("KB", 1_000),
    ("B", 1),
];

fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn show(amount: u64, units: &[(&str, u64)]) -> String {
    let fits = |(_, factor): &&(&str, u64)| amount > 0 && amount.is_multiple_of(*factor);
    // The last unit is the smallest and fits everything.
    let fitting = units.iter().find(fits).or(units.last());
    fitting.map_or_else(String::new, |(name, factor)| format!("{}{name}", amount / factor))
}

/// For `#[serde(with = "units::time")]` on a [`Duration`].
pub(crate) mod time {
    use super::{Duration, TIMES, parse, show};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        to.serialize_str(&show(ms, &TIMES))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        parse_time(&String::deserialize(from)?).map_err(D::Error::custom)
    }

    /// The time that `text` says.
    pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
        parse(text, &TIMES).map(Duration::from_millis).ok_or_else(|| {
            format!("{text:?} is not a time like \"250ms\", \"30s\", \"15m\", \"12h\" or \"7d\"")
        })
    }
}

/// For `#[serde(with = "units::size")]` on a number of bytes.
pub(crate) mod size {
    use super::{SIZES, parse, show};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(bytes: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&show(*bytes, &SIZES))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        parse(&text, &SIZES).ok_or_else(|| {
            D::Error::custom(format!(
                "{text:?} is not a size like \"512B\", \"300KB\", \"64KiB\" or \"10MB\""
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_whole_number_and_a_unit() {
        for (text, ms) in
            [("250ms", 250), ("30s", 30_000), ("15m", 900_000), ("7d", 604_800_000), ("0s", 0)]
        {
            assert_eq!(time::parse_time(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for bad in
            ["", "s", "30", "30 s", "-1s", "1.5s", "30S", "99999999999999999999s", "9999999999999d"]
        {
            assert!(time::parse_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_size_counts_by_1000_or_by_1024_as_its_unit_says() {
        for (text, bytes) in
            [("512B", 512), ("10MB", 10_000_000), ("3MiB", 3_145_728), ("2GiB", 2_147_483_648)]
        {
            assert_eq!(parse(text, &SIZES), Some(bytes), "{text}");
        }
        for bad in ["", "10", "10mb", "10 MB", "1.5MB", "99999999999GB"] {
            assert_eq!(parse(bad, &SIZES), None, "{bad}");
        }
    }

    #[test]
    fn is_shown_in_the_largest_unit_that_fits() {
        assert_eq!(show(900_000, &TIMES), "15m");
        assert_eq!(show(1_500, &TIMES), "1500ms");
        assert_eq!(show(0, &TIMES), "0ms");
        assert_eq!(show(10_000_000, &SIZES), "10MB");
        assert_eq!(show(3 << 20, &SIZES), "3MiB");
    }
}
