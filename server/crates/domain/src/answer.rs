//! How the gateway answers for a group: who may read its answers in a browser, and whether they are compressed.

use crate::{cors::CorsSettings, error::Violations};
use serde::{Deserialize, Serialize};

/// How a group's calls are answered. The default leaves answers as their backend made them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerSettings {
    /// Which pages of other origins may call; `None`: the backend sees to that itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors: Option<CorsSettings>,
    /// Whether answers are compressed for callers that accept it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub compression: bool,
}

impl AnswerSettings {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Adds every broken rule.
    pub(crate) fn check(&self, violations: &mut Violations) {
        if let Some(cors) = &self.cors {
            cors.check(violations);
        }
    }
}
