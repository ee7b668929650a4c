//! A menu behind a button: a `<details>`, so it opens without JavaScript too. With JavaScript a click elsewhere, a choice and
//! Esc close it.

use super::icon::{Glyph, Icon};
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

/// A menu; its children are [`MenuLink`]s, or buttons of the class `menu-item`.
#[component]
pub fn Menu(
    /// What it is called: "More actions for PetStore".
    #[prop(into)]
    label: String,
    /// On the button.
    glyph: Glyph,
    /// Beside the icon; without it the button is the icon alone.
    #[prop(optional, into)]
    text: String,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let close = move |focus: bool| {
        let Some(details) = details.get_untracked() else { return };
        if !details.has_attribute("open") {
            return;
        }
        _ = details.remove_attribute("open");
        if focus {
            let summary = details.query_selector("summary").ok().flatten();
            if let Some(summary) = summary.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                _ = summary.focus();
            }
        }
    };
    Effect::new(move |_| {
        let listener = window_event_listener(ev::click, move |event| {
            let target =
                event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let inside_summary = details.get_untracked().is_some_and(|details| {
                target.is_some_and(|target| {
                    details.contains(Some(&target))
                        && target.closest("summary").ok().flatten().is_some()
                })
            });
            if !inside_summary {
                close(false);
            }
        });
        on_cleanup(move || listener.remove());
    });
    let icon_only = text.is_empty();
    view! {
        <details
            class="menu"
            node_ref=details
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    close(true);
                }
            }
        >
            <summary
                class=if icon_only { "icon-button" } else { "menu-button" }
                aria-label=label.clone()
                title=icon_only.then_some(label)
            >
                <Icon glyph/>
                {(!icon_only).then(|| view! { <span class="menu-text">{text}</span> <Icon glyph=Glyph::ChevronDown class="menu-chevron"/> })}
            </summary>
            <div class="menu-panel">{children()}</div>
        </details>
    }
}

/// A link in a menu.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Before the text.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// Whether it leads to something destructive.
    #[prop(optional)]
    danger: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=if danger { "menu-item menu-item-danger" } else { "menu-item" } href=href>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </a>
    }
}
