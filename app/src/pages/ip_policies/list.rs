//! The list of IP policies.

use super::dialogs::PolicyDialogs;
use crate::{
    components::{
        BoundBadges, Crumb, DataTable, EmptyState, Glyph, HeaderCell, LinkButton, Loaded, NoMatch,
        PageHeader, Pagination, Refreshed, SearchBox, SortHeader, TableSkeleton, Variant,
        use_page_query,
    },
    contexts::{use_data, use_region, use_texts},
    paths,
    server_fns::ip_policies::list_ip_policies,
};
use domain::{IpPolicy, IpPolicyId, IpRules, Page, PageQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Ranges that a row shows; the others are counted.
const SHOWN: usize = 2;

/// The policies of the region, and the dialogs over them.
#[component]
pub fn IpPolicyListPage() -> impl IntoView {
    let texts = use_texts();
    let (region, query) = (use_region(), use_page_query());
    let policies = use_data(move || query.get(), move |query| list_ip_policies(region, query));
    let title = texts.ip_policies.title;
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
fn Policies(page: Page<IpPolicy>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.ip_policies;
    if page.total == 0 && query.search.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Funnel><CreateLink/></EmptyState>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card card-flush">
            <div class="filters"><SearchBox label=texts.policies.search/> <Refreshed/></div>
            {if page.rows.is_empty() {
                view! { <NoMatch clear_href=paths::IP_POLICIES/> }.into_any()
            } else {
                view! { <PolicyTable page query/> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn PolicyTable(page: Page<IpPolicy>, query: PageQuery) -> impl IntoView {
    let texts = use_texts();
    let t = texts.ip_policies;
    let sorted = query.clone();
    let head = move || {
        view! {
            <SortHeader label=texts.policies.name column="policyName" query=sorted.clone()/>
            <HeaderCell label=t.action/>
            <HeaderCell label=t.ranges/>
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
fn PolicyRow(policy: IpPolicy) -> impl IntoView {
    let texts = use_texts();
    let (t, shared) = (texts.ip_policies, texts.policies);
    let page = paths::ip_policy(&policy.id);
    let (edit, delete) =
        (dialog_href("edit", Some(&policy.id)), dialog_href("delete", Some(&policy.id)));
    let name = policy.name.clone();
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=page.clone()>{name.clone()}</a></th>
            <td class="whitespace-nowrap">{(t.action_of)(policy.rules.action)}</td>
            <td class="font-mono">{first_ranges(&policy.rules, t.more)}</td>
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

/// The first ranges, and how many more there are.
fn first_ranges(rules: &IpRules, more: fn(u64) -> String) -> String {
    let mut shown: Vec<String> = rules.ranges.iter().take(SHOWN).map(ToString::to_string).collect();
    let hidden = rules.ranges.len().saturating_sub(SHOWN);
    if hidden > 0 {
        shown.push(more(u64::try_from(hidden).unwrap_or(u64::MAX)));
    }
    shown.join(", ")
}

/// The list as it is shown now, with a dialog over it.
fn dialog_href(dialog: &str, id: Option<&IpPolicyId>) -> String {
    let params = use_query_map().get_untracked();
    let changes = [("dialog", Some(dialog)), ("id", id.map(IpPolicyId::as_str))];
    paths::with_query(paths::IP_POLICIES, &params, &changes)
}
