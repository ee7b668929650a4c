//! The `x-jdcloud-date` header: `YYYYMMDDTHHMMSSZ`, checked against the calendar. The clock is the caller's.

use std::fmt;

use crate::Authorization;

const SECONDS_PER_DAY: i64 = 86_400;
const DAYS_PER_400_YEARS: i64 = 146_097;

/// A valid `x-jdcloud-date`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestDate {
    unix_seconds: i64,
    text: [u8; 16],
}

/// Why an `x-jdcloud-date` was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// There is none, or it is blank.
    #[error("there is no x-jdcloud-date header")]
    Missing,
    /// Not written `YYYYMMDDTHHMMSSZ`, or no such time.
    #[error("x-jdcloud-date is not a time written YYYYMMDDTHHMMSSZ")]
    Malformed,
}

impl DateError {
    /// The documented message with which a gateway answers (status 401, `ACCESS_ERROR`).
    pub fn message(&self) -> &'static str {
        match self {
            Self::Missing => "lack of header x-jdcloud-date",
            Self::Malformed => crate::INVALID_CREDENTIALS,
        }
    }
}

impl RequestDate {
    /// Parses `YYYYMMDDTHHMMSSZ` (UTC). Only times that exist: no 30 February, no hour 24, no leap second.
    ///
    /// # Errors
    /// [`DateError::Missing`] for an empty text, else [`DateError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, DateError> {
        if text.trim_ascii().is_empty() {
            return Err(DateError::Missing);
        }
        let Ok(text) = <[u8; 16]>::try_from(text.as_bytes()) else {
            return Err(DateError::Malformed);
        };
        let seconds = seconds_of(&text).ok_or(DateError::Malformed)?;
        Ok(Self { unix_seconds: seconds, text })
    }

    /// The date of a clock's seconds since 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let (year, month, day) = civil_of(seconds.div_euclid(SECONDS_PER_DAY))?;
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let text = format!(
            "{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        Some(Self { unix_seconds: seconds, text: text.as_bytes().try_into().ok()? })
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(&self) -> i64 {
        self.unix_seconds
    }

    /// `YYYYMMDDTHHMMSSZ`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default() // always ASCII
    }

    /// `YYYYMMDD`, the day of a credential's scope.
    pub fn day(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }

    /// Whether the credential's scope names this day, as it must.
    pub fn matches_scope(&self, authorization: &Authorization<'_>) -> bool {
        self.day() == authorization.date()
    }

    /// Whether it is at most `tolerance_seconds` before or after `now_unix` (seconds since 1970).
    pub fn within(&self, now_unix: i64, tolerance_seconds: u64) -> bool {
        self.unix_seconds.abs_diff(now_unix) <= tolerance_seconds
    }
}

impl fmt::Display for RequestDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestDate({self})")
    }
}

fn seconds_of(text: &[u8; 16]) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0_i64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    let is_time = text[8] == b'T' && text[15] == b'Z' && hour < 24 && minute < 60 && second < 60;
    let is_day = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    (is_time && is_day)
        .then(|| days_of(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar. Years are counted from March, so that the leap day is
/// the last of its year, and from 400 years before year 0, so that nothing is negative.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let march_year = year + 400 - i64::from(month < 3);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year
        - (719_468 + DAYS_PER_400_YEARS)
}

/// The calendar day that is `days` after 1970-01-01; `None` outside the years 0 to 9999. Inverse of [`days_of`].
fn civil_of(days: i64) -> Option<(i64, i64, i64)> {
    if !(days_of(0, 1, 1)..=days_of(9999, 12, 31)).contains(&days) {
        return None;
    }
    let day = days + 719_468 + DAYS_PER_400_YEARS; // since 1 March 400 years before year 0
    let day_of_era = day % DAYS_PER_400_YEARS;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = (march_month + 2) % 12 + 1;
    let year = day / DAYS_PER_400_YEARS * 400 - 400 + year_of_era + i64::from(month < 3);
    Some((year, month, day_of_year - (153 * march_month + 2) / 5 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_time_of_signing_in_unix_seconds() {
        let date = RequestDate::parse("20191122T024000Z").unwrap();
        assert_eq!(date.unix_seconds(), 1_574_390_400);
        assert_eq!((date.as_str(), date.day()), ("20191122T024000Z", "20191122"));
        assert_eq!(RequestDate::parse("19700101T000000Z").unwrap().unix_seconds(), 0);
        assert_eq!(RequestDate::parse("19691231T235959Z").unwrap().unix_seconds(), -1);
        assert_eq!(RequestDate::parse("20000229T120000Z").unwrap().unix_seconds(), 951_825_600);
    }

    #[test]
    fn refuses_what_is_not_a_time_of_the_calendar() {
        for text in [
            "20190229T000000Z",
            "21000229T000000Z",
            "20190431T000000Z",
            "20191301T000000Z",
            "20190001T000000Z",
            "20190100T000000Z",
            "20190101T240000Z",
            "20190101T006000Z",
            "20190101T000060Z",
            "20190101t000000Z",
            "20190101T000000z",
            "20190101T000000",
            "20190101T000000Z ",
            "2019-01-01T00:00",
            "+0190101T000000Z",
            "2019010\u{0661}T00000Z",
            "20190101 000000Z",
        ] {
            assert_eq!(RequestDate::parse(text), Err(DateError::Malformed), "{text}");
        }
        assert_eq!(RequestDate::parse(" ").unwrap_err().message(), "lack of header x-jdcloud-date");
        assert_eq!(DateError::Malformed.message(), "Invalid authentication credentials");
    }

    /// Writes and reads back one second in every `days` days.
    fn check_round_trip(first: i64, last: i64, days: usize) {
        let mut previous = None;
        for day in (first..=last).step_by(days) {
            let date =
                RequestDate::from_unix(day * SECONDS_PER_DAY + day.rem_euclid(SECONDS_PER_DAY))
                    .unwrap();
            assert_eq!(RequestDate::parse(date.as_str()), Ok(date));
            assert!(previous < Some(date.text), "{date} does not follow the one before");
            previous = Some(date.text);
        }
    }

    #[test]
    fn every_day_of_400_years_is_written_and_read_back() {
        check_round_trip(days_of(1900, 1, 1), days_of(2300, 1, 1), 1);
    }

    #[test]
    fn years_0_to_9999_are_written_and_read_back_and_no_others() {
        let (first, last) = (days_of(0, 1, 1), days_of(9999, 12, 31));
        check_round_trip(first, last, 97);
        let date = |second| RequestDate::from_unix(second).map(|date| date.to_string());
        assert_eq!(date(first * SECONDS_PER_DAY).as_deref(), Some("00000101T000000Z"));
        assert_eq!(date(first * SECONDS_PER_DAY - 1), None);
        assert_eq!(date((last + 1) * SECONDS_PER_DAY - 1).as_deref(), Some("99991231T235959Z"));
        assert_eq!(date((last + 1) * SECONDS_PER_DAY), None);
        assert_eq!((date(i64::MIN), date(i64::MAX)), (None, None));
    }

    #[test]
    fn tolerance_counts_both_ways_and_includes_its_end() {
        let date = RequestDate::parse("20191122T024000Z").unwrap();
        let now = date.unix_seconds();
        assert!(date.within(now + 900, 900) && date.within(now - 900, 900));
        assert!(!date.within(now + 901, 900) && !date.within(now - 901, 900));
        assert!(!date.within(i64::MIN, u64::MAX / 2));
    }
}
