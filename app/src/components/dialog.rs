//! Dialogs. A dialog is a state of the URL (`?dialog=…`), so it can be linked to, the back button closes it, and the server
//! renders it: it works without JavaScript. With JavaScript it also takes and gives back the keyboard's focus, and Esc closes it.

mod focus;

use super::{
    button::{LinkButton, SubmitButton, Variant},
    form::FormState,
    form_field::TextField,
    icon::{Glyph, Icon},
};
use crate::{contexts::use_texts, error::AppError};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Http, ServerFn, codec::PostUrl};

/// A dialog over the page.
#[component]
pub fn Dialog(
    /// Its heading; a question where it asks one.
    #[prop(into)]
    title: String,
    /// The page without the dialog.
    #[prop(into)]
    close_href: String,
    /// For tables and differences.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let panel = NodeRef::<html::Section>::new();
    focus::hold(panel);
    let navigate = use_navigate();
    let leave = close_href.clone();
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            navigate(&leave, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
        "Tab" => focus::keep_inside(panel, &event),
        _ => {}
    };
    view! {
        <div class="dialog-layer" on:keydown=keys>
            <a class="dialog-backdrop" href=close_href.clone() tabindex="-1" aria-hidden="true"></a>
            <section
                class=if wide { "dialog dialog-wide" } else { "dialog" }
                role="dialog"
                aria-modal="true"
                aria-labelledby="dialog-title"
                tabindex="-1"
                node_ref=panel
            >
                <header class="dialog-header">
                    <h2 class="dialog-title" id="dialog-title">{title}</h2>
                    <a class="icon-button" href=close_href aria-label=texts.common.close>
                        <Icon glyph=Glyph::Close/>
                    </a>
                </header>
                <div class="dialog-body">{children()}</div>
            </section>
        </div>
    }
}

/// The row of buttons at the bottom of a dialog: "Cancel", and what `children` has.
#[component]
pub fn DialogActions(
    /// The page without the dialog.
    #[prop(into)]
    close_href: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="dialog-actions">
            <LinkButton href=close_href>{use_texts().common.cancel}</LinkButton>
            {children()}
        </div>
    }
}

/// Asks before something is destroyed: the question, its consequences (the children), and a form that does it. The children
/// also hold the form's hidden fields.
#[component]
pub fn ConfirmDialog<F, Out>(
    /// The question; names the object.
    #[prop(into)]
    title: String,
    /// The form that does it.
    form: FormState<F>,
    /// What the button does: "Delete API group".
    #[prop(into)]
    confirm: String,
    /// The page without the dialog.
    #[prop(into)]
    close_href: String,
    /// Where to go afterwards; see [`PostForm`](super::PostForm). By default the page without the dialog.
    #[prop(optional, into)]
    go: String,
    /// What to say afterwards.
    #[prop(optional, into)]
    notice: String,
    /// High risk: this name must be typed into the field `confirm_name`.
    #[prop(optional, into)]
    type_name: Option<String>,
    /// Whether it destroys something.
    #[prop(default = true)]
    danger: bool,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError, Protocol = Http<PostUrl, Out>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    F::Output: Clone + Serialize + Send + Sync + 'static,
    Out: 'static,
{
    let texts = use_texts();
    let go = if go.is_empty() { close_href.clone() } else { go };
    let variant = if danger { Variant::Danger } else { Variant::Primary };
    let typed = RwSignal::new(String::new());
    // Without JavaScript the button can be pressed at once, and the server refuses a wrong name.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let wanted = type_name.clone();
    let disabled = Signal::derive(move || {
        scripted.get() && wanted.as_ref().is_some_and(|wanted| typed.get() != *wanted)
    });
    let name_field = type_name.map(|name| {
        view! {
            <TextField
                label=(texts.common.type_to_confirm)(&name)
                name="confirm_name"
                field="confirmName"
                required=true
                mono=true
                on_input=move |text| typed.set(text)
            />
        }
    });
    view! {
        <Dialog title close_href=close_href.clone()>
            <super::PostForm form go notice class="stack">
                <div class="prose">{children()}</div>
                {name_field}
                <DialogActions close_href>
                    <SubmitButton label=Signal::stored(confirm) variant disabled/>
                </DialogActions>
            </super::PostForm>
        </Dialog>
    }
}
