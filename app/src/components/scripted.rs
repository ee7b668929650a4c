//! Whether the page reacts.

use leptos::prelude::*;

/// `false` on the server and until the browser has taken the page over: what is only hidden to be out of the way is shown
/// until then, since without JavaScript it could not be brought back.
#[must_use]
pub fn use_scripted() -> ReadSignal<bool> {
    let (scripted, set) = signal(false);
    Effect::new(move |_| set.set(true));
    scripted
}
