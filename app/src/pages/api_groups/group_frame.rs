//! The frame around the pages of one group: its header, its tabs, and the publish dialog, which opens over each of them.

use crate::{
    components::{
        Copyable, Crumb, EnvironmentBadges, Glyph, Icon, Menu, MenuLink, PageHeader, Tab, Tabs,
    },
    contexts::{use_data, use_region, use_texts},
    error::AppError,
    i18n::Texts,
    pages::deployments::PublishDialog,
    paths,
    server_fns::{api_groups::get_api_group, revisions::all_revisions},
};
use domain::{ApiGroupId, ApiGroupSummary, Environment, RevisionView};
use leptos::prelude::*;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map, use_query_map},
};
use serde::{Deserialize, Serialize};

/// What the header and most tabs show of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GroupData {
    /// The group and what runs where.
    pub(crate) summary: ApiGroupSummary,
    /// Its revisions, newest first.
    pub(crate) revisions: Vec<RevisionView>,
}

/// The group that the page is about.
#[derive(Clone, Copy)]
pub(crate) struct GroupContext {
    /// Its id, `None` when the URL has none.
    pub(crate) id: Memo<Option<ApiGroupId>>,
    /// What is shown of it.
    pub(crate) data: Resource<Result<GroupData, AppError>>,
}

/// The group that the page is about. Only beneath [`ApiGroupFrame`].
pub(crate) fn use_group() -> GroupContext {
    expect_context()
}

async fn read(id: Option<ApiGroupId>) -> Result<GroupData, AppError> {
    let id = id.ok_or(AppError::NotFound)?;
    let summary = get_api_group(id.clone()).await?;
    Ok(GroupData { summary, revisions: all_revisions(id).await? })
}

/// Header and tabs of a group, around the page that the route tells.
#[component]
pub fn ApiGroupFrame() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<ApiGroupId>().ok()));
    let data = use_data(move || id.get(), read);
    provide_context(GroupContext { id, data });
    let publishing =
        Memo::new(move |_| query.with(|query| query.get("dialog").as_deref() == Some("publish")));
    view! {
        // Before the page, so that its data has the same place in the page's stream whatever the page reads.
        {move || publishing.get().then(|| view! { <PublishDialog/> })}
        <GroupHeader data/>
        <Outlet/>
    }
}

/// The header; the page beneath tells what went wrong when there is no such group.
#[component]
fn GroupHeader(data: Resource<Result<GroupData, AppError>>) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(group) => view! { <Header group/> }.into_any(),
                    Err(_) => {
                        let title = use_texts().api_groups.group;
                        view! { <PageHeader title crumbs=crumbs(use_texts(), title)/> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

fn crumbs(texts: &Texts, here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::link(texts.api_groups.title, paths::GROUPS),
        Crumb::here(here),
    ]
}

#[component]
fn Header(group: GroupData) -> impl IntoView {
    let texts = use_texts();
    let GroupData { summary, revisions } = group;
    let id = summary.group.id.clone();
    let crumbs = crumbs(texts, &summary.group.name);
    // Where another region is shown: the group was found by its address or by the search.
    let region = summary.group.region;
    let elsewhere = (region != use_region())
        .then(|| (texts.group_pages.in_region)((texts.common.region)(region)));
    let aside = {
        let (id, running) = (id.clone(), summary.running.clone());
        let canaries = summary.canaries.clone();
        move || {
            let copy = format!("{} {}", texts.common.copy, texts.common.id);
            let id = id.clone();
            let href = Callback::new({
                let id = id.clone();
                move |environment: Environment| {
                    format!("{}#{environment}", paths::group_page(&id, "deployments"))
                }
            });
            view! {
                <Copyable text=id.to_string() label=copy/>
                {elsewhere.clone().map(|text| view! { <span class="text-muted">{text}</span> })}
                <EnvironmentBadges running=running.clone() canaries=canaries.clone() href/>
            }
        }
    };
    let (title, deployments) = (summary.group.name.clone(), summary.running.len());
    view! {
        <PageHeader title crumbs aside><HeaderActions summary/></PageHeader>
        <GroupTabs id deployments revisions/>
    }
}

#[component]
fn HeaderActions(summary: ApiGroupSummary) -> impl IntoView {
    let texts = use_texts();
    let words = texts.group_pages;
    let (path, query) = (use_location().pathname, use_query_map());
    let publish =
        move || paths::with_query(&path.get(), &query.get(), &[("dialog", Some("publish"))]);
    let id = summary.group.id;
    let delete = format!("{}?dialog=delete&id={id}", paths::GROUPS);
    let mark = summary.unpublished_changes.then(|| {
        view! {
            <span class="mark" title=words.unpublished><span class="sr-only">{words.unpublished}</span></span>
        }
    });
    view! {
        // Opens over the page one is on, so its address follows the route.
        <a class="button button-primary" href=publish><Icon glyph=Glyph::Rocket/> {words.publish} {mark}</a>
        <Menu label=(texts.common.more_for)(&summary.group.name) glyph=Glyph::More>
            <MenuLink href=paths::group_page(&id, "edit") glyph=Glyph::Edit>{texts.api_groups.edit}</MenuLink>
            <MenuLink href=delete glyph=Glyph::Trash danger=true>{texts.api_groups.delete_confirm}</MenuLink>
        </Menu>
    }
}

#[component]
fn GroupTabs(id: ApiGroupId, deployments: usize, revisions: Vec<RevisionView>) -> impl IntoView {
    let words = use_texts().group_pages;
    let page = |name: &str| paths::group_page(&id, name);
    let apis = revisions.first().map_or(0, |newest| newest.api_count);
    let tabs = vec![
        Tab::new(words.details, paths::group(&id)),
        Tab::new(words.apis, page("apis")).count(apis).also(page("import")),
        Tab::new(words.versions, page("revisions"))
            .count(revisions.len() as u64)
            .also(page("compare")),
        Tab::new(words.deployments, page("deployments"))
            .count(deployments as u64)
            .also(page("history")),
        Tab::new(words.routes, page("routes")),
        Tab::new(words.domains, page("domains")),
        Tab::new(words.monitoring, page("monitoring")),
    ];
    view! { <Tabs label=words.tabs tabs/> }
}
