//! The form of a rule of dynamic routing, and the buttons that move one.

use super::{field, trimmed};
use domain::{
    BackendConfig, BackendConfigId, BackendService, DomainError, ErrorKind, NewBackendConfig,
    SimpleParameter, backend_config::Direction, error::Violations,
};
use serde::{Deserialize, Serialize};

/// One row of the conditions' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConditionRow {
    /// `header`, `query`.
    pub location: String,
    /// Empty: the row is not used.
    pub name: String,
    /// What it must equal.
    pub value: String,
}

impl ConditionRow {
    fn is_header(&self) -> bool {
        self.location == "header"
    }
}

/// A rule, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteForm {
    /// The rows; those without name and value are left out.
    pub conditions: Vec<ConditionRow>,
    /// `mock`, `unique`.
    pub backend: String,
    /// `http(s)://host[:port]`, for `unique`.
    pub backend_url: String,
    /// Free text.
    pub description: String,
}

impl RouteForm {
    /// # Errors
    /// Every broken rule; those of conditions name the row: `conditions[2].name`.
    pub fn parse(&self) -> Result<NewBackendConfig, Violations> {
        let mut violations = Violations::new();
        let backend = if self.backend == "mock" {
            Some(BackendService::Mock)
        } else {
            field("backendUrl", self.backend_url.parse(), &mut violations)
                .map(|address| BackendService::Single { address })
        };
        let new = NewBackendConfig {
            header_params: self.parameters(true),
            query_params: self.parameters(false),
            backend: backend.clone().unwrap_or(BackendService::Mock),
            description: trimmed(&self.description),
        };
        for rule in new.validate().err().into_iter().flatten() {
            violations.push(DomainError { field: self.row_of(&rule.field), ..rule });
        }
        domain::error::check(violations).map(|()| new)
    }

    /// Rows that are used, with their place in the form.
    fn used_rows(&self, header: bool) -> impl Iterator<Item = (usize, &ConditionRow)> {
        let used = |row: &ConditionRow| !row.name.trim().is_empty() || !row.value.trim().is_empty();
        let rows = self.conditions.iter().enumerate();
        rows.filter(move |(_, row)| used(row) && row.is_header() == header)
    }

    fn parameters(&self, header: bool) -> Vec<SimpleParameter> {
        let parameter = |row: &ConditionRow| SimpleParameter {
            name: trimmed(&row.name),
            // A blank at the end of a query value can be meant.
            value: if header { trimmed(&row.value) } else { row.value.clone() },
        };
        self.used_rows(header).map(|(_, row)| parameter(row)).collect()
    }

    /// `headerParams[1].name` as the form counts its rows: those of the other kind and unused ones, too.
    fn row_of(&self, field: &str) -> String {
        let row = |rest: &str, header: bool| {
            let (index, member) = rest.split_once(']')?;
            let (row, _) = self.used_rows(header).nth(index.parse().ok()?)?;
            Some(format!("conditions[{row}]{member}"))
        };
        let found = match (field.strip_prefix("headerParams["), field.strip_prefix("queryParams["))
        {
            (Some(rest), _) => row(rest, true),
            (_, Some(rest)) => row(rest, false),
            _ if field == "params" => Some("conditions".to_owned()),
            _ => None,
        };
        found.unwrap_or_else(|| field.to_owned())
    }
}

impl From<&BackendConfig> for RouteForm {
    fn from(rule: &BackendConfig) -> Self {
        let rows = |all: &[SimpleParameter], location: &str| -> Vec<ConditionRow> {
            let row = |it: &SimpleParameter| ConditionRow {
                location: location.to_owned(),
                name: it.name.clone(),
                value: it.value.clone(),
            };
            all.iter().map(row).collect()
        };
        let (backend, backend_url) = match &rule.backend {
            BackendService::Mock => ("mock", String::new()),
            // Of several there is no rule, see `NewBackendConfig::validate`.
            backend => ("unique", backend.to_string()),
        };
        let conditions =
            [rows(&rule.query_params, "query"), rows(&rule.header_params, "header")].concat();
        Self {
            conditions,
            backend: backend.to_owned(),
            backend_url,
            description: rule.description.clone(),
        }
    }
}

/// The buttons that move rules: the one that was pressed sends the id of its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteMove {
    /// The rule to move up.
    pub up: String,
    /// The rule to move down.
    pub down: String,
}

impl RouteMove {
    /// # Errors
    /// When no button was pressed.
    pub fn parse(&self) -> Result<(BackendConfigId, Direction), Violations> {
        let moved = if self.up.is_empty() {
            (&self.down, Direction::Down)
        } else {
            (&self.up, Direction::Up)
        };
        let id = moved.0.parse().map_err(|_no_id| {
            vec![DomainError::new(
                ErrorKind::Required,
                "",
                "nothing was chosen to move",
                "请选择要移动的规则",
            )]
        });
        Ok((id?, moved.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(location: &str, name: &str, value: &str) -> ConditionRow {
        ConditionRow { location: location.into(), name: name.into(), value: value.into() }
    }

    #[test]
    fn a_broken_rule_of_a_condition_names_its_row_in_the_form() {
        let form = RouteForm {
            conditions: vec![
                row("query", "", ""),
                row("header", "x-a", "1"),
                row("query", "", "1"),
                row("header", "x y", "1"),
            ],
            backend_url: "nowhere".into(),
            ..RouteForm::default()
        };
        let broken: Vec<String> =
            form.parse().unwrap_err().into_iter().map(|rule| rule.field).collect();
        assert_eq!(broken, ["backendUrl", "conditions[3].name", "conditions[2].name"]);
        let empty = RouteForm { backend: "mock".into(), ..RouteForm::default() };
        assert_eq!(empty.parse().unwrap_err()[0].field, "conditions");
    }

    #[test]
    fn what_was_saved_comes_back_into_the_form() {
        let form = RouteForm {
            conditions: vec![row("header", " X-A ", " 1 "), row("query", "q", "a b ")],
            backend_url: "http://10.0.0.7:9000".into(),
            ..RouteForm::default()
        };
        let new = form.parse().unwrap();
        assert_eq!((&*new.header_params[0].name, &*new.query_params[0].value), ("X-A", "a b "));
        let rule = BackendConfig {
            id: BackendConfigId::from_random([1; 12]),
            api_group_id: "xv3xbwah945y".parse().unwrap(),
            environment: domain::Environment::Test,
            sort: 1,
            header_params: new.header_params.clone(),
            query_params: new.query_params.clone(),
            backend: new.backend.clone(),
            description: String::new(),
            created_at: domain::Timestamp(0),
        };
        assert_eq!(RouteForm::from(&rule).parse().unwrap(), new);
    }

    #[test]
    fn the_button_that_was_pressed_says_which_rule_and_which_way() {
        let id = "route-000000000000".to_owned();
        let up = RouteMove { up: id.clone(), ..RouteMove::default() };
        assert_eq!(up.parse(), Ok((id.parse().unwrap(), Direction::Up)));
        let down = RouteMove { down: id.clone(), ..RouteMove::default() };
        assert_eq!(down.parse(), Ok((id.parse().unwrap(), Direction::Down)));
        assert!(RouteMove::default().parse().is_err());
    }
}
