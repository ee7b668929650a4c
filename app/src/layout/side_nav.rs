//! The main navigation: at the left, or in a drawer on narrow screens.

use super::{plain::Brand, preference_form::NavigationSwitch};
use crate::{
    components::{Glyph, Icon},
    contexts::{use_texts, use_viewer},
    i18n::Texts,
    paths,
};
use domain::Role;
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// An entry: name, address, icon.
type Entry = (&'static str, &'static str, Glyph);

/// The navigation's sections; the first has no heading, the last is for operators.
fn sections(
    texts: &'static Texts,
    is_operator: bool,
) -> impl Iterator<Item = (Option<&'static str>, Vec<Entry>)> {
    let common = texts.common;
    let operator = (
        Some(common.nav_operator),
        vec![(common.nav_waiting_domains, paths::WAITING_DOMAINS, Glyph::Globe)],
    );
    let all = [
        (None, vec![(common.nav_overview, paths::OVERVIEW, Glyph::Overview)]),
        (
            Some(common.nav_open_api),
            vec![
                (common.nav_api_groups, paths::GROUPS, Glyph::Group),
                (common.nav_rate_limit_policies, paths::RATE_LIMIT_POLICIES, Glyph::Gauge),
                (common.nav_access_auths, paths::ACCESS_AUTHS, Glyph::Shield),
                (common.nav_backend_signatures, paths::BACKEND_SIGNATURES, Glyph::Signature),
                (common.nav_ip_policies, paths::IP_POLICIES, Glyph::Funnel),
            ],
        ),
        (
            Some(common.nav_call_api),
            vec![
                (common.nav_access_keys, paths::ACCESS_KEYS, Glyph::Key),
                (common.nav_subscription_keys, paths::SUBSCRIPTION_KEYS, Glyph::Lock),
                (common.nav_platform_keys, paths::PLATFORM_KEYS, Glyph::User),
                (common.nav_authorized_groups, paths::AUTHORIZED_GROUPS, Glyph::Book),
            ],
        ),
    ];
    all.into_iter().chain(is_operator.then_some(operator))
}

/// The navigation at the left of wide screens.
#[component]
pub(super) fn SideNav() -> impl IntoView {
    let texts = use_texts();
    view! {
        <aside class="side">
            <a class="brand" href=paths::OVERVIEW><Brand/> <span class="nav-text">{texts.common.product}</span></a>
            <NavList/>
            <NavigationSwitch/>
        </aside>
    }
}

/// The navigation of narrow screens, behind a button.
#[component]
pub(super) fn NavDrawer() -> impl IntoView {
    let texts = use_texts();
    let drawer = NodeRef::<html::Details>::new();
    let path = use_location().pathname;
    // It closes when a link in it has led somewhere.
    Effect::new(move |_| {
        path.track();
        if let Some(drawer) = drawer.get_untracked() {
            _ = drawer.remove_attribute("open");
        }
    });
    view! {
        <details class="drawer" node_ref=drawer>
            <summary class="icon-button" aria-label=texts.common.open_navigation><Icon glyph=Glyph::Menu/></summary>
            <div class="drawer-panel"><NavList/></div>
        </details>
    }
}

#[component]
fn NavList() -> impl IntoView {
    let texts = use_texts();
    let path = use_location().pathname;
    let current = move |href: &'static str| {
        let path = path.get();
        let beneath = path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        (path == href || (href != paths::OVERVIEW && beneath)).then_some("page")
    };
    let is_operator = use_viewer().is_some_and(|viewer| viewer.role == Role::Operator);
    let lists = sections(texts, is_operator).map(|(heading, entries)| {
        let links = entries.into_iter().map(|(name, href, glyph)| {
            view! {
                <li>
                    <a class="nav-link" href=href title=name aria-current=move || current(href)>
                        <Icon glyph/>
                        <span class="nav-text">{name}</span>
                    </a>
                </li>
            }
        });
        let heading = heading.map(|heading| view! { <p class="nav-heading">{heading}</p> });
        view! { {heading} <ul>{links.collect_view()}</ul> }
    });
    view! { <nav class="nav" aria-label=texts.common.main_navigation>{lists.collect_view()}</nav> }
}
