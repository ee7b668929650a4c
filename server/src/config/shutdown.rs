//! `[shutdown]`: how the server ends.

use super::units;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Settings of the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ShutdownConfig {
    /// How long requests in flight may take to finish.
    #[serde(with = "units::time")]
    pub limit: Duration,
}

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self { limit: Duration::from_secs(30) }
    }
}
