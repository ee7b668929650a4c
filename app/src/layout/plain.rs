//! The frame of a page for who is not signed in: the product's name, a card, language and theme.

use super::preference_form::{LanguageMenu, ThemeMenu};
use crate::contexts::use_texts;
use leptos::prelude::*;

/// A card in the middle of the page.
#[component]
pub fn PlainFrame(children: Children) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="plain">
            <header class="plain-bar">
                <span class="brand"><Brand/> {texts.common.product}</span>
                <div class="plain-menus"><LanguageMenu/><ThemeMenu/></div>
            </header>
            <main class="plain-content" id="main" tabindex="-1">
                <div class="card plain-card">{children()}</div>
                <p class="plain-tagline">{texts.accounts.tagline}</p>
            </main>
        </div>
    }
}

/// The product's sign: a gateway arch.
#[component]
pub(super) fn Brand() -> impl IntoView {
    view! {
        <svg class="brand-sign" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M9 7.2C7.9 7.2 7 6.7 6.4 5.8 9.5 6 13 4.8 16 3c3 1.8 6.5 3 9.6 2.8-.6.9-1.5 1.4-2.6 1.4v2H9z"/>
            <path d="M4.5 14.6c-1.4 0-2.5-.7-3.2-1.9 4.2.2 8-.8 10.2-2.1h9c2.2 1.3 6 2.3 10.2 2.1-.7 1.2-1.8 1.9-3.2 1.9v1.6h-23z"/>
            <path d="M5.5 18h21v2.2h-21z"/>
            <path d="M6 20.2h2.4V29H6zM11.3 20.2h2.4V29h-2.4zM18.3 20.2h2.4V29h-2.4zM23.6 20.2H26V29h-2.4z"/>
        </svg>
    }
}
