//! Who calls: a key of one of three kinds, or an account with all its platform keys.

use crate::{
    access_auth::AccessAuthType,
    id::{AccessKeyId, AccountId, PlatformKeyId, SubscriptionKeyId},
};
use serde::{Deserialize, Serialize};

/// A key that calls are made with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeyId {
    /// An access key: it signs.
    AccessKey(AccessKeyId),
    /// A subscription key: it stands in the call.
    SubscriptionKey(SubscriptionKeyId),
    /// A platform key of an account: it signs.
    PlatformKey(PlatformKeyId),
}

impl KeyId {
    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::AccessKey(id) => id.as_str(),
            Self::SubscriptionKey(id) => id.as_str(),
            Self::PlatformKey(id) => id.as_str(),
        }
    }

    /// The kind of authorization that names such a key.
    #[must_use]
    pub fn auth_type(&self) -> AccessAuthType {
        match self {
            Self::AccessKey(_) => AccessAuthType::AccessKey,
            Self::SubscriptionKey(_) => AccessAuthType::SubscriptionKey,
            Self::PlatformKey(_) => AccessAuthType::PlatformKey,
        }
    }
}

impl From<AccessKeyId> for KeyId {
    fn from(id: AccessKeyId) -> Self {
        Self::AccessKey(id)
    }
}

impl From<SubscriptionKeyId> for KeyId {
    fn from(id: SubscriptionKeyId) -> Self {
        Self::SubscriptionKey(id)
    }
}

impl From<PlatformKeyId> for KeyId {
    fn from(id: PlatformKeyId) -> Self {
        Self::PlatformKey(id)
    }
}

/// Whom an authorization names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallerId {
    /// Whoever has this key.
    Key(KeyId),
    /// Whoever has any platform key of this account, also one that is made later.
    Account(AccountId),
}

impl CallerId {
    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Key(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
        }
    }

    /// The kind of authorization that names it.
    #[must_use]
    pub fn auth_type(&self) -> AccessAuthType {
        match self {
            Self::Key(id) => id.auth_type(),
            Self::Account(_) => AccessAuthType::Account,
        }
    }
}

impl<T: Into<KeyId>> From<T> for CallerId {
    fn from(id: T) -> Self {
        Self::Key(id.into())
    }
}
