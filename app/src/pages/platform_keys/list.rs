//! The list of platform keys.

use super::dialogs::KeyDialogs;
use crate::{
    components::{
        Badge, Copyable, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded,
        NoMatch, PageHeader, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Time,
        Tone, Variant, use_page_query,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::platform_keys::list_platform_keys,
};
use domain::{Page, PageQuery, PlatformKey, PlatformKeyId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The signed-in account's platform keys, and the dialogs over them.
#[component]
pub fn PlatformKeyListPage() -> impl IntoView {
    let texts = use_texts();
    let query = use_page_query();
    let keys = use_data(move || query.get(), list_platform_keys);
    let title = texts.platform_keys.title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=keys skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title crumbs=crumbs() count=page.total><CreateLink/></PageHeader>
            <Keys page query=query.get_untracked()/>
        </Loaded>
        <KeyDialogs/>
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = dialog_href("create", None);
    view! {
        <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{use_texts().platform_keys.create}</LinkButton>
    }
}

#[component]
fn Keys(page: Page<PlatformKey>, query: PageQuery) -> impl IntoView {
    let t = use_texts().platform_keys;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::User><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <div class="stack">
        <section class="card card-flush">
            <div class="filters"><SearchBox label=t.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::PLATFORM_KEYS/> }.into_any()
            } else {
                view! { <KeyTable page query/> }.into_any()
            }}
        </section>
        <p class="text-muted">{t.give}</p>
        </div>
    }
    .into_any()
}

#[component]
fn KeyTable(page: Page<PlatformKey>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.platform_keys;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=t.access_key column="accessKey" query=sorted.clone()/>
            <HeaderCell label=t.state/>
            <HeaderCell label=texts.common.description/>
            <SortHeader label=texts.common.created_at column="createdAt" query=sorted.clone()/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = page.rows.into_iter().map(|key| view! { <KeyRow key/> });
    view! {
        <DataTable label=t.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn KeyRow(key: PlatformKey) -> impl IntoView {
    let texts = use_texts();
    let t = texts.platform_keys;
    let id = key.id.to_string();
    let copy = format!("{} {}", texts.common.copy, t.access_key);
    let delete = dialog_href("delete", Some(&key.id));
    let (state, switch, label, name) = if key.enabled {
        let state = view! { <Badge tone=Tone::Success>{t.enabled}</Badge> };
        (state.into_any(), dialog_href("disable", Some(&key.id)), t.disable, t.disable_named)
    } else {
        let state = view! { <Badge tone=Tone::Neutral>{t.disabled}</Badge> };
        (state.into_any(), dialog_href("enable", Some(&key.id)), t.enable, t.enable_named)
    };
    view! {
        <tr>
            <th scope="row"><Copyable text=id.clone() label=copy/></th>
            <td>{state}</td>
            <td class="cell-text">{key.description}</td>
            <td class="cell-time"><Time at=key.created_at/></td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=switch aria-label=name(&id)>{label}</a>
                    <a class="row-action" href=delete aria-label=(t.delete_named)(&id)>{texts.common.delete}</a>
                </div>
            </td>
        </tr>
    }
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&PlatformKeyId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(PlatformKeyId::as_str))];
    paths::with_query(paths::PLATFORM_KEYS, &params, &changes)
}
