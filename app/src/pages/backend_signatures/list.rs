//! The list of backend signatures.

use super::dialogs::SignatureDialogs;
use crate::{
    components::{
        Badge, BoundBadges, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded,
        NoMatch, PageHeader, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Time,
        Tone, Variant, use_page_query,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::backend_signatures::list_backend_signatures,
};
use domain::{BackendSignature, BackendSignatureId, Page, PageQuery, SigningKeyState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The signed-in account's backend signatures, and the dialogs over them.
#[component]
pub fn BackendSignatureListPage() -> impl IntoView {
    let texts = use_texts();
    let query = use_page_query();
    let signatures = use_data(move || query.get(), list_backend_signatures);
    let title = texts.backend_signatures.title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=signatures skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title crumbs=crumbs() count=page.total><CreateLink/></PageHeader>
            <Signatures page query=query.get_untracked()/>
        </Loaded>
        <SignatureDialogs/>
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = dialog_href("create", None);
    view! {
        <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{use_texts().backend_signatures.create}</LinkButton>
    }
}

#[component]
fn Signatures(page: Page<BackendSignature>, query: PageQuery) -> impl IntoView {
    let t = use_texts().backend_signatures;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Signature><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=t.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::BACKEND_SIGNATURES/> }.into_any()
            } else {
                view! { <SignatureTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn SignatureTable(page: Page<BackendSignature>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=t.access_key column="accessKey" query=sorted.clone()/>
            <HeaderCell label=texts.common.description/>
            <HeaderCell label=t.user_type/>
            <HeaderCell label=t.key_state/>
            <HeaderCell label=t.bound_groups/>
            <SortHeader label=texts.common.created_at column="createdAt" query=sorted.clone()/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = page.rows.into_iter().map(|signature| view! { <SignatureRow signature/> });
    view! {
        <DataTable label=t.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn SignatureRow(signature: BackendSignature) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
    let BackendSignature { id, access_key: key, key_state, description, bound, created_at, .. } =
        signature;
    let page = paths::backend_signature(&id);
    let (edit, delete) = (dialog_href("edit", Some(&id)), dialog_href("delete", Some(&id)));
    view! {
        <tr>
            <th scope="row">
                <a class="row-link font-mono" href=page.clone()>{key.clone()}</a>
            </th>
            <td class="cell-text">{description}</td>
            <td>{t.platform_user}</td>
            <td><KeyStateBadge state=key_state/></td>
            <td><BoundBadges bound/></td>
            <td class="cell-time"><Time at=created_at/></td>
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

/// Whether its key can be signed with.
#[component]
pub(super) fn KeyStateBadge(state: SigningKeyState) -> impl IntoView {
    let (tone, glyph) = match state {
        SigningKeyState::Usable => (Tone::Success, Glyph::Check),
        SigningKeyState::Missing => (Tone::Danger, Glyph::Alert),
    };
    view! { <Badge tone glyph>{(use_texts().backend_signatures.key_state_of)(state)}</Badge> }
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&BackendSignatureId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(BackendSignatureId::as_str))];
    paths::with_query(paths::BACKEND_SIGNATURES, &params, &changes)
}
