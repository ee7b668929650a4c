//! An address that is no page.

use crate::{components::ErrorView, error::AppError, layout::FramedPage};
use leptos::prelude::*;

/// "There is nothing here", with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <FramedPage><ErrorView error=AppError::NotFound/></FramedPage> }
}
