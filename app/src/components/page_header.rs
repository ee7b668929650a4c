//! The top of a page: where it is, its title, and what can be done.

use super::form_field::escaped;
use crate::contexts::use_texts;
use leptos::prelude::*;
use leptos_meta::Title;

/// A step of the breadcrumbs: its name and where it leads; the page itself leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub name: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Crumb {
    /// A page above this one.
    pub fn link(name: impl Into<String>, href: impl Into<String>) -> Self {
        Self { name: name.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(name: impl Into<String>) -> Self {
        Self { name: name.into(), href: None }
    }
}

/// Breadcrumbs (shown in the top bar), title with count, actions at the right (the children). Also sets the window's title.
#[component]
pub fn PageHeader(
    /// The page's name.
    #[prop(into)]
    title: String,
    /// The pages above it, and itself at the end.
    crumbs: Vec<Crumb>,
    /// How many rows the list has in all.
    #[prop(optional, into)]
    count: Option<u64>,
    /// Beside the title: an id to copy, badges.
    #[prop(optional, into)]
    aside: ViewFn,
    /// At the right: the one primary action, at most one more and a menu.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let texts = use_texts();
    let steps = crumbs.into_iter().map(|crumb| match crumb.href {
        Some(href) => view! { <li><a href=href>{crumb.name}</a></li> }.into_any(),
        None => view! { <li aria-current="page">{crumb.name}</li> }.into_any(),
    });
    let count =
        count.map(|count| view! { <span class="page-count">{crate::i18n::number(count)}</span> });
    view! {
        <Title text=window_title(format!("{title} · {}", texts.common.product))/>
        <nav class="crumbs" aria-label=texts.common.breadcrumbs><ol>{steps.collect_view()}</ol></nav>
        <header class="page-header">
            <div class="page-heading">
                <h1 class="page-title">{title}</h1>
                {count}
                {aside.run()}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

/// The server writes the title into the page as it is, so it is escaped there; the browser sets it as text.
fn window_title(title: String) -> String {
    if cfg!(feature = "ssr") { escaped(&title) } else { title }
}
