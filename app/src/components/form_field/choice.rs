//! Fields for a choice.

use super::{Field, FieldHelp, FieldLabel};
use leptos::prelude::*;

/// One thing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// More words beneath it; radio buttons only.
    pub help: String,
}

impl Choice {
    /// A choice without more words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: String::new() }
    }

    /// The same with more words beneath.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// A list to choose from.
#[component]
pub fn Select(
    /// Above the field.
    #[prop(into)]
    label: String,
    /// The name that is sent.
    #[prop(into)]
    name: String,
    /// What the domain's rules call it, where that is not the last part of `name`.
    #[prop(optional, into)]
    field: String,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// Beneath the field, before anything is wrong.
    #[prop(optional, into)]
    rule: String,
    /// Hears every change.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let (state, form) = Field::new(&name, &field, &label);
    let value = form.and_then(|form| form.typed(&name)).unwrap_or(value);
    let has_rule = !rule.is_empty();
    let options = choices.into_iter().map(|choice| {
        let selected = choice.value == value;
        view! { <option value=choice.value selected=selected>{choice.label}</option> }
    });
    view! {
        <div class="field">
            <FieldLabel field=state label required=true/>
            <select
                class="input select"
                id=state.id()
                name=name
                aria-invalid=move || state.invalid()
                aria-describedby=move || state.described_by(has_rule)
                on:change=move |event| {
                    if let Some(hear) = on_change {
                        hear.run(event_target_value(&event));
                    }
                }
            >
                {options.collect_view()}
            </select>
            <FieldHelp field=state rule/>
        </div>
    }
}

/// Buttons of which one is chosen.
#[component]
pub fn RadioGroup(
    /// Above the buttons.
    #[prop(into)]
    label: String,
    /// The name that is sent.
    #[prop(into)]
    name: String,
    /// What the domain's rules call it, where that is not the last part of `name`.
    #[prop(optional, into)]
    field: String,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// Beneath the buttons, before anything is wrong.
    #[prop(optional, into)]
    rule: String,
    /// Side by side instead of one beneath the other.
    #[prop(optional)]
    inline: bool,
    /// Hears every change.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let (state, form) = Field::new(&name, &field, &label);
    let value = form.and_then(|form| form.typed(&name)).unwrap_or(value);
    let has_rule = !rule.is_empty();
    let buttons = choices.into_iter().enumerate().map(|(index, choice)| {
        let checked = choice.value == value;
        // The first one is what the error summary links to.
        let id = if index == 0 { state.id() } else { format!("{}-{index}", state.id()) };
        let help = (!choice.help.is_empty())
            .then(|| view! { <span class="choice-help">{choice.help}</span> });
        view! {
            <label class="choice" for=id.clone()>
                <input
                    type="radio"
                    id=id.clone()
                    name=name.clone()
                    value=choice.value
                    checked=checked
                    on:change=move |event| {
                        if let Some(hear) = on_change {
                            hear.run(event_target_value(&event));
                        }
                    }
                />
                <span class="choice-label">{choice.label} {help}</span>
            </label>
        }
    });
    let buttons = buttons.collect_view();
    view! {
        <fieldset class="field" aria-describedby=move || state.described_by(has_rule)>
            <legend class="field-label">{label}</legend>
            <div class=if inline { "choices choices-inline" } else { "choices" }>{buttons}</div>
            <FieldHelp field=state rule/>
        </fieldset>
    }
}

/// Whether the box `name` is ticked at first: as it was when the form was sent and refused, else as the page says.
pub(crate) fn ticked_at_first(name: &str, checked: bool) -> bool {
    let sent = use_context::<super::FormContext>().filter(super::FormContext::was_sent);
    sent.map_or(checked, |form| form.typed(name).is_some())
}

/// A box to tick; sends `true`, or nothing.
#[component]
pub fn Checkbox(
    /// Beside the box.
    #[prop(into)]
    label: String,
    /// The name that is sent.
    #[prop(into)]
    name: String,
    /// Whether it is ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Beneath the label.
    #[prop(optional, into)]
    rule: String,
    /// Hears every change.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let (state, _) = Field::new(&name, "", &label);
    let checked = ticked_at_first(&name, checked);
    let has_rule = !rule.is_empty();
    view! {
        <div class="field">
            <label class="choice" for=state.id()>
                <input
                    type="checkbox"
                    id=state.id()
                    name=name
                    value="true"
                    checked=checked
                    aria-describedby=move || state.described_by(has_rule)
                    on:change=move |event| {
                        if let Some(hear) = on_change {
                            hear.run(event_target_checked(&event));
                        }
                    }
                />
                <span class="choice-label">{label}</span>
            </label>
            <FieldHelp field=state rule/>
        </div>
    }
}
