//! What differs between two contents of a group: APIs added, removed, and changed field by field.

mod fields;

use super::{Badge, Tone, method_badge::MethodBadge};
use crate::contexts::use_texts;
use domain::{ApiChange, Difference, FieldChange};
use leptos::prelude::*;

/// A difference in one line: `1 added, 2 changed`.
#[component]
pub fn DifferenceSummary(
    /// What differs.
    difference: Difference,
) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    let (added, changed, removed) = difference.counts();
    let told = |count: u32, words: fn(u32) -> String| (count > 0).then(|| words(count));
    let settings = (!difference.settings.is_empty()).then(|| words.settings_changed.to_owned());
    let parts = [
        told(added, words.count_added),
        told(changed, words.count_changed),
        told(removed, words.count_removed),
        settings,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        words.nothing.to_owned()
    } else {
        parts.join(use_texts().common.list_separator)
    }
}

/// A difference in full.
#[component]
pub fn DifferenceView(
    /// What differs.
    difference: Difference,
    /// How many changes are shown at once; the rest unfolds.
    #[prop(default = usize::MAX)]
    limit: usize,
) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    if difference.is_empty() {
        return view! { <p class="text-muted">{words.nothing}</p> }.into_any();
    }
    let fields = difference.settings;
    let settings = (!fields.is_empty()).then(|| {
        view! {
            <li class="change">
                <p class="change-head"><Badge tone=Tone::Warning>{words.changed}</Badge> {words.settings}</p>
                <FieldTable fields/>
            </li>
        }
    });
    let mut shown = difference.apis;
    let rest = shown.split_off(shown.len().min(limit));
    let shown = shown.into_iter().map(|change| view! { <Change change/> }).collect_view();
    let rest = (!rest.is_empty()).then(|| {
        let summary = (words.show_all)(rest.len());
        let rest = rest.into_iter().map(|change| view! { <Change change/> }).collect_view();
        view! {
            <li><details class="unfold"><summary>{summary}</summary><ul class="changes">{rest}</ul></details></li>
        }
    });
    let unchanged = (difference.unchanged > 0).then(|| {
        view! { <li class="text-muted">{(words.unchanged)(difference.unchanged)}</li> }
    });
    view! { <ul class="changes">{settings} {shown} {rest} {unchanged}</ul> }.into_any()
}

/// What happened to one API.
#[component]
fn Change(change: ApiChange) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    let (tone, word) = match &change {
        ApiChange::Added { .. } => (Tone::Success, words.added),
        ApiChange::Removed { .. } => (Tone::Danger, words.removed),
        ApiChange::Changed { .. } => (Tone::Warning, words.changed),
    };
    let (route, name, fields) = match change {
        ApiChange::Added { route, name } | ApiChange::Removed { route, name } => {
            (route, name, Vec::new())
        }
        ApiChange::Changed { route, name, fields } => (route, name, fields),
    };
    let fields = (!fields.is_empty()).then(|| view! { <FieldTable fields/> });
    view! {
        <li class="change">
            <p class="change-head">
                <Badge tone>{word}</Badge> <Route route/> <span class="text-muted">{name}</span>
            </p>
            {fields}
        </li>
    }
}

/// `GET /pets/{petId}`.
#[component]
pub fn Route(
    /// Method and path.
    #[prop(into)]
    route: String,
) -> impl IntoView {
    let (method, path) = route.split_once(' ').unwrap_or(("", &route));
    let (method, path) = (method.to_owned(), path.to_owned());
    view! {
        <span class="route">
            {(!method.is_empty()).then(|| view! { <MethodBadge method/> })} " "
            <code class="font-mono">{path}</code>
        </span>
    }
}

/// Fields with their values before and after.
#[component]
pub fn FieldTable(
    /// What changed.
    fields: Vec<FieldChange>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.revisions.difference;
    let value = move |value: Option<String>, class: &'static str| match value {
        Some(text) => view! { <span class=class>{text}</span> }.into_any(),
        None => view! { <span class="text-muted">{words.absent}</span> }.into_any(),
    };
    let rows = fields.into_iter().map(|change| {
        let change = fields::told(texts, change);
        view! {
            <tr>
                <th scope="row">{change.field}</th>
                <td>{value(change.before, "value-before")}</td>
                <td>{value(change.after, "value-after")}</td>
            </tr>
        }
    });
    view! {
        <table class="field-changes">
            <thead class="sr-only">
                <tr>
                    <th scope="col">{words.field}</th>
                    <th scope="col">{words.before}</th>
                    <th scope="col">{words.after}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
