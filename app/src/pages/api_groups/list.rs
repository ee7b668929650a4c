//! The list of API groups.

use super::delete::DeleteDialog;
use crate::{
    components::{
        Crumb, DataTable, Dialog, EmptyState, EnvironmentBadges, Glyph, HeaderCell, LinkButton,
        Loaded, Menu, MenuLink, NoMatch, PageHeader, Pagination, Refreshed, SearchBox, SortHeader,
        TableSkeleton, Variant, use_page_query,
    },
    contexts::{use_data, use_region, use_texts},
    i18n::number,
    paths,
    server_fns::api_groups::{get_api_group, list_api_groups},
};
use domain::{ApiGroupId, ApiGroupSummary, Environment, Page, PageQuery};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The groups of the region, and the dialogs over them: `?dialog=created&id=`, `?dialog=delete&id=`.
#[component]
pub fn ApiGroupListPage() -> impl IntoView {
    let texts = use_texts();
    let (region, query) = (use_region(), use_page_query());
    let groups = use_data(move || query.get(), move |query| list_api_groups(region, query));
    let crumbs = move || {
        vec![
            Crumb::link(texts.common.console, paths::OVERVIEW),
            Crumb::here(texts.api_groups.title),
        ]
    };
    view! {
        <Loaded data=groups skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title=texts.api_groups.title crumbs=crumbs() count=page.total>
                <LinkButton variant=Variant::Primary glyph=Glyph::Plus href=paths::NEW_GROUP>
                    {texts.api_groups.create}
                </LinkButton>
            </PageHeader>
            <Groups page query=query.get_untracked()/>
        </Loaded>
        <Dialogs/>
    }
}

#[component]
fn Groups(page: Page<ApiGroupSummary>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=texts.api_groups.empty_title text=texts.api_groups.empty>
                    <LinkButton variant=Variant::Primary glyph=Glyph::Plus href=paths::NEW_GROUP>
                        {texts.api_groups.create}
                    </LinkButton>
                </EmptyState>
                <p class="empty-foot">{texts.api_groups.empty_other_regions}</p>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=texts.api_groups.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::GROUPS/> }.into_any()
            } else {
                view! { <GroupTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn GroupTable(page: Page<ApiGroupSummary>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=texts.api_groups.group column="groupName" query=sorted.clone()/>
            <HeaderCell label=texts.api_groups.latest/>
            <SortHeader label=texts.api_groups.prefix column="prefix" query=sorted.clone()/>
            <HeaderCell label=texts.api_groups.environments/>
            <HeaderCell label=texts.api_groups.calls_24h numeric=true/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = page.rows.into_iter().map(|summary| view! { <GroupRow summary/> });
    view! {
        <DataTable label=texts.api_groups.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn GroupRow(summary: ApiGroupSummary) -> impl IntoView {
    let ApiGroupSummary {
        group,
        latest_revision,
        running,
        canaries,
        unpublished_changes,
        calls_24h,
    } = summary;
    let id = group.id.clone();
    let badge_id = id.clone();
    let deployment = move |environment: Environment| {
        format!("{}#{environment}", paths::group_page(&badge_id, "deployments"))
    };
    view! {
        <tr>
            <th scope="row">
                <a class="row-link" href=paths::group(&id)>{group.name.clone()}</a>
                <span class="row-note font-mono">{id.to_string()}</span>
            </th>
            <td class="tabular-nums">
                {latest_revision.to_string()} {unpublished_changes.then(|| view! { <UnpublishedMark/> })}
            </td>
            <td class="font-mono">{group.path()}</td>
            <td><EnvironmentBadges running canaries href=Callback::new(deployment)/></td>
            <td class="cell-number">{number(calls_24h)}</td>
            <td class="cell-actions">
                <RowActions name=group.name id latest=latest_revision unpublished=unpublished_changes/>
            </td>
        </tr>
    }
}

/// The mark of edits that are live nowhere.
#[component]
fn UnpublishedMark() -> impl IntoView {
    let text = use_texts().api_groups.unpublished;
    view! {
        <span class="mark" title=text><span class="sr-only">{text}</span></span>
    }
}

#[component]
fn RowActions(
    name: String,
    id: ApiGroupId,
    latest: domain::RevisionNumber,
    unpublished: bool,
) -> impl IntoView {
    let texts = use_texts();
    let (path, params) = (use_location().pathname, use_query_map());
    let shown = id.to_string();
    let delete = paths::with_query(
        &path.get_untracked(),
        &params.get_untracked(),
        &[("dialog", Some("delete")), ("id", Some(&shown))],
    );
    view! {
        <div class="row-actions">
            <a
                class="row-action"
                class:row-action-marked=unpublished
                href=paths::publish(&id, latest)
                aria-label=(texts.api_groups.publish_named)(&name)
            >
                {texts.api_groups.publish}
            </a>
            <a class="row-action" href=paths::apis(&id, latest) aria-label=(texts.api_groups.apis_named)(&name)>
                {texts.api_groups.apis}
            </a>
            <Menu label=(texts.common.more_for)(&name) glyph=Glyph::More>
                <MenuLink href=paths::group_page(&id, "edit") glyph=Glyph::Edit>{texts.api_groups.edit}</MenuLink>
                <MenuLink href=delete glyph=Glyph::Trash danger=true>{texts.common.delete}</MenuLink>
            </Menu>
        </div>
    }
}

#[component]
fn Dialogs() -> impl IntoView {
    let (path, params) = (use_location().pathname, use_query_map());
    let asked = Memo::new(move |_| {
        params.with(|params| {
            let id: ApiGroupId = params.get("id")?.parse().ok()?;
            Some((params.get("dialog")?, id))
        })
    });
    move || {
        let (dialog, id) = asked.get()?;
        let close_href = paths::with_query(
            &path.get_untracked(),
            &params.get_untracked(),
            &[("dialog", None), ("id", None)],
        );
        match dialog.as_str() {
            "created" => Some(view! { <CreatedDialog id close_href/> }.into_any()),
            "delete" => Some(view! { <DeleteDialog id close_href/> }.into_any()),
            _ => None,
        }
    }
}

/// After creating a group: what was recorded, and where to go on.
#[component]
fn CreatedDialog(id: ApiGroupId, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let group = use_data(move || id.clone(), get_api_group);
    let close = close_href.clone();
    view! {
        <Dialog title=texts.api_groups.created_title close_href>
            <Loaded data=group let:summary>
                <div class="prose">
                    <p class="notice notice-success">
                        {(texts.api_groups.created_recorded)(
                            &summary.group.name,
                            &summary.latest_revision.to_string(),
                        )}
                    </p>
                    <p>{texts.api_groups.created_next}</p>
                </div>
                <div class="dialog-actions">
                    <LinkButton href=close.clone()>{texts.api_groups.back_to_list}</LinkButton>
                    <LinkButton
                        variant=Variant::Primary
                        href=paths::apis(&summary.group.id, summary.latest_revision)
                    >
                        {texts.api_groups.manage_apis}
                    </LinkButton>
                </div>
            </Loaded>
        </Dialog>
    }
}
