//! What the gateway is told: everything that is published, and the keys of all callers.

use crate::{
    automatic_certificate::ServedChallenge,
    backend::BackendService,
    backend_config::BackendConfig,
    backend_signature::BackendSigningKey,
    caller_id::{CallerId, KeyId},
    canary::CanarySettings,
    deployment::Environment,
    id::{AccountId, ApiGroupId, DeploymentId, ReleaseId},
    ip_policy::IpRules,
    rate_limit_policy::RateLimits,
    region::Region,
    revision::{GroupContent, RevisionNumber},
    secret::Secret,
};
use serde::{Deserialize, Serialize};

/// One group in one environment, as the gateway serves it. Serialized it has no secrets, see [`DeploymentPolicies`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedDeployment {
    /// Which deployment.
    pub id: DeploymentId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// The region in the host name.
    pub region: Region,
    /// Where.
    pub environment: Environment,
    /// What runs: another one with every publish and switch.
    pub release_id: ReleaseId,
    /// The revision's number.
    pub revision: RevisionNumber,
    /// Settings and APIs of the release that runs.
    pub content: GroupContent,
    /// Where it forwards to.
    pub backend: BackendService,
    /// Who is bound to it: keys of any kind, and accounts with all their platform keys.
    pub callers: Vec<CallerId>,
    /// The policies that are bound to it.
    pub policies: DeploymentPolicies,
    /// What runs beside it, for some of its calls.
    pub canary: Option<Box<PublishedCanary>>,
}

/// The canary of a deployment: another release, which the same callers may call and the same policies act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCanary {
    /// What runs.
    pub release_id: ReleaseId,
    /// The revision's number.
    pub revision: RevisionNumber,
    /// Settings and APIs of the release.
    pub content: GroupContent,
    /// Where it forwards to.
    pub backend: BackendService,
    /// The secret that its tokens are verified with, which its content only names.
    #[serde(skip)]
    pub jwt_secret: Option<Secret>,
    /// Which calls it gets.
    pub settings: CanarySettings,
}

/// The policies that are bound to a deployment: they act on it whatever release runs. Those with secrets in them are not
/// serialized.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentPolicies {
    /// How often it may be called.
    pub rate_limits: Option<RateLimits>,
    /// Which addresses may call it.
    pub ip_rules: Option<IpRules>,
    /// What forwarded requests are signed with; `None`: they are not signed.
    #[serde(skip)]
    pub backend_signature: Option<BackendSigningKey>,
    /// The rules of dynamic routing, the first first.
    pub routes: Vec<BackendConfig>,
    /// The secret that its tokens are verified with, which its content only names.
    #[serde(skip)]
    pub jwt_secret: Option<Secret>,
    /// The verified custom domains that lead to it.
    #[serde(skip)]
    pub domains: Vec<ServedDomain>,
}

/// A custom domain, as the gateway serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedDomain {
    /// The name on the wire, in lower case; `*.` before it stands for any one label.
    pub name: String,
    /// Whether plain HTTP calls are sent to HTTPS.
    pub redirect_http: bool,
    /// What it is served with by HTTPS; `None`: by plain HTTP only.
    pub certificate: Option<ServedCertificate>,
    /// What an authority is answered that is about to give it a certificate.
    pub challenge: Option<ServedChallenge>,
}

/// A certificate with its private key, in PEM. `Debug` shows nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedCertificate {
    /// The domain's own certificate first, then those that lead to an authority.
    pub chain: String,
    /// Its private key.
    pub private_key: Secret,
}

/// A key that calls are made with: it signs them, or (a subscription key) stands in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerKey {
    /// Its id, which deployments name.
    pub id: KeyId,
    /// Whose it is.
    pub owner: AccountId,
    /// The name by which backends are told who that is: the account's e-mail address.
    pub pin: String,
    /// What a signature names: the APIKey or AccessKey. Empty for a subscription key, which signs nothing.
    pub api_key: String,
    /// What calls are signed with: the APISecret or SecretKey; the subscription key itself.
    pub secret: Secret,
}

/// The key's half of a change: the key, or that it is gone (deleted, disabled, or its account is locked).
pub type PublishedKey = (KeyId, Option<CallerKey>);
