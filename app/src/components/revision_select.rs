//! Chooses the revision that a page is about: a state of the URL.

use crate::{contexts::use_texts, i18n::Texts, paths};
use domain::{RevisionNumber, RevisionView};
use leptos::{ev::Event, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// A list of revisions; choosing one sets `revision` in the URL. Without JavaScript a button does.
#[component]
pub fn RevisionSelect(
    /// What there is to choose.
    revisions: Vec<RevisionView>,
    /// What is chosen now.
    chosen: RevisionNumber,
) -> impl IntoView {
    let texts = use_texts();
    let (path, query, navigate) = (use_location().pathname, use_query_map(), use_navigate());
    let choose = move |event: Event| {
        let value = event_target_value(&event);
        let changes = [("revision", Some(value.as_str())), ("page", None)];
        let href = paths::with_query(&path.get_untracked(), &query.get_untracked(), &changes);
        navigate(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    let options = revisions.iter().map(|view| {
        let number = view.revision.number;
        view! {
            <option value=number.to_string() selected=number == chosen prop:selected=number == chosen>{revision_label(texts, view)}</option>
        }
    });
    let options = options.collect_view();
    view! {
        <form class="inline-field" method="get">
            <label for="revision-select">{texts.apis.version}</label>
            <select class="input select" id="revision-select" name="revision" on:change=choose>{options}</select>
            <button type="submit" class="button only-without-script">{texts.apis.show_version}</button>
        </form>
    }
}

/// `0.0.2 – live in test`.
pub fn revision_label(texts: &Texts, view: &RevisionView) -> String {
    let number = view.revision.number.to_string();
    if view.published_to.is_empty() {
        return number;
    }
    let names: Vec<&str> =
        view.published_to.iter().map(|e| (texts.common.environment)(*e)).collect();
    (texts.apis.version_live)(&number, &names.join(texts.common.list_separator))
}
