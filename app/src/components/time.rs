//! A moment.

use domain::Timestamp;
use leptos::prelude::*;

/// `YYYY-MM-DD HH:mm:ss`, in UTC.
#[component]
pub fn Time(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <time class="time" datetime=at.to_rfc3339() title=format!("{at} UTC")>{at.to_string()}</time> }
}
