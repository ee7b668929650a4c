//! Why a service refused: shown unchanged by the console, the management API and the command line.

use domain::{DomainError, Environment, ErrorKind, RevisionNumber};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};
use store::{StoreError, Unique};

/// A kind of object, as errors and the audit log name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    /// An account.
    Account,
    /// An AccessKey and SecretKey of an account.
    PlatformKey,
    /// An API group.
    ApiGroup,
    /// A revision of a group.
    Revision,
    /// An API of a revision.
    Api,
    /// What runs in an environment.
    Deployment,
    /// An entry of an environment's history.
    Release,
    /// A caller's key.
    AccessKey,
    /// A caller's subscription key.
    SubscriptionKey,
    /// An authorization.
    AccessAuth,
    /// A rate limit policy.
    RateLimitPolicy,
    /// An IP policy.
    IpPolicy,
    /// A backend signature.
    BackendSignature,
    /// A rule of dynamic routing.
    BackendConfig,
    /// A custom domain.
    UserDomain,
    /// The installation's account at an authority that issues certificates.
    AcmeAccount,
}

impl Noun {
    /// The name in the audit log: `api_group`, …
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::PlatformKey => "platform_key",
            Self::ApiGroup => "api_group",
            Self::Revision => "revision",
            Self::Api => "api",
            Self::Deployment => "deployment",
            Self::Release => "release",
            Self::AccessKey => "access_key",
            Self::SubscriptionKey => "subscription_key",
            Self::AccessAuth => "access_auth",
            Self::RateLimitPolicy => "rate_limit_policy",
            Self::IpPolicy => "ip_policy",
            Self::BackendSignature => "backend_signature",
            Self::BackendConfig => "backend_config",
            Self::UserDomain => "user_domain",
            Self::AcmeAccount => "acme_account",
        }
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::PlatformKey => "platform key",
            Self::ApiGroup => "API group",
            Self::Revision => "revision",
            Self::Api => "API",
            Self::Deployment => "deployment",
            Self::Release => "history entry",
            Self::AccessKey => "access key",
            Self::SubscriptionKey => "subscription key",
            Self::AccessAuth => "access authorization",
            Self::RateLimitPolicy => "rate limit policy",
            Self::IpPolicy => "IP policy",
            Self::BackendSignature => "backend signature",
            Self::BackendConfig => "route",
            Self::UserDomain => "custom domain",
            Self::AcmeAccount => "account at an authority",
        })
    }
}

/// Why a service function did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ServiceError {
    /// There is no such object, or it belongs to another account: the two cannot be told apart, so that ids are not probed.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: Noun,
    },
    /// A value is taken, or the state of the object does not allow this now.
    #[error("{0}")]
    Conflict(DomainError),
    /// The account may not do this: wrong e-mail or password, a locked account, or an operator's business.
    #[error("not allowed")]
    Forbidden,
    /// Rules that the input breaks, in the order of its fields.
    #[error("{}", list(.0))]
    Invalid(Vec<DomainError>),
    /// The revision is live; it is changed by taking it offline or by making a new one.
    #[error(
        "revision {revision} is published and read-only: take it offline or make a new revision"
    )]
    ReadOnly {
        /// The live revision.
        revision: RevisionNumber,
        /// Where it runs.
        environments: Vec<Environment>,
        /// The next free number, for a new revision.
        suggestion: RevisionNumber,
    },
    /// Too many attempts to sign in, by this account or from this address.
    #[error("too many attempts; try again in {retry_after_seconds} s")]
    TooManyAttempts {
        /// Seconds until the next attempt is allowed; at least 1.
        retry_after_seconds: u64,
    },
    /// Something of ours failed. The cause stands in the log beside this reference, and nowhere else.
    #[error("the service is unavailable (reference {reference})")]
    Unavailable {
        /// What to look for in the log.
        reference: String,
    },
}

impl ServiceError {
    /// Something of ours failed at `what`: the cause goes to the log, a reference to the caller.
    pub(crate) fn unavailable(what: &str, cause: &(impl fmt::Display + ?Sized)) -> Self {
        let reference = reference();
        tracing::error!(reference, what, %cause, "a service failed");
        Self::Unavailable { reference }
    }

    /// One broken rule of the input.
    pub(crate) fn invalid(
        kind: ErrorKind,
        field: &str,
        message: impl Into<String>,
        message_zh: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![DomainError::new(kind, field, message, message_zh)])
    }

    /// What the input asks for is not possible in the state that things are in.
    pub(crate) fn conflict(
        kind: ErrorKind,
        field: &str,
        message: impl Into<String>,
        message_zh: impl Into<String>,
    ) -> Self {
        Self::Conflict(DomainError::new(kind, field, message, message_zh))
    }
}

/// An edit was made of a state that is no more.
pub(crate) fn outdated() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "updatedAt",
        "it was changed after this form was opened; keep a copy of what you typed, and load the page again",
        "打开表单后内容已被修改，请先保存您输入的内容，再重新加载页面",
    )
}

/// What the store said about `what`.
pub(crate) fn of(what: Noun) -> impl Fn(StoreError) -> ServiceError {
    move |error| match error {
        StoreError::NotFound => ServiceError::NotFound { what },
        other => other.into(),
    }
}

impl From<Vec<DomainError>> for ServiceError {
    fn from(violations: Vec<DomainError>) -> Self {
        Self::Invalid(violations)
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(unique) if unique != Unique::Id => {
                let (message, message_zh) = duplicate(unique);
                Self::conflict(ErrorKind::Duplicate, unique.field(), message, message_zh)
            }
            other => Self::unavailable("store", &chain(&other)),
        }
    }
}

fn duplicate(unique: Unique) -> (&'static str, &'static str) {
    match unique {
        Unique::Id => ("this id is taken", "标识重复"),
        Unique::AccountEmail => ("this e-mail address is registered already", "该邮箱已注册"),
        Unique::ApiGroupName => (
            "you have a group of this name in this region already",
            "分组名与已有分组重复，请尝试新分组名！",
        ),
        Unique::RevisionNumber => ("this revision exists already", "与已有版本号重复"),
        Unique::ApiName => ("an API of this name exists in this revision", "API名称重复"),
        Unique::ApiRoute => (
            "an API with this method and path exists in this revision",
            "请求方法与路径和已有API重复",
        ),
        Unique::Release => ("this entry of the history exists already", "历史记录重复"),
        Unique::Deployment => ("this environment has a deployment already", "该环境已有部署"),
        Unique::AccessKeyName | Unique::SubscriptionKeyName => {
            ("you have a key of this name already", "密钥名称重复")
        }
        Unique::AccessAuthKey => ("you have authorized this key already", "授权访问密钥重复"),
        Unique::PolicyName => (
            "you have a policy of this name in this region already",
            "策略名与已有策略重复，请尝试新策略名！",
        ),
        Unique::BackendSignatureKey => {
            ("you have a backend signature with this key already", "签名访问密钥重复")
        }
        Unique::UserDomain => ("this group has this domain already", "该分组已添加此域名"),
        Unique::ServedDomain => {
            ("this domain is bound to another group already", "该域名已绑定到其他分组")
        }
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Twelve digits that find one line in the log.
fn reference() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:08x}{:04x}", since.as_secs() & 0xffff_ffff, count & 0xffff)
}

fn list(violations: &[DomainError]) -> String {
    let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_of_a_failure_stays_in_the_log() {
        let cause = StoreError::Unavailable("password authentication failed for user x".into());
        let ServiceError::Unavailable { reference } = ServiceError::from(cause) else { panic!() };
        assert_eq!(reference.len(), 12);
        assert!(reference.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn a_taken_value_names_its_field_in_both_languages() {
        let ServiceError::Conflict(error) = StoreError::Duplicate(Unique::ApiGroupName).into()
        else {
            panic!()
        };
        assert_eq!((error.kind, error.field.as_str()), (ErrorKind::Duplicate, "groupName"));
        assert_eq!(error.message_zh, "分组名与已有分组重复，请尝试新分组名！");
    }

    #[test]
    fn keeps_its_shape_as_json() {
        let error = ServiceError::ReadOnly {
            revision: RevisionNumber::FIRST,
            environments: vec![Environment::Online],
            suggestion: RevisionNumber::FIRST.next().unwrap(),
        };
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<ServiceError>(&json).unwrap(), error);
    }
}
