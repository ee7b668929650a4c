//! Lists without rows: because there is nothing yet, or because nothing matches.

use super::{
    button::LinkButton,
    icon::{Glyph, Icon},
};
use crate::{contexts::use_texts, paths};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

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

/// Nothing matches the search, or the list has no such page.
#[component]
pub fn NoMatch(
    /// The list without search and filters.
    #[prop(into)]
    clear_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let params = use_query_map().get_untracked();
    if params.get("page").is_some_and(|page| page != "1") {
        let path = use_location().pathname.get_untracked();
        let href = paths::with_query(&path, &params, &[("page", None)]);
        return view! {
            <EmptyState title=texts.common.no_page_title text=texts.common.no_page glyph=Glyph::Search>
                <LinkButton href>{texts.common.first_page}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title=texts.common.no_match_title text=texts.common.no_match glyph=Glyph::Search>
            <LinkButton href=clear_href>{texts.common.clear_filters}</LinkButton>
        </EmptyState>
    }
    .into_any()
}
