//! The overview: numbers of the account, the first steps of a new one, its groups.

mod first_steps;

use crate::{
    components::{Crumb, EnvironmentBadges, Loaded, PageHeader},
    contexts::{use_data, use_region, use_texts},
    i18n::number,
    paths,
    server_fns::overview::{OverviewNumbers, overview},
};
use domain::{ApiGroupSummary, Region};
use first_steps::FirstSteps;
use leptos::prelude::*;

/// What a person sees first.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let texts = use_texts();
    let region = use_region();
    let numbers = use_data(move || region, overview);
    view! {
        <PageHeader title=texts.overview.title crumbs=vec![Crumb::here(texts.overview.title)]/>
        <Loaded data=numbers let:numbers>
            <Numbers numbers=numbers.clone() region/>
            <FirstSteps numbers=numbers.clone()/>
            <Groups groups=numbers.groups.rows/>
        </Loaded>
    }
}

#[component]
fn Numbers(numbers: OverviewNumbers, region: Region) -> impl IntoView {
    let texts = use_texts();
    let words = texts.overview;
    let region = (texts.common.region)(region);
    let here = numbers.groups.total;
    let groups_help = if numbers.groups_total == here {
        (words.in_region)(region)
    } else {
        (words.in_region_of_all)(region, numbers.groups_total)
    };
    let tile = |name: &'static str, help: String, value: u64, href: &'static str| {
        view! {
            <a class="tile" href=href>
                <span class="tile-name">{name} " " <span class="tile-help">{help}</span></span>
                <span class="tile-value">{number(value)}</span>
            </a>
        }
    };
    view! {
        <div class="tiles">
            {tile(words.api_groups, groups_help, here, paths::GROUPS)}
            {tile(words.calls, (words.calls_help)(region), numbers.calls_24h, paths::GROUPS)}
            {tile(words.access_keys, words.all_regions.to_owned(), numbers.access_keys, paths::ACCESS_KEYS)}
            {tile(words.access_auths, words.all_regions.to_owned(), numbers.access_auths, paths::ACCESS_AUTHS)}
        </div>
    }
}

#[component]
fn Groups(groups: Vec<ApiGroupSummary>) -> impl IntoView {
    let texts = use_texts();
    if groups.is_empty() {
        return ().into_any();
    }
    let rows = groups.into_iter().map(|summary| {
        view! {
            <li class="brief">
                <a class="row-link" href=paths::group(&summary.group.id)>{summary.group.name.clone()}</a>
                <span class="font-mono text-muted">{summary.group.path()}</span>
                <EnvironmentBadges running=summary.running/>
                <span class="brief-number">{number(summary.calls_24h)}</span>
            </li>
        }
    });
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <h2 class="card-title">{texts.overview.recent}</h2>
                <a class="link" href=paths::GROUPS>{texts.overview.all_groups}</a>
            </header>
            <ul class="briefs">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
