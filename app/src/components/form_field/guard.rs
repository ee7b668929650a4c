//! Asks before a page is left with something that was not saved.

use super::FormContext;
use crate::contexts::use_texts;
use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

/// While the form is dirty: closing the page and following a link ask first. Sending the form does not.
pub(crate) fn guard_unsaved(form: FormContext) {
    let dirty = form.dirty;
    let question = use_texts().common.errors.unsaved;
    Effect::new(move |_| {
        let unsaved = move || dirty.get_untracked() && !form.pending.get_untracked();
        let closing = window_event_listener(ev::beforeunload, move |event| {
            if unsaved() {
                event.prevent_default();
            }
        });
        // In the capture phase of the window, so before the router sees the click.
        let capture = leptos::wasm_bindgen::closure::Closure::<dyn FnMut(web_sys::Event)>::new(
            move |event: web_sys::Event| {
                if unsaved() && leaves(&event) {
                    if window().confirm_with_message(question).unwrap_or(true) {
                        dirty.set(false);
                    } else {
                        event.prevent_default();
                        event.stop_propagation();
                    }
                }
            },
        );
        let window = window();
        _ = window.add_event_listener_with_callback_and_bool(
            "click",
            capture.as_ref().unchecked_ref(),
            true,
        );
        let capture = StoredValue::new_local(capture);
        on_cleanup(move || {
            closing.remove();
            capture.with_value(|capture| {
                _ = leptos::prelude::window().remove_event_listener_with_callback_and_bool(
                    "click",
                    capture.as_ref().unchecked_ref(),
                    true,
                );
            });
        });
    });
}

/// Whether the click follows a link to another page in this tab.
fn leaves(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let link = target.and_then(|element| element.closest("a[href]").ok().flatten());
    link.is_some_and(|link| {
        let href = link.get_attribute("href").unwrap_or_default();
        !href.starts_with('#') && !link.has_attribute("target") && !link.has_attribute("download")
    })
}
