//! The list of rate limit policies.

use super::dialogs::PolicyDialogs;
use crate::{
    components::{
        BoundBadges, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded, NoMatch,
        PageHeader, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Variant,
        use_page_query,
    },
    contexts::{use_data, use_region, use_texts},
    i18n::number,
    paths,
    server_fns::rate_limit_policies::list_rate_limit_policies,
};
use domain::{Page, PageQuery, RateLimitPolicy, RateLimitPolicyId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The policies of the region, and the dialogs over them.
#[component]
pub fn RateLimitPolicyListPage() -> impl IntoView {
    let texts = use_texts();
    let (region, query) = (use_region(), use_page_query());
    let policies =
        use_data(move || query.get(), move |query| list_rate_limit_policies(region, query));
    let title = texts.rate_limit_policies.title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=policies skeleton=|| view! { <TableSkeleton/> } let:page>
            <PageHeader title crumbs=crumbs() count=page.total><CreateLink/></PageHeader>
            <Policies page query=query.get_untracked()/>
        </Loaded>
        <PolicyDialogs/>
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let href = dialog_href("create", None);
    view! {
        <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{use_texts().policies.create}</LinkButton>
    }
}

#[component]
fn Policies(page: Page<RateLimitPolicy>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.rate_limit_policies;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Gauge><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=texts.policies.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::RATE_LIMIT_POLICIES/> }.into_any()
            } else {
                view! { <PolicyTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn PolicyTable(page: Page<RateLimitPolicy>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.rate_limit_policies;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=texts.policies.name column="policyName" query=sorted.clone()/>
            <HeaderCell label=t.unit/>
            <HeaderCell label=t.group numeric=true/>
            <HeaderCell label=t.access_key numeric=true/>
            <HeaderCell label=texts.policies.bound_groups/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = page.rows.into_iter().map(|policy| view! { <PolicyRow policy/> });
    view! {
        <DataTable label=t.title head>{rows.collect_view()}</DataTable>
        <Pagination query total=page.total/>
    }
}

#[component]
fn PolicyRow(policy: RateLimitPolicy) -> impl IntoView {
    let texts = use_texts();
    let (t, shared) = (texts.rate_limit_policies, texts.policies);
    let page = paths::rate_limit_policy(&policy.id);
    let (edit, delete) =
        (dialog_href("edit", Some(&policy.id)), dialog_href("delete", Some(&policy.id)));
    let access_key = policy
        .limits
        .access_key
        .map_or_else(|| texts.common.none.to_owned(), |limit| number(limit.into()));
    let name = policy.name;
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=page.clone()>{name.clone()}</a></th>
            <td>{(t.unit_of)(policy.limits.unit)}</td>
            <td class="cell-number">{number(policy.limits.group.into())}</td>
            <td class="cell-number">{access_key}</td>
            <td><BoundBadges bound=policy.bound/></td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=page aria-label=(shared.bind_named)(&name)>{shared.bind}</a>
                    <a class="row-action" href=edit aria-label=(shared.edit_named)(&name)>{texts.common.edit}</a>
                    <a class="row-action" href=delete aria-label=(shared.delete_named)(&name)>{texts.common.delete}</a>
                </div>
            </td>
        </tr>
    }
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&RateLimitPolicyId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(RateLimitPolicyId::as_str))];
    paths::with_query(paths::RATE_LIMIT_POLICIES, &params, &changes)
}
