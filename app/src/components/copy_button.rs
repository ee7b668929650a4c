//! Copies a text. Needs JavaScript, so it is hidden until the page has it.

use super::icon::{Glyph, Icon};
use crate::contexts::use_texts;
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{HtmlElement, HtmlTextAreaElement, js_sys::Reflect},
};
use std::time::Duration;

/// A button that copies `text` and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is, where several stand on a page: "Copy APIKey". By default "Copy".
    #[prop(optional_no_strip, into)]
    label: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let copied = RwSignal::new(false);
    let label = label.unwrap_or_else(|| texts.common.copy.to_owned());
    let press = move |_| {
        copy(&text);
        copied.set(true);
        set_timeout(move || _ = copied.try_set(false), Duration::from_secs(2));
    };
    view! {
        <span class="needs-script copy">
            <button type="button" class="icon-button" aria-label=label.clone() title=label on:click=press>
                {move || {
                    let glyph = if copied.get() { Glyph::Check } else { Glyph::Copy };
                    view! { <Icon glyph/> }
                }}
            </button>
            <span class="sr-only" aria-live="polite">
                {move || copied.get().then_some(texts.common.copied)}
            </span>
        </span>
    }
}

/// An id, address or key with its copy button.
#[component]
pub fn Copyable(
    /// What is shown and copied.
    #[prop(into)]
    text: String,
    /// See [`CopyButton`].
    #[prop(optional_no_strip, into)]
    label: Option<String>,
) -> impl IntoView {
    view! {
        <span class="copyable">
            <span class="font-mono">{text.clone()}</span>
            <CopyButton text label/>
        </span>
    }
}

/// Puts `text` on the clipboard. Browsers have their clipboard only on secure origins; elsewhere the text is selected in a
/// field and copied the old way.
fn copy(text: &str) {
    let navigator = window().navigator();
    let present = Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    if present {
        _ = navigator.clipboard().write_text(text);
    } else {
        copy_by_selection(text);
    }
}

fn copy_by_selection(text: &str) -> Option<()> {
    let document = document();
    let focused =
        document.active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("sr-only");
    document.body()?.append_child(&field).ok()?;
    field.select();
    let command = Reflect::get(&document, &JsValue::from_str("execCommand")).ok()?;
    let command: leptos::web_sys::js_sys::Function = command.dyn_into().ok()?;
    _ = command.call1(&document, &JsValue::from_str("copy"));
    field.remove();
    focused?.focus().ok()
}
