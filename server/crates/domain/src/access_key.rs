//! Access keys: what a caller signs with.

use crate::{
    error::{DomainError, Violations, check},
    id::{AccessKeyId, AccountId},
    text::{check_length, check_name},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Keys that an account may have.
pub const KEYS_PER_ACCOUNT: u64 = 30;
/// Longest name, in characters.
pub const NAME_MAX: usize = 32;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 180;

/// A caller's key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// What the caller gives to providers, who authorize it.
    pub id: AccessKeyId,
    /// Whose.
    pub owner: AccountId,
    /// Unique among the account's keys.
    pub name: String,
    /// Free text.
    pub description: String,
    /// 32 upper-case hexadecimal digits: the access key of a signature.
    pub api_key: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key together with its secret: for the person who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedAccessKey {
    /// 32 upper-case hexadecimal digits.
    pub api_key: String,
    /// 32 upper-case hexadecimal digits.
    pub api_secret: String,
}

/// What is given to make or change a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccessKey {
    /// See [`AccessKey::name`].
    pub name: String,
    /// See [`AccessKey::description`].
    pub description: String,
}

impl NewAccessKey {
    /// # Errors
    /// Every broken rule of `keyName` and `keyDesc`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_key_name(&self.name));
        check_length("keyDesc", &self.description, DESCRIPTION_MAX, &mut violations);
        check(violations)
    }
}

/// Digits, letters and `_`, at most [`NAME_MAX`].
#[must_use]
pub fn check_key_name(name: &str) -> Option<DomainError> {
    check_name(
        "keyName",
        name,
        NAME_MAX,
        |c| c.is_ascii_alphanumeric() || c == '_',
        ("only digits, letters and underscore", "只支持数字、大小写字母及下划线"),
    )
}
