//! What was done to an environment: every entry with what changed by it, and a way back to each.

use super::BackendShown;
use crate::{
    components::{
        Badge, ConfirmDialog, DataTable, EmptyState, EnvironmentBadge, Glyph, HeaderCell, Loaded,
        Pagination, TableSkeleton, Time, Tone,
        difference::{DifferenceSummary, DifferenceView},
        time::Clock,
        use_clock, use_form, use_page_query,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::deployments::{SwitchToRelease, deployment_history},
};
use domain::{
    ApiGroupId, BackendService, Environment, Page, PageQuery, Release, ReleaseAction, ReleaseId,
    Timestamp,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

/// The history of the environment that the URL names, newest first, and the dialog over it: `?dialog=switch&release=`.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let (group, params, query) = (use_group(), use_params_map(), use_page_query());
    let environment =
        move || params.with(|params| params.get("environment")?.parse::<Environment>().ok());
    let listed = use_data(
        move || (group.id.get(), environment(), query.get()),
        |(group, environment, query)| async move {
            let (group, environment) = group.zip(environment).ok_or(AppError::NotFound)?;
            let page = deployment_history(group.clone(), environment, query).await?;
            Ok((group, environment, page))
        },
    );
    view! {
        <Loaded data=listed skeleton=|| view! { <TableSkeleton/> } let:listed>
            <History id=listed.0 environment=listed.1 page=listed.2 query=query.get_untracked()/>
        </Loaded>
    }
}

#[component]
fn History(
    id: ApiGroupId,
    environment: Environment,
    page: Page<Release>,
    query: PageQuery,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.past;
    let name = (texts.common.environment)(environment);
    let dialog = view! { <SwitchDialog id=id.clone() releases=page.rows.clone()/> };
    let content = if page.total == 0 {
        view! { <EmptyState title=words.empty_title text=words.empty glyph=Glyph::Clock/> }
            .into_any()
    } else {
        let head = move || {
            view! {
                <HeaderCell label=words.at/>
                <HeaderCell label=words.version/>
                <HeaderCell label=words.action/>
                <HeaderCell label=words.changes/>
                <HeaderCell label=words.note/>
                <HeaderCell label=words.backend/>
                <HeaderCell label=texts.common.actions/>
            }
        };
        let total = page.total;
        let rows = page.rows.into_iter().map(|release| view! { <Entry release/> });
        view! {
            <DataTable label=(words.title)(name) head>{rows.collect_view()}</DataTable>
            <Pagination query total/>
        }
        .into_any()
    };
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <h2 class="card-title">{(words.title)(name)} " " <EnvironmentBadge environment/></h2>
                <a class="link" href=paths::group_page(&id, "deployments")>{words.back}</a>
            </header>
            {content}
        </section>
        {dialog}
    }
}

#[component]
fn Entry(release: Release) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.past;
    let query = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let switch = [("dialog", Some("switch")), ("release", Some(release.id.as_str()))];
    let switch = paths::with_query(&path, &query, &switch);
    let clock = use_clock();
    // They ran nothing new.
    let is_told_only = matches!(
        release.action,
        ReleaseAction::Offline | ReleaseAction::CanaryChange | ReleaseAction::CanaryStop
    );
    let action = if release.live {
        view! { <Badge tone=Tone::Success glyph=Glyph::Check>{words.live}</Badge> }.into_any()
    } else if is_told_only {
        ().into_any()
    } else {
        let (revision, at) = (release.revision.to_string(), release.at);
        let label = move || (words.switch_named)(&revision, &clock.tell(at));
        view! { <a class="row-action" href=switch aria-label=label>{words.switch}</a> }.into_any()
    };
    let note = note(&release, clock);
    let canary = release.canary.map(|settings| (texts.canaries.calls)(&settings));
    let changes =
        if matches!(release.action, ReleaseAction::CanaryChange | ReleaseAction::CanaryStop) {
            None
        } else {
            let difference = release.difference;
            Some(view! {
                <details class="unfold">
                    <summary><DifferenceSummary difference=difference.clone()/></summary>
                    <DifferenceView difference/>
                </details>
            })
        };
    view! {
        <tr class="row-top">
            <th scope="row"><span class="cell-time"><Time at=release.at/></span></th>
            <td class="tabular-nums strong">{release.revision.to_string()}</td>
            <td>
                {(words.action_name)(release.action)}
                {canary.map(|canary| view! { <span class="row-second">{canary}</span> })}
                <span class="row-second">{(words.done_by)(&release.by)}</span>
            </td>
            <td class="cell-changes">{changes}</td>
            <td class="cell-note">{note}</td>
            <td class="cell-backend"><BackendShown backend=release.backend/></td>
            <td class="cell-actions"><div class="row-actions">{action}</div></td>
        </tr>
    }
}

/// What was said of a publish, or else the note of the revision; of a switch or of taking offline, what it was about.
fn note(release: &Release, clock: Clock) -> AnyView {
    let words = &use_texts().deployments.past;
    let revision = release.revision.to_string();
    let about = |sentence: fn(&str, &str) -> String, at: Timestamp| {
        let revision = revision.clone();
        (move || sentence(&revision, &clock.tell(at))).into_any()
    };
    match (release.action, release.published_at) {
        (ReleaseAction::Switch, Some(at)) => about(words.switched_to, at),
        (ReleaseAction::Offline, Some(at)) => about(words.took_offline, at),
        // As it was possible once.
        (ReleaseAction::Switch, None) => (words.switched_to_draft)(&revision).into_any(),
        (ReleaseAction::Offline, None) => ().into_any(),
        _ if release.description.is_empty() => release.note.clone().into_any(),
        _ => release.description.clone().into_any(),
    }
}

#[component]
fn SwitchDialog(id: ApiGroupId, releases: Vec<Release>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let switch = query.get("dialog").as_deref() == Some("switch");
            query.get("release").filter(|_| switch)?.parse::<ReleaseId>().ok()
        })
    });
    move || {
        let asked = asked.get()?;
        let release = releases.iter().find(|release| release.id == asked)?.clone();
        Some(view! { <SwitchQuestion id=id.clone() release/> })
    }
}

#[component]
fn SwitchQuestion(id: ApiGroupId, release: Release) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.past;
    let form = use_form::<SwitchToRelease>();
    let query = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let close_href =
        paths::with_query(&path, &query, &[("dialog", None), ("release", None), ("page", None)]);
    let (name, revision) =
        ((texts.common.environment)(release.environment), release.revision.to_string());
    let (clock, at) = (use_clock(), release.content_published_at());
    let backend = match &release.backend {
        BackendService::Mock => texts.deployments.backend_mock.to_owned(),
        backend => backend.to_string(),
    };
    view! {
        <ConfirmDialog
            title=(words.switch_question)(name, &revision)
            form
            confirm=(words.switch_confirm)(&revision)
            close_href
            notice=(texts.deployments.publishing.switched)(name, &revision)
            danger=false
        >
            <input type="hidden" name="group" value=id.to_string()/>
            <input type="hidden" name="release" value=release.id.to_string()/>
            <p>{move || (words.switch_consequences)(&clock.tell(at), &backend)}</p>
            <p class="strong">{words.at_once}</p>
        </ConfirmDialog>
    }
}
