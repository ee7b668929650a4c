//! The form of a backend signature.

use super::trimmed;
use domain::{NewBackendSignature, error::Violations};
use serde::{Deserialize, Serialize};

/// A backend signature, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendSignatureForm {
    /// The AccessKey of a platform key.
    pub access_key: String,
    /// Free text.
    pub description: String,
}

impl BackendSignatureForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewBackendSignature, Violations> {
        let new = NewBackendSignature {
            access_key: trimmed(&self.access_key),
            description: trimmed(&self.description),
        };
        new.validate().map(|()| new)
    }
}
