//! Language, theme, region and navigation: cookies, so that they hold before signing in too.

use crate::{contexts::preferences::Preference, error::AppError};
use leptos::prelude::*;

/// Sets a preference; open to everybody, since it is only a cookie of whoever asks.
#[server(prefix = "/console")]
pub async fn set_preference(preference: Preference, value: String) -> Result<(), AppError> {
    use axum::http::{HeaderValue, header::SET_COOKIE};
    if !preference.accepts(&value) {
        return Err(AppError::BadRequest);
    }
    let year = 365 * 24 * 60 * 60;
    let cookie = format!("{}={value}; Path=/; Max-Age={year}; SameSite=Lax", preference.cookie());
    if let (Some(response), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie))
    {
        response.append_header(SET_COOKIE, cookie);
    }
    Ok(())
}
