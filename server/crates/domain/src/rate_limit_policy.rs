//! Rate limit policies (traffic control): how many calls may pass in a unit of time. What one is bound to counts for itself.

use crate::{
    access_auth::BindableDeployment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{AccountId, RateLimitPolicyId},
    policy::check_texts,
    region::Region,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

/// Most calls that a limit can allow: numbers have at most nine digits.
pub const LIMIT_MAX: u32 = 999_999_999;

/// The unit of time that limits are for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// 1 s.
    Second,
    /// 60 s.
    #[default]
    Minute,
    /// 3,600 s.
    Hour,
    /// 86,400 s.
    Day,
}

impl TimeUnit {
    /// All of them, from the shortest.
    pub const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    /// The value in the REST API: `second`, `minute`, `hour`, `day`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
        })
    }
}

impl FromStr for TimeUnit {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "timeUnit",
                "one of second, minute, hour, day",
                "只能是 second、minute、hour、day",
            )
        })
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many calls may pass in each unit of time. Each limit is from 1 to [`LIMIT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimits {
    /// The unit.
    pub unit: TimeUnit,
    /// All calls of the group together.
    pub group: u32,
    /// The calls of one access key.
    pub access_key: Option<u32>,
    /// The calls of one API.
    pub api: Option<u32>,
    /// The calls from one client address.
    pub address: Option<u32>,
}

impl RateLimits {
    /// # Errors
    /// Every broken rule of `apiLimitCount`, `userLimitCount`, `appLimitCount` and `addressLimitCount`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        self.check(&mut violations);
        check(violations)
    }

    fn check(&self, violations: &mut Violations) {
        violations.extend(check_range("apiLimitCount", self.group));
        let parts = [
            ("userLimitCount", self.access_key),
            ("appLimitCount", self.api),
            ("addressLimitCount", self.address),
        ];
        for (field, limit) in parts {
            let Some(limit) = limit else { continue };
            let broken = check_range(field, limit).or_else(|| {
                (limit > self.group).then(|| {
                    DomainError::new(
                        ErrorKind::Range,
                        field,
                        format!("at most the limit of the group, {}", self.group),
                        format!("不超过API分组次数限制值 {}", self.group),
                    )
                })
            });
            violations.extend(broken);
        }
    }
}

fn check_range(field: &str, limit: u32) -> Option<DomainError> {
    (!(1..=LIMIT_MAX).contains(&limit)).then(|| not_a_limit(field))
}

fn not_a_limit(field: &str) -> DomainError {
    DomainError::new(
        ErrorKind::Range,
        field,
        "a whole number from 1 to 999,999,999",
        "请输入正确格式数字,且不超过9位字符",
    )
}

/// The limit that was typed.
///
/// # Errors
/// When it is no whole number from 1 to [`LIMIT_MAX`].
pub fn parse_limit(field: &str, text: &str) -> Result<u32, DomainError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DomainError::required(field));
    }
    // `parse` would take a sign too.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let limit = digits.then(|| text.parse().ok()).flatten();
    limit.filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| not_a_limit(field))
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimitPolicy {
    /// Its id.
    pub id: RateLimitPolicyId,
    /// Whose it is.
    pub owner: AccountId,
    /// Where it lives; never changes.
    pub region: Region,
    /// Its name, unique among its owner's policies of the region.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What it limits.
    pub limits: RateLimits,
    /// What it is bound to.
    pub bound: Vec<BindableDeployment>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is given to make a policy, or to change one: all but its region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRateLimitPolicy {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What it limits.
    pub limits: RateLimits,
}

impl NewRateLimitPolicy {
    /// # Errors
    /// Every broken rule of `policyName`, `description` and the limits.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_texts(&self.name, &self.description, &mut violations);
        self.limits.check(&mut violations);
        check(violations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(group: u32, access_key: Option<u32>) -> RateLimits {
        RateLimits { unit: TimeUnit::Minute, group, access_key, api: None, address: None }
    }

    fn broken(limits: RateLimits) -> Vec<String> {
        let violations = limits.validate().err().unwrap_or_default();
        violations.into_iter().map(|violation| violation.field).collect()
    }

    #[test]
    fn no_part_may_be_allowed_more_than_the_group() {
        assert!(broken(limits(10, Some(10))).is_empty());
        assert_eq!(broken(limits(10, Some(11))), ["userLimitCount"]);
        let all = RateLimits {
            api: Some(11),
            address: Some(12),
            access_key: Some(10),
            ..limits(10, None)
        };
        assert_eq!(broken(all), ["appLimitCount", "addressLimitCount"]);
    }

    #[test]
    fn a_limit_has_one_to_nine_digits() {
        assert!(broken(limits(LIMIT_MAX, Some(1))).is_empty());
        assert_eq!(broken(limits(LIMIT_MAX + 1, Some(0))), ["apiLimitCount", "userLimitCount"]);
        let parse = |text| parse_limit("apiLimitCount", text).map_err(|wrong| wrong.kind);
        assert_eq!(parse(" 100 "), Ok(100));
        assert_eq!(parse("999999999"), Ok(LIMIT_MAX));
        assert_eq!(parse(""), Err(ErrorKind::Required));
        for wrong in ["0", "-1", "+1", "1.5", "1e3", "1000000000", "99999999999999999999", "１"] {
            assert_eq!(parse(wrong), Err(ErrorKind::Range), "{wrong}");
        }
    }
}
