//! The part of the publish dialog that says more of a backend than one address.

use super::{
    field,
    limits::{LimitsForm, number, shown},
    trimmed,
};
use domain::{
    ActiveCheck, BackendAddress, BackendService, BalancedBackend, Balancing, DomainError,
    FailureShare, PassiveCheck, Target,
    error::{ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// More rows than there can be addresses.
const ROWS_MAX: usize = 64;

/// One row of the addresses' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetRow {
    /// Empty: the row is not used.
    pub address: String,
    /// 1 when it is empty.
    pub weight: String,
}

/// More of a backend, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BalancedForm {
    /// The rows; those without an address are left out.
    pub targets: Vec<TargetRow>,
    /// `round_robin`, `least_requests`, `client_address`, `header`, `query`.
    pub balancing: String,
    /// The header or query parameter.
    pub balancing_name: String,
    /// How long, and how often.
    pub limits: LimitsForm,
    /// `true` when the box is ticked; absent otherwise.
    pub retry_statuses: String,
    /// Empty for as many as come.
    pub max_calls: String,
    /// Empty or 0: nobody is left out.
    pub passive_failures: String,
    /// Empty for the usual time.
    pub eject_ms: String,
    /// Empty or 0: only failures in a row count.
    pub failure_percent: String,
    /// Empty for the usual number.
    pub failure_calls: String,
    /// Empty: nobody is asked.
    pub check_path: String,
    /// Empty for the usual pace; so with all that follow.
    pub check_interval_ms: String,
    /// Milliseconds.
    pub check_timeout_ms: String,
    /// Good answers in a row.
    pub check_healthy: String,
    /// Bad answers in a row.
    pub check_unhealthy: String,
    /// `200-399`, or one status.
    pub check_status: String,
}

impl Default for BalancedForm {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            balancing: Balancing::default().as_str().to_owned(),
            balancing_name: String::new(),
            limits: LimitsForm::default(),
            retry_statuses: String::new(),
            max_calls: String::new(),
            passive_failures: PassiveCheck::default().failures.to_string(),
            eject_ms: PassiveCheck::default().eject_ms.to_string(),
            failure_percent: String::new(),
            failure_calls: String::new(),
            check_path: String::new(),
            check_interval_ms: String::new(),
            check_timeout_ms: String::new(),
            check_healthy: String::new(),
            check_unhealthy: String::new(),
            check_status: String::new(),
        }
    }
}

impl BalancedForm {
    /// One address, with what is said of how long and how often. `None` when something of that cannot be read.
    pub(super) fn single(
        &self,
        address: BackendAddress,
        violations: &mut Violations,
    ) -> Option<BackendService> {
        let before = violations.len();
        let balanced = self.limited(BalancedBackend::of(address), violations);
        let service = match balanced.plain_address() {
            Some(address) => BackendService::Single { address: address.clone() },
            None => BackendService::Balanced(balanced),
        };
        (violations.len() == before).then_some(service)
    }

    /// Several addresses. `None` when something cannot be read.
    pub(super) fn balanced(&self, violations: &mut Violations) -> Option<BackendService> {
        let before = violations.len();
        let targets = self.used_rows().filter_map(|(index, row)| {
            let name = |member: &str| format!("targets[{index}].{member}");
            let address = field(&name("address"), row.address.parse(), violations);
            let weight = match row.weight.trim() {
                "" => Some(1),
                text => number(&name("weight"), text, violations),
            };
            Some(Target { address: address?, weight: weight? })
        });
        let targets: Vec<Target> = targets.collect();
        let mut balanced = BalancedBackend {
            targets,
            balancing: self.balancing(),
            limits: domain::CallLimits::default(),
            retry_statuses: false,
            max_calls: None,
            passive: self.passive(violations),
            active: self.active(violations),
        };
        balanced = self.limited(balanced, violations);
        if violations.len() != before {
            return None;
        }
        let mut broken = Violations::new();
        balanced.check(&mut broken);
        let rules = broken.into_iter().map(|rule| {
            let field = self.row_of(&rule.field).unwrap_or_else(|| rule.field.clone());
            DomainError { field, ..rule }
        });
        violations.extend(rules);
        (violations.len() == before).then_some(BackendService::Balanced(balanced))
    }

    /// With what is said of how long and how often.
    fn limited(&self, backend: BalancedBackend, violations: &mut Violations) -> BalancedBackend {
        BalancedBackend {
            limits: self.limits.parse(violations),
            retry_statuses: self.retry_statuses == "true",
            max_calls: number::<NonZeroU32>("maxCalls", &self.max_calls, violations),
            ..backend
        }
    }

    fn balancing(&self) -> Balancing {
        let name = trimmed(&self.balancing_name);
        match self.balancing.as_str() {
            "least_requests" => Balancing::LeastRequests,
            "client_address" => Balancing::ClientAddress,
            "header" => Balancing::Header { name },
            "query" => Balancing::Query { name },
            _ => Balancing::RoundRobin,
        }
    }

    fn passive(&self, violations: &mut Violations) -> Option<PassiveCheck> {
        let usual = PassiveCheck::default();
        let failures = number("passiveFailures", &self.passive_failures, violations)?;
        let eject_ms = number("ejectMs", &self.eject_ms, violations).unwrap_or(usual.eject_ms);
        let share = self.failure_share(violations);
        (failures > 0).then_some(PassiveCheck { failures, eject_ms, share })
    }

    fn failure_share(&self, violations: &mut Violations) -> Option<FailureShare> {
        let percent = number("failurePercent", &self.failure_percent, violations)?;
        let calls = number("failureCalls", &self.failure_calls, violations);
        let calls = calls.unwrap_or(FailureShare::CALLS);
        (percent > 0).then_some(FailureShare { percent, calls })
    }

    fn active(&self, violations: &mut Violations) -> Option<ActiveCheck> {
        let path = trimmed(&self.check_path);
        if path.is_empty() {
            return None;
        }
        let usual = ActiveCheck::default();
        let (status_from, status_to) = match self.check_status.trim() {
            "" => (usual.status_from, usual.status_to),
            text => {
                let (from, to) = text.split_once('-').unwrap_or((text, text));
                let mut status = |text: &str| number("checkStatus", text, violations);
                (status(from).unwrap_or_default(), status(to).unwrap_or_default())
            }
        };
        let mut or =
            |name: &str, text: &str, usual: u32| number(name, text, violations).unwrap_or(usual);
        Some(ActiveCheck {
            path,
            interval_ms: or("checkIntervalMs", &self.check_interval_ms, usual.interval_ms),
            timeout_ms: or("checkTimeoutMs", &self.check_timeout_ms, usual.timeout_ms),
            healthy: or("checkHealthy", &self.check_healthy, usual.healthy),
            unhealthy: or("checkUnhealthy", &self.check_unhealthy, usual.unhealthy),
            status_from,
            status_to,
        })
    }

    /// What was typed, by the end of each field's name: `[targets][0][address]`. `None` when nothing was.
    pub fn typed(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let text = |name: &str| get(&format!("[{name}]")).unwrap_or_default();
        let row = |index: usize| {
            let member = |member: &str| get(&format!("[targets][{index}][{member}]"));
            let weight = member("weight").unwrap_or_default();
            Some(TargetRow { address: member("address")?, weight })
        };
        let limit = |name: &str| text(&format!("limits][{name}"));
        Some(Self {
            balancing: get("[balancing]")?,
            targets: (0..ROWS_MAX)
                .map_while(row)
                .filter(|row| !(row.address.is_empty() && row.weight.is_empty()))
                .collect(),
            balancing_name: text("balancing_name"),
            limits: LimitsForm {
                connect_ms: limit("connect_ms"),
                first_byte_ms: limit("first_byte_ms"),
                total_ms: limit("total_ms"),
                retries: limit("retries"),
            },
            retry_statuses: text("retry_statuses"),
            max_calls: text("max_calls"),
            passive_failures: text("passive_failures"),
            eject_ms: text("eject_ms"),
            failure_percent: text("failure_percent"),
            failure_calls: text("failure_calls"),
            check_path: text("check_path"),
            check_interval_ms: text("check_interval_ms"),
            check_timeout_ms: text("check_timeout_ms"),
            check_healthy: text("check_healthy"),
            check_unhealthy: text("check_unhealthy"),
            check_status: text("check_status"),
        })
    }

    /// Rows that are used, with their place in the form.
    fn used_rows(&self) -> impl Iterator<Item = (usize, &TargetRow)> {
        self.targets.iter().enumerate().filter(|(_, row)| !row.address.trim().is_empty())
    }

    /// `targets[1].weight` as the form counts its rows: those without an address, too.
    fn row_of(&self, field: &str) -> Option<String> {
        let (index, member) = field.strip_prefix("targets[")?.split_once(']')?;
        let (row, _) = self.used_rows().nth(index.parse().ok()?)?;
        Some(format!("targets[{row}]{member}"))
    }
}

impl From<&BalancedBackend> for BalancedForm {
    fn from(balanced: &BalancedBackend) -> Self {
        let row = |target: &Target| TargetRow {
            address: target.address.to_string(),
            weight: target.weight.to_string(),
        };
        let active = balanced.active.as_ref();
        let share = balanced.passive.and_then(|passive| passive.share);
        let of_check = |value: fn(&ActiveCheck) -> u32| shown(active.map(value));
        Self {
            targets: balanced.targets.iter().map(row).collect(),
            balancing: balanced.balancing.as_str().to_owned(),
            balancing_name: balanced.balancing.name().unwrap_or_default().to_owned(),
            limits: balanced.limits.into(),
            retry_statuses: if balanced.retry_statuses { "true".into() } else { String::new() },
            max_calls: shown(balanced.max_calls),
            passive_failures: shown(balanced.passive.map(|passive| passive.failures)),
            eject_ms: shown(balanced.passive.map(|passive| passive.eject_ms)),
            failure_percent: shown(share.map(|share| share.percent)),
            failure_calls: shown(share.map(|share| share.calls)),
            check_path: active.map(|check| check.path.clone()).unwrap_or_default(),
            check_interval_ms: of_check(|check| check.interval_ms),
            check_timeout_ms: of_check(|check| check.timeout_ms),
            check_healthy: of_check(|check| check.healthy),
            check_unhealthy: of_check(|check| check.unhealthy),
            check_status: active
                .map(|check| format!("{}-{}", check.status_from, check.status_to))
                .unwrap_or_default(),
        }
    }
}

/// The rule of a range of statuses that is none.
pub fn check_status(text: &str) -> Option<DomainError> {
    let is_status = |text: &str| text.trim().parse::<u16>().is_ok_and(|s| (100..=599).contains(&s));
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    (!(is_status(from) && is_status(to))).then(|| {
        DomainError::new(
            ErrorKind::Range,
            "checkStatus",
            "a range of statuses like 200-399",
            "状态码范围，例如200-399",
        )
    })
}
