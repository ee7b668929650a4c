//! The share of each API.

use super::format::{bytes, latency, success_rate};
use crate::{
    components::{DataTable, HeaderCell},
    contexts::use_texts,
    i18n::number,
    paths,
};
use domain::{ApiTraffic, MonitorReport};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A row an API, most calls first; its name narrows the page to it.
#[component]
pub(super) fn ByApi(
    /// What the rows are of.
    report: RwSignal<MonitorReport>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.monitoring;
    let apis = Memo::new(move |_| report.with(|report| report.apis.clone()));
    let head = move || {
        view! {
            <HeaderCell label=t.api/>
            <HeaderCell label=t.requests numeric=true/>
            <HeaderCell label=t.failures numeric=true/>
            <HeaderCell label=t.success_rate numeric=true/>
            <HeaderCell label=t.tile_average numeric=true/>
            <HeaderCell label=t.tile_p95 numeric=true/>
            <HeaderCell label=t.inbound numeric=true/>
            <HeaderCell label=t.outbound numeric=true/>
        }
    };
    view! {
        <section class="card card-flush">
            <header class="card-header"><h2 class="card-title">{t.by_api}</h2></header>
            <DataTable label=t.by_api head>
                {move || apis.get().into_iter().map(|api| view! { <Row api/> }).collect_view()}
            </DataTable>
        </section>
    }
}

#[component]
fn Row(api: ApiTraffic) -> impl IntoView {
    let texts = use_texts();
    let (path, params) = (use_location().pathname, use_query_map());
    let ApiTraffic { api, name, traffic } = api;
    let name = match api {
        Some(api) => {
            let changes = [("api", Some(api.as_str()))];
            let href = paths::with_query(&path.get_untracked(), &params.get_untracked(), &changes);
            view! { <a class="row-link" href=href>{name}</a> }.into_any()
        }
        None => view! { <span class="text-muted">{texts.monitoring.no_api}</span> }.into_any(),
    };
    let with_unit = |(value, unit): (String, &'static str)| format!("{value} {unit}");
    let rate =
        success_rate(&traffic).map_or_else(|| texts.common.none.to_owned(), |rate| rate + " %");
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="cell-number">{number(traffic.requests)}</td>
            <td class="cell-number">{number(traffic.failures())}</td>
            <td class="cell-number">{rate}</td>
            <td class="cell-number">{with_unit(latency(traffic.latency_average_us()))}</td>
            <td class="cell-number">{with_unit(latency(traffic.latencies.percentile_us(95.0)))}</td>
            <td class="cell-number">{with_unit(bytes(traffic.bytes_in))}</td>
            <td class="cell-number">{with_unit(bytes(traffic.bytes_out))}</td>
        </tr>
    }
}
