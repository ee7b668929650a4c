//! The revisions of a group.

use super::dialogs::Dialogs;
use crate::{
    components::{
        DataTable, EnvironmentBadge, Glyph, HeaderCell, LinkButton, LoadedBoth, Menu, MenuLink,
        NoMatch, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Time, Variant,
        use_page_query,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::{GroupData, use_group},
    paths,
    server_fns::revisions::list_revisions,
};
use domain::{ApiGroupId, Page, PageQuery, RevisionView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The list, and the dialogs over it: `?dialog=new`, `?dialog=note&revision=`, `?dialog=delete&revision=`.
#[component]
pub fn RevisionListPage() -> impl IntoView {
    let (group, query) = (use_group(), use_page_query());
    let listed = use_data(
        move || (group.id.get(), query.get()),
        |(group, query)| async move { list_revisions(group.ok_or(AppError::NotFound)?, query).await },
    );
    view! {
        <LoadedBoth first=group.data second=listed skeleton=|| view! { <TableSkeleton/> } let:both>
            <Revisions data=both.0 page=both.1 query=query.get_untracked()/>
        </LoadedBoth>
        <Dialogs/>
    }
}

#[component]
fn Revisions(data: GroupData, page: Page<RevisionView>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let id = data.summary.group.id;
    let list = paths::group_page(&id, "revisions");
    let new =
        paths::with_query(&list, &use_query_map().get_untracked(), &[("dialog", Some("new"))]);
    let only = data.revisions.len() == 1;
    let content = if page.rows.is_empty() {
        view! { <NoMatch clear_href=list/> }.into_any()
    } else {
        view! { <RevisionTable id only page query/> }.into_any()
    };
    view! {
        <section class="card card-flush">
            <div class="filters">
                <SearchBox label=words.search/>
                <div class="filters-actions">
                    <Refreshed/>
                    <LinkButton href=new glyph=Glyph::Plus variant=Variant::Primary>{words.create}</LinkButton>
                </div>
            </div>
            {content}
        </section>
    }
}

#[component]
fn RevisionTable(
    id: ApiGroupId,
    only: bool,
    page: Page<RevisionView>,
    query: PageQuery,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let sorted = query.clone();
    let head = move || {
        view! {
            <HeaderCell label=words.version/>
            <HeaderCell label=words.published_to/>
            <HeaderCell label=words.based_on/>
            <HeaderCell label=words.changes/>
            <HeaderCell label=words.note/>
            <SortHeader label=words.revised_at column="revisedAt" query=sorted.clone()/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows =
        page.rows.into_iter().map(move |view| view! { <RevisionRow id=id.clone() only view/> });
    view! {
        <DataTable label=words.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn RevisionRow(
    id: ApiGroupId,
    /// Whether the group has no other.
    only: bool,
    view: RevisionView,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let RevisionView { revision, api_count, published_to, changes } = view;
    let number = revision.number;
    let live = !published_to.is_empty();
    let badges = published_to.into_iter().map(|environment| {
        let href = format!("{}#{environment}", paths::group_page(&id, "deployments"));
        view! { <li><EnvironmentBadge environment href/></li> }
    });
    let badges = badges.collect_view();
    let published = if live {
        view! { <ul class="badge-list">{badges}</ul> }.into_any()
    } else {
        view! { <span class="text-muted">{texts.common.none}</span> }.into_any()
    };
    let changes = match revision.based_on {
        Some(_) => view! { <Changes changes/> }.into_any(),
        None => (words.api_count)(api_count).into_any(),
    };
    let based_on =
        revision.based_on.map_or_else(|| texts.common.none.to_owned(), |it| it.to_string());
    view! {
        <tr>
            <th scope="row">
                <a class="row-link tabular-nums" href=paths::apis(&id, number)>{number.to_string()}</a>
            </th>
            <td>{published}</td>
            <td class="tabular-nums">{based_on}</td>
            <td class="tabular-nums">{changes}</td>
            <td class="cell-text" title=revision.note.clone()>{revision.note.clone()}</td>
            <td class="cell-time"><Time at=revision.revised_at/></td>
            <td class="cell-actions"><RowActions id revision deletable=!live && !only/></td>
        </tr>
    }
}

/// `+1 ~2 −0`, and the same in words for those who cannot see it.
#[component]
fn Changes(changes: (u32, u32, u32)) -> impl IntoView {
    let (added, changed, removed) = changes;
    let told = (use_texts().revisions.change_counts)(added, changed, removed);
    let class = |count: u32, class: &'static str| if count == 0 { "text-muted" } else { class };
    view! {
        <span class="sr-only">{told}</span>
        <span class="change-counts" aria-hidden="true">
            <span class=class(added, "text-success")>{format!("+{added}")}</span>
            <span class=class(changed, "text-warning")>{format!("~{changed}")}</span>
            <span class=class(removed, "text-danger")>{format!("−{removed}")}</span>
        </span>
    }
}

#[component]
fn RowActions(id: ApiGroupId, revision: domain::Revision, deletable: bool) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let number = revision.number;
    let text = number.to_string();
    let query = use_query_map().get_untracked();
    let list = paths::group_page(&id, "revisions");
    let dialog = |name: &str| {
        paths::with_query(&list, &query, &[("dialog", Some(name)), ("revision", Some(&text))])
    };
    let (publish, note, delete) = (dialog("publish"), dialog("note"), dialog("delete"));
    let compare = paths::compare(&id, None, number);
    let delete = deletable.then(|| {
        view! {
            <MenuLink href=delete glyph=Glyph::Trash danger=true>{texts.common.delete}</MenuLink>
        }
    });
    view! {
        <div class="row-actions">
            <a class="row-action" href=publish aria-label=(words.publish_named)(&text)>{words.publish}</a>
            <a class="row-action" href=compare aria-label=(words.compare_named)(&text)>{words.compare}</a>
            <Menu label=(texts.common.more_for)(&text) glyph=Glyph::More>
                <MenuLink href=paths::apis(&id, number) glyph=Glyph::Api>{words.apis}</MenuLink>
                <MenuLink href=note glyph=Glyph::Edit>{words.edit_note}</MenuLink>
                {delete}
            </Menu>
        </div>
    }
}
