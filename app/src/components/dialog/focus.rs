//! The keyboard's focus while a dialog is open.

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

const FOCUSABLE: &str = "a[href]:not([tabindex='-1']), button:not([disabled]), \
    input:not([disabled]):not([type=hidden]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex='0']";
const FIRST: &str = "[autofocus], .dialog-body input:not([type=hidden]):not([type=radio]), .dialog-body textarea, \
    .dialog-body select, .dialog-body input[type=radio]:checked, .dialog-actions a";

/// Moves the focus into the dialog when it opens, and back to where it was when it closes.
pub(super) fn hold(panel: NodeRef<html::Section>) {
    Effect::new(move |held: Option<Option<()>>| {
        if held.flatten().is_some() {
            return Some(());
        }
        let panel = panel.get()?;
        let before = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok());
        let first = panel.query_selector(FIRST).ok().flatten();
        let first = first.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        match first {
            Some(first) => _ = first.focus(),
            None => _ = panel.focus(),
        }
        let before = StoredValue::new_local(before);
        on_cleanup(move || {
            before.with_value(|before| {
                if let Some(before) = before.as_ref().filter(|element| element.is_connected()) {
                    _ = before.focus();
                }
            });
        });
        Some(())
    });
}

/// Tab on the last element leads to the first, and the other way round.
pub(super) fn keep_inside(panel: NodeRef<html::Section>, event: &KeyboardEvent) {
    let Some(panel) = panel.get_untracked() else { return };
    let Ok(inside) = panel.query_selector_all(FOCUSABLE) else { return };
    let element =
        |index: u32| inside.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (Some(first), Some(last)) = (element(0), element(inside.length().saturating_sub(1))) else {
        return;
    };
    let active = document().active_element();
    let at = |wanted: &HtmlElement| active.as_ref().is_some_and(|active| active == wanted.as_ref());
    let target = if event.shift_key() && (at(&first) || at(&panel)) {
        Some(last)
    } else if !event.shift_key() && at(&last) {
        Some(first)
    } else {
        None
    };
    if let Some(target) = target {
        event.prevent_default();
        _ = target.focus();
    }
}
