//! An address that is no page.

use crate::{components::ErrorView, contexts::use_texts, error::AppError, layout::FramedPage};
use leptos::prelude::*;
use leptos_meta::Title;

/// "There is nothing here", with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let title = use_texts().common.errors.not_found_title;
    view! {
        <Title text=title/>
        <FramedPage><ErrorView error=AppError::NotFound/></FramedPage>
    }
}
