//! The list of access authorizations.

use super::dialogs::AuthDialogs;
use crate::{
    components::{
        BoundBadges, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded, NoMatch,
        PageHeader, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Time, Variant,
        use_page_query,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::access_auths::list_access_auths,
};
use domain::{AccessAuth, AccessAuthId, Page, PageQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The signed-in account's authorizations, and the dialogs over them.
#[component]
pub fn AccessAuthListPage() -> impl IntoView {
    let texts = use_texts();
    let query = use_page_query();
    let auths = use_data(move || query.get(), list_access_auths);
    let title = texts.access_auths.title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=auths skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title crumbs=crumbs() count=page.total><CreateLink/></PageHeader>
            <Auths page query=query.get_untracked()/>
        </Loaded>
        <AuthDialogs/>
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = dialog_href("create", None);
    view! {
        <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{use_texts().access_auths.create}</LinkButton>
    }
}

#[component]
fn Auths(page: Page<AccessAuth>, query: PageQuery) -> impl IntoView {
    let t = use_texts().access_auths;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Shield><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=t.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::ACCESS_AUTHS/> }.into_any()
            } else {
                view! { <AuthTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn AuthTable(page: Page<AccessAuth>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=t.caller column="accessKey" query=sorted.clone()/>
            <HeaderCell label=t.user_type/>
            <HeaderCell label=texts.common.description/>
            <HeaderCell label=t.bound_groups/>
            <SortHeader label=texts.common.created_at column="createdAt" query=sorted.clone()/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = page.rows.into_iter().map(|auth| view! { <AuthRow auth/> });
    view! {
        <DataTable label=t.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn AuthRow(auth: AccessAuth) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let (key, kind) = (auth.name.clone(), auth.r#type());
    let page = paths::access_auth(&auth.id);
    let (edit, delete) =
        (dialog_href("edit", Some(&auth.id)), dialog_href("delete", Some(&auth.id)));
    view! {
        <tr>
            <th scope="row">
                <a class="row-link font-mono" href=page.clone()>{key.clone()}</a>
            </th>
            <td>{(t.user_type_of)(kind)}</td>
            <td class="cell-text">{auth.description}</td>
            <td><BoundBadges bound=auth.bound/></td>
            <td class="cell-time"><Time at=auth.created_at/></td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=page aria-label=(t.bind_named)(&key)>{t.bind}</a>
                    <a class="row-action" href=edit aria-label=(t.edit_named)(&key)>{texts.common.edit}</a>
                    <a class="row-action" href=delete aria-label=(t.delete_named)(&key)>{texts.common.delete}</a>
                </div>
            </td>
        </tr>
    }
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&AccessAuthId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(AccessAuthId::as_str))];
    paths::with_query(paths::ACCESS_AUTHS, &params, &changes)
}
