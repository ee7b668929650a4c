//! What the gateway served: counts, bytes and latencies per minute, and the report over a range of time.

use crate::{canary::CanaryComparison, deployment::Environment, id::ApiId, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

/// How far back a report looks, and how wide its points are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeRange {
    /// One hour by 1 minute.
    #[default]
    #[serde(rename = "1h")]
    Hour,
    /// Six hours by 5 minutes.
    #[serde(rename = "6h")]
    SixHours,
    /// Twelve hours by 10 minutes.
    #[serde(rename = "12h")]
    TwelveHours,
    /// A day by 20 minutes.
    #[serde(rename = "1d")]
    Day,
    /// Three days by 1 hour.
    #[serde(rename = "3d")]
    ThreeDays,
    /// A week by 2 hours.
    #[serde(rename = "7d")]
    Week,
    /// Two weeks by 3 hours.
    #[serde(rename = "14d")]
    TwoWeeks,
}

impl TimeRange {
    /// All of them, shortest first.
    pub const ALL: [Self; 7] = [
        Self::Hour,
        Self::SixHours,
        Self::TwelveHours,
        Self::Day,
        Self::ThreeDays,
        Self::Week,
        Self::TwoWeeks,
    ];

    /// `1h`, `6h`, `12h`, `1d`, `3d`, `7d`, `14d`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::TwelveHours => "12h",
            Self::Day => "1d",
            Self::ThreeDays => "3d",
            Self::Week => "7d",
            Self::TwoWeeks => "14d",
        }
    }

    /// The range of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.as_str() == text)
    }

    /// Length of the range and of one point, in minutes.
    #[must_use]
    pub fn minutes(self) -> (i64, i64) {
        match self {
            Self::Hour => (60, 1),
            Self::SixHours => (360, 5),
            Self::TwelveHours => (720, 10),
            Self::Day => (1440, 20),
            Self::ThreeDays => (4320, 60),
            Self::Week => (10_080, 120),
            Self::TwoWeeks => (20_160, 180),
        }
    }
}

/// What a report is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorQuery {
    /// How far back.
    pub range: TimeRange,
    /// One environment, or all.
    pub environment: Option<Environment>,
    /// One API, or all.
    pub api: Option<ApiId>,
}

/// How many latency classes a [`Histogram`] has.
pub const CLASSES: usize = 64;

/// Latencies in classes that grow by a quarter of an octave-ish step: class `i` ends at `BOUNDS_US[i]`.
/// Relative error of a percentile: at most a third.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Histogram(Vec<u64>);

impl Default for Histogram {
    fn default() -> Self {
        Self(vec![0; CLASSES])
    }
}

impl Histogram {
    /// Upper bound of class `index`, in µs: 2^((index+16)/3), i.e. 40 µs to about 83 s, three classes an octave.
    #[must_use]
    pub fn bound_us(index: usize) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "index < 64: the value is positive and far below 2^53"
        )]
        let bound = ((index + 16) as f64 / 3.0).exp2() as u64;
        bound
    }

    /// The class of a latency, in µs.
    #[must_use]
    pub fn class_of(us: u64) -> usize {
        // Three classes an octave: the octave by leading zeros, then at most three comparisons.
        let octave = usize::try_from(63 - us.max(1).leading_zeros()).unwrap_or(0);
        let mut class = (octave * 3).saturating_sub(16);
        while class < CLASSES - 1 && Self::bound_us(class) < us {
            class += 1;
        }
        class.min(CLASSES - 1)
    }

    /// Counts one latency, in µs.
    pub fn record(&mut self, us: u64) {
        self.add(Self::class_of(us), 1);
    }

    /// Adds `count` to class `class`.
    pub fn add(&mut self, class: usize, count: u64) {
        if let Some(slot) = self.0.get_mut(class) {
            *slot += count;
        }
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.0.resize(CLASSES, 0);
        for (slot, count) in self.0.iter_mut().zip(&other.0) {
            *slot += count;
        }
    }

    /// The counts, class by class.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.0
    }

    /// The latency that `percent` of 100 stay within, in µs: the upper bound of its class; 0 when nothing was counted.
    #[must_use]
    pub fn percentile_us(&self, percent: f64) -> u64 {
        let total: u64 = self.0.iter().sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "counts stay far below 2^53"
        )]
        let wanted = ((total as f64) * percent / 100.0).ceil() as u64;
        let mut seen = 0;
        for (class, count) in self.0.iter().enumerate() {
            seen += count;
            if *count > 0 && seen >= wanted {
                return Self::bound_us(class);
            }
        }
        0
    }
}

/// What was served in one span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Answered calls.
    pub requests: u64,
    /// Of these, with a status below 400.
    pub successes: u64,
    /// Of these, with a status 400 to 499.
    pub client_errors: u64,
    /// Of these, with a status of 500 and above.
    pub server_errors: u64,
    /// Bytes of request bodies.
    pub bytes_in: u64,
    /// Bytes of response bodies.
    pub bytes_out: u64,
    /// Sum of all latencies, in µs, from the request's head to the end of the answer.
    pub latency_sum_us: u64,
    /// Latencies by class.
    pub latencies: Histogram,
}

impl Traffic {
    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        self.successes += other.successes;
        self.client_errors += other.client_errors;
        self.server_errors += other.server_errors;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.latency_sum_us += other.latency_sum_us;
        self.latencies.merge(&other.latencies);
    }

    /// Calls that did not succeed.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.client_errors + self.server_errors
    }

    /// Average latency, in µs; 0 when nothing was served.
    #[must_use]
    pub fn latency_average_us(&self) -> u64 {
        self.latency_sum_us.checked_div(self.requests).unwrap_or(0)
    }
}

/// One point of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficPoint {
    /// When its span begins.
    pub at: Timestamp,
    /// What was served in it.
    pub traffic: Traffic,
}

/// One API's share of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiTraffic {
    /// Which; `None` for requests that matched no API.
    pub api: Option<ApiId>,
    /// Its name, or the id of one that is gone.
    pub name: String,
    /// What was served.
    pub traffic: Traffic,
}

/// Numbers of a group over a range of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorReport {
    /// The range's begin.
    pub from: Timestamp,
    /// The range's end.
    pub until: Timestamp,
    /// Width of a point, in minutes.
    pub step_minutes: i64,
    /// The whole range.
    pub total: Traffic,
    /// All points, also those with nothing.
    pub points: Vec<TrafficPoint>,
    /// By API, most calls first.
    pub apis: Vec<ApiTraffic>,
    /// Where a canary runs, what it served and what the live side did: all APIs together.
    pub canaries: Vec<CanaryComparison>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_falls_into_the_first_class_that_holds_it() {
        for us in [0, 1, 39, 40, 41, 1000, 123_456, 80_000_000, u64::MAX] {
            let class = Histogram::class_of(us);
            assert!(class == CLASSES - 1 || us <= Histogram::bound_us(class), "{us}");
            assert!(class == 0 || us > Histogram::bound_us(class - 1), "{us}");
        }
    }

    #[test]
    fn a_percentile_is_the_bound_of_the_class_it_falls_in() {
        let mut histogram = Histogram::default();
        for _ in 0..99 {
            histogram.record(1000);
        }
        histogram.record(1_000_000);
        let near = |us: u64, real: u64| us >= real && us * 3 <= real * 4;
        assert!(near(histogram.percentile_us(50.0), 1000));
        assert!(near(histogram.percentile_us(99.0), 1000));
        assert!(near(histogram.percentile_us(100.0), 1_000_000));
        assert_eq!(Histogram::default().percentile_us(50.0), 0);
    }
}
