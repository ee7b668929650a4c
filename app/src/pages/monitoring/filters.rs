//! What the page is about: time range, environment, API. All of it is state of the URL.

use crate::{
    components::{FilterChip, LinkButton, SubmitButton, Variant},
    contexts::use_texts,
    paths,
};
use domain::{Api, ApiId, Environment, MonitorQuery, TimeRange};
use leptos::{ev::Event, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// What the URL asks for: `range`, `environment`, `api`. What is not understood counts as absent.
#[must_use]
pub(super) fn use_monitor_query() -> Memo<MonitorQuery> {
    let params = use_query_map();
    Memo::new(move |_| {
        params.with(|params| {
            let get = |name: &str| params.get(name).unwrap_or_default();
            MonitorQuery {
                range: TimeRange::parse(&get("range")).unwrap_or_default(),
                environment: get("environment").parse().ok(),
                api: get("api").parse().ok(),
            }
        })
    })
}

/// Links to the time ranges.
#[component]
pub(super) fn Ranges(
    /// What the page is about now.
    query: Memo<MonitorQuery>,
) -> impl IntoView {
    let texts = use_texts();
    let (path, params) = (use_location().pathname, use_query_map());
    let links = TimeRange::ALL.map(|range| {
        let changes = [("range", Some(range.as_str()))];
        let href = move || paths::with_query(&path.get(), &params.get(), &changes);
        let current = move || (range == query.get().range).then_some("true");
        view! { <li><a class="segment" href=href aria-current=current>{(texts.monitoring.range)(range)}</a></li> }
    });
    view! {
        <nav class="segments" aria-label=texts.monitoring.range_label>
            <ul>{links.into_iter().collect_view()}</ul>
        </nav>
    }
}

/// Environment and API: applied as soon as they are chosen, by a button without JavaScript.
#[component]
pub(super) fn Filters(
    /// What the page is about now.
    query: Memo<MonitorQuery>,
    /// The APIs to choose from.
    apis: Vec<Api>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.monitoring;
    let (path, params, navigate) = (use_location().pathname, use_query_map(), use_navigate());
    let choose = move |name: &'static str, event: &Event| {
        let value = event_target_value(event);
        let changes = [(name, Some(value.as_str()).filter(|value| !value.is_empty()))];
        let href = paths::with_query(&path.get_untracked(), &params.get_untracked(), &changes);
        navigate(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    let choose_api = choose.clone();
    let environments = Environment::ALL.map(|environment| {
        let selected = move || query.get().environment == Some(environment);
        let name = (texts.common.environment)(environment);
        view! { <option value=environment.as_str() selected=selected prop:selected=selected>{name}</option> }
    });
    let no_environment = move || query.get().environment.is_none();
    let no_api = move || query.get().api.is_none();
    let clear = move || {
        (!no_environment() || !no_api()).then(|| {
            let changes = [("environment", None), ("api", None)];
            let href = paths::with_query(&path.get(), &params.get(), &changes);
            view! { <LinkButton href variant=Variant::Quiet>{texts.common.clear_filters}</LinkButton> }
        })
    };
    let named: Vec<(ApiId, String)> =
        apis.iter().map(|api| (api.id.clone(), api.definition.name.clone())).collect();
    let chips = move || {
        let query = query.get();
        let without = |name| paths::with_query(&path.get(), &params.get(), &[(name, None)]);
        let environment = query.environment.map(|environment| {
            let (name, value) =
                (texts.common.environment_label, (texts.common.environment)(environment));
            view! { <FilterChip name value clear_href=without("environment")/> }
        });
        let api = query.api.map(|id| {
            let found = named.iter().find(|(known, _)| *known == id);
            let value = found.map_or_else(|| id.to_string(), |(_, name)| name.clone());
            view! { <FilterChip name=t.api value clear_href=without("api")/> }
        });
        view! { {environment} {api} }
    };
    view! {
        <form class="filters" method="get">
            <input type="hidden" name="range" value=move || query.get().range.as_str()/>
            <select class="input select" name="environment" aria-label=texts.common.environment_label
                on:change=move |event| choose("environment", &event)>
                <option value="" selected=no_environment prop:selected=no_environment>{t.all_environments}</option>
                {environments.into_iter().collect_view()}
            </select>
            <select class="input select" name="api" aria-label=t.api on:change=move |event| choose_api("api", &event)>
                <option value="" selected=no_api prop:selected=no_api>{t.all_apis}</option>
                {api_options(&apis, query)}
            </select>
            <span class="only-without-script">
                <SubmitButton label=Signal::stored(t.filter.to_owned())/>
            </span>
            {chips}
            {clear}
        </form>
    }
}

/// The APIs by name; also the chosen one when it is not among them, as it may be gone.
fn api_options(apis: &[Api], query: Memo<MonitorQuery>) -> Vec<AnyView> {
    let mut named: Vec<(ApiId, String)> =
        apis.iter().map(|api| (api.id.clone(), api.definition.name.clone())).collect();
    named.sort_by(|a, b| a.1.cmp(&b.1));
    let chosen = query.get_untracked().api;
    if let Some(gone) = chosen.filter(|chosen| named.iter().all(|(id, _)| id != chosen)) {
        named.push((gone.clone(), gone.to_string()));
    }
    let option = |(id, name): (ApiId, String)| {
        let value = id.to_string();
        let selected = move || query.get().api.as_ref() == Some(&id);
        view! { <option value=value selected=selected.clone() prop:selected=selected>{name}</option> }.into_any()
    };
    named.into_iter().map(option).collect()
}
