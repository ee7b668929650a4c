//! IP policies: which addresses may call. What one is bound to goes by it whatever release runs.

use crate::{
    access_auth::BindableDeployment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{AccountId, IpPolicyId},
    ip_range::IpRange,
    policy::check_texts,
    region::Region,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, str::FromStr};

/// Most addresses and networks of one policy.
pub const RANGES_MAX: usize = 500;

/// What becomes of calls from the listed addresses; calls from all others fare the other way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpAction {
    /// Only they may call.
    #[default]
    Allow,
    /// All but they may call.
    Deny,
}

impl IpAction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Allow, Self::Deny];

    /// `allow`, `deny`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

impl FromStr for IpAction {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or_else(|| {
            DomainError::new(ErrorKind::Range, "action", "one of allow, deny", "只能是 allow、deny")
        })
    }
}

/// Which addresses may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpRules {
    /// What becomes of the listed addresses.
    pub action: IpAction,
    /// The listed addresses and networks: 1 to [`RANGES_MAX`], as they were written, none twice.
    pub ranges: Vec<IpRange>,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpPolicy {
    /// Its id.
    pub id: IpPolicyId,
    /// Whose it is.
    pub owner: AccountId,
    /// Where it lives; never changes.
    pub region: Region,
    /// Its name, unique among its owner's policies of the region.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Whom it lets pass.
    pub rules: IpRules,
    /// What it is bound to.
    pub bound: Vec<BindableDeployment>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is given to make a policy, or to change one: all but its region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIpPolicy {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Whom it lets pass.
    pub rules: IpRules,
}

impl NewIpPolicy {
    /// # Errors
    /// Every broken rule of `policyName`, `description` and `ranges`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_texts(&self.name, &self.description, &mut violations);
        violations.extend(check_ranges(&self.rules.ranges));
        check(violations)
    }
}

fn check_ranges(ranges: &[IpRange]) -> Option<DomainError> {
    if ranges.is_empty() {
        return Some(DomainError::required("ranges"));
    }
    if ranges.len() > RANGES_MAX {
        return Some(DomainError::new(
            ErrorKind::Length,
            "ranges",
            format!("at most {RANGES_MAX} addresses and networks"),
            format!("不能超过{RANGES_MAX}个IP地址或IP段"),
        ));
    }
    let mut seen = HashSet::new();
    let twice = ranges.iter().find(|range| !seen.insert(**range))?;
    Some(DomainError::new(
        ErrorKind::Duplicate,
        "ranges",
        format!("{twice} is listed twice"),
        format!("{twice} 重复"),
    ))
}

/// The addresses and networks of a text: one a line, or with commas or blanks between.
///
/// # Errors
/// The first that is none.
pub fn parse_ranges(text: &str) -> Result<Vec<IpRange>, DomainError> {
    let words = text.split([',', '，', ';', '；']).flat_map(str::split_whitespace);
    words.map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(ranges: Vec<IpRange>) -> NewIpPolicy {
        NewIpPolicy {
            name: "office".into(),
            description: String::new(),
            rules: IpRules { action: IpAction::Allow, ranges },
        }
    }

    #[test]
    fn addresses_are_apart_by_lines_commas_or_blanks() {
        let ranges = parse_ranges(" 10.0.0.0/8\r\n192.0.2.7, ::1\n\n").unwrap();
        let shown: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "192.0.2.7", "::1"]);
        assert_eq!(parse_ranges(" \n ").unwrap(), []);
        assert!(parse_ranges("10.0.0.1\nnonsense").unwrap_err().message.contains("\"nonsense\""));
    }

    #[test]
    fn a_list_has_one_to_five_hundred_entries_none_twice() {
        let many = |count: u32| -> Vec<IpRange> {
            (0..count).map(|n| format!("10.0.{}.{}", n / 256, n % 256).parse().unwrap()).collect()
        };
        assert!(policy(many(500)).validate().is_ok());
        for (ranges, kind) in [
            (many(0), ErrorKind::Required),
            (many(501), ErrorKind::Length),
            ([many(3), many(1)].concat(), ErrorKind::Duplicate),
        ] {
            let violations = policy(ranges).validate().unwrap_err();
            assert_eq!((violations[0].kind, violations[0].field.as_str()), (kind, "ranges"));
        }
    }
}
