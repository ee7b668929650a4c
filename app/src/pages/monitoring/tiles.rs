//! The numbers of the whole range.

use super::format::{bytes, latency, success_rate};
use crate::{contexts::use_texts, i18n::number};
use domain::{MonitorReport, monitor::Traffic};
use leptos::prelude::*;

/// A value and its unit.
type Value = (String, &'static str);

/// Requests, success rate, latencies, bytes.
#[component]
pub(super) fn Tiles(
    /// What they are of.
    report: RwSignal<MonitorReport>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.monitoring;
    let none = texts.common.none;
    let total = Memo::new(move |_| report.with(|report| report.total.clone()));
    let of = move |value: fn(&Traffic) -> Option<Value>| {
        Signal::derive(move || total.with(value).unwrap_or_else(|| (none.to_owned(), "")))
    };
    view! {
        <dl class="monitor-tiles" aria-label=t.tiles>
            <Tile name=t.requests value=of(|traffic| Some((number(traffic.requests), "")))/>
            <Tile name=t.failures value=of(|traffic| Some((number(traffic.failures()), "")))/>
            <Tile name=t.success_rate value=of(|traffic| success_rate(traffic).map(|rate| (rate, "%")))/>
            <Tile name=t.tile_average value=of(|traffic| of_requests(traffic, traffic.latency_average_us()))/>
            <Tile name=t.tile_p50 value=of(|traffic| percentile(traffic, 50.0))/>
            <Tile name=t.tile_p95 value=of(|traffic| percentile(traffic, 95.0))/>
            <Tile name=t.tile_p99 value=of(|traffic| percentile(traffic, 99.0))/>
            <Tile name=t.inbound value=of(|traffic| Some(bytes(traffic.bytes_in)))/>
            <Tile name=t.outbound value=of(|traffic| Some(bytes(traffic.bytes_out)))/>
        </dl>
    }
}

fn percentile(traffic: &Traffic, percent: f64) -> Option<Value> {
    of_requests(traffic, traffic.latencies.percentile_us(percent))
}

/// A latency is nothing where there were no requests, not 0.
fn of_requests(traffic: &Traffic, us: u64) -> Option<Value> {
    (traffic.requests > 0).then(|| latency(us))
}

#[component]
fn Tile(name: &'static str, value: Signal<Value>) -> impl IntoView {
    view! {
        <div class="monitor-tile">
            <dt>{name}</dt>
            <dd>
                {move || value.get().0}
                <span class="tile-unit">{move || value.get().1}</span>
            </dd>
        </div>
    }
}
