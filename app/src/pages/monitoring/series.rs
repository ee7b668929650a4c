//! From a report to the lines of its charts.

use crate::components::chart::{ChartData, Series};
use domain::{MonitorReport, monitor::Traffic};

const BYTES_PER_MB: f64 = 1_000_000.0;

/// One line of a chart: its name, the class of its colour, and what of a point's traffic it shows.
pub(super) struct Line {
    /// Its name in the legend.
    pub(super) name: &'static str,
    /// See [`Series::class`].
    pub(super) class: &'static str,
    /// The value of a point, given its width in minutes; `None` where there is nothing to measure.
    pub(super) value: fn(&Traffic, f64) -> Option<f64>,
}

/// The report's points as these lines.
pub(super) fn chart(report: &MonitorReport, lines: &[Line]) -> ChartData {
    let minutes = float(report.step_minutes.max(1).unsigned_abs());
    let series = lines.iter().map(|line| Series {
        name: line.name.to_owned(),
        class: line.class,
        values: report.points.iter().map(|point| (line.value)(&point.traffic, minutes)).collect(),
    });
    ChartData {
        times: report.points.iter().map(|point| point.at).collect(),
        series: series.collect(),
        open_end: true,
    }
}

/// Requests that succeeded, a minute.
pub(super) fn successes(traffic: &Traffic, minutes: f64) -> Option<f64> {
    Some(float(traffic.successes) / minutes)
}

/// Requests answered with 4xx, a minute.
pub(super) fn client_errors(traffic: &Traffic, minutes: f64) -> Option<f64> {
    Some(float(traffic.client_errors) / minutes)
}

/// Requests answered with 5xx, a minute.
pub(super) fn server_errors(traffic: &Traffic, minutes: f64) -> Option<f64> {
    Some(float(traffic.server_errors) / minutes)
}

/// Bytes of request bodies, in MB a minute.
pub(super) fn inbound(traffic: &Traffic, minutes: f64) -> Option<f64> {
    Some(float(traffic.bytes_in) / BYTES_PER_MB / minutes)
}

/// Bytes of response bodies, in MB a minute.
pub(super) fn outbound(traffic: &Traffic, minutes: f64) -> Option<f64> {
    Some(float(traffic.bytes_out) / BYTES_PER_MB / minutes)
}

/// Average latency, in ms.
pub(super) fn average(traffic: &Traffic, _: f64) -> Option<f64> {
    milliseconds(traffic, traffic.latency_average_us())
}

/// The latency that half of the requests stay within, in ms.
pub(super) fn p50(traffic: &Traffic, _: f64) -> Option<f64> {
    milliseconds(traffic, traffic.latencies.percentile_us(50.0))
}

/// The latency that 95 of 100 requests stay within, in ms.
pub(super) fn p95(traffic: &Traffic, _: f64) -> Option<f64> {
    milliseconds(traffic, traffic.latencies.percentile_us(95.0))
}

/// The latency that 99 of 100 requests stay within, in ms.
pub(super) fn p99(traffic: &Traffic, _: f64) -> Option<f64> {
    milliseconds(traffic, traffic.latencies.percentile_us(99.0))
}

/// Nothing where nothing was served: no latency is not a latency of zero.
fn milliseconds(traffic: &Traffic, us: u64) -> Option<f64> {
    (traffic.requests > 0).then(|| float(us) / 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53: enough for a chart")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Timestamp, TrafficPoint};

    fn report() -> MonitorReport {
        let mut traffic =
            Traffic { requests: 10, successes: 8, bytes_in: 5_000_000, ..Traffic::default() };
        traffic.client_errors = 2;
        traffic.latency_sum_us = 10_000;
        let points = vec![
            TrafficPoint { at: Timestamp(0), traffic: traffic.clone() },
            TrafficPoint { at: Timestamp(300_000), traffic: Traffic::default() },
        ];
        MonitorReport {
            from: Timestamp(0),
            until: Timestamp(600_000),
            step_minutes: 5,
            total: traffic,
            points,
            apis: Vec::new(),
            canaries: Vec::new(),
        }
    }

    fn values(value: fn(&Traffic, f64) -> Option<f64>) -> Vec<Option<f64>> {
        let line = Line { name: "", class: "", value };
        chart(&report(), &[line]).series.remove(0).values
    }

    #[test]
    fn counts_and_bytes_are_told_by_the_minute() {
        assert_eq!(values(successes), [Some(1.6), Some(0.0)]);
        assert_eq!(values(client_errors), [Some(0.4), Some(0.0)]);
        assert_eq!(values(inbound), [Some(1.0), Some(0.0)]);
    }

    #[test]
    fn a_point_without_requests_has_no_latency() {
        assert_eq!(values(average), [Some(1.0), None]);
    }
}
