//! What stands in place of data that is on its way.

use crate::contexts::use_texts;
use leptos::prelude::*;

fn bars(count: usize) -> impl IntoView {
    (0..count).map(|_| view! { <div class="skeleton-bar"></div> }).collect_view()
}

/// Rows of a table.
#[component]
pub fn TableSkeleton(
    /// How many.
    #[prop(default = 8)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton skeleton-table">
            <span class="sr-only">{use_texts().common.loading}</span>
            {bars(rows)}
        </div>
    }
}

/// Fields of a form.
#[component]
pub fn FormSkeleton(
    /// How many.
    #[prop(default = 4)]
    fields: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton skeleton-form">
            <span class="sr-only">{use_texts().common.loading}</span>
            {bars(fields)}
        </div>
    }
}

/// Lines of text.
#[component]
pub fn TextSkeleton(
    /// How many.
    #[prop(default = 4)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton">
            <span class="sr-only">{use_texts().common.loading}</span>
            {bars(lines)}
        </div>
    }
}
