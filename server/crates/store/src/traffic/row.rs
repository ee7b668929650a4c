//! One row of traffic, and how latencies are written in it: `CLASS:COUNT` for each class that has any, e.g. `12:40 13:2`.

use super::{ActiveModel, HOUR, MINUTE, Model, TrafficRow};
use crate::{
    StoreError,
    query::{to_signed, to_unsigned},
};
use domain::{
    ApiId,
    monitor::{Histogram, Traffic},
};
use sea_orm::ActiveValue::Set;

/// The two widths of a row.
pub(super) const MINUTES: i64 = 1;
pub(super) const HOURS: i64 = 60;

/// The key of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) group: String,
    span_minutes: i64,
    pub(super) at: i64,
    environment: String,
    api: String,
}

impl Span {
    pub(super) fn minute(row: &TrafficRow) -> Self {
        Self::new(row, MINUTES, MINUTE)
    }

    pub(super) fn hour(row: &TrafficRow) -> Self {
        Self::new(row, HOURS, HOUR)
    }

    fn new(row: &TrafficRow, span_minutes: i64, ms: i64) -> Self {
        Self {
            group: row.group.to_string(),
            span_minutes,
            at: row.minute.0 - row.minute.0.rem_euclid(ms),
            environment: row.environment.to_string(),
            api: row.api.as_ref().map_or_else(String::new, ApiId::to_string),
        }
    }

    pub(super) fn of(row: &Model) -> Self {
        Self {
            group: row.group_id.clone(),
            span_minutes: row.span_minutes,
            at: row.at,
            environment: row.environment.clone(),
            api: row.api.clone(),
        }
    }
}

pub(super) fn write(span: &Span, traffic: &Traffic) -> ActiveModel {
    ActiveModel {
        group_id: Set(span.group.clone()),
        span_minutes: Set(span.span_minutes),
        at: Set(span.at),
        environment: Set(span.environment.clone()),
        api: Set(span.api.clone()),
        requests: Set(to_signed(traffic.requests)),
        successes: Set(to_signed(traffic.successes)),
        client_errors: Set(to_signed(traffic.client_errors)),
        server_errors: Set(to_signed(traffic.server_errors)),
        bytes_in: Set(to_signed(traffic.bytes_in)),
        bytes_out: Set(to_signed(traffic.bytes_out)),
        latency_sum_us: Set(to_signed(traffic.latency_sum_us)),
        latencies: Set(write_latencies(&traffic.latencies)),
    }
}

pub(super) fn read(row: &Model) -> Result<Traffic, StoreError> {
    Ok(Traffic {
        requests: to_unsigned(row.requests),
        successes: to_unsigned(row.successes),
        client_errors: to_unsigned(row.client_errors),
        server_errors: to_unsigned(row.server_errors),
        bytes_in: to_unsigned(row.bytes_in),
        bytes_out: to_unsigned(row.bytes_out),
        latency_sum_us: to_unsigned(row.latency_sum_us),
        latencies: read_latencies(&row.latencies)?,
    })
}

pub(super) fn write_latencies(latencies: &Histogram) -> String {
    let classes = latencies.counts().iter().enumerate().filter(|(_, count)| **count > 0);
    let classes: Vec<String> = classes.map(|(class, count)| format!("{class}:{count}")).collect();
    classes.join(" ")
}

pub(super) fn read_latencies(text: &str) -> Result<Histogram, StoreError> {
    let mut latencies = Histogram::default();
    for entry in text.split_ascii_whitespace() {
        let parsed = entry.split_once(':').and_then(|(class, count)| {
            Some((class.parse::<usize>().ok()?, count.parse::<u64>().ok()?))
        });
        let (class, count) =
            parsed.ok_or_else(|| StoreError::Corrupt(format!("traffic.latencies ({entry})")))?;
        latencies.add(class, count);
    }
    Ok(latencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_read_back_as_they_were_written() {
        let mut latencies = Histogram::default();
        for us in [1, 1000, 1000, 5_000_000] {
            latencies.record(us);
        }
        assert_eq!(read_latencies(&write_latencies(&latencies)).unwrap(), latencies);
        assert_eq!(read_latencies("").unwrap(), Histogram::default());
        assert!(read_latencies("7").is_err());
    }
}
