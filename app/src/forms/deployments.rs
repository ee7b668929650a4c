//! The publish dialog's form.

use super::{balanced::BalancedForm, canaries::CanaryForm, field, trimmed};
use domain::{BackendService, NewPublish, error::Violations};
use serde::{Deserialize, Serialize};

/// A publish, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishForm {
    /// `N.N.N`.
    pub revision: String,
    /// `test`, `preview`, `online`.
    pub environment: String,
    /// `mock`, `unique`, `balanced`.
    pub backend: String,
    /// `http(s)://host[:port]` or `h2c://host[:port]`, for `unique`.
    pub backend_url: String,
    /// More of it, for `unique` and `balanced`.
    pub more: BalancedForm,
    /// `all`, or `canary`: some calls, beside what is live.
    pub traffic: String,
    /// Which, for `canary`.
    pub canary: CanaryForm,
    /// `true`: a canary that runs there is stopped.
    pub stop_canary: String,
    /// Free text.
    pub description: String,
}

impl PublishForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewPublish, Violations> {
        let mut violations = Violations::new();
        let revision = field("revision", self.revision.trim().parse(), &mut violations);
        let environment = field("environment", self.environment.parse(), &mut violations);
        let backend = self.service(&mut violations);
        let canary = (self.traffic == "canary").then(|| self.canary.parse()).transpose();
        let canary = canary.map_err(|broken| violations.extend(broken)).ok();
        let (Some(revision), Some(environment), Some(backend), Some(canary)) =
            (revision, environment, backend, canary)
        else {
            return Err(violations);
        };
        let publish = NewPublish {
            revision,
            environment,
            backend,
            description: trimmed(&self.description),
            stop_canary: canary.is_none() && self.stop_canary == "true",
            canary,
        };
        publish.validate()?;
        Ok(publish)
    }

    /// The backend; what cannot be read is told in `violations`.
    pub fn service(&self, violations: &mut Violations) -> Option<BackendService> {
        match self.backend.as_str() {
            "mock" => Some(BackendService::Mock),
            "balanced" => self.more.balanced(violations),
            _ => {
                let address = field("backendUrl", self.backend_url.parse(), violations)?;
                self.more.single(address, violations)
            }
        }
    }

    /// The form with the backend of what runs there; one address where nothing does.
    #[must_use]
    pub fn of_backend(backend: Option<&BackendService>) -> Self {
        let (kind, backend_url, more) = match backend {
            None => ("unique", String::new(), BalancedForm::default()),
            Some(BackendService::Mock) => ("mock", String::new(), BalancedForm::default()),
            Some(BackendService::Single { address }) => {
                ("unique", address.to_string(), BalancedForm::default())
            }
            Some(BackendService::Balanced(balanced)) => match balanced.targets.as_slice() {
                // One that is just limited.
                [only] if balanced.active.is_none() && balanced.passive.is_none() => {
                    let usual = BalancedForm::default();
                    let more = BalancedForm {
                        targets: Vec::new(),
                        passive_failures: usual.passive_failures,
                        eject_ms: usual.eject_ms,
                        ..BalancedForm::from(balanced)
                    };
                    ("unique", only.address.to_string(), more)
                }
                _ => ("balanced", String::new(), BalancedForm::from(balanced)),
            },
        };
        Self { backend: kind.to_owned(), backend_url, more, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::{balanced::TargetRow, limits::LimitsForm};
    use domain::{BalancedBackend, Balancing};

    fn row(address: &str, weight: &str) -> TargetRow {
        TargetRow { address: address.into(), weight: weight.into() }
    }

    fn form(backend: &str, more: BalancedForm) -> PublishForm {
        PublishForm {
            revision: "0.0.1".into(),
            environment: "test".into(),
            backend: backend.into(),
            backend_url: "http://a:1".into(),
            more,
            ..PublishForm::default()
        }
    }

    fn balanced(form: &PublishForm) -> BalancedBackend {
        match form.parse().unwrap().backend {
            BackendService::Balanced(balanced) => balanced,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_address_of_which_nothing_is_said_is_a_single_one() {
        let single = form("unique", BalancedForm::default()).parse().unwrap().backend;
        assert_eq!(single, BackendService::Single { address: "http://a:1".parse().unwrap() });
        let limits = LimitsForm { total_ms: " 900 ".into(), ..LimitsForm::default() };
        let limited = balanced(&form("unique", BalancedForm { limits, ..BalancedForm::default() }));
        assert_eq!((limited.targets.len(), limited.limits.total_ms), (1, Some(900)));
        assert_eq!(limited.passive, None);
    }

    #[test]
    fn a_canary_is_asked_for_by_the_choice_alone() {
        let canary = CanaryForm { share: "0.5".into(), ..CanaryForm::default() };
        let all = PublishForm {
            canary,
            stop_canary: "true".into(),
            ..form("mock", BalancedForm::default())
        };
        let publish = all.parse().unwrap();
        assert_eq!((publish.canary, publish.stop_canary), (None, true));
        let some = PublishForm { traffic: "canary".into(), ..all };
        let publish = some.parse().unwrap();
        assert_eq!(publish.canary.unwrap().share.per_mille(), 5);
        assert!(!publish.stop_canary);
        let bad = PublishForm { revision: "x".into(), ..some };
        let bad =
            PublishForm { canary: CanaryForm { share: "x".into(), ..bad.canary.clone() }, ..bad };
        let fields: Vec<String> =
            bad.parse().unwrap_err().into_iter().map(|rule| rule.field).collect();
        assert_eq!(fields, ["revision", "share"]);
    }

    #[test]
    fn empty_rows_are_left_out_and_an_empty_weight_is_one() {
        let targets = vec![row("", "9"), row("http://a:1", ""), row(" http://b:2 ", "3")];
        let both = balanced(&form("balanced", BalancedForm { targets, ..BalancedForm::default() }));
        assert_eq!(both.to_string(), "http://a:1, http://b:2 ×3");
        assert_eq!(both.passive, Some(domain::PassiveCheck::default()));
        assert_eq!(both.active, None);
    }

    #[test]
    fn a_broken_rule_names_its_row_in_the_form() {
        let fields = |targets: Vec<TargetRow>| -> Vec<String> {
            let broken = form("balanced", BalancedForm { targets, ..BalancedForm::default() });
            broken.parse().unwrap_err().into_iter().map(|rule| rule.field).collect()
        };
        assert_eq!(fields(vec![]), ["targets"]);
        assert_eq!(
            fields(vec![row("", ""), row("a", "x"), row("http://b:2", "256")]),
            ["targets[1].address", "targets[1].weight", "targets[2].weight"]
        );
        let twice = vec![row("http://a:1", ""), row("", ""), row("http://a:1", "101")];
        assert_eq!(fields(twice), ["targets[2].weight", "targets[2].address"]);
    }

    #[test]
    fn what_was_published_comes_back_into_the_form() {
        let all = BalancedForm {
            targets: vec![row("http://a:1", "5"), row("http://b:2", "0")],
            balancing: "header".into(),
            balancing_name: "x-user".into(),
            limits: LimitsForm { retries: "2".into(), ..LimitsForm::default() },
            retry_statuses: "true".into(),
            max_calls: "10".into(),
            passive_failures: "3".into(),
            eject_ms: "1000".into(),
            failure_percent: "50".into(),
            failure_calls: "10".into(),
            check_path: "/health".into(),
            check_status: "204".into(),
            ..BalancedForm::default()
        };
        let told = balanced(&form("balanced", all));
        assert_eq!(told.balancing, Balancing::Header { name: "x-user".into() });
        let again = PublishForm::of_backend(Some(&BackendService::Balanced(told.clone())));
        assert_eq!(again.more.check_status, "204-204");
        assert_eq!(again.service(&mut Violations::new()), Some(BackendService::Balanced(told)));
        let limited = BalancedBackend {
            retry_statuses: true,
            ..BalancedBackend::of("http://a:1".parse().unwrap())
        };
        let limited = BackendService::Balanced(limited);
        let again = PublishForm::of_backend(Some(&limited));
        assert_eq!(again.backend, "unique");
        assert_eq!(again.service(&mut Violations::new()), Some(limited));
        for simple in
            [BackendService::Mock, form("", BalancedForm::default()).parse().unwrap().backend]
        {
            let again = PublishForm::of_backend(Some(&simple));
            assert_eq!(again.service(&mut Violations::new()), Some(simple));
        }
    }

    #[test]
    fn what_stands_in_the_url_is_read_field_by_field() {
        let asked = [
            ("[balancing]", "query"),
            ("[balancing_name]", "user"),
            ("[targets][0][address]", "http://a:1"),
            ("[targets][0][weight]", "2"),
            ("[targets][1][address]", ""),
            ("[limits][retries]", "3"),
            ("[passive_failures]", ""),
        ];
        let get = |name: &str| {
            asked.iter().find(|(field, _)| *field == name).map(|(_, text)| (*text).to_owned())
        };
        let typed = BalancedForm::typed(get).unwrap();
        let told = balanced(&form("balanced", typed));
        assert_eq!(told.to_string(), "http://a:1 ×2");
        assert_eq!((told.limits.retries, told.passive), (Some(3), None));
        assert_eq!(told.balancing, Balancing::Query { name: "user".into() });
        assert_eq!(BalancedForm::typed(|_| None), None);
    }

    #[test]
    fn checks_and_ejection_can_be_left_out() {
        let targets = vec![row("http://a:1", ""), row("http://b:2", "")];
        let off = BalancedForm { targets, passive_failures: "0".into(), ..BalancedForm::default() };
        assert_eq!(balanced(&form("balanced", off.clone())).passive, None);
        let bad = BalancedForm { check_path: "/".into(), check_status: "2xx".into(), ..off };
        let rules = form("balanced", bad).parse().unwrap_err();
        assert_eq!(rules[0].field, "checkStatus");
    }
}
