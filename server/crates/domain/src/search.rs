//! The search over everything that an account has.

use crate::{id::ApiGroupId, revision::RevisionNumber};
use serde::{Deserialize, Serialize};

/// Most entries of one kind that a search finds.
pub const FOUND_MAX: u64 = 10;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// An API group.
    ApiGroup,
    /// An API of a group's latest revision.
    Api,
    /// A rate limit policy.
    RateLimitPolicy,
    /// An IP policy.
    IpPolicy,
    /// An access authorization.
    AccessAuth,
    /// A backend signature.
    BackendSignature,
    /// An access key.
    AccessKey,
    /// A subscription key.
    SubscriptionKey,
    /// A platform key.
    PlatformKey,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub kind: FoundKind,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What tells it from others of its name: an address, a description.
    pub detail: String,
    /// Where an API is.
    pub place: Option<(ApiGroupId, RevisionNumber)>,
}
