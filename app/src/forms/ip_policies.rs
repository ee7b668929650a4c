//! The form of an IP policy.

use super::{field, trimmed};
use domain::{
    IpAction, IpPolicy, IpRules, NewIpPolicy,
    error::{Violations, check},
    ip_policy::parse_ranges,
};
use serde::{Deserialize, Serialize};

/// A policy, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IpPolicyForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// `allow`, `deny`.
    pub action: String,
    /// Addresses and networks, one a line.
    pub ranges: String,
}

impl Default for IpPolicyForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            action: IpAction::default().as_str().to_owned(),
            ranges: String::new(),
        }
    }
}

impl IpPolicyForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewIpPolicy, Violations> {
        let mut broken = Violations::new();
        let action = field("action", self.action.parse::<IpAction>(), &mut broken);
        let ranges = field("ranges", parse_ranges(&self.ranges), &mut broken);
        let unreadable = ranges.is_none();
        let rules =
            IpRules { action: action.unwrap_or_default(), ranges: ranges.unwrap_or_default() };
        let new = NewIpPolicy {
            name: trimmed(&self.name),
            description: trimmed(&self.description),
            rules,
        };
        let mut rules = new.validate().err().unwrap_or_default();
        // What could not be read is not missing.
        rules.retain(|rule| !(unreadable && rule.field == "ranges"));
        check(rules.into_iter().chain(broken).collect()).map(|()| new)
    }
}

impl From<&IpPolicy> for IpPolicyForm {
    fn from(policy: &IpPolicy) -> Self {
        let lines: Vec<String> = policy.rules.ranges.iter().map(ToString::to_string).collect();
        Self {
            name: policy.name.clone(),
            description: policy.description.clone(),
            action: policy.rules.action.as_str().to_owned(),
            ranges: lines.join("\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ErrorKind;

    #[test]
    fn every_broken_rule_is_told_once() {
        let kinds = |ranges: &str| -> Vec<(String, ErrorKind)> {
            let form = IpPolicyForm { ranges: ranges.into(), ..IpPolicyForm::default() };
            let violations = form.parse().unwrap_err();
            violations.into_iter().map(|wrong| (wrong.field, wrong.kind)).collect()
        };
        let name = ("policyName".to_owned(), ErrorKind::Required);
        let ranges = |kind| ("ranges".to_owned(), kind);
        assert_eq!(kinds(" "), [name.clone(), ranges(ErrorKind::Required)]);
        assert_eq!(kinds("10.0.0.0/99"), [name.clone(), ranges(ErrorKind::Format)]);
        assert_eq!(kinds("::1\n::1"), [name.clone(), ranges(ErrorKind::Duplicate)]);
        assert_eq!(kinds("::1"), [name]);
    }
}
