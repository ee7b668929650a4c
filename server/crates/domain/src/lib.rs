#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

// In the order a reader meets them.
pub mod error;
pub mod id;
pub mod region;
pub mod timestamp;

pub mod access_auth;
pub mod access_key;
pub mod account;
pub mod answer;
pub mod api;
pub mod api_group;
pub mod automatic_certificate;
pub mod backend;
pub mod backend_config;
pub mod backend_signature;
pub mod balanced_backend;
pub mod cache;
pub mod call_limits;
pub mod canary;
pub mod cors;
pub mod deployment;
pub mod difference;
pub mod function;
pub mod import;
pub mod ip_policy;
pub mod ip_range;
pub mod jwt;
pub mod mapping;
pub mod monitor;
pub mod path;
pub mod platform_key;
pub mod policy;
pub mod rate_limit_policy;
pub mod revision;
pub mod subscription_key;
pub mod user_domain;
pub mod validation;

pub mod caller_id;
pub mod published;

pub mod edit;
pub mod page;
pub mod search;
pub mod secret;
pub mod text;

pub use access_auth::{
    AccessAuth, AccessAuthType, AuthorizedGroup, BindableDeployment, KeyUsage, NamedCaller,
    NewAccessAuth, OwnCaller,
};
pub use access_key::{AccessKey, NewAccessKey, RevealedAccessKey};
pub use account::{Account, AccountState, NewAccount, Role};
pub use answer::AnswerSettings;
pub use api::{
    Api, ApiBackend, ApiDefinition, Body, BodyType, MatchType, Method, Parameter,
    ParameterLocation, ParameterType,
};
pub use api_group::{
    ApiGroup, ApiGroupPatch, ApiGroupSummary, AuthType, GroupSettings, NewApiGroup,
};
pub use automatic_certificate::{
    AutomaticCertificate, Challenge, ChallengeKind, FailedTry, FailureKind, ServedChallenge,
};
pub use backend::{BackendAddress, BackendService};
pub use backend_config::{BackendConfig, EnvironmentRoutes, NewBackendConfig, SimpleParameter};
pub use backend_signature::{
    BackendSignature, BackendSigningKey, NewBackendSignature, SignableDeployment, SigningKeyState,
};
pub use balanced_backend::{
    ActiveCheck, BalancedBackend, Balancing, FailureShare, PassiveCheck, Target, TargetHealth,
    TargetStatus,
};
pub use cache::CacheSettings;
pub use call_limits::CallLimits;
pub use caller_id::{CallerId, KeyId};
pub use canary::{
    Canary, CanaryComparison, CanaryHeader, CanarySettings, CountedBy, PromotePreview, Share,
    SideTraffic,
};
pub use cors::{AllowedOrigin, CorsSettings};
pub use deployment::{
    Deployment, DeploymentView, Environment, NewPublish, PublishPreview, Published, Release,
    ReleaseAction,
};
pub use difference::{ApiChange, Difference, FieldChange};
pub use edit::Edit;
pub use error::{DomainError, ErrorKind};
pub use function::FunctionUrl;
pub use id::{
    AccessAuthId, AccessKeyId, AccountId, ApiGroupId, ApiId, BackendConfigId, BackendSignatureId,
    DeploymentId, IpPolicyId, JwtSecretId, PlatformKeyId, RateLimitPolicyId, ReleaseId,
    SubscriptionKeyId, UserDomainId,
};
pub use import::{ImportOutcome, ImportPlan, ImportRefusal};
pub use ip_policy::{IpAction, IpPolicy, IpRules, NewIpPolicy};
pub use ip_range::IpRange;
pub use jwt::{ClaimHeader, JwksUrl, JwtAlgorithm, JwtKeys, JwtSettings, PublicKey};
pub use mapping::{ApiMapping, BackendParameter, HeaderChange, ParameterSource};
pub use monitor::{ApiTraffic, MonitorQuery, MonitorReport, TimeRange, TrafficPoint};
pub use page::{Page, PageQuery};
pub use path::PathTemplate;
pub use platform_key::{PlatformKey, RevealedPlatformKey};
pub use policy::{BoundPolicy, PolicyKind, PolicyTarget};
pub use published::{
    CallerKey, DeploymentPolicies, PublishedCanary, PublishedDeployment, PublishedKey,
    ServedCertificate, ServedDomain,
};
pub use rate_limit_policy::{NewRateLimitPolicy, RateLimitPolicy, RateLimits, TimeUnit};
pub use region::Region;
pub use revision::{GroupContent, NewRevision, Revision, RevisionNumber, RevisionView};
pub use search::{Found, FoundKind};
pub use secret::Secret;
pub use subscription_key::{NewSubscriptionKey, RevealedSubscriptionKey, SubscriptionKey};
pub use timestamp::Timestamp;
pub use user_domain::{
    AcmeState, Certificate, DomainCheck, DomainState, GroupDomains, NewCertificate, NewUserDomain,
    UserDomain, UserDomainPatch, UserDomainView, Validity, WaitingDomain, WaitingDomains,
};
pub use validation::Validation;
