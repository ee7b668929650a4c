//! What the next page has to say about a form that was sent without JavaScript.

use crate::error::AppError;
use serde::{Deserialize, Serialize};

/// Left in the session by a form's answer, taken out by the next page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// What succeeded; shown as a toast.
    pub notice: Option<String>,
    /// The form that was sent.
    pub form: Option<FormFlash>,
}

/// A form that was sent, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormFlash {
    /// The path of its server function.
    pub function: String,
    /// What was typed, field by field; no passwords and no secrets. Empty after a success.
    pub typed: Vec<(String, String)>,
    /// The function's answer.
    pub outcome: Result<serde_json::Value, AppError>,
}
