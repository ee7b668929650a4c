//! What a list is filtered by.

use super::icon::{Glyph, Icon};
use crate::contexts::use_texts;
use leptos::prelude::*;

/// A filter that is on, with a link that takes it away.
#[component]
pub fn FilterChip(
    /// What is looked at: "Environment".
    #[prop(into)]
    name: String,
    /// What it must be: "online".
    #[prop(into)]
    value: String,
    /// The list without this filter.
    #[prop(into)]
    clear_href: String,
) -> impl IntoView {
    let common = use_texts().common;
    let text = (common.filter)(&name, &value);
    view! {
        <span class="chip">
            <span class="chip-text" title=text.clone()>{text.clone()}</span>
            <a class="chip-clear" href=clear_href aria-label=(common.remove_filter)(&text)>
                <Icon glyph=Glyph::Close/>
            </a>
        </span>
    }
}
