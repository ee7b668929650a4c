//! Monitoring: what the gateway served for a group.

mod by_api;
mod charts;
mod filters;
mod format;
mod live;
mod nothing;
mod series;
mod tiles;

use crate::{
    components::Loaded,
    contexts::{use_data, use_texts},
    error::AppError,
    server_fns::{api_groups::get_api_group, apis::list_apis, monitoring::monitor_report},
};
use by_api::ByApi;
use charts::Charts;
use domain::{Api, ApiGroup, ApiGroupId, DomainError, MonitorQuery, MonitorReport, PageQuery};
use filters::{Filters, Ranges, use_monitor_query};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use live::{Freshness, Live};
use nothing::Nothing;
use tiles::Tiles;

/// A tab of a group: numbers, charts and a table over a range of time.
#[component]
pub fn MonitoringPage() -> impl IntoView {
    let route = use_params_map();
    let id = Memo::new(move |_| route.with(|route| route.get("id").unwrap_or_default()));
    let query = use_monitor_query();
    let group = use_data(move || id.get(), read_group);
    let report = use_data(
        move || (id.get(), query.get()),
        |(id, query)| async move { monitor_report(parse(&id)?, query).await },
    );
    view! {
        <Loaded data=group let:read>
            {
                let (group, apis) = read;
                let filters = apis.clone();
                view! {
                    <div class="monitor-bar">
                        <Ranges query/>
                        <Filters query apis=filters/>
                    </div>
                    <Loaded data=report let:first>
                        <Report first query=query.get_untracked() group=group.clone() apis=apis.clone()/>
                    </Loaded>
                }
            }
        </Loaded>
    }
}

fn parse(id: &str) -> Result<ApiGroupId, AppError> {
    // What is no id names no group.
    id.parse().map_err(|_: DomainError| AppError::NotFound)
}

/// The group and the APIs of its latest revision.
async fn read_group(id: String) -> Result<(ApiGroup, Vec<Api>), AppError> {
    let summary = get_api_group(parse(&id)?).await?;
    let all = PageQuery::new(1, 100);
    let apis = list_apis(summary.group.id.clone(), summary.latest_revision, all).await?;
    Ok((summary.group, apis.rows))
}

#[component]
fn Report(
    /// The report that the page came with.
    first: MonitorReport,
    query: MonitorQuery,
    group: ApiGroup,
    apis: Vec<Api>,
) -> impl IntoView {
    let t = use_texts().monitoring;
    let live = Live::new(group.id.clone(), query.clone(), first);
    let report = live.report;
    let span = move || {
        report.with(|report| {
            let minute = |at: domain::Timestamp| at.to_string().get(..16).unwrap_or_default().to_owned();
            (t.span)(&minute(report.from), &minute(report.until), report.step_minutes)
        })
    };
    let nothing = Memo::new(move |_| report.with(|report| report.total.requests == 0));
    view! {
        <div class="monitor-state">
            <span class="text-muted tabular-nums">{span}</span>
            <Freshness live/>
        </div>
        {move || {
            if nothing.get() {
                let (group, query, apis) = (group.clone(), query.clone(), apis.clone());
                view! { <section class="card card-flush"><Nothing group query apis/></section> }.into_any()
            } else {
                view! { <Tiles report/> <Charts report/> <ByApi report/> }.into_any()
            }
        }}
    }
}
