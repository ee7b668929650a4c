//! The search of the top bar: Ctrl-K puts the keyboard there.

use crate::{
    components::{Glyph, Icon},
    contexts::use_texts,
    paths,
};
use leptos::{
    ev::{self, SubmitEvent},
    html,
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A field on wide screens, a link to the page of the search on narrow ones.
#[component]
pub(super) fn TopSearch() -> impl IntoView {
    let words = use_texts().search;
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            let asked = (event.ctrl_key() || event.meta_key()) && event.key() == "k";
            if let Some(input) = input.get_untracked().filter(|_| asked) {
                event.prevent_default();
                _ = input.focus();
                input.select();
            }
        });
        on_cleanup(move || listener.remove());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let href = format!("{}?search={}", paths::SEARCH, paths::encode(text.trim()));
        navigate(&href, NavigateOptions::default());
    };
    view! {
        <form class="top-search" method="get" action=paths::SEARCH role="search" aria-label=words.title on:submit=submit>
            <Icon glyph=Glyph::Search class="search-glyph"/>
            <input
                class="input search-input"
                type="text"
                name="search"
                aria-label=words.label
                aria-keyshortcuts="Control+K"
                placeholder=words.placeholder
                autocomplete="off"
                node_ref=input
            />
            <kbd class="top-search-key" aria-hidden="true">"Ctrl K"</kbd>
            <button type="submit" class="sr-only" tabindex="-1">{words.title}</button>
        </form>
        <a class="icon-button top-search-link" href=paths::SEARCH aria-label=words.title><Icon glyph=Glyph::Search/></a>
    }
}
