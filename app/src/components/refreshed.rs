//! How old the data of a list is, and a link that reads it again.

use super::icon::{Glyph, Icon};
use crate::contexts::{use_refresh, use_texts};
use leptos::{prelude::*, web_sys::js_sys::Date};
use leptos_router::hooks::use_location;
use std::time::Duration;

/// "Updated 5 s ago", counted from when it was put on the page: it stands in what [`Loaded`](super::Loaded) makes anew with
/// each answer. Without JavaScript only the link is there, and loads the page again.
#[component]
pub fn Refreshed() -> impl IntoView {
    let (texts, refresh) = (use_texts(), use_refresh());
    let location = use_location();
    let here = move || format!("{}?{}", location.pathname.get(), location.search.get());
    let age = RwSignal::new(None::<u64>);
    Effect::new(move |_| {
        let came_at = Date::now();
        age.set(Some(0));
        let tick = move || _ = age.try_set(Some(seconds_since(came_at)));
        let timer = set_interval_with_handle(tick, Duration::from_secs(5));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    let told = move || {
        age.get().map(|seconds| match seconds {
            0..120 => (texts.monitoring.updated_seconds)(seconds),
            _ => (texts.monitoring.updated_minutes)(seconds / 60),
        })
    };
    view! {
        <span class="freshness">
            <span class="tabular-nums">{told}</span>
            <a
                class="icon-button"
                href=here
                aria-label=texts.common.refresh
                title=texts.common.refresh
                on:click=move |event| {
                    event.prevent_default();
                    refresh.now();
                }
            >
                <Icon glyph=Glyph::Refresh/>
            </a>
        </span>
    }
}

fn seconds_since(came_at: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 and above, seconds"
    )]
    let seconds = ((Date::now() - came_at).max(0.0) / 1000.0) as u64;
    seconds
}
