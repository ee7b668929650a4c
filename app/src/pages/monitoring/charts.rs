//! The charts of the monitoring page.

use super::series::{self, Line};
use crate::{
    components::chart::{ChartData, ChartLabels, LineChart},
    contexts::use_texts,
};
use domain::MonitorReport;
use leptos::prelude::*;

/// All charts; the moment under the pointer is shown on all of them.
#[component]
pub(super) fn Charts(
    /// What they show.
    report: RwSignal<MonitorReport>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.monitoring;
    let labels = ChartLabels { table: t.as_table, time: t.time, peak: t.peak };
    let cursor = RwSignal::new(None);
    let data =
        move |lines: fn(&crate::i18n::monitoring::Monitoring) -> Vec<Line>| -> Signal<ChartData> {
            Memo::new(move |_| report.with(|report| series::chart(report, &lines(t)))).into()
        };
    view! {
        <section class="charts" aria-label=t.charts>
            <LineChart title=t.chart_successes unit=t.per_minute labels cursor data=data(|t| vec![
                Line { name: t.series_successes, class: "chart-accent", value: series::successes },
            ])/>
            <LineChart title=t.chart_failures unit=t.per_minute labels cursor data=data(|t| vec![
                Line { name: t.series_4xx, class: "chart-warning", value: series::client_errors },
                Line { name: t.series_5xx, class: "chart-danger", value: series::server_errors },
            ])/>
            <LineChart title=t.chart_latency unit=t.milliseconds labels cursor data=data(|t| vec![
                Line { name: t.average, class: "chart-accent", value: series::average },
                Line { name: t.p50, class: "chart-info", value: series::p50 },
                Line { name: t.p95, class: "chart-warning", value: series::p95 },
                Line { name: t.p99, class: "chart-danger", value: series::p99 },
            ])/>
            <LineChart title=t.chart_client_errors unit=t.per_minute labels cursor data=data(|t| vec![
                Line { name: t.series_4xx, class: "chart-warning", value: series::client_errors },
            ])/>
            <LineChart title=t.chart_inbound unit=t.mb_per_minute labels cursor data=data(|t| vec![
                Line { name: t.inbound, class: "chart-info", value: series::inbound },
            ])/>
            <LineChart title=t.chart_outbound unit=t.mb_per_minute labels cursor data=data(|t| vec![
                Line { name: t.outbound, class: "chart-info", value: series::outbound },
            ])/>
        </section>
    }
}
