//! `[console]`: the browser's door.

use super::units;
use serde::{Deserialize, Serialize};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// Settings of the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ConsoleConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether browsers reach it by https.
    pub https: bool,
    /// Whether the last entry of `x-forwarded-for` is the browser's address.
    pub trust_forwarded_for: bool,
    /// Accounts that may be registered from one address in an hour; 0: as many as come.
    pub registration_limit: u32,
    /// How long a session lives without being used.
    #[serde(with = "units::time")]
    pub session_idle: Duration,
    /// Largest form, in bytes.
    #[serde(with = "units::size")]
    pub form_limit: u64,
}

impl Default for ConsoleConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            https: false,
            trust_forwarded_for: false,
            registration_limit: 20,
            session_idle: Duration::from_hours(7 * 24),
            form_limit: 8 << 20,
        }
    }
}
