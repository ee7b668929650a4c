//! The search over everything that the signed-in account has.

use crate::error::AppError;
use domain::Found;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// What has `text` in its name, id or description; nothing for a blank text.
#[server(prefix = "/console")]
pub async fn search_everything(#[server(default)] text: String) -> Result<Vec<Found>, AppError> {
    Ok(services()?.search().find(&caller().await?, &text).await?)
}
