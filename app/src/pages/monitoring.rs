//! Monitoring: what the gateway served for a group.

mod by_api;
mod canaries;
mod charts;
mod filters;
mod format;
mod live;
mod nothing;
mod series;
mod tiles;

use crate::{
    components::{Age, LoadedBoth, use_clock},
    contexts::{use_data, use_texts},
    error::AppError,
    server_fns::{
        api_groups::get_api_group, apis::list_apis, deployments::list_deployments,
        monitoring::monitor_report,
    },
};
use by_api::ByApi;
use canaries::Canaries;
use charts::Charts;
use domain::{Api, ApiGroup, ApiGroupId, DeploymentView, MonitorQuery, MonitorReport, PageQuery};
use filters::{Filters, Ranges, use_monitor_query};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use live::Live;
use nothing::Nothing;
use serde::{Deserialize, Serialize};
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
    // The filters stay as they are when the report is another one; what is wrong with the group is told in its place.
    let filters = move || {
        Suspend::new(async move {
            group.await.ok().map(|about| view! { <Filters query apis=about.apis/> })
        })
    };
    view! {
        <div class="monitor-bar">
            <Ranges query/>
            <Transition>{filters}</Transition>
        </div>
        <LoadedBoth first=group second=report let:both>
            <Report about=both.0 first=both.1 query=query.get_untracked()/>
        </LoadedBoth>
    }
}

fn parse(id: &str) -> Result<ApiGroupId, AppError> {
    // What is no id names no group.
    id.parse().ok().ok_or(AppError::NotFound)
}

/// The group, the APIs of its latest revision, and what runs where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct About {
    group: ApiGroup,
    apis: Vec<Api>,
    deployments: Vec<DeploymentView>,
}

async fn read_group(id: String) -> Result<About, AppError> {
    let summary = get_api_group(parse(&id)?).await?;
    let group = summary.group;
    let all = PageQuery::new(1, 100);
    let apis = list_apis(group.id.clone(), summary.latest_revision, all).await?.rows;
    let deployments = list_deployments(group.id.clone()).await?;
    Ok(About { group, apis, deployments })
}

#[component]
fn Report(
    about: About,
    /// The report that the page came with.
    first: MonitorReport,
    query: MonitorQuery,
) -> impl IntoView {
    let t = use_texts().monitoring;
    let live = Live::new(about.group.id.clone(), query.clone(), first);
    let (report, clock) = (live.report, use_clock());
    let span = move || {
        report.with(|report| {
            let (from, until) = (clock.tell_minute(report.from), clock.tell_minute(report.until));
            (t.span)(&from, &until, &clock.zone(report.until), report.step_minutes)
        })
    };
    let nothing = Memo::new(move |_| report.with(|report| report.total.requests == 0));
    view! {
        <div class="monitor-state">
            <span class="text-muted tabular-nums">{span}</span>
            <Age age=live.age failed=live.failed on_refresh=move |()| live.fetch()/>
        </div>
        {move || {
            if nothing.get() {
                let (about, query) = (about.clone(), query.clone());
                view! { <section class="card card-flush"><Nothing about query/></section> }.into_any()
            } else {
                view! { <Tiles report/> <Canaries report/> <Charts report/> <ByApi report/> }.into_any()
            }
        }}
    }
}
