//! Buttons, and links that look like them.

use super::{
    form::FormContext,
    icon::{Glyph, Icon},
};
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one thing that the page is for.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// Without a border: in rows and menus.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Variant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button that does something in the browser; without JavaScript it does nothing, so it is hidden there.
#[component]
pub fn Button(
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// Before the text.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// What it is called where its text does not say enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("{} needs-script", variant.class())
            aria-label=label
            on:click=move |_| on_press.run(())
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// Before the text.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// What it is called where its text does not say enough ("Publish PetStore").
    #[prop(optional, into)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=variant.class() href=href aria-label=label>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </a>
    }
}

/// Sends the form that it stands in; says `busy` while that is on its way.
#[component]
pub fn SubmitButton(
    /// What it does: "Create API group", not "OK".
    #[prop(into)]
    label: Signal<String>,
    /// What it says while the answer is on its way.
    #[prop(optional, into)]
    busy: String,
    /// How it looks.
    #[prop(default = Variant::Primary)]
    variant: Variant,
    /// Whether it can be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Sent with the form when this button was pressed.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value of `name`.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    let pending = use_context::<FormContext>().map(|form| form.pending);
    let waiting = move || pending.is_some_and(|pending| pending.get());
    // Both texts are in it, so that it is as wide as the longer one: nothing moves under the pointer.
    let texts = (!busy.is_empty()).then(|| view! { <span class="button-busy">{busy}</span> });
    view! {
        <button type="submit" class=variant.class() name=name value=value disabled=move || disabled.get() || waiting()>
            <span class="button-texts" class:is-busy=waiting>
                <span class="button-label">{move || label.get()}</span>
                {texts}
            </span>
        </button>
    }
}
