//! Backend configs, the rules of dynamic routing: requests of an environment with certain header and query parameters go to
//! another backend than the others. What the REST API calls `backendConfig`.

use crate::{
    backend::BackendService,
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{ApiGroupId, BackendConfigId},
    text::{DESCRIPTION_MAX, check_length},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most header and query parameters of one rule, together.
pub const PARAMETERS_MAX: usize = 20;
/// Most rules of one environment.
pub const RULES_MAX: usize = 100;
/// Longest name of a parameter, in characters.
pub const NAME_MAX: usize = 128;
/// Longest value of a parameter, in characters.
pub const VALUE_MAX: usize = 1024;

/// What a request must have: a header or query parameter of this name with exactly this value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SimpleParameter {
    /// The name; a header's in any case.
    pub name: String,
    /// The value; of a query parameter, as it reads decoded.
    pub value: String,
}

/// A rule: requests that fulfil all its conditions go to its backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendConfig {
    /// Its id.
    pub id: BackendConfigId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// Where it acts.
    pub environment: Environment,
    /// Its place among the rules of the environment, from 1: the first that fits decides. 0 is the environment's default
    /// backend, which is chosen when it is published and is no rule.
    pub sort: u32,
    /// Conditions on headers.
    pub header_params: Vec<SimpleParameter>,
    /// Conditions on query parameters.
    pub query_params: Vec<SimpleParameter>,
    /// Where the requests go.
    pub backend: BackendService,
    /// Free text.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is given to make a rule, or to change one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBackendConfig {
    /// Conditions on headers.
    pub header_params: Vec<SimpleParameter>,
    /// Conditions on query parameters.
    pub query_params: Vec<SimpleParameter>,
    /// Where the requests go.
    pub backend: BackendService,
    /// Free text.
    pub description: String,
}

impl NewBackendConfig {
    /// # Errors
    /// Every broken rule of `headerParams[N].name` and `.value`, `queryParams[N].…`, `params` (how many),
    /// `description` and of the backend.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_count(self.header_params.len() + self.query_params.len(), &mut violations);
        check_all("headerParams", &self.header_params, true, &mut violations);
        check_all("queryParams", &self.query_params, false, &mut violations);
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        if matches!(self.backend, BackendService::Balanced(_)) {
            violations.push(DomainError::new(
                ErrorKind::State,
                "backend",
                "a rule leads to one address or to the mock",
                "规则只能使用单个地址或Mock后端",
            ));
        }
        check(violations)
    }
}

fn check_count(count: usize, violations: &mut Violations) {
    if count == 0 {
        violations.push(DomainError::new(
            ErrorKind::Required,
            "params",
            "at least one header or query parameter: a rule without any would take every request",
            "请至少添加一个Header参数或Query参数",
        ));
    } else if count > PARAMETERS_MAX {
        violations.push(DomainError::new(
            ErrorKind::Range,
            "params",
            format!("at most {PARAMETERS_MAX} header and query parameters together"),
            format!("每条规则中Query参数和Header参数的总数不能超过{PARAMETERS_MAX}个"),
        ));
    }
}

fn check_all(field: &str, all: &[SimpleParameter], header: bool, violations: &mut Violations) {
    let mut seen = HashSet::new();
    for (index, parameter) in all.iter().enumerate() {
        let member = |member: &str| format!("{field}[{index}].{member}");
        let broken = check_parameter_name(&member("name"), &parameter.name, header);
        let key = if header { parameter.name.to_ascii_lowercase() } else { parameter.name.clone() };
        if broken.is_none() && !seen.insert((key, &parameter.value)) {
            violations.push(DomainError::new(
                ErrorKind::Duplicate,
                &member("name"),
                "this condition is there twice",
                "条件重复",
            ));
        }
        violations.extend(broken);
        violations.extend(check_parameter_value(&member("value"), &parameter.value, header));
    }
}

/// What is wrong with the name of a header or query parameter.
pub(crate) fn check_parameter_name(field: &str, name: &str, header: bool) -> Option<DomainError> {
    if name.is_empty() {
        return Some(DomainError::required(field));
    }
    if name.chars().count() > NAME_MAX {
        return Some(DomainError::too_long(field, NAME_MAX));
    }
    let fits = if header { is_header_name(name) } else { !name.chars().any(char::is_control) };
    let (message, message_zh) = if header {
        (
            "letters, digits and hyphen or another sign that header names may have",
            "不是有效的Header名称",
        )
    } else {
        ("no control characters", "不能包含控制字符")
    };
    (!fits).then(|| DomainError::new(ErrorKind::Format, field, message, message_zh))
}

/// What is wrong with the value of a header or query parameter.
pub(crate) fn check_parameter_value(field: &str, value: &str, header: bool) -> Option<DomainError> {
    if value.chars().count() > VALUE_MAX {
        return Some(DomainError::too_long(field, VALUE_MAX));
    }
    if value.chars().any(char::is_control) {
        return Some(DomainError::new(
            ErrorKind::Format,
            field,
            "no control characters",
            "不能包含控制字符",
        ));
    }
    // A header's value comes without blanks at its ends: such a condition could never be fulfilled.
    (header && value.trim() != value).then(|| {
        DomainError::new(ErrorKind::Format, field, "no blanks at its ends", "首尾不能有空格")
    })
}

/// Whether this can be the name of a header (RFC 9110, `token`).
#[must_use]
pub fn is_header_name(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(token)
}

/// Which way a rule is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// One place nearer to the first.
    Up,
    /// One place nearer to the last.
    Down,
}

/// An environment's rules, and what is asked when none of them fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentRoutes {
    /// Where.
    pub environment: Environment,
    /// The rules, the first first.
    pub rules: Vec<BackendConfig>,
    /// The default backend, of what runs there; `None` while it is offline.
    pub default_backend: Option<BackendService>,
    /// APIs of what runs there that have a backend of their own, which no rule touches.
    pub apis_with_own_backend: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, value: &str) -> SimpleParameter {
        SimpleParameter { name: name.to_owned(), value: value.to_owned() }
    }

    fn fields(headers: &[(&str, &str)], query: &[(&str, &str)]) -> Vec<String> {
        let all = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| parameter(n, v)).collect();
        let new = NewBackendConfig {
            header_params: all(headers),
            query_params: all(query),
            backend: BackendService::Mock,
            description: String::new(),
        };
        new.validate().err().unwrap_or_default().into_iter().map(|broken| broken.field).collect()
    }

    #[test]
    fn a_rule_has_one_to_twenty_parameters() {
        assert_eq!(fields(&[], &[]), ["params"]);
        assert_eq!(fields(&[("x-canary", "1")], &[("版本", "v 2")]), [""; 0]);
        let names: Vec<String> = (0..21).map(|n| format!("p{n}")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        assert_eq!(fields(&pairs[..10], &pairs[..10]), [""; 0]);
        assert_eq!(fields(&pairs[..10], &pairs[..11]), ["params"]);
    }

    #[test]
    fn a_condition_that_could_never_be_fulfilled_is_refused() {
        assert_eq!(fields(&[("x y", "1")], &[]), ["headerParams[0].name"]);
        assert_eq!(fields(&[("x", " 1")], &[]), ["headerParams[0].value"]);
        assert_eq!(fields(&[("x", "1\n")], &[]), ["headerParams[0].value"]);
        assert_eq!(fields(&[], &[("", "1")]), ["queryParams[0].name"]);
        assert_eq!(fields(&[], &[("a\u{7}", "1")]), ["queryParams[0].name"]);
    }

    #[test]
    fn the_same_condition_twice_is_refused_header_names_in_any_case() {
        assert_eq!(fields(&[("X-A", "1"), ("x-a", "1")], &[]), ["headerParams[1].name"]);
        assert_eq!(fields(&[("X-A", "1"), ("x-a", "2")], &[]), [""; 0]);
        assert_eq!(fields(&[], &[("a", "1"), ("A", "1")]), [""; 0]);
    }
}
