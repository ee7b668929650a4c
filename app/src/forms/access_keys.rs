//! The form of an access key.

use super::trimmed;
use domain::{NewAccessKey, error::Violations};
use serde::{Deserialize, Serialize};

/// A key's name and description, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessKeyForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
}

impl AccessKeyForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewAccessKey, Violations> {
        let new =
            NewAccessKey { name: trimmed(&self.name), description: trimmed(&self.description) };
        new.validate().map(|()| new)
    }
}
