//! The APIs of a revision.

use super::{BackendName, chosen, next_number, read_only::ReadOnlyNotice, use_revision};
use crate::{
    components::{
        ConfirmDialog, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, LoadedBoth, NoMatch,
        Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Variant, difference::Route,
        revision_select::RevisionSelect, use_form, use_page_query,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::{GroupData, use_group},
    paths,
    server_fns::apis::{DeleteApi, list_apis},
};
use domain::{Api, ApiGroup, ApiGroupId, ApiId, MatchType, Page, PageQuery, RevisionNumber};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// A page of the list and the revision it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Listed {
    revision: RevisionNumber,
    page: Page<Api>,
}

/// The APIs of the revision that the URL names, and the dialog over them: `?dialog=delete&api=`.
#[component]
pub fn ApiListPage() -> impl IntoView {
    let (group, revision, query) = (use_group(), use_revision(), use_page_query());
    let listed = use_data(
        move || (group.id.get(), revision.get(), query.get()),
        |(group, revision, query)| async move {
            let group = group.ok_or(AppError::NotFound)?;
            let revision = chosen(&group, revision).await?;
            Ok(Listed { revision, page: list_apis(group, revision, query).await? })
        },
    );
    view! {
        <LoadedBoth first=group.data second=listed skeleton=|| view! { <TableSkeleton/> } let:both>
            <Apis data=both.0 listed=both.1 query=query.get_untracked()/>
        </LoadedBoth>
    }
}

#[component]
fn Apis(data: GroupData, listed: Listed, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let GroupData { summary, revisions } = data;
    let Listed { revision, page } = listed;
    let group = summary.group;
    let id = group.id.clone();
    let live = revisions.iter().find(|view| view.revision.number == revision);
    let live = live.filter(|view| !view.published_to.is_empty()).cloned();
    let editable = live.is_none();
    let next = next_number(&revisions);
    let notice =
        live.map(|revision| view! { <ReadOnlyNotice group=id.clone() revision next page="apis"/> });
    let nothing_yet = page.total == 0 && query.search.is_empty();
    let dialog = view! { <DeleteDialog group=group.clone() revision apis=page.rows.clone()/> };
    let content = if nothing_yet {
        view! { <Empty group=group.clone() revision/> }.into_any()
    } else if page.rows.is_empty() {
        view! { <NoMatch clear_href=paths::apis(&id, revision)/> }.into_any()
    } else {
        view! { <ApiTable group=group.clone() revision editable page query/> }.into_any()
    };
    let search = (!nothing_yet).then(|| view! { <SearchBox label=texts.apis.search/> });
    view! {
        {notice}
        <section class="card card-flush">
            <div class="filters">
                <RevisionSelect revisions chosen=revision/>
                {search}
                <div class="filters-actions">
                    <Refreshed/>
                    {editable.then(|| view! { <AddLinks id=id.clone() revision/> })}
                </div>
            </div>
            {content}
        </section>
        <p class="page-note">{texts.apis.takes_effect}</p>
        {dialog}
    }
}

/// Into a revision that can be changed; over a live one the notice has the way to a new one.
#[component]
fn AddLinks(id: ApiGroupId, revision: RevisionNumber) -> impl IntoView {
    let words = use_texts().apis;
    view! {
        <LinkButton href=paths::import(&id, revision) glyph=Glyph::Upload>{words.import}</LinkButton>
        <LinkButton href=paths::new_api(&id, revision) glyph=Glyph::Plus variant=Variant::Primary>
            {words.create}
        </LinkButton>
    }
}

#[component]
fn Empty(group: ApiGroup, revision: RevisionNumber) -> impl IntoView {
    let words = use_texts().apis;
    view! {
        <EmptyState title=(words.empty_title)(&revision.to_string()) text=words.empty glyph=Glyph::Api>
            <LinkButton href=paths::new_api(&group.id, revision) variant=Variant::Primary>{words.create}</LinkButton>
            <LinkButton href=paths::import(&group.id, revision)>{words.import}</LinkButton>
            <LinkButton href=format!("{}&sample=petstore", paths::import(&group.id, revision))>
                {words.plan.sample}
            </LinkButton>
        </EmptyState>
    }
}

#[component]
fn ApiTable(
    group: ApiGroup,
    revision: RevisionNumber,
    /// Whether the revision can be changed.
    editable: bool,
    page: Page<Api>,
    query: PageQuery,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.apis;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=words.api column="apiName" query=sorted.clone()/>
            <SortHeader label=words.request_path column="path" query=sorted.clone() default=true/>
            <HeaderCell label=words.backend_type/>
            <HeaderCell label=texts.common.description/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let total = page.total;
    let rows = page
        .rows
        .into_iter()
        .map(move |api| view! { <ApiRow group=group.clone() revision editable api/> });
    view! {
        <DataTable label=words.title head>{rows.collect_view()}</DataTable>
        <Pagination query total/>
    }
}

#[component]
fn ApiRow(group: ApiGroup, revision: RevisionNumber, editable: bool, api: Api) -> impl IntoView {
    let texts = use_texts();
    let words = texts.apis;
    let query = use_query_map().get_untracked();
    let definition = api.definition;
    let edit = paths::api(&group.id, revision, &api.id);
    let list = paths::group_page(&group.id, "apis");
    let delete = [("dialog", Some("delete")), ("api", Some(api.id.as_str()))];
    let delete = paths::with_query(&list, &query, &delete);
    let path = full_path(&group, definition.path.as_str());
    let below = (definition.match_type == MatchType::Prefix)
        .then(|| view! { <span class="row-note">{words.prefix_match}</span> });
    // What is live is only looked at; a change of it goes into a new version.
    let (open, open_named) = if editable {
        (texts.common.edit, (words.edit_named)(&definition.name))
    } else {
        (words.view, (words.view_named)(&definition.name))
    };
    let remove = editable.then(|| {
        view! {
            <LinkButton href=delete variant=Variant::Quiet label=(words.delete_named)(&definition.name)>
                {texts.common.delete}
            </LinkButton>
        }
    });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=edit.clone()>{definition.name.clone()}</a></th>
            <td><Route route=format!("{} {path}", definition.method.as_str())/> {below}</td>
            <td><BackendName backend=definition.backend/></td>
            <td class="cell-text">{definition.description}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    <LinkButton href=edit variant=Variant::Quiet label=open_named>{open}</LinkButton>
                    {remove}
                </div>
            </td>
        </tr>
    }
}

/// `/petstore/pets/{petId}`: the group's prefix and the sub path.
pub(super) fn full_path(group: &ApiGroup, path: &str) -> String {
    let prefix = group.settings.prefix.as_str();
    if prefix.is_empty() { path.to_owned() } else { format!("/{prefix}{path}") }
}

#[component]
fn DeleteDialog(group: ApiGroup, revision: RevisionNumber, apis: Vec<Api>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let delete = query.get("dialog").as_deref() == Some("delete");
            query.get("api").filter(|_| delete)?.parse::<ApiId>().ok()
        })
    });
    move || {
        let asked = asked.get()?;
        let api = apis.iter().find(|api| api.id == asked)?;
        let name = api.definition.name.clone();
        Some(view! { <DeleteQuestion group=group.clone() revision id=asked name/> })
    }
}

#[component]
fn DeleteQuestion(
    group: ApiGroup,
    revision: RevisionNumber,
    id: ApiId,
    name: String,
) -> impl IntoView {
    let words = use_texts().apis;
    let query = use_query_map().get_untracked();
    let form = use_form::<DeleteApi>();
    let close_href = paths::with_query(
        &paths::group_page(&group.id, "apis"),
        &query,
        &[("dialog", None), ("api", None)],
    );
    view! {
        <ConfirmDialog
            title=(words.delete_question)(&name)
            form
            confirm=words.delete_confirm
            close_href
            notice=words.deleted
        >
            <input type="hidden" name="group" value=group.id.to_string()/>
            <input type="hidden" name="revision" value=revision.to_string()/>
            <input type="hidden" name="api" value=id.to_string()/>
            <p>{(words.delete_consequences)(&revision.to_string())}</p>
        </ConfirmDialog>
    }
}
