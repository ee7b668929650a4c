//! The form of a rate limit policy.

use super::{field, trimmed};
use domain::{
    NewRateLimitPolicy, RateLimitPolicy, RateLimits, TimeUnit,
    error::{Violations, check},
    rate_limit_policy::{LIMIT_MAX, parse_limit},
};
use serde::{Deserialize, Serialize};

/// A policy, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RateLimitPolicyForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// `second`, `minute`, `hour`, `day`.
    pub unit: String,
    /// Calls of the group.
    pub group: String,
    /// Calls of each access key; empty for no limit.
    pub access_key: String,
    /// Calls of each API; empty for no limit.
    pub api: String,
    /// Calls from each client address; empty for no limit.
    pub address: String,
}

impl Default for RateLimitPolicyForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            unit: TimeUnit::default().as_str().to_owned(),
            group: String::new(),
            access_key: String::new(),
            api: String::new(),
            address: String::new(),
        }
    }
}

impl RateLimitPolicyForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewRateLimitPolicy, Violations> {
        let mut broken = Violations::new();
        let unit = field("timeUnit", self.unit.parse::<TimeUnit>(), &mut broken);
        let group = field("apiLimitCount", parse_limit("apiLimitCount", &self.group), &mut broken);
        let mut some = |name: &str, text: &str| match text.trim() {
            "" => None,
            text => field(name, parse_limit(name, text), &mut broken),
        };
        let limits = RateLimits {
            unit: unit.unwrap_or_default(),
            access_key: some("userLimitCount", &self.access_key),
            api: some("appLimitCount", &self.api),
            address: some("addressLimitCount", &self.address),
            // While that is not known, the others are not too many.
            group: group.unwrap_or(LIMIT_MAX),
        };
        let new = NewRateLimitPolicy {
            name: trimmed(&self.name),
            description: trimmed(&self.description),
            limits,
        };
        let rules = new.validate().err().unwrap_or_default();
        check(rules.into_iter().chain(broken).collect()).map(|()| new)
    }
}

impl From<&RateLimitPolicy> for RateLimitPolicyForm {
    fn from(policy: &RateLimitPolicy) -> Self {
        let some = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let RateLimits { unit, group, access_key, api, address } = policy.limits;
        Self {
            name: policy.name.clone(),
            description: policy.description.clone(),
            unit: unit.as_str().to_owned(),
            group: group.to_string(),
            access_key: some(access_key),
            api: some(api),
            address: some(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let form = RateLimitPolicyForm {
            name: "a b".into(),
            access_key: "many".into(),
            address: "0".into(),
            ..RateLimitPolicyForm::default()
        };
        let violations = form.parse().unwrap_err();
        let fields: Vec<&str> = violations.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["policyName", "apiLimitCount", "userLimitCount", "addressLimitCount"]);
    }

    #[test]
    fn a_limit_that_is_left_empty_is_none() {
        let form = RateLimitPolicyForm {
            name: "slow".into(),
            group: " 100 ".into(),
            api: "100".into(),
            ..RateLimitPolicyForm::default()
        };
        let limits = form.parse().unwrap().limits;
        assert_eq!((limits.group, limits.access_key, limits.api), (100, None, Some(100)));
        let over = RateLimitPolicyForm { api: "101".into(), ..form };
        assert_eq!(over.parse().unwrap_err()[0].field, "appLimitCount");
    }
}
