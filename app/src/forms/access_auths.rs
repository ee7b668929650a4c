//! The form of an access authorization.

use super::trimmed;
use domain::{NewAccessAuth, error::Violations};
use serde::{Deserialize, Serialize};

/// An authorization, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessAuthForm {
    /// The id of the caller's key.
    pub access_key_id: String,
    /// Free text.
    pub description: String,
}

impl AccessAuthForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewAccessAuth, Violations> {
        let new = NewAccessAuth {
            access_key_id: trimmed(&self.access_key_id),
            description: trimmed(&self.description),
        };
        new.validate().map(|_| new)
    }
}
