//! What the gateway is told: everything that is published, and the keys that may call it.

use crate::{
    backend::BackendService,
    backend_config::BackendConfig,
    backend_signature::BackendSigningKey,
    deployment::Environment,
    id::{AccessKeyId, AccountId, ApiGroupId, DeploymentId},
    region::Region,
    revision::{GroupContent, RevisionNumber},
    secret::Secret,
};

/// One group in one environment, as the gateway serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedDeployment {
    /// Which deployment.
    pub id: DeploymentId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// The region in the host name.
    pub region: Region,
    /// Where.
    pub environment: Environment,
    /// The revision's number.
    pub revision: RevisionNumber,
    /// Settings and APIs of the release that runs.
    pub content: GroupContent,
    /// Where it forwards to.
    pub backend: BackendService,
    /// The keys that are bound to it.
    pub keys: Vec<AccessKeyId>,
    /// The policies that are bound to it.
    pub policies: DeploymentPolicies,
}

/// The policies that are bound to a deployment: they act on it whatever release runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentPolicies {
    /// What forwarded requests are signed with; `None`: they are not signed.
    pub backend_signature: Option<BackendSigningKey>,
    /// The rules of dynamic routing, the first first.
    pub routes: Vec<BackendConfig>,
}

/// A key that calls can be signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerKey {
    /// Its id, which deployments name.
    pub id: AccessKeyId,
    /// Whose it is.
    pub owner: AccountId,
    /// The name by which backends are told who that is: the account's e-mail address.
    pub pin: String,
    /// What a signature names: the APIKey.
    pub api_key: String,
    /// What it is signed with: the APISecret.
    pub secret: Secret,
}

/// The key's half of a change: the key, or that it is gone.
pub type PublishedKey = (AccessKeyId, Option<CallerKey>);
