//! Tabs of a page: links, since each tab is a page with its own address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many things it holds.
    pub count: Option<u64>,
    /// Other addresses that belong to it, by their beginning (`/groups/ID/history`).
    pub also: Vec<String>,
}

impl Tab {
    /// A tab without a count.
    pub fn new(name: impl Into<String>, href: impl Into<String>) -> Self {
        Self { name: name.into(), href: href.into(), count: None, also: Vec::new() }
    }

    /// The same with a count.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count: Some(count), ..self }
    }

    /// The same, also current beneath `path`.
    #[must_use]
    pub fn also(mut self, path: impl Into<String>) -> Self {
        self.also.push(path.into());
        self
    }

    fn is_current(&self, path: &str, first: bool) -> bool {
        let beneath = |base: &str| {
            path == base || path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
        };
        let base = self.href.split('?').next().unwrap_or_default();
        // The first tab is the page itself; the addresses of the others begin with its address.
        (if first { path == base } else { beneath(base) })
            || self.also.iter().any(|base| beneath(base))
    }
}

/// A row of tabs; the first one is the page that the others are beneath.
#[component]
pub fn Tabs(
    /// What they are tabs of.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let path = use_location().pathname;
    let links = tabs.into_iter().enumerate().map(|(index, tab)| {
        let (name, href, count) = (tab.name.clone(), tab.href.clone(), tab.count);
        let current = move || tab.is_current(&path.get(), index == 0).then_some("page");
        let count = count.map(|count| view! { <span class="tab-count">{count}</span> });
        view! { <li><a class="tab" href=href aria-current=current>{name} {count}</a></li> }
    });
    view! { <nav class="tabs" aria-label=label><ul>{links.collect_view()}</ul></nav> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_is_current_on_its_page_and_the_pages_beneath() {
        let details = Tab::new("Details", "/groups/g");
        let apis = Tab::new("APIs", "/groups/g/apis?revision=0.0.1").also("/groups/g/import");
        assert!(
            details.is_current("/groups/g", true) && !details.is_current("/groups/g/apis", true)
        );
        for path in ["/groups/g/apis", "/groups/g/apis/new", "/groups/g/import"] {
            assert!(apis.is_current(path, false), "{path}");
        }
        assert!(!apis.is_current("/groups/g/apis2", false));
    }
}
