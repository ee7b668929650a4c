//! Access authorizations: a provider names a caller and binds it to groups, environment by environment.

use crate::{
    account::{check_email, normalize_email},
    caller_id::{CallerId, KeyId},
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{
        AccessAuthId, AccessKeyId, AccountId, ApiGroupId, DeploymentId, PlatformKeyId,
        SubscriptionKeyId,
    },
    region::Region,
    revision::RevisionNumber,
    text::{DESCRIPTION_MAX, check_length},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What kind of caller an authorization names.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum AccessAuthType {
    /// By the id of a subscription key, which stands in the call.
    #[serde(rename = "jd_subscription_key")]
    SubscriptionKey,
    /// By the id of an access key, which signs the call.
    #[default]
    #[serde(rename = "jd_apikms")]
    AccessKey,
    /// By the AccessKey of an account's platform key, which signs the call.
    #[serde(rename = "jd_cloud")]
    PlatformKey,
    /// By the e-mail address of an account, any of whose platform keys signs the call.
    #[serde(rename = "jd_cloud_pin")]
    Account,
}

impl AccessAuthType {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] =
        [Self::SubscriptionKey, Self::AccessKey, Self::PlatformKey, Self::Account];

    /// The value in the REST API: `jd_subscription_key`, `jd_apikms`, `jd_cloud`, `jd_cloud_pin`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SubscriptionKey => "jd_subscription_key",
            Self::AccessKey => "jd_apikms",
            Self::PlatformKey => "jd_cloud",
            Self::Account => "jd_cloud_pin",
        }
    }

    /// What a caller of this kind is named by.
    fn rule(self) -> (&'static str, &'static str) {
        match self {
            Self::SubscriptionKey => (
                "a subscription ID: sk- and 12 letters a-z or digits, as the caller sees it on the page of the key",
                "订阅ID以sk-开头，后接12位小写字母或数字，调用者可在密钥详情中查看",
            ),
            Self::AccessKey => (
                "an access key ID: 12 digits 0-9 a-f, as the caller sees it on the page of the key",
                "密钥ID为12位数字或a-f字母，调用者可在密钥详情中查看",
            ),
            Self::PlatformKey => (
                "an AccessKey: 32 digits 0-9 A-F, as its owner sees it on the page of platform keys",
                "Access Key为32位数字或A-F字母，所有者可在平台密钥页面查看",
            ),
            Self::Account => (
                "the e-mail address of an account, like name@example.com",
                "请输入账号的邮箱地址，例如 name@example.com",
            ),
        }
    }
}

impl FromStr for AccessAuthType {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "authUserType",
                "one of jd_subscription_key, jd_apikms, jd_cloud, jd_cloud_pin",
                "只能是 jd_subscription_key、jd_apikms、jd_cloud 或 jd_cloud_pin",
            )
        })
    }
}

/// An authorization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessAuth {
    /// Its id.
    pub id: AccessAuthId,
    /// The provider it belongs to.
    pub owner: AccountId,
    /// Whom it authorizes.
    pub caller: CallerId,
    /// What people know the caller by: the key's id, the AccessKey, the account's e-mail address.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What it is bound to.
    pub bound: Vec<BindableDeployment>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl AccessAuth {
    /// What kind of caller it names.
    #[must_use]
    pub fn r#type(&self) -> AccessAuthType {
        self.caller.auth_type()
    }
}

/// What is given to make an authorization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccessAuth {
    /// What kind of caller.
    pub r#type: AccessAuthType,
    /// What the caller is named by, as typed: a key's id, an AccessKey, an e-mail address.
    pub access_key: String,
    /// Free text.
    pub description: String,
}

/// A caller by what people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedCaller {
    /// A key.
    Key(KeyId),
    /// An account, by its e-mail address in the form in which addresses are compared.
    Email(String),
}

impl NewAccessAuth {
    /// # Errors
    /// Every broken rule of `accessKey` and `description`.
    pub fn validate(&self) -> Result<NamedCaller, Violations> {
        let mut violations = Violations::new();
        let named = self.named().map_err(|wrong| violations.push(wrong)).ok();
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        match named {
            Some(named) => check(violations).map(|()| named),
            None => Err(violations),
        }
    }

    fn named(&self) -> Result<NamedCaller, DomainError> {
        let text = self.access_key.trim();
        if text.is_empty() {
            return Err(DomainError::required("accessKey"));
        }
        let key = match self.r#type {
            AccessAuthType::SubscriptionKey => {
                text.parse::<SubscriptionKeyId>().ok().map(KeyId::SubscriptionKey)
            }
            AccessAuthType::AccessKey => text.parse::<AccessKeyId>().ok().map(KeyId::AccessKey),
            AccessAuthType::PlatformKey => {
                text.parse::<PlatformKeyId>().ok().map(KeyId::PlatformKey)
            }
            AccessAuthType::Account if check_email(text).is_none() => {
                return Ok(NamedCaller::Email(normalize_email(text)));
            }
            AccessAuthType::Account => None,
        };
        let (rule, rule_zh) = self.r#type.rule();
        key.map(NamedCaller::Key)
            .ok_or_else(|| DomainError::new(ErrorKind::Format, "accessKey", rule, rule_zh))
    }
}

/// A caller of the account's own, to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCaller {
    /// What it is named by: a key's id, an AccessKey, the account's own e-mail address.
    pub reference: String,
    /// Its name or description; empty for none.
    pub name: String,
}

/// A deployment in the transfer list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindableDeployment {
    /// Its id.
    pub deployment_id: DeploymentId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// The group's name.
    pub group_name: String,
    /// The group's region.
    pub region: Region,
    /// Where.
    pub environment: Environment,
    /// What runs there; `None` while it is offline.
    pub revision: Option<RevisionNumber>,
}

/// A group that a caller may call, in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizedGroup {
    /// Which group.
    pub api_group_id: ApiGroupId,
    /// Its name.
    pub group_name: String,
    /// Its region.
    pub region: Region,
    /// Where.
    pub environment: Environment,
    /// How the caller is authorized.
    pub r#type: AccessAuthType,
    /// What the provider named the caller by: the key's id, the AccessKey, the account's e-mail address.
    pub caller_name: String,
    /// Where it is called, e.g. `http://xv3xbwah945y.cn-north-1.localhost:8000/petstore`.
    pub access_url: String,
    /// When it was authorized.
    pub authorized_at: Timestamp,
}

/// Where a key is used: what is lost with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUsage {
    /// What it may call by itself.
    pub bound: Vec<AuthorizedGroup>,
    /// Calls of the last 24 hours to those of these environments whose groups are the account's own, whoever made them;
    /// `None` where it owns none of them: what others' groups serve is theirs to know.
    pub calls_24h: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(r#type: AccessAuthType, text: &str) -> Result<NamedCaller, Vec<String>> {
        let new = NewAccessAuth { r#type, access_key: text.into(), description: String::new() };
        new.validate().map_err(|broken| broken.into_iter().map(|wrong| wrong.field).collect())
    }

    #[test]
    fn each_kind_of_caller_is_named_by_its_own_kind_of_id() {
        let names = [
            "sk-xu634ikbyia3",
            "6c026a79cdbb",
            "1A2B3C4D5E6F708192A3B4C5D6E7F809",
            "ada@example.com",
        ];
        for (kind, name) in AccessAuthType::ALL.into_iter().zip(names) {
            for other in names {
                let outcome = named(kind, other);
                assert_eq!(outcome.is_ok(), other == name, "{kind:?} {other}: {outcome:?}");
            }
            assert_eq!(named(kind, "  "), Err(vec!["accessKey".to_owned()]));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }

    #[test]
    fn an_account_is_named_by_its_address_in_any_case() {
        let account = named(AccessAuthType::Account, " Ada@Example.com ");
        assert_eq!(account, Ok(NamedCaller::Email("ada@example.com".into())));
    }
}
