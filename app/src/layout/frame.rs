//! The frame of a page for who is signed in: navigation at the left, top bar, content.

use super::{side_nav::SideNav, top_bar::TopBar};
use crate::contexts::{use_preferences, use_texts};
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The frame around the page that the route tells.
#[component]
pub fn Frame() -> impl IntoView {
    view! { <FramedPage><Outlet/></FramedPage> }
}

/// The frame around any content.
#[component]
pub fn FramedPage(children: Children) -> impl IntoView {
    let texts = use_texts();
    let narrow = use_preferences().narrow_navigation;
    view! {
        // Left to the browser, which puts the keyboard there; the router would only scroll.
        <a class="skip-link" href="#main" rel="external">{texts.common.skip_to_content}</a>
        <div class=if narrow { "frame frame-narrow" } else { "frame" }>
            <SideNav/>
            <div class="frame-column">
                <TopBar/>
                <main class="content" id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
    }
}
