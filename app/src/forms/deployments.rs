//! The publish dialog's form.

use super::{field, trimmed};
use domain::{BackendService, NewPublish, error::Violations};
use serde::{Deserialize, Serialize};

/// A publish, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishForm {
    /// `N.N.N`.
    pub revision: String,
    /// `test`, `preview`, `online`.
    pub environment: String,
    /// `mock`, `unique`.
    pub backend: String,
    /// `http(s)://host[:port]` or `h2c://host[:port]`, for `unique`.
    pub backend_url: String,
    /// Free text.
    pub description: String,
}

impl PublishForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewPublish, Violations> {
        let mut violations = Violations::new();
        let revision = field("revision", self.revision.trim().parse(), &mut violations);
        let environment = field("environment", self.environment.parse(), &mut violations);
        let backend = if self.backend == "mock" {
            Some(BackendService::Mock)
        } else {
            field("backendUrl", self.backend_url.parse(), &mut violations)
                .map(|address| BackendService::Single { address })
        };
        let (Some(revision), Some(environment), Some(backend)) = (revision, environment, backend)
        else {
            return Err(violations);
        };
        let publish =
            NewPublish { revision, environment, backend, description: trimmed(&self.description) };
        publish.validate()?;
        Ok(publish)
    }
}
