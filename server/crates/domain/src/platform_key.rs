//! Platform keys: AccessKey and SecretKey of an account, for the management API and for calls that providers let the
//! account make.

use crate::{
    id::{AccountId, PlatformKeyId},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Platform keys that an account may have.
pub const KEYS_PER_ACCOUNT: u64 = 30;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 180;
/// How long after it was made a key's SecretKey can be read, in milliseconds: ten minutes. Never again after that.
pub const SECRET_SHOWN_FOR_MS: i64 = 10 * 60 * 1000;

/// A platform key, without its SecretKey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformKey {
    /// The AccessKey: what a signature names.
    pub id: PlatformKeyId,
    /// Whose.
    pub owner: AccountId,
    /// Free text.
    pub description: String,
    /// Whether it can be used.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key together with its SecretKey: for the person who has just made it. `Debug` shows nothing of the secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedPlatformKey {
    /// The AccessKey.
    pub id: PlatformKeyId,
    /// 32 upper-case hexadecimal digits.
    pub secret_key: String,
}

impl std::fmt::Debug for RevealedPlatformKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevealedPlatformKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let id = "1A2B3C4D5E6F708192A3B4C5D6E7F809".parse().unwrap();
        let key = RevealedPlatformKey { id, secret_key: "hunter2".into() };
        assert!(!format!("{key:?}").contains("hunter2"));
    }
}
