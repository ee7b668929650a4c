//! The list of subscription keys.

use super::dialogs::KeyDialogs;
use crate::{
    components::{
        Copyable, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded, NoMatch,
        PageHeader, Pagination, Refreshed, SearchBox, SecretField, SortHeader, TableSkeleton, Time,
        Variant, use_page_query,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::subscription_keys::list_subscription_keys,
};
use domain::{Page, PageQuery, SubscriptionKey, SubscriptionKeyId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The signed-in account's keys, and the dialogs over them.
#[component]
pub fn SubscriptionKeyListPage() -> impl IntoView {
    let texts = use_texts();
    let query = use_page_query();
    let keys = use_data(move || query.get(), list_subscription_keys);
    let title = texts.subscription_keys.title;
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
        <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{use_texts().subscription_keys.create}</LinkButton>
    }
}

#[component]
fn Keys(page: Page<SubscriptionKey>, query: PageQuery) -> impl IntoView {
    let t = use_texts().subscription_keys;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Lock><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=t.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::SUBSCRIPTION_KEYS/> }.into_any()
            } else {
                view! { <KeyTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn KeyTable(page: Page<SubscriptionKey>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.subscription_keys;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=t.name column="name" query=sorted.clone()/>
            <HeaderCell label=t.key_id/>
            <HeaderCell label=t.key/>
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
fn KeyRow(key: SubscriptionKey) -> impl IntoView {
    let texts = use_texts();
    let t = texts.subscription_keys;
    let copy = format!("{} {}", texts.common.copy, t.key_id);
    let page = paths::subscription_key(&key.id);
    let (secret, show_href) = (format!("{} {}", t.key, key.name), format!("{page}?secret=shown"));
    let (edit, delete) = (dialog_href("edit", Some(&key.id)), dialog_href("delete", Some(&key.id)));
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=page.clone()>{key.name.clone()}</a></th>
            <td><Copyable text=key.id.to_string() label=copy/></td>
            // It is shown on the key's own page, and only when that was asked for.
            <td><SecretField label=secret secret=None show_href hide_href=page/></td>
            <td class="cell-text">{key.description.clone()}</td>
            <td class="cell-time"><Time at=key.created_at/></td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=edit aria-label=(t.edit_named)(&key.name)>{texts.common.edit}</a>
                    <a class="row-action" href=delete aria-label=(t.delete_named)(&key.name)>{texts.common.delete}</a>
                </div>
            </td>
        </tr>
    }
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&SubscriptionKeyId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(SubscriptionKeyId::as_str))];
    paths::with_query(paths::SUBSCRIPTION_KEYS, &params, &changes)
}
