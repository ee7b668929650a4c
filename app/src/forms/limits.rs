//! The part of a form that says how long a backend may take and how often it is tried.

use super::{field, trimmed};
use domain::{CallLimits, DomainError, error::ErrorKind, error::Violations};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Limits, as typed; what is empty is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitsForm {
    /// Milliseconds for a connection.
    pub connect_ms: String,
    /// Milliseconds to the head of the answer.
    pub first_byte_ms: String,
    /// Milliseconds for all of it.
    pub total_ms: String,
    /// How often a call is tried again.
    pub retries: String,
}

impl LimitsForm {
    /// The limits; what is no number is told in `violations`.
    pub(super) fn parse(&self, violations: &mut Violations) -> CallLimits {
        CallLimits {
            connect_ms: number("connectMs", &self.connect_ms, violations),
            first_byte_ms: number("firstByteMs", &self.first_byte_ms, violations),
            total_ms: number("totalMs", &self.total_ms, violations),
            retries: number("retries", &self.retries, violations),
        }
    }
}

impl From<CallLimits> for LimitsForm {
    fn from(limits: CallLimits) -> Self {
        Self {
            connect_ms: shown(limits.connect_ms),
            first_byte_ms: shown(limits.first_byte_ms),
            total_ms: shown(limits.total_ms),
            retries: shown(limits.retries),
        }
    }
}

/// A number that may be left out.
pub(super) fn number<T: FromStr>(name: &str, text: &str, violations: &mut Violations) -> Option<T> {
    let text = trimmed(text);
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse().map_err(|_no_number| {
        DomainError::new(
            ErrorKind::Range,
            name,
            "a whole number in its range",
            "请输入范围内的整数",
        )
    });
    field(name, parsed, violations)
}

/// The text of a number that may be left out.
pub(super) fn shown<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}
