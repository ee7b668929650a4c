//! How long a backend may take and how often it is tried: of a deployment's backend, and of an API that wants it otherwise.

use crate::error::{DomainError, ErrorKind, Violations};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Milliseconds that a limit can be.
pub const LIMIT_MS: RangeInclusive<u32> = 1..=3_600_000;
/// How often a call can be tried again.
pub const RETRIES_MAX: u8 = 5;

/// How long a backend may take and how often it is tried. What is not said is as the next wider place has it: an API's
/// deployment, and at last the gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct CallLimits {
    /// For a connection, name resolution and TLS included, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<u32>,
    /// From the last byte of the request to the head of the answer, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_byte_ms: Option<u32>,
    /// From the moment that the request is forwarded to the last byte of the answer, all tries together, in ms. Nobody
    /// limits it who does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<u32>,
    /// How often a call is tried again, at most [`RETRIES_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u8>,
}

impl CallLimits {
    /// Nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These, and where they say nothing, the `wider` ones.
    #[must_use]
    pub fn or(self, wider: Self) -> Self {
        Self {
            connect_ms: self.connect_ms.or(wider.connect_ms),
            first_byte_ms: self.first_byte_ms.or(wider.first_byte_ms),
            total_ms: self.total_ms.or(wider.total_ms),
            retries: self.retries.or(wider.retries),
        }
    }

    /// Adds the broken rules, of `connectMs`, `firstByteMs`, `totalMs` and `retries`.
    pub fn check(&self, violations: &mut Violations) {
        for (field, ms) in [
            ("connectMs", self.connect_ms),
            ("firstByteMs", self.first_byte_ms),
            ("totalMs", self.total_ms),
        ] {
            if let Some(ms) = ms {
                violations.extend(check_range(field, ms, &LIMIT_MS));
            }
        }
        if let Some(retries) = self.retries {
            violations.extend(check_range(
                "retries",
                u32::from(retries),
                &(0..=u32::from(RETRIES_MAX)),
            ));
        }
    }

    /// What is said, by the name of each field.
    pub(crate) fn told(&self) -> impl Iterator<Item = (&'static str, String)> {
        let ms = [
            ("connectMs", self.connect_ms),
            ("firstByteMs", self.first_byte_ms),
            ("totalMs", self.total_ms),
            ("retries", self.retries.map(u32::from)),
        ];
        ms.into_iter().filter_map(|(name, value)| Some((name, value?.to_string())))
    }
}

/// The rule of a number out of its range.
pub(crate) fn check_range(
    field: &str,
    value: u32,
    range: &RangeInclusive<u32>,
) -> Option<DomainError> {
    (!range.contains(&value)).then(|| {
        let (from, to) = (range.start(), range.end());
        DomainError::new(
            ErrorKind::Range,
            field,
            format!("a whole number from {from} to {to}"),
            format!("须为{from}到{to}的整数"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_the_wider_place_has_it() {
        let api = CallLimits { first_byte_ms: Some(100), ..CallLimits::default() };
        let deployment =
            CallLimits { first_byte_ms: Some(900), retries: Some(2), ..CallLimits::default() };
        let both = api.or(deployment);
        assert_eq!((both.first_byte_ms, both.retries, both.total_ms), (Some(100), Some(2), None));
    }

    #[test]
    fn refuses_no_time_and_endless_times() {
        let fields = |limits: CallLimits| -> Vec<String> {
            let mut violations = Violations::new();
            limits.check(&mut violations);
            violations.into_iter().map(|wrong| wrong.field).collect()
        };
        let broken = CallLimits {
            connect_ms: Some(0),
            first_byte_ms: Some(3_600_001),
            total_ms: Some(0),
            retries: Some(6),
        };
        assert_eq!(fields(broken), ["connectMs", "firstByteMs", "totalMs", "retries"]);
        let good = CallLimits { connect_ms: Some(1), retries: Some(0), ..CallLimits::default() };
        assert_eq!(fields(good), Vec::<String>::new());
    }
}
