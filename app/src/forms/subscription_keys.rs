//! The form of a subscription key.

use super::trimmed;
use domain::{NewSubscriptionKey, error::Violations};
use serde::{Deserialize, Serialize};

/// A key's name and description, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubscriptionKeyForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
}

impl SubscriptionKeyForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewSubscriptionKey, Violations> {
        let (name, description) = (trimmed(&self.name), trimmed(&self.description));
        let new = NewSubscriptionKey { name, description };
        new.validate().map(|()| new)
    }
}
