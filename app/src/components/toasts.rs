//! Where toasts are shown: at the corner of the window, read out by screen readers.

use super::{
    error_view::ErrorReference,
    icon::{Glyph, Icon},
};
use crate::contexts::{
    toasts::{Toast, ToastContent},
    use_texts, use_toasts,
};
use leptos::prelude::*;
use std::time::Duration;

/// How long a toast about a success stays.
const STAYS: Duration = Duration::from_secs(6);

/// The page's toasts. It is always there, so that screen readers hear of what comes.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let (texts, toasts) = (use_texts(), use_toasts());
    view! {
        <section class="toasts" aria-label=texts.common.notifications aria-live="polite" aria-atomic="false">
            <For each=move || toasts.shown() key=|toast| toast.id let:toast>
                <ToastView toast/>
            </For>
        </section>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let (texts, toasts) = (use_texts(), use_toasts());
    let id = toast.id;
    let (class, glyph, content) = match toast.content {
        ToastContent::Done(text) => {
            Effect::new(move |_| set_timeout(move || toasts.close(id), STAYS));
            ("toast", Glyph::Check, view! { <p>{text}</p> }.into_any())
        }
        ToastContent::Failed(error) => {
            let text = error.message(texts);
            let content = view! { <p>{text}</p> <ErrorReference error/> }.into_any();
            ("toast toast-danger", Glyph::Alert, content)
        }
    };
    view! {
        <div class=class>
            <Icon glyph class="toast-glyph"/>
            <div class="toast-content">{content}</div>
            <button
                type="button"
                class="icon-button needs-script"
                aria-label=texts.common.close
                on:click=move |_| toasts.close(id)
            >
                <Icon glyph=Glyph::Close/>
            </button>
        </div>
    }
}
