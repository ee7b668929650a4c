//! Access authorizations: a provider names a caller's key and binds it to groups, environment by environment.

use crate::{
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{AccessAuthId, AccessKeyId, AccountId, ApiGroupId, DeploymentId},
    region::Region,
    revision::RevisionNumber,
    text::{DESCRIPTION_MAX, check_length},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What kind of user an authorization names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccessAuthType {
    /// A caller, by the id of an access key.
    #[serde(rename = "jd_apikms")]
    AccessKey,
}

impl AccessAuthType {
    /// The value in the REST API: `jd_apikms`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessKey => "jd_apikms",
        }
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
    pub r#type: AccessAuthType,
    /// The id of the caller's key.
    pub access_key_id: AccessKeyId,
    /// Free text.
    pub description: String,
    /// What it is bound to.
    pub bound: Vec<BindableDeployment>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is given to make an authorization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccessAuth {
    /// The id of the caller's key, as typed.
    pub access_key_id: String,
    /// Free text.
    pub description: String,
}

impl NewAccessAuth {
    /// # Errors
    /// Every broken rule of `accessKey` and `description`.
    pub fn validate(&self) -> Result<AccessKeyId, Violations> {
        let mut violations = Violations::new();
        let text = self.access_key_id.trim();
        let id = text.parse::<AccessKeyId>();
        if text.is_empty() {
            violations.push(DomainError::required("accessKey"));
        } else if id.is_err() {
            violations.push(DomainError::new(
                ErrorKind::Format,
                "accessKey",
                "an access key ID: 12 digits 0-9 a-f, as the caller sees it on the page of the key",
                "密钥ID为12位数字或a-f字母，调用者可在密钥详情中查看",
            ));
        }
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        match (check(violations), id) {
            (Ok(()), Ok(id)) => Ok(id),
            (Err(violations), _) => Err(violations),
            (Ok(()), Err(wrong)) => Err(vec![wrong]),
        }
    }
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
