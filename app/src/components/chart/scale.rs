//! The scales of a chart: where points, grid lines and round moments stand, and how numbers are written beside them.

use domain::Timestamp;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 1440 * MINUTE_MS;
/// Distances between the labels of the time axis, in minutes.
const DISTANCES: [i64; 12] = [1, 2, 5, 10, 30, 60, 120, 240, 720, 1440, 2880, 10_080];

/// How far to the right the point `index` of `count` stands: 0 to 1.
#[must_use]
pub fn share(index: usize, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a chart has some hundred points")]
    let share = if count < 2 { 0.5 } else { index as f64 / (count - 1) as f64 };
    share
}

/// The point of `count` that stands nearest to `share` of the width; none when there are no points.
#[must_use]
pub fn nearest(share: f64, count: usize) -> Option<usize> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to some hundred"
    )]
    let index = (share.clamp(0.0, 1.0) * count.checked_sub(1)? as f64).round() as usize;
    Some(index)
}

/// Round values from 0 to at least `max`, at most five of them: 0, 20, 40, 60, 80.
#[must_use]
pub fn ticks(max: f64) -> Vec<f64> {
    if max.is_nan() || max <= 0.0 {
        return vec![0.0, 1.0];
    }
    let rough = max / 4.0;
    let magnitude = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * magnitude);
    let mut ticks = vec![0.0];
    while ticks.last().is_some_and(|last| *last < max * (1.0 - 1e-9)) {
        #[expect(clippy::cast_precision_loss, reason = "at most five ticks")]
        ticks.push(ticks.len() as f64 * step);
    }
    ticks
}

/// A moment that is labelled, and how far to the right it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// 0 to 1.
    pub share: f64,
    /// Hour and minute; month and day at midnight where the chart spans more than a day.
    pub label: String,
}

/// Round moments between the first and the last time, at most eight of them, on a clock that is `minutes` ahead of UTC.
#[must_use]
pub fn moments(times: &[Timestamp], minutes: i32) -> Vec<Moment> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Vec::new() };
    let span = last.0 - first.0;
    if span <= 0 {
        return Vec::new();
    }
    let fits = |distance: &i64| span / (distance * MINUTE_MS) <= 7;
    let distance = DISTANCES.into_iter().find(fits).unwrap_or(span / MINUTE_MS) * MINUTE_MS;
    let mut moments = Vec::new();
    let ahead = i64::from(minutes) * MINUTE_MS;
    let mut at = first.0 + (-(first.0 + ahead)).rem_euclid(distance);
    while at <= last.0 {
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than eight digits")]
        let share = (at - first.0) as f64 / span as f64;
        let days = span > DAY_MS && (at + ahead) % DAY_MS == 0;
        let shown = Timestamp(at).on_clock(minutes);
        let label = shown.get(if days { 5..10 } else { 11..16 }).unwrap_or("--").to_owned();
        moments.push(Moment { share, label });
        at += distance;
    }
    moments
}

/// A number in few characters: 0, 0.0034, 0.25, 12.5, 340, 12.3k, 3.4M.
#[must_use]
pub fn short(value: f64) -> String {
    let (value, suffix) = match value.abs() {
        v if v >= 999_500_000.0 => (value / 1_000_000_000.0, "G"),
        v if v >= 999_500.0 => (value / 1_000_000.0, "M"),
        v if v >= 9_995.0 => (value / 1000.0, "k"),
        _ => (value, ""),
    };
    let text = match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        v if v >= 0.01 => format!("{value:.3}"),
        v if v >= 0.001 => format!("{value:.4}"),
        v if v >= 0.000_001 => format!("{value:.6}"),
        _ => "0".to_owned(),
    };
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    text + suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_largest_value() {
        assert_eq!(ticks(0.0), [0.0, 1.0]);
        assert_eq!(ticks(80.0), [0.0, 20.0, 40.0, 60.0, 80.0]);
        for max in [0.000_02, 0.003, 0.7, 1.0, 3.0, 9.0, 77.0, 1234.0, 9e9] {
            let ticks = ticks(max);
            assert!(
                *ticks.last().unwrap() >= max * (1.0 - 1e-9) && ticks.len() <= 6,
                "{max}: {ticks:?}"
            );
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (0.0034, "0.0034"),
            (0.25, "0.25"),
            (12.5, "12.5"),
            (340.0, "340"),
            (12_345.0, "12.3k"),
            (3.4e6, "3.4M"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn moments_are_round() {
        let hour: Vec<Timestamp> =
            (0..60).map(|minute| Timestamp(1_574_390_400_000 + minute * MINUTE_MS)).collect();
        let labels = |minutes| -> Vec<String> {
            moments(&hour, minutes).into_iter().map(|moment| moment.label).collect()
        };
        assert_eq!(labels(0), ["02:40", "02:50", "03:00", "03:10", "03:20", "03:30"]);
        // Round on the clock that is shown.
        assert_eq!(labels(345), ["08:30", "08:40", "08:50", "09:00", "09:10", "09:20"]);
        let weeks: Vec<Timestamp> =
            (0..112).map(|step| Timestamp(1_574_380_800_000 + step * 180 * MINUTE_MS)).collect();
        assert!(
            moments(&weeks, 0)
                .iter()
                .all(|moment| moment.label.starts_with("11-") || moment.label.starts_with("12-"))
        );
        assert_eq!(moments(&[], 0), []);
    }

    #[test]
    fn the_pointer_finds_the_nearest_moment() {
        assert_eq!(nearest(0.5, 0), None);
        assert_eq!(nearest(0.49, 3), Some(1));
        assert_eq!(nearest(-1.0, 3), Some(0));
        assert_eq!(nearest(2.0, 3), Some(2));
    }
}
