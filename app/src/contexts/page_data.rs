//! What a page is rendered with: made by the server before it renders, handed to the browser with the page.

use super::{Flash, Preferences};
use crate::error::AppError;
use domain::Role;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Who is signed in, as far as the frame shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The account's e-mail address.
    pub email: String,
    /// What it may do.
    pub role: Role,
}

/// What a page is rendered with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageData {
    /// Language, theme, region, navigation.
    pub preferences: Preferences,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// What the last form has to say.
    pub flash: Flash,
    /// Why no page can be shown at all.
    pub failure: Option<AppError>,
}

impl PageData {
    /// Provides it, and what is in it, to all components beneath; the same on the server and in the browser.
    pub(crate) fn provide() {
        let shared = SharedValue::new(|| use_context::<Self>().unwrap_or_default());
        let data = shared.into_inner();
        provide_context(data.preferences);
        provide_context(data);
    }
}

/// Who is signed in.
#[must_use]
pub fn use_viewer() -> Option<Viewer> {
    use_context::<PageData>().and_then(|data| data.viewer)
}
