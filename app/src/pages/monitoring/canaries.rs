//! A canary and what is live, side by side.

use super::format::{latency, success_rate};
use crate::{
    components::{Badge, DataTable, HeaderCell, Tone},
    contexts::use_texts,
    i18n::number,
};
use domain::{CanaryComparison, MonitorReport, SideTraffic};
use leptos::prelude::*;

/// A table an environment in which a canary runs.
#[component]
pub(super) fn Canaries(
    /// What is compared.
    report: RwSignal<MonitorReport>,
) -> impl IntoView {
    let canaries = Memo::new(move |_| report.with(|report| report.canaries.clone()));
    move || canaries.get().into_iter().map(|one| view! { <Comparison one/> }).collect_view()
}

#[component]
fn Comparison(one: CanaryComparison) -> impl IntoView {
    let texts = use_texts();
    let (t, words) = (texts.monitoring, texts.canaries);
    let CanaryComparison { environment, settings, from, live, canary } = one;
    let title = (words.compared)((texts.common.environment)(environment));
    let since = from.to_string().get(..16).unwrap_or_default().to_owned();
    let rule = (words.compared_rule)(&since, &(words.calls)(&settings));
    let head = move || {
        view! {
            <HeaderCell label=words.side/>
            <HeaderCell label=texts.deployments.version/>
            <HeaderCell label=t.requests numeric=true/>
            <HeaderCell label=words.share_of_calls numeric=true/>
            <HeaderCell label=t.failures numeric=true/>
            <HeaderCell label=t.series_5xx numeric=true/>
            <HeaderCell label=t.success_rate numeric=true/>
            <HeaderCell label=t.tile_average numeric=true/>
            <HeaderCell label=t.tile_p95 numeric=true/>
        }
    };
    let calls = live.traffic.requests + canary.traffic.requests;
    view! {
        <section class="card card-flush monitor-canary">
            <header class="card-header">
                <h2 class="card-title">{title.clone()}</h2>
                <p class="text-muted">{rule}</p>
            </header>
            <DataTable label=title head>
                <Side side=live calls is_canary=false/>
                <Side side=canary calls is_canary=true/>
            </DataTable>
        </section>
    }
}

#[component]
fn Side(
    side: SideTraffic,
    /// Of both sides.
    calls: u64,
    is_canary: bool,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let SideTraffic { revision, traffic } = side;
    let name = if is_canary {
        view! { <Badge tone=Tone::Info>{words.canary}</Badge> }.into_any()
    } else {
        view! { <Badge tone=Tone::Success>{words.live}</Badge> }.into_any()
    };
    let none = || texts.common.none.to_owned();
    let rate = success_rate(&traffic).map_or_else(none, |rate| rate + " %");
    let share = share_of(traffic.requests, calls).map_or_else(none, |share| share + " %");
    let told = |us: u64| {
        if traffic.requests == 0 {
            return none();
        }
        let (value, unit) = latency(us);
        format!("{value} {unit}")
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="tabular-nums">{revision.to_string()}</td>
            <td class="cell-number">{number(traffic.requests)}</td>
            <td class="cell-number">{share}</td>
            <td class="cell-number">{number(traffic.failures())}</td>
            <td class="cell-number">{number(traffic.server_errors)}</td>
            <td class="cell-number">{rate}</td>
            <td class="cell-number">{told(traffic.latency_average_us())}</td>
            <td class="cell-number">{told(traffic.latencies.percentile_us(95.0))}</td>
        </tr>
    }
}

/// How many of 100 calls, with one decimal; `None` when there were none.
fn share_of(requests: u64, calls: u64) -> Option<String> {
    let tenths = (requests.saturating_mul(1000).saturating_add(calls / 2)).checked_div(calls)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_to_a_tenth() {
        assert_eq!(share_of(1, 3).as_deref(), Some("33.3"));
        assert_eq!(share_of(2, 3).as_deref(), Some("66.7"));
        assert_eq!(share_of(5, 5).as_deref(), Some("100.0"));
        assert_eq!(share_of(0, 0), None);
    }
}
