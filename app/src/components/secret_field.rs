//! A secret: dots until somebody asks for it. It is not in the page before that.

use super::{
    copy_button::CopyButton,
    icon::{Glyph, Icon},
};
use crate::contexts::use_texts;
use leptos::prelude::*;

/// A secret behind "show". Showing is a state of the URL: the page reads the secret from the server only when it is asked for
/// by `show_href`, and passes it as `secret`.
#[component]
pub fn SecretField(
    /// What it is: "APISecret".
    #[prop(into)]
    label: String,
    /// The secret, once it was asked for.
    #[prop(optional_no_strip, into)]
    secret: Option<String>,
    /// The page with the secret shown.
    #[prop(into)]
    show_href: String,
    /// The page with the secret hidden.
    #[prop(into)]
    hide_href: String,
) -> impl IntoView {
    let texts = use_texts();
    match secret {
        Some(secret) => view! {
            <span class="copyable">
                <span class="font-mono secret-shown">{secret.clone()}</span>
                <CopyButton text=secret label=format!("{} {label}", texts.common.copy)/>
                <a class="icon-button" href=hide_href aria-label=format!("{} {label}", texts.common.hide)>
                    <Icon glyph=Glyph::EyeOff/>
                </a>
            </span>
        }
        .into_any(),
        None => view! {
            <span class="copyable">
                <span class="secret-dots" aria-hidden="true">"••••••••••••••••"</span>
                <span class="sr-only">{texts.common.hidden_secret}</span>
                <a class="icon-button" href=show_href aria-label=format!("{} {label}", texts.common.show)>
                    <Icon glyph=Glyph::Eye/>
                </a>
            </span>
        }
        .into_any(),
    }
}
