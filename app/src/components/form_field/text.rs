//! Fields for text.

use super::{Field, FieldHelp, FieldLabel};
use domain::DomainError;
use leptos::prelude::*;

/// Checks a field when it is left: one of the domain's rules.
pub type Check = fn(&str) -> Option<DomainError>;

/// One line of text.
#[component]
pub fn TextField(
    /// Above the field.
    #[prop(into)]
    label: String,
    /// The name that is sent, e.g. `form[name]`.
    #[prop(into)]
    name: String,
    /// What the domain's rules call it (`groupName`), where that is not the last part of `name`.
    #[prop(optional, into)]
    field: String,
    /// What it holds before anything is typed.
    #[prop(optional, into)]
    value: String,
    /// Beneath the field, before anything is wrong.
    #[prop(optional, into)]
    rule: String,
    /// The `type` of the input: `text`, `email`, `password`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether it must be given.
    #[prop(optional)]
    required: bool,
    /// An example of what to type.
    #[prop(optional, into)]
    placeholder: String,
    /// What the browser may fill in: `username`, `current-password`, `new-password`; `off` otherwise.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// For ids, paths, keys.
    #[prop(optional)]
    mono: bool,
    /// Put the keyboard here when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Run when the field is left.
    #[prop(optional)]
    check: Option<Check>,
    /// Hears every change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let (state, form) = Field::new(&name, &field, &label);
    let value = form.and_then(|form| form.typed(&name)).unwrap_or(value);
    let has_rule = !rule.is_empty();
    let leave = move |event| {
        if let Some(check) = check {
            let typed = event_target_value(&event);
            // Leaving an empty field is no mistake yet; sending it is.
            state.local.set(if typed.is_empty() { None } else { Some(check(&typed)) });
        }
    };
    view! {
        <div class="field">
            <FieldLabel field=state label required/>
            <input
                class=if mono { "input font-mono" } else { "input" }
                type=kind
                id=state.id()
                name=name
                value=value
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                autocomplete=autocomplete
                autofocus=autofocus
                spellcheck="false"
                autocapitalize="off"
                aria-required=required.then_some("true")
                aria-invalid=move || state.invalid()
                aria-describedby=move || state.described_by(has_rule)
                on:change=leave
                on:input=move |event| {
                    if let Some(hear) = on_input {
                        hear.run(event_target_value(&event));
                    }
                }
            />
            <FieldHelp field=state rule/>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Above the field.
    #[prop(into)]
    label: String,
    /// The name that is sent.
    #[prop(into)]
    name: String,
    /// What the domain's rules call it, where that is not the last part of `name`.
    #[prop(optional, into)]
    field: String,
    /// What it holds before anything is typed.
    #[prop(optional, into)]
    value: String,
    /// Beneath the field, before anything is wrong.
    #[prop(optional, into)]
    rule: String,
    /// Whether it must be given.
    #[prop(optional)]
    required: bool,
    /// Lines that are shown.
    #[prop(default = 3)]
    rows: u32,
    /// An example of what to type.
    #[prop(optional, into)]
    placeholder: String,
    /// For documents and schemas.
    #[prop(optional)]
    mono: bool,
    /// Run when the field is left.
    #[prop(optional)]
    check: Option<Check>,
    /// Hears every change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// The element, to set its text from outside (e.g. from a chosen file).
    #[prop(optional)]
    node_ref: NodeRef<leptos::html::Textarea>,
) -> impl IntoView {
    let (state, form) = Field::new(&name, &field, &label);
    let value = form.and_then(|form| form.typed(&name)).unwrap_or(value);
    let has_rule = !rule.is_empty();
    let leave = move |event| {
        if let Some(check) = check {
            state.local.set(Some(check(&event_target_value(&event))));
        }
    };
    view! {
        <div class="field">
            <FieldLabel field=state label required/>
            <textarea
                class=if mono { "input textarea font-mono" } else { "input textarea" }
                id=state.id()
                name=name
                rows=rows
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                spellcheck="false"
                aria-required=required.then_some("true")
                aria-invalid=move || state.invalid()
                aria-describedby=move || state.described_by(has_rule)
                node_ref=node_ref
                on:change=leave
                on:input=move |event| {
                    if let Some(hear) = on_input {
                        hear.run(event_target_value(&event));
                    }
                }
                inner_html=escaped(&value)
            ></textarea>
            <FieldHelp field=state rule/>
        </div>
    }
}

/// The content of a `<textarea>`, for its `inner_html`. Leptos does not escape the children of one: a `</textarea>` in a text
/// would end it, and the rest be markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
