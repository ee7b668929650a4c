//! Moments, by the reader's own clock.

use super::scripted::use_scripted;
use domain::{Timestamp, timestamp::zone_name};
use leptos::{prelude::*, wasm_bindgen::JsValue, web_sys::js_sys::Date};

/// `YYYY-MM-DD HH:mm:ss` and the name of the zone: the browser's, and UTC as long as the page does not react.
#[component]
pub fn Time(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let (clock, precise) = (use_clock(), at.to_rfc3339());
    view! { <time class="time" datetime=precise.clone() title=precise>{move || clock.tell(at)}</time> }
}

/// Tells moments in texts, as [`Time`] does.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Whether the browser has taken the page over: until then it must be as the server rendered it, who does not know the
    /// reader's zone.
    is_local: ReadSignal<bool>,
}

/// The reader's clock. Each part of a page that tells moments has one of its own, as parts are taken over one by one.
pub fn use_clock() -> Clock {
    Clock { is_local: use_scripted() }
}

impl Clock {
    /// `YYYY-MM-DD HH:mm:ss ZONE`.
    pub fn tell(self, at: Timestamp) -> String {
        let minutes = self.minutes_ahead(at);
        format!("{} {}", at.on_clock(minutes), zone_name(minutes))
    }

    /// `YYYY-MM-DD HH:mm`, where the zone stands elsewhere.
    pub fn tell_minute(self, at: Timestamp) -> String {
        let shown = at.on_clock(self.minutes_ahead(at));
        shown.get(..16).unwrap_or(&shown).to_owned()
    }

    /// The name of the zone: in summer another than in winter.
    pub fn zone(self, at: Timestamp) -> String {
        zone_name(self.minutes_ahead(at))
    }

    /// How far the clock is ahead of UTC then, in minutes.
    pub fn minutes_ahead(self, at: Timestamp) -> i32 {
        if self.is_local.get() { browser_minutes_ahead(at) } else { 0 }
    }
}

fn browser_minutes_ahead(at: Timestamp) -> i32 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year are far below 2^53")]
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    #[expect(clippy::cast_possible_truncation, reason = "whole minutes, less than a day")]
    let behind = date.get_timezone_offset() as i32;
    -behind
}
