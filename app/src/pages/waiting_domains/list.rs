//! The list of domains that are not verified.

use super::dialogs::WaitingDomainDialogs;
use crate::{
    components::{
        Crumb, DataTable, EmptyState, EnvironmentBadge, Glyph, HeaderCell, Loaded, PageHeader,
        Refreshed, TableSkeleton, Time,
    },
    contexts::{use_data, use_texts},
    pages::user_domains::StateBadge,
    paths,
    server_fns::waiting_domains::list_waiting_domains,
};
use domain::{DomainCheck, UserDomain, UserDomainId, WaitingDomain, WaitingDomains};
use leptos::prelude::*;

/// The domains of all groups that are not verified, and the dialogs over them: `?dialog=…&domain=…`. For operators.
#[component]
pub fn WaitingDomainListPage() -> impl IntoView {
    let texts = use_texts();
    let domains = use_data(|| (), |()| list_waiting_domains());
    let title = texts.waiting_domains.title;
    let crumbs =
        move || vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(title)];
    view! {
        <Loaded data=domains skeleton=|| view! { <TableSkeleton/> } let:waiting>
            <PageHeader title crumbs=crumbs() count=waiting.domains.len() as u64/>
            <Domains waiting/>
        </Loaded>
        <WaitingDomainDialogs/>
    }
}

#[component]
fn Domains(waiting: WaitingDomains) -> impl IntoView {
    let words = use_texts().waiting_domains;
    let WaitingDomains { domains, check } = waiting;
    let notice = match check {
        DomainCheck::Operator => None,
        DomainCheck::Dns => Some(words.by_dns),
        DomainCheck::Provider => Some(words.by_provider),
    };
    let body = if domains.is_empty() {
        view! { <EmptyState title=words.empty_title text=words.empty glyph=Glyph::Globe/> }
            .into_any()
    } else {
        view! {
            <div class="filters"><Refreshed/></div>
            <DomainTable domains/>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <p class="text-muted">{words.help}</p>
            {notice.map(|text| view! { <p class="notice notice-info">{text}</p> })}
            <section class="card card-flush">{body}</section>
        </div>
    }
}

#[component]
fn DomainTable(domains: Vec<WaitingDomain>) -> impl IntoView {
    let texts = use_texts();
    let words = texts.waiting_domains;
    let head = move || {
        view! {
            <HeaderCell label=texts.user_domains.domain/>
            <HeaderCell label=words.owner/>
            <HeaderCell label=words.group/>
            <HeaderCell label=texts.common.region_label/>
            <HeaderCell label=texts.common.environment_label/>
            <HeaderCell label=words.since/>
            <HeaderCell label=texts.user_domains.state/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = domains.into_iter().map(|row| view! { <DomainRow row/> });
    view! { <DataTable label=words.title head>{rows.collect_view()}</DataTable> }
}

#[component]
fn DomainRow(row: WaitingDomain) -> impl IntoView {
    let texts = use_texts();
    let words = texts.waiting_domains;
    let WaitingDomain { domain, group_name, region, owner } = row;
    let UserDomain { id, api_group_id, domain: name, environment, state, refusal, .. } = domain;
    let because = refusal
        .map(|reason| view! { <p class="text-muted">{(words.refused_because)(&reason)}</p> });
    view! {
        <tr>
            <th scope="row" class="font-mono">{name.clone()}</th>
            <td>{owner}</td>
            <td title=api_group_id.to_string()>{group_name}</td>
            <td>{(texts.common.region)(region)}</td>
            <td><EnvironmentBadge environment/></td>
            <td class="cell-time"><Time at=domain.created_at/></td>
            <td><StateBadge state/>{because}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=href("confirm", &id) aria-label=(words.confirm_named)(&name)>
                        {words.confirm}
                    </a>
                    <a class="row-action" href=href("refuse", &id) aria-label=(words.refuse_named)(&name)>
                        {words.refuse}
                    </a>
                </div>
            </td>
        </tr>
    }
}

fn href(dialog: &str, domain: &UserDomainId) -> String {
    format!("{}?dialog={dialog}&domain={domain}", paths::WAITING_DOMAINS)
}
