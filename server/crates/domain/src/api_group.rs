//! API groups: the unit of management. A group has a name, a path prefix and its revisions, and lives in one region.

use crate::{
    answer::AnswerSettings,
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{AccountId, ApiGroupId},
    jwt::{self, JwtKeys, JwtSettings},
    region::Region,
    revision::RevisionNumber,
    secret::Secret,
    text::{DESCRIPTION_MAX, check_length, check_name},
    timestamp::Timestamp,
    validation::Validation,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Longest name, in characters.
pub const NAME_MAX: usize = 50;
/// Longest path prefix, in characters.
pub const PREFIX_MAX: usize = 100;

/// How the gateway checks who calls a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuthType {
    /// No authentication: anybody may call.
    #[serde(rename = "None")]
    None,
    /// Calls are signed with an access key that is authorized for the group.
    #[default]
    #[serde(rename = "jd_cloud")]
    Signature,
    /// Calls carry a token of an issuer that the group trusts.
    #[serde(rename = "jwt")]
    Jwt,
}

impl AuthType {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Signature, Self::Jwt, Self::None];

    /// The value in the REST API: `None`, `jd_cloud` or `jwt`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Signature => "jd_cloud",
            Self::Jwt => "jwt",
        }
    }
}

impl FromStr for AuthType {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|a| a.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "authType",
                "one of None, jd_cloud, jwt",
                "只能是 None、jd_cloud 或 jwt",
            )
        })
    }
}

/// What of a group takes effect with the next publish: it is part of what a release contains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupSettings {
    /// Path prefix without the leading `/`, e.g. `petstore`; may be empty.
    pub prefix: String,
    /// How callers are checked.
    pub auth_type: AuthType,
    /// Whether the prefix is left out of the path that the backend sees.
    pub strip_prefix: bool,
    /// Whether a signature must cover every byte of path, query and body: forms of clients in the field that leave some
    /// of it unsigned are refused.
    // Left out while it is off, so that contents that were stored before it came are still the same in bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict_signatures: bool,
    /// How its calls are answered.
    #[serde(default, skip_serializing_if = "AnswerSettings::is_default")]
    pub answers: AnswerSettings,
    /// What is done with calls that do not fit the definition of their API.
    #[serde(default, skip_serializing_if = "Validation::is_off")]
    pub validation: Validation,
    /// Whose tokens are accepted; there exactly when callers are checked by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtSettings>,
}

/// An API group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiGroup {
    /// Its id; part of its host names.
    pub id: ApiGroupId,
    /// The account it belongs to.
    pub owner: AccountId,
    /// Where it lives; never changes.
    pub region: Region,
    /// Unique among the owner's groups of the region.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What the next publish takes along.
    pub settings: GroupSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl ApiGroup {
    /// `/` + prefix: what every path of the group begins with.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}", self.settings.prefix)
    }
}

/// A group as a row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiGroupSummary {
    /// The group.
    pub group: ApiGroup,
    /// Its highest revision.
    pub latest_revision: RevisionNumber,
    /// Which revision runs where.
    pub running: Vec<(Environment, RevisionNumber)>,
    /// Which revision runs beside it, as a canary.
    pub canaries: Vec<(Environment, RevisionNumber)>,
    /// Whether the latest revision (or the group's settings) differs from everything that is live.
    pub unpublished_changes: bool,
    /// Calls of all environments in the last 24 hours.
    pub calls_24h: u64,
}

/// What is given to create a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiGroup {
    /// Where it will live.
    pub region: Region,
    /// See [`ApiGroup::name`].
    pub name: String,
    /// See [`ApiGroup::description`].
    pub description: String,
    /// See [`GroupSettings`].
    pub settings: GroupSettings,
    /// The secret that tokens are verified with, where that is how they are.
    #[serde(skip)]
    pub jwt_secret: Option<Secret>,
}

/// What may be changed of a group: all of it, the region excepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiGroupPatch {
    /// See [`ApiGroup::name`].
    pub name: String,
    /// See [`ApiGroup::description`].
    pub description: String,
    /// See [`GroupSettings`].
    pub settings: GroupSettings,
    /// Another secret to verify tokens with, where that is how they are; `None`: the one that the group has.
    #[serde(skip)]
    pub jwt_secret: Option<Secret>,
}

impl NewApiGroup {
    /// # Errors
    /// Every broken rule of `groupName`, `description`, `prefix`, of how callers are checked and how calls are answered.
    pub fn validate(&self) -> Result<(), Violations> {
        validate((&self.name, &self.description), &self.settings, self.jwt_secret.as_ref())
    }
}

impl ApiGroupPatch {
    /// # Errors
    /// Every broken rule of `groupName`, `description`, `prefix`, of how callers are checked and how calls are answered.
    pub fn validate(&self) -> Result<(), Violations> {
        validate((&self.name, &self.description), &self.settings, self.jwt_secret.as_ref())
    }
}

fn validate(
    (name, description): (&str, &str),
    settings: &GroupSettings,
    jwt_secret: Option<&Secret>,
) -> Result<(), Violations> {
    let mut violations = Violations::new();
    violations.extend(check_group_name(name));
    check_length("description", description, DESCRIPTION_MAX, &mut violations);
    violations.extend(check_prefix(&settings.prefix));
    match (settings.auth_type, &settings.jwt) {
        (AuthType::Jwt, None) => violations.push(DomainError::required("jwtIssuer")),
        (AuthType::Jwt, Some(settings)) => settings.check(&mut violations),
        (_, None) => {}
        (_, Some(_)) => violations.push(DomainError::new(
            ErrorKind::State,
            "authType",
            "whose tokens are accepted can be said only where callers are checked by tokens",
            "仅当授权类型为JWT时可配置令牌校验",
        )),
    }
    let is_shared =
        settings.jwt.as_ref().is_some_and(|jwt| matches!(jwt.keys, JwtKeys::SharedSecret { .. }));
    if let Some(secret) = jwt_secret.filter(|_| is_shared) {
        violations.extend(jwt::check_secret(secret.expose()));
    }
    settings.answers.check(&mut violations);
    check(violations)
}

/// Digits, letters, `_` and `-`, at most [`NAME_MAX`].
#[must_use]
pub fn check_group_name(name: &str) -> Option<DomainError> {
    check_name(
        "groupName",
        name,
        NAME_MAX,
        |c| c.is_ascii_alphanumeric() || c == '_' || c == '-',
        (
            "only digits, letters, underscore and hyphen",
            "只支持数字、大小写字母、英文下划线\"_\"及中划线\"-\"",
        ),
    )
}

/// Digits, letters, `/` and `_`, not beginning or ending with `/`, no empty segment, at most [`PREFIX_MAX`]; may be empty.
#[must_use]
pub fn check_prefix(prefix: &str) -> Option<DomainError> {
    if prefix.is_empty() {
        return None;
    }
    if prefix.chars().count() > PREFIX_MAX {
        return Some(DomainError::too_long("prefix", PREFIX_MAX));
    }
    let letters = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '/');
    let whole_segments = prefix.split('/').all(|segment| !segment.is_empty());
    (!letters || !whole_segments).then(|| {
        DomainError::new(
            ErrorKind::Format,
            "prefix",
            "only digits, letters, \"/\" and underscore; it must not begin or end with \"/\" or have an empty segment",
            "只支持数字、大小写字母、\"/\"、英文下划线\"_\"，且不能用\"/\"开头或结尾，不能有空的路径段",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_digits_letters_underscore_and_hyphen() {
        assert_eq!(check_group_name("PetStore_2-a"), None);
        for bad in ["", "Pet Store", "宠物", "a/b", &"x".repeat(51)] {
            assert!(check_group_name(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_prefix_does_not_begin_with_a_slash() {
        for good in ["", "petstore", "todo/api/v1"] {
            assert_eq!(check_prefix(good), None, "{good}");
        }
        for bad in ["/petstore", "a//b", "a/", "a-b", "é"] {
            assert!(check_prefix(bad).is_some(), "{bad}");
        }
    }
}
