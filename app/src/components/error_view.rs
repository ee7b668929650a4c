//! The one place where errors are shown.

use super::{
    button::{Button, LinkButton, Variant},
    copy_button::CopyButton,
    icon::{Glyph, Icon},
};
use crate::{
    contexts::{use_refresh, use_texts},
    error::AppError,
    paths,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// In place of what could not be shown: what happened, the reference, what to do. On the server it also sets the page's status.
#[component]
pub fn ErrorView(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let texts = use_texts();
    set_status(&error);
    let errors = &texts.common.errors;
    let title = match error {
        AppError::NotFound => errors.not_found_title,
        _ => errors.title,
    };
    let refresh = use_refresh();
    let here = use_location();
    let here = here.pathname.get_untracked() + &query(&here.search.get_untracked());
    let next = match error {
        AppError::SignInRequired => {
            let href = paths::sign_in_and_return(&here);
            view! { <LinkButton variant=Variant::Primary href>{texts.accounts.sign_in}</LinkButton> }.into_any()
        }
        AppError::NotFound | AppError::Forbidden => {
            view! { <LinkButton href=paths::OVERVIEW>{errors.back_to_overview}</LinkButton> }
                .into_any()
        }
        _ => view! {
            <Button glyph=Glyph::Refresh on_press=move |()| refresh.now()>{errors.retry}</Button>
            <a class="button only-without-script" href=here>{errors.retry}</a>
        }
        .into_any(),
    };
    view! {
        <div class="empty" role="alert">
            <span class="empty-glyph text-danger"><Icon glyph=Glyph::Alert/></span>
            <h1 class="empty-title">{title}</h1>
            <p class="empty-text">{error.message(texts)}</p>
            <ErrorReference error/>
            <div class="empty-actions">{next}</div>
        </div>
    }
}

/// Above what it is about: why an action failed.
#[component]
pub fn ErrorNotice(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let texts = use_texts();
    // In a tab of its own: what was typed here stays.
    let sign_in = (error == AppError::SignInRequired).then(|| {
        view! {
            <p><a class="link" href=paths::SIGN_IN target="_blank">{texts.common.errors.sign_in_elsewhere}</a></p>
        }
    });
    view! {
        <div class="notice notice-danger" role="alert">
            <p class="notice-title">{error.message(texts)}</p>
            {sign_in}
            <ErrorReference error/>
        </div>
    }
}

/// What the operator finds the cause by, to copy.
#[component]
pub(crate) fn ErrorReference(error: AppError) -> impl IntoView {
    let texts = use_texts();
    let reference = error.reference().filter(|reference| !reference.is_empty()).map(str::to_owned);
    reference.map(|reference| {
        view! {
            <p class="reference">
                {texts.common.errors.reference} " " <code class="font-mono">{reference.clone()}</code>
                <CopyButton text=reference/>
            </p>
        }
    })
}

fn query(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

#[cfg(feature = "ssr")]
fn set_status(error: &AppError) {
    if let (Some(response), Ok(status)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        axum::http::StatusCode::from_u16(error.status()),
    ) {
        response.set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn set_status(_: &AppError) {}
