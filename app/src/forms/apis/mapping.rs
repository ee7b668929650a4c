//! The part of an API's form that maps its requests and answers.

use super::super::{field, trimmed};
use domain::{
    ApiMapping, BackendParameter, DomainError, HeaderChange, ParameterLocation, ParameterSource,
    error::{ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};

/// One row of the backend parameters' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendParameterRow {
    /// `path`, `query`, `header`: where it stands in the forwarded request.
    pub location: String,
    /// Empty: the row is not used.
    pub name: String,
    /// `constant`, `path`, `query`, `header`, `removed`.
    pub from: String,
    /// The constant, or the name of the request's parameter.
    pub value: String,
}

/// One row of the answer headers' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeaderChangeRow {
    /// `set`, `remove`.
    pub action: String,
    /// Empty: the row is not used.
    pub name: String,
    /// What it is set to.
    pub value: String,
}

/// Mapping, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappingForm {
    /// `GET`, …; empty for the request's own.
    pub method: String,
    /// Empty for the request's own.
    pub path: String,
    /// The rows; those without a name are left out.
    pub parameters: Vec<BackendParameterRow>,
    /// The rows; those without a name are left out.
    pub headers: Vec<HeaderChangeRow>,
}

impl MappingForm {
    /// The mapping; what cannot be read is told in `violations`.
    pub(super) fn parse(&self, violations: &mut Violations) -> ApiMapping {
        let chosen = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let method =
            chosen(&self.method).and_then(|text| field("backendAction", text.parse(), violations));
        let path =
            chosen(&self.path).and_then(|text| field("backendPath", text.parse(), violations));
        let parameters = self.used_parameters().filter_map(|(index, row)| {
            let member = |name: &str| format!("backendParameters[{index}].{name}");
            let location = field(&member("location"), row.location.parse(), violations)?;
            let source = field(&member("from"), row.source(), violations)?;
            Some(BackendParameter { location, name: trimmed(&row.name), source })
        });
        let parameters = parameters.collect();
        let change = |(_, row): (usize, &HeaderChangeRow)| HeaderChange {
            name: trimmed(&row.name),
            value: (row.action != "remove").then(|| trimmed(&row.value)),
        };
        let response_headers = self.used_headers().map(change).collect();
        ApiMapping { method, path, parameters, response_headers }
    }

    /// `backendParameters[1].name` as the form counts its rows: those without a name, too.
    pub(super) fn row_of(&self, field: &str) -> Option<String> {
        let row = |name: &str, rows: &[usize]| {
            let (index, member) = field.strip_prefix(name)?.strip_prefix('[')?.split_once(']')?;
            let row = rows.get(index.parse::<usize>().ok()?)?;
            Some(format!("{name}[{row}]{member}"))
        };
        let parameters: Vec<usize> = self.used_parameters().map(|(index, _)| index).collect();
        let headers: Vec<usize> = self.used_headers().map(|(index, _)| index).collect();
        row("backendParameters", &parameters).or_else(|| row("responseHeaders", &headers))
    }

    fn used_parameters(&self) -> impl Iterator<Item = (usize, &BackendParameterRow)> {
        self.parameters.iter().enumerate().filter(|(_, row)| !row.name.trim().is_empty())
    }

    fn used_headers(&self) -> impl Iterator<Item = (usize, &HeaderChangeRow)> {
        self.headers.iter().enumerate().filter(|(_, row)| !row.name.trim().is_empty())
    }
}

impl BackendParameterRow {
    fn source(&self) -> Result<ParameterSource, DomainError> {
        match self.from.as_str() {
            "constant" | "" => Ok(ParameterSource::Constant { value: trimmed(&self.value) }),
            "removed" => Ok(ParameterSource::Removed),
            other => {
                let location = other.parse::<ParameterLocation>().map_err(|_unknown| {
                    DomainError::new(
                        ErrorKind::Range,
                        "from",
                        "one of constant, path, query, header, removed",
                        "只能是 constant、path、query、header、removed",
                    )
                })?;
                Ok(ParameterSource::Request { location, name: trimmed(&self.value) })
            }
        }
    }
}

impl From<&ApiMapping> for MappingForm {
    fn from(mapping: &ApiMapping) -> Self {
        let parameter = |it: &BackendParameter| {
            let (from, value) = match &it.source {
                ParameterSource::Constant { value } => ("constant", value.clone()),
                ParameterSource::Request { location, name } => (location.as_str(), name.clone()),
                ParameterSource::Removed => ("removed", String::new()),
            };
            BackendParameterRow {
                location: it.location.as_str().into(),
                name: it.name.clone(),
                from: from.into(),
                value,
            }
        };
        let change = |it: &HeaderChange| HeaderChangeRow {
            action: if it.value.is_some() { "set" } else { "remove" }.into(),
            name: it.name.clone(),
            value: it.value.clone().unwrap_or_default(),
        };
        Self {
            method: mapping.method.map(|method| method.as_str().to_owned()).unwrap_or_default(),
            path: mapping.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            parameters: mapping.parameters.iter().map(parameter).collect(),
            headers: mapping.response_headers.iter().map(change).collect(),
        }
    }
}
