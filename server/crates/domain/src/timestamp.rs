//! A moment, in milliseconds since 1970-01-01 UTC, as the REST API gives it.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const SHOWN: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// Milliseconds since 1970-01-01 UTC. Shown as `YYYY-MM-DD HH:mm:ss`, in UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved by `ms` milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// What a clock shows then that is `minutes` ahead of UTC: `YYYY-MM-DD HH:mm:ss`.
    #[must_use]
    pub fn on_clock(self, minutes: i32) -> String {
        self.plus_ms(i64::from(minutes) * 60_000).to_string()
    }

    /// Whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// RFC 3339, e.g. for the `datetime` attribute of a page; seconds precision.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.to_string().replacen(' ', "T", 1) + "Z"
    }
}

/// The name of the zone whose clocks are `minutes` ahead of UTC: `UTC`, `UTC+8`, `UTC-3:30`.
#[must_use]
pub fn zone_name(minutes: i32) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '-' } else { '+' };
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = OffsetDateTime::from_unix_timestamp(self.unix_seconds())
            .ok()
            .and_then(|moment| moment.format(SHOWN).ok());
        f.write_str(shown.as_deref().unwrap_or("--"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_to_the_second_in_utc() {
        assert_eq!(Timestamp(1_574_390_400_999).to_string(), "2019-11-22 02:40:00");
        assert_eq!(Timestamp(1_574_390_400_999).to_rfc3339(), "2019-11-22T02:40:00Z");
        assert_eq!(Timestamp(i64::MAX).to_string(), "--");
    }

    #[test]
    fn a_clock_elsewhere_shows_another_time_under_the_name_of_its_zone() {
        let at = Timestamp(1_574_390_400_999);
        let told = |minutes| format!("{} {}", at.on_clock(minutes), zone_name(minutes));
        assert_eq!(told(0), "2019-11-22 02:40:00 UTC");
        assert_eq!(told(480), "2019-11-22 10:40:00 UTC+8");
        assert_eq!(told(345), "2019-11-22 08:25:00 UTC+5:45");
        assert_eq!(told(-210), "2019-11-21 23:10:00 UTC-3:30");
    }
}
