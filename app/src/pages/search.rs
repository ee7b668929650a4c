//! The search over everything: what was found, kind by kind.

use crate::{
    components::{Crumb, EmptyState, Glyph, Icon, Loaded, PageHeader, SearchBox},
    contexts::{use_data, use_texts},
    i18n::Texts,
    paths,
    server_fns::search::search_everything,
};
use domain::{Found, FoundKind};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `?search=` is what is searched for.
#[component]
pub fn SearchPage() -> impl IntoView {
    let texts = use_texts();
    let words = texts.search;
    let params = use_query_map();
    let text = Memo::new(move |_| params.with(|params| params.get("search").unwrap_or_default()));
    let found = use_data(move || text.get(), search_everything);
    let crumbs = vec![Crumb::link(texts.common.console, paths::OVERVIEW), Crumb::here(words.title)];
    view! {
        <PageHeader title=words.title crumbs/>
        <section class="card card-flush">
            <div class="filters"><SearchBox label=words.label/></div>
            <Loaded data=found let:found>
                <Results found asked=!text.get_untracked().trim().is_empty()/>
            </Loaded>
        </section>
    }
}

#[component]
fn Results(
    found: Vec<Found>,
    /// Whether there was something to search for.
    asked: bool,
) -> impl IntoView {
    let words = use_texts().search;
    if found.is_empty() {
        let (title, text) = if asked {
            (words.nothing_title, words.nothing)
        } else {
            (words.empty_title, words.empty)
        };
        return view! { <EmptyState title text glyph=Glyph::Search/> }.into_any();
    }
    // Each kind stands together.
    let kinds = found.chunk_by(|one, next| one.kind == next.kind);
    let kinds = kinds.map(|entries| view! { <Kind entries=entries.to_vec()/> }.into_any());
    kinds.collect_view().into_any()
}

#[component]
fn Kind(entries: Vec<Found>) -> impl IntoView {
    let kind = entries.first().map(|found| found.kind)?;
    let (name, glyph) = title(use_texts(), kind);
    let rows = entries.into_iter().map(|found| {
        view! {
            <li class="brief">
                <a class="row-link" href=address(&found)>{found.name.clone()}</a>
                <span class="text-muted">{found.detail}</span>
            </li>
        }
    });
    Some(view! {
        <header class="card-header">
            <h2 class="card-title"><Icon glyph/> " " {name}</h2>
        </header>
        <ul class="briefs">{rows.collect_view()}</ul>
    })
}

/// As the navigation has it.
fn title(texts: &Texts, kind: FoundKind) -> (&'static str, Glyph) {
    let common = texts.common;
    match kind {
        FoundKind::ApiGroup => (common.nav_api_groups, Glyph::Group),
        FoundKind::Api => (texts.search.apis, Glyph::Api),
        FoundKind::RateLimitPolicy => (common.nav_rate_limit_policies, Glyph::Gauge),
        FoundKind::IpPolicy => (common.nav_ip_policies, Glyph::Funnel),
        FoundKind::AccessAuth => (common.nav_access_auths, Glyph::Shield),
        FoundKind::BackendSignature => (common.nav_backend_signatures, Glyph::Signature),
        FoundKind::AccessKey => (common.nav_access_keys, Glyph::Key),
        FoundKind::SubscriptionKey => (common.nav_subscription_keys, Glyph::Lock),
        FoundKind::PlatformKey => (common.nav_platform_keys, Glyph::User),
    }
}

/// The page of what was found.
fn address(found: &Found) -> String {
    let id = &found.id;
    match (found.kind, &found.place) {
        (FoundKind::Api, Some((group, revision))) => {
            format!("{}?revision={revision}", paths::group_page(group, &format!("apis/{id}")))
        }
        // An API without a place is none that was found.
        (FoundKind::Api | FoundKind::ApiGroup, _) => format!("{}/{id}", paths::GROUPS),
        (FoundKind::RateLimitPolicy, _) => format!("{}/{id}", paths::RATE_LIMIT_POLICIES),
        (FoundKind::IpPolicy, _) => format!("{}/{id}", paths::IP_POLICIES),
        (FoundKind::AccessAuth, _) => format!("{}/{id}", paths::ACCESS_AUTHS),
        (FoundKind::BackendSignature, _) => format!("{}/{id}", paths::BACKEND_SIGNATURES),
        (FoundKind::AccessKey, _) => format!("{}/{id}", paths::ACCESS_KEYS),
        (FoundKind::SubscriptionKey, _) => format!("{}/{id}", paths::SUBSCRIPTION_KEYS),
        (FoundKind::PlatformKey, _) => {
            format!("{}?search={}", paths::PLATFORM_KEYS, paths::encode(id))
        }
    }
}
