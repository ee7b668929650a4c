//! Lists without rows: because there is nothing yet, or because nothing matches.

use super::{
    button::LinkButton,
    icon::{Glyph, Icon},
};
use crate::contexts::use_texts;
use leptos::prelude::*;

/// Nothing there yet: what it is, why one wants it, and the next step (the children: a button or two).
#[component]
pub fn EmptyState(
    /// "No API groups yet".
    #[prop(into)]
    title: String,
    /// What it is and why one wants it.
    #[prop(into)]
    text: String,
    /// The noun's icon.
    #[prop(default = Glyph::Group)]
    glyph: Glyph,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-glyph"><Icon glyph/></span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}

/// Nothing matches the search.
#[component]
pub fn NoMatch(
    /// The list without search and filters.
    #[prop(into)]
    clear_href: String,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <EmptyState title=texts.common.no_match_title text=texts.common.no_match glyph=Glyph::Search>
            <LinkButton href=clear_href>{texts.common.clear_filters}</LinkButton>
        </EmptyState>
    }
}
