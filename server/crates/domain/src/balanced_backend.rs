//! Several addresses behind one deployment: who gets which call, who is left out, and how long each may take.

use crate::{
    backend::BackendAddress,
    backend_config::is_header_name,
    call_limits::{CallLimits, LIMIT_MS, check_range},
    error::{DomainError, ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};
use std::{fmt, num::NonZeroU32, ops::RangeInclusive};

/// Most addresses of one backend.
pub const TARGETS_MAX: usize = 32;
/// The largest weight of a target.
pub const WEIGHT_MAX: u8 = 100;
/// Failures in a row that a target can be ejected after, or checks that its state can change after.
pub const THRESHOLD: RangeInclusive<u32> = 1..=100;
/// Milliseconds that a target can be ejected for at first, or between two checks.
pub const PERIOD_MS: RangeInclusive<u32> = 100..=600_000;
/// The most calls that can be let through to a target at a time.
pub const CALLS_MAX: u32 = 1_000_000;
/// Longest name of what calls are told apart by, and longest path of a check, in characters.
pub const TEXT_MAX: usize = 256;
/// Calls that an address must have had in ten seconds before the share of those that failed counts.
pub const SHARE_CALLS: RangeInclusive<u32> = 1..=100_000;
/// Statuses that an answer can have.
const STATUS: RangeInclusive<u32> = 100..=599;

/// One of several addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    /// Where its calls go.
    pub address: BackendAddress,
    /// Its share of the calls, beside the weights of the others; 0 for none, which drains it.
    pub weight: u8,
}

/// Who gets a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Balancing {
    /// Each in its turn, as often as its weight says.
    #[default]
    RoundRobin,
    /// Of two that chance chooses, the one with fewer calls under way for its weight.
    LeastRequests,
    /// The same for each address of a caller.
    ClientAddress,
    /// The same for each value of a header; where there is none, for each address of a caller.
    Header {
        /// Its name.
        name: String,
    },
    /// The same for each value of a query parameter; where there is none, for each address of a caller.
    Query {
        /// Its name.
        name: String,
    },
}

impl Balancing {
    /// `round_robin`, `least_requests`, `client_address`, `header`, `query`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastRequests => "least_requests",
            Self::ClientAddress => "client_address",
            Self::Header { .. } => "header",
            Self::Query { .. } => "query",
        }
    }

    /// What calls are told apart by.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Header { name } | Self::Query { name } => Some(name),
            Self::RoundRobin | Self::LeastRequests | Self::ClientAddress => None,
        }
    }
}

/// Leaves a target out that fails calls: it gets none for a while, longer each time, never more than half of the targets at
/// a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PassiveCheck {
    /// After how many calls in a row that got no answer, or one with a status of 500 and above.
    pub failures: u32,
    /// For how long at first, in ms.
    pub eject_ms: u32,
    /// And when so many of its calls fail, in a row or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<FailureShare>,
}

impl Default for PassiveCheck {
    fn default() -> Self {
        Self { failures: 5, eject_ms: 30_000, share: None }
    }
}

/// A share of failed calls that is too many: of those in ten seconds by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FailureShare {
    /// So many of a hundred calls, or more.
    pub percent: u32,
    /// As soon as there are so many calls, failed and answered together.
    pub calls: u32,
}

impl FailureShare {
    /// Calls that are counted where nothing is said of how many.
    pub const CALLS: u32 = 20;
}

/// Asks each target regularly whether it is well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActiveCheck {
    /// What is asked for by GET: a path, with a query if need be.
    pub path: String,
    /// Between two questions, in ms.
    pub interval_ms: u32,
    /// How long an answer may take, in ms.
    pub timeout_ms: u32,
    /// How many good answers in a row make it well again.
    pub healthy: u32,
    /// How many bad ones in a row make it unwell.
    pub unhealthy: u32,
    /// The lowest status of a good answer.
    pub status_from: u16,
    /// The highest.
    pub status_to: u16,
}

impl Default for ActiveCheck {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            interval_ms: 10_000,
            timeout_ms: 2_000,
            healthy: 2,
            unhealthy: 3,
            status_from: 200,
            status_to: 399,
        }
    }
}

/// Several addresses, or one with limits of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BalancedBackend {
    /// Where calls go; from one to [`TARGETS_MAX`], no address twice, not all of weight 0.
    pub targets: Vec<Target>,
    /// Who gets a call.
    #[serde(default)]
    pub balancing: Balancing,
    /// How long each may take, and how often a call is tried.
    #[serde(default, skip_serializing_if = "CallLimits::is_empty")]
    pub limits: CallLimits,
    /// Whether an answer of status 502, 503 or 504 is a reason to try again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retry_statuses: bool,
    /// Calls under way to one target at most; beyond that it gets none, and where all are full, calls get 503.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<NonZeroU32>,
    /// Whether targets that fail are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passive: Option<PassiveCheck>,
    /// Whether targets are asked regularly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<ActiveCheck>,
}

impl BalancedBackend {
    /// One address, with nothing said about it.
    #[must_use]
    pub fn of(address: BackendAddress) -> Self {
        Self {
            targets: vec![Target { address, weight: 1 }],
            balancing: Balancing::default(),
            limits: CallLimits::default(),
            retry_statuses: false,
            max_calls: None,
            passive: None,
            active: None,
        }
    }

    /// The address, where there is just one with nothing said about it.
    #[must_use]
    pub fn plain_address(&self) -> Option<&BackendAddress> {
        let [target] = self.targets.as_slice() else { return None };
        let plain = Self {
            targets: vec![Target { address: target.address.clone(), weight: target.weight }],
            ..Self::of(target.address.clone())
        };
        (*self == plain).then_some(&target.address)
    }

    /// How often a call is tried again where nothing is said: once where there is another target that gets calls, else never.
    #[must_use]
    pub fn default_retries(&self) -> u8 {
        u8::from(self.targets.iter().filter(|target| target.weight > 0).count() > 1)
    }

    /// Adds the broken rules, of `targets`, `targets[2].address`, `balancingName`, `checkPath`, ….
    pub fn check(&self, violations: &mut Violations) {
        self.check_targets(violations);
        self.check_balancing(violations);
        self.limits.check(violations);
        let mut number = |field, value, range: &RangeInclusive<u32>| {
            violations.extend(check_range(field, value, range));
        };
        if let Some(calls) = self.max_calls {
            number("maxCalls", calls.get(), &(1..=CALLS_MAX));
        }
        if let Some(passive) = &self.passive {
            number("passiveFailures", passive.failures, &THRESHOLD);
            number("ejectMs", passive.eject_ms, &PERIOD_MS);
            if let Some(share) = &passive.share {
                number("failurePercent", share.percent, &(1..=100));
                number("failureCalls", share.calls, &SHARE_CALLS);
            }
        }
        if let Some(active) = &self.active {
            number("checkIntervalMs", active.interval_ms, &PERIOD_MS);
            number("checkTimeoutMs", active.timeout_ms, &LIMIT_MS);
            number("checkHealthy", active.healthy, &THRESHOLD);
            number("checkUnhealthy", active.unhealthy, &THRESHOLD);
            active.check(violations);
        }
    }

    fn check_targets(&self, violations: &mut Violations) {
        if self.targets.is_empty() {
            violations.push(DomainError::required("targets"));
        } else if self.targets.len() > TARGETS_MAX {
            violations.push(DomainError::new(
                ErrorKind::Length,
                "targets",
                format!("at most {TARGETS_MAX} addresses"),
                format!("最多{TARGETS_MAX}个地址"),
            ));
        } else if self.targets.iter().all(|target| target.weight == 0) {
            violations.push(DomainError::new(
                ErrorKind::State,
                "targets",
                "at least one address has a weight of more than 0",
                "至少一个地址的权重大于0",
            ));
        }
        for (index, target) in self.targets.iter().enumerate() {
            let weight = format!("targets[{index}].weight");
            let range = 0..=u32::from(WEIGHT_MAX);
            violations.extend(check_range(&weight, u32::from(target.weight), &range));
            if self.targets[..index].iter().any(|other| other.address == target.address) {
                violations.push(DomainError::new(
                    ErrorKind::Duplicate,
                    &format!("targets[{index}].address"),
                    "this address is there already",
                    "地址重复",
                ));
            }
        }
    }

    fn check_balancing(&self, violations: &mut Violations) {
        let Some(name) = self.balancing.name() else { return };
        if name.is_empty() {
            violations.push(DomainError::required("balancingName"));
        } else if name.chars().count() > TEXT_MAX {
            violations.push(DomainError::too_long("balancingName", TEXT_MAX));
        } else if matches!(self.balancing, Balancing::Header { .. }) && !is_header_name(name) {
            violations.push(DomainError::new(
                ErrorKind::Format,
                "balancingName",
                "the name of a header",
                "须为header名称",
            ));
        }
    }

    /// What is said besides the addresses, by the name of each field, in the order of the form.
    #[must_use]
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let mut told = Vec::new();
        if self.balancing != Balancing::default() {
            let name = self.balancing.name().map(|name| format!(" {name}")).unwrap_or_default();
            told.push(("balancing", format!("{}{name}", self.balancing.as_str())));
        }
        told.extend(self.limits.told());
        if self.retry_statuses {
            told.push(("retryStatuses", "502, 503, 504".to_owned()));
        }
        if let Some(calls) = self.max_calls {
            told.push(("maxCalls", calls.to_string()));
        }
        if let Some(passive) = &self.passive {
            told.push(("passiveFailures", passive.failures.to_string()));
            told.push(("ejectMs", passive.eject_ms.to_string()));
            if let Some(share) = &passive.share {
                told.push(("failurePercent", share.percent.to_string()));
                told.push(("failureCalls", share.calls.to_string()));
            }
        }
        if let Some(active) = &self.active {
            told.push(("checkPath", active.path.clone()));
            told.push(("checkIntervalMs", active.interval_ms.to_string()));
            told.push(("checkTimeoutMs", active.timeout_ms.to_string()));
            told.push(("checkHealthy", active.healthy.to_string()));
            told.push(("checkUnhealthy", active.unhealthy.to_string()));
            told.push(("checkStatus", format!("{}-{}", active.status_from, active.status_to)));
        }
        told
    }
}

impl ActiveCheck {
    fn check(&self, violations: &mut Violations) {
        let is_path = self.path.starts_with('/')
            && self.path.len() <= TEXT_MAX
            && self.path.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
        if !is_path {
            violations.push(DomainError::new(
                ErrorKind::Format,
                "checkPath",
                "a path that begins with /, without blanks",
                "以/开头的路径，不包含空格",
            ));
        }
        let range = [self.status_from, self.status_to].map(u32::from);
        if range[0] > range[1] || range.iter().any(|status| !STATUS.contains(status)) {
            violations.push(DomainError::new(
                ErrorKind::Range,
                "checkStatus",
                "a range of statuses like 200-399",
                "状态码范围，例如200-399",
            ));
        }
    }
}

/// `http://a:1 ×3, http://b:2`: the addresses with those weights that are not 1.
impl fmt::Display for BalancedBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, target) in self.targets.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", target.address)?;
            if target.weight != 1 {
                write!(f, " ×{}", target.weight)?;
            }
        }
        Ok(())
    }
}

/// How a target does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetHealth {
    /// It gets calls.
    Healthy,
    /// It is left out for a while, because calls to it failed.
    Ejected,
    /// It does not answer its check.
    Unhealthy,
}

/// How a target does now, as the gateway of this process sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetStatus {
    /// Which.
    pub address: BackendAddress,
    /// How it does.
    pub health: TargetHealth,
    /// Calls under way to it.
    pub calls: u32,
}

#[cfg(test)]
#[path = "balanced_backend/tests.rs"]
mod tests;
