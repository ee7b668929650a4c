//! Validation: what the gateway does with calls that do not fit the definition of their API.

use crate::{
    api::{BodyType, Parameter},
    error::{DomainError, ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::str::FromStr;

/// Longest schema of a parameter, in bytes.
pub const PARAMETER_SCHEMA_MAX: usize = 16 * 1024;

/// What the gateway does with calls whose parameters or JSON body do not fit the definition of their API.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Validation {
    /// It does not look.
    #[default]
    Off,
    /// It passes them on, and writes down what is wrong.
    Log,
    /// It refuses them, and says what is wrong.
    Refuse,
}

impl Validation {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Off, Self::Log, Self::Refuse];

    /// `off`, `log`, `refuse`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Log => "log",
            Self::Refuse => "refuse",
        }
    }

    /// Whether nothing is looked at.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }
}

impl FromStr for Validation {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "validation",
                "one of off, log, refuse",
                "只能是 off、log、refuse",
            )
        })
    }
}

impl crate::api::ApiDefinition {
    /// The JSON Schema that the body of a request must fit; `None` where there is none, or the body is not JSON.
    #[must_use]
    pub fn checked_body(&self) -> Option<&Value> {
        let body = &self.request_body;
        body.schema.as_ref().filter(|_| body.r#type == BodyType::Json && self.method.has_body())
    }

    /// The JSON Schemas that calls are checked by, each with the field that it stands in: those of parameters, then the body's.
    pub fn schemas(&self) -> impl Iterator<Item = (String, &Value)> {
        let parameters = self.parameters.iter().enumerate().filter_map(|(index, parameter)| {
            Some((format!("parameters[{index}].schema"), parameter.schema.as_ref()?))
        });
        parameters.chain(self.checked_body().map(|schema| ("reqBody".to_owned(), schema)))
    }
}

/// Adds the broken rules of what is asked of a parameter's value, `field` being that of the parameter's schema.
pub(crate) fn check_parameter_schema(
    field: &str,
    parameter: &Parameter,
    violations: &mut Violations,
) {
    let Some(schema) = &parameter.schema else { return };
    if schema.to_string().len() > PARAMETER_SCHEMA_MAX {
        violations.push(DomainError::new(
            ErrorKind::Length,
            field,
            format!("at most {} KiB", PARAMETER_SCHEMA_MAX / 1024),
            format!("不能超过{}KiB", PARAMETER_SCHEMA_MAX / 1024),
        ));
    } else if !schema.is_object() {
        violations.push(DomainError::new(
            ErrorKind::Format,
            field,
            r#"a JSON Schema is an object, for example {"minimum": 1}"#,
            r#"JSON Schema须为对象，例如 {"minimum": 1}"#,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::{ApiDefinition, Body, Method, ParameterLocation, ParameterType},
        api_group::GroupSettings,
    };
    use serde_json::json;

    fn create_pet() -> ApiDefinition {
        serde_json::from_value(json!({
            "name": "createPet", "description": "", "method": "POST", "path": "/pets", "match_type": "absolute",
            "parameters": [{ "name": "limit", "location": "query", "type": "integer", "required": false, "schema": { "minimum": 1 } }],
            "request_body": { "type": "application/json", "schema": { "type": "object" } },
            "response_body": { "type": "application/json" },
            "backend": { "type": "deployment" },
        }))
        .unwrap()
    }

    #[test]
    fn only_json_bodies_of_methods_that_have_one_are_checked() {
        let fields = |definition: &ApiDefinition| {
            definition.schemas().map(|(field, _)| field).collect::<Vec<_>>()
        };
        let api = create_pet();
        assert_eq!(fields(&api), ["parameters[0].schema", "reqBody"]);
        let xml = Body { r#type: BodyType::Xml, ..api.request_body.clone() };
        assert_eq!(
            fields(&ApiDefinition { request_body: xml, ..api.clone() }),
            ["parameters[0].schema"]
        );
        assert_eq!(fields(&ApiDefinition { method: Method::Get, ..api }), ["parameters[0].schema"]);
    }

    #[test]
    fn what_is_asked_of_a_value_is_a_small_object() {
        let broken = |schema: Value| {
            let mut api = create_pet();
            api.parameters[0].schema = Some(schema);
            let rules = api.validate().err().unwrap_or_default();
            rules.into_iter().map(|rule| rule.field).collect::<Vec<_>>()
        };
        assert_eq!(broken(json!({ "maximum": 5 })), [""; 0]);
        assert_eq!(broken(json!([1, 2])), ["parameters[0].schema"]);
        let long = "x".repeat(PARAMETER_SCHEMA_MAX);
        assert_eq!(broken(json!({ "pattern": long })), ["parameters[0].schema"]);
    }

    #[test]
    fn what_was_stored_before_there_was_validation_is_the_same_in_bytes() {
        let settings = serde_json::to_string(&GroupSettings::default()).unwrap();
        assert!(!settings.contains("validation"), "{settings}");
        let parameter = Parameter {
            name: "limit".into(),
            location: ParameterLocation::Query,
            r#type: ParameterType::Integer,
            required: false,
            default_value: String::new(),
            description: String::new(),
            schema: None,
        };
        assert!(!serde_json::to_string(&parameter).unwrap().contains("schema"));
        assert_eq!("log".parse(), Ok(Validation::Log));
        assert_eq!("on".parse::<Validation>().unwrap_err().field, "validation");
    }
}
