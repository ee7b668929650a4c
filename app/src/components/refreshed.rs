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
    let refresh = use_refresh();
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
    view! { <Age age on_refresh=move |()| refresh.now()/> }
}

/// "Updated 5 s ago", and a link that reads again.
#[component]
pub fn Age(
    /// In seconds; nothing before the page has JavaScript.
    #[prop(into)]
    age: Signal<Option<u64>>,
    /// Whether the last attempt to read again failed.
    #[prop(optional, into)]
    failed: Signal<bool>,
    /// Reads again.
    #[prop(into)]
    on_refresh: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let location = use_location();
    let here = move || format!("{}?{}", location.pathname.get(), location.search.get());
    let told = move || match (failed.get(), age.get()?) {
        (true, _) => Some(texts.monitoring.not_updated.to_owned()),
        (false, seconds @ 0..120) => Some((texts.monitoring.updated_seconds)(seconds)),
        (false, seconds) => Some((texts.monitoring.updated_minutes)(seconds / 60)),
    };
    view! {
        <span class="freshness" class:text-danger=move || failed.get()>
            <span class="tabular-nums">{told}</span>
            <a
                class="icon-button"
                href=here
                aria-label=texts.common.refresh
                title=texts.common.refresh
                on:click=move |event| {
                    event.prevent_default();
                    on_refresh.run(());
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
