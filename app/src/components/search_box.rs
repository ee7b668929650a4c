//! The search of a list: a GET form, so its state is in the URL.

use super::{
    filter_chip::FilterChip,
    icon::{Glyph, Icon},
};
use crate::{contexts::use_texts, paths};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// Searches the list of this page: sets `search` in the URL, keeps its other parameters, and goes to the first page.
#[component]
pub fn SearchBox(
    /// What can be searched for: "Search by name, path or ID".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let texts = use_texts();
    let (path, params, navigate) = (use_location().pathname, use_query_map(), use_navigate());
    let input = NodeRef::<html::Input>::new();
    let search = move || params.with(|params| params.get("search").unwrap_or_default());
    let go = move |text: &str| {
        let text = Some(text).filter(|text| !text.is_empty());
        paths::with_query(
            &path.get_untracked(),
            &params.get_untracked(),
            &[("search", text), ("page", None)],
        )
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        navigate(&go(text.trim()), NavigateOptions::default());
    };
    let kept = params.get_untracked();
    let kept = kept.latest_values().filter(|(key, _)| !matches!(key.as_ref(), "search" | "page"));
    let kept = kept.map(|(key, value)| {
        view! { <input type="hidden" name=key.to_string() value=value.to_owned()/> }
    });
    let kept = kept.collect_view();
    let chip = move || {
        let search = search();
        (!search.is_empty()).then(|| {
            view! { <FilterChip name=texts.common.search value=search clear_href=go("")/> }
        })
    };
    view! {
        <form class="search" method="get" role="search" on:submit=submit>
            <Icon glyph=Glyph::Search class="search-glyph"/>
            <input
                class="input search-input"
                type="search"
                name="search"
                aria-label=label.clone()
                placeholder=label
                value=search
                prop:value=search
                autocomplete="off"
                node_ref=input
            />
            {kept}
            <button type="submit" class="sr-only">{texts.common.search}</button>
        </form>
        {chip}
    }
}
