//! All groups that the account's keys may call.

use super::table::AuthorizedTable;
use crate::{
    components::{
        Crumb, EmptyState, Glyph, LinkButton, Loaded, NoMatch, PageHeader, Pagination, Refreshed,
        SearchBox, TableSkeleton, Variant, use_page_query,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::authorized_groups::list_authorized_groups,
};
use domain::{AuthorizedGroup, Page, PageQuery};
use leptos::prelude::*;

/// Groups of any provider, with the address where each is called.
#[component]
pub fn AuthorizedGroupListPage() -> impl IntoView {
    let query = use_page_query();
    let groups = use_data(move || query.get(), list_authorized_groups);
    let texts = use_texts();
    let title = texts.access_keys.authorized_title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=groups skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title crumbs=crumbs() count=page.total/>
            <section class="card card-flush"><Groups page query=query.get_untracked()/></section>
        </Loaded>
    }
}

#[component]
fn Groups(page: Page<AuthorizedGroup>, query: PageQuery) -> impl IntoView {
    let t = use_texts().access_keys;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <EmptyState title=t.authorized_empty_title text=t.authorized_empty glyph=Glyph::Book>
                <LinkButton href=paths::ACCESS_KEYS variant=Variant::Primary>{t.to_keys}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <div class="filters"><SearchBox label=t.authorized_search/> <Refreshed/></div>
        {if page.rows.is_empty() {
            view! { <NoMatch clear_href=paths::AUTHORIZED_GROUPS/> }.into_any()
        } else {
            view! {
                <AuthorizedTable label=t.authorized_title groups=page.rows query=query.clone()/>
                <Pagination query total=page.total/>
            }
            .into_any()
        }}
    }
    .into_any()
}
