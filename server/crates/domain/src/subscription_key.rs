//! Subscription keys: what a caller shows in a header instead of signing.

use crate::{
    access_key::{DESCRIPTION_MAX, NAME_MAX},
    error::{DomainError, Violations, check},
    id::{AccountId, SubscriptionKeyId},
    text::{check_length, check_name},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Subscription keys that an account may have.
pub const KEYS_PER_ACCOUNT: u64 = 30;
/// The header that a call carries the key in.
pub const HEADER: &str = "jdcloud-apim-subscription-key";

/// A subscription key, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionKey {
    /// What the caller gives to providers, who authorize it.
    pub id: SubscriptionKeyId,
    /// Whose.
    pub owner: AccountId,
    /// Unique among the account's subscription keys.
    pub name: String,
    /// Free text.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The key itself: for the person who asked for it. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedSubscriptionKey {
    /// 32 lower-case hexadecimal digits.
    pub key: String,
}

impl std::fmt::Debug for RevealedSubscriptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RevealedSubscriptionKey(…)")
    }
}

/// What is given to make or change a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSubscriptionKey {
    /// See [`SubscriptionKey::name`].
    pub name: String,
    /// See [`SubscriptionKey::description`].
    pub description: String,
}

impl NewSubscriptionKey {
    /// # Errors
    /// Every broken rule of `name` and `description`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_subscription_name(&self.name));
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        check(violations)
    }
}

/// Digits and letters, at most [`NAME_MAX`].
#[must_use]
pub fn check_subscription_name(name: &str) -> Option<DomainError> {
    check_name(
        "name",
        name,
        NAME_MAX,
        |c| c.is_ascii_alphanumeric(),
        ("only digits and letters", "只支持数字、大小写字母"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_digits_and_letters_only() {
        assert_eq!(check_subscription_name("Shop2"), None);
        for bad in ["", "my_shop", "my-shop", "店", &"x".repeat(33)] {
            assert!(check_subscription_name(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        let key = RevealedSubscriptionKey { key: "hunter2".into() };
        assert!(!format!("{key:?}").contains("hunter2"));
    }
}
