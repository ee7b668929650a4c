//! What all policies have in common: a name, and that a deployment has at most one of each kind.

use crate::{
    access_auth::BindableDeployment,
    error::{DomainError, ErrorKind, Violations},
    text::{DESCRIPTION_MAX, check_length, check_name},
};
use serde::{Deserialize, Serialize};

/// Longest name of a policy, in characters.
pub const NAME_MAX: usize = 32;

/// A kind of policy. A deployment has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// [`crate::RateLimitPolicy`].
    RateLimit,
    /// [`crate::IpPolicy`].
    Ip,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::RateLimit, Self::Ip];

    /// `rate_limit`, `ip`: how a binding is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RateLimit => "rate_limit",
            Self::Ip => "ip",
        }
    }
}

/// A policy, as the deployment that it is bound to shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundPolicy {
    /// Which kind.
    pub kind: PolicyKind,
    /// Its id, of the kind's own type.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A deployment that a policy can be bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyTarget {
    /// The deployment.
    pub deployment: BindableDeployment,
    /// The name of the other policy of this kind that is bound to it now, and would be replaced.
    pub replaces: Option<String>,
}

/// The rule of a policy's name that `text` breaks.
#[must_use]
pub fn check_policy_name(text: &str) -> Option<DomainError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || is_chinese(c);
    check_name(
        "policyName",
        text,
        NAME_MAX,
        allowed,
        (
            "only Chinese characters, letters, digits, \"_\" and \"-\"",
            "不为空且只允许中文、数字、大小写字母、英文下划线\"_\"及中划线\"-\"，不超过32字符",
        ),
    )
}

/// The rules that name and description of a policy break.
pub(crate) fn check_texts(name: &str, description: &str, violations: &mut Violations) {
    violations.extend(check_policy_name(name));
    check_length("description", description, DESCRIPTION_MAX, violations);
}

/// A policy that is bound cannot be deleted.
#[must_use]
pub fn still_bound() -> DomainError {
    DomainError::new(
        ErrorKind::State,
        "",
        "the policy is still bound; unbind it from everything first",
        "删除前需要先解除所有绑定关系，否则无法删除。",
    )
}

/// The unified ideographs, the rare ones too.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_chinese_and_has_at_most_32_characters() {
        for good in ["每分钟100次", "per-minute_100", &"流".repeat(32), "𠀀"] {
            assert_eq!(check_policy_name(good), None, "{good}");
        }
        for bad in ["", " ", "a b", "a.b", "名，字", &"a".repeat(33), "naïve", "a\0"] {
            assert!(check_policy_name(bad).is_some(), "{bad:?}");
        }
    }
}
