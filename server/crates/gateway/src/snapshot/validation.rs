//! What calls of an API must fit, compiled: only what there is something to check of.

use domain::{ApiDefinition, Parameter, ParameterLocation, ParameterType, path::Segment};
use http::HeaderName;
use schema::Schema;
use serde_json::{Number, Value};

/// What calls of an API must fit.
#[derive(Debug)]
pub(crate) struct Validation {
    /// Whether those that do not are refused; otherwise it is only written down.
    pub(crate) refuses: bool,
    /// Parameters, in the order of the definition.
    pub(crate) parameters: Box<[CheckedParameter]>,
    /// Whether some of them stand in the query.
    pub(crate) looks_at_query: bool,
    /// What the body must fit, as JSON.
    pub(crate) body: Option<Schema>,
}

/// A parameter that is checked.
#[derive(Debug)]
pub(crate) struct CheckedParameter {
    /// Where it stands.
    pub(crate) place: Place,
    /// Its name.
    pub(crate) name: Box<str>,
    /// Whether a call must have it: it is required, and nothing stands in for it.
    pub(crate) required: bool,
    r#type: ParameterType,
    schema: Option<Schema>,
}

/// Where a parameter stands.
#[derive(Debug)]
pub(crate) enum Place {
    /// In the segment of this number of the request's path.
    Segment(usize),
    /// In the query.
    Query,
    /// In the header of this name.
    Header(HeaderName),
}

impl Validation {
    /// Compiles what calls of an API below a group's prefix of `prefix` segments must fit; `None` when nobody looks, or there
    /// is nothing to check.
    ///
    /// # Errors
    /// In words for a person, when a schema is none.
    pub(crate) fn of(
        definition: &ApiDefinition,
        mode: domain::Validation,
        prefix: usize,
    ) -> Result<Option<Self>, String> {
        if mode.is_off() {
            return Ok(None);
        }
        let mut parameters = Vec::new();
        for parameter in &definition.parameters {
            parameters.extend(CheckedParameter::of(definition, parameter, prefix)?);
        }
        let compiled = definition.checked_body().map(Schema::compile).transpose();
        let body = compiled.map_err(|wrong| format!("{}: reqBody {wrong}", definition.name))?;
        if parameters.is_empty() && body.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            refuses: mode == domain::Validation::Refuse,
            looks_at_query: parameters.iter().any(|it| matches!(it.place, Place::Query)),
            parameters: parameters.into(),
            body,
        }))
    }
}

impl CheckedParameter {
    fn of(
        definition: &ApiDefinition,
        parameter: &Parameter,
        prefix: usize,
    ) -> Result<Option<Self>, String> {
        let name = parameter.name.as_str();
        let place = match parameter.location {
            ParameterLocation::Query => Place::Query,
            ParameterLocation::Header => Place::Header(
                HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_no_name| format!("no header can be named {name}"))?,
            ),
            ParameterLocation::Path => {
                let named = |segment: &Segment| *segment == Segment::Parameter(name.to_owned());
                let index = definition.path.segments().iter().position(named);
                Place::Segment(prefix + index.ok_or_else(|| format!("the path has no {{{name}}}"))?)
            }
        };
        let compiled = parameter.schema.as_ref().map(Schema::compile).transpose();
        let schema =
            compiled.map_err(|wrong| format!("{}: parameter {name} {wrong}", definition.name))?;
        // Without its segment there would be another API, or none.
        let is_in_path = matches!(place, Place::Segment(_));
        let required = parameter.required && parameter.default_value.is_empty() && !is_in_path;
        let takes_anything = parameter.r#type == ParameterType::String && schema.is_none();
        if takes_anything && !required {
            return Ok(None);
        }
        let r#type = parameter.r#type;
        Ok(Some(Self { place, name: name.into(), required, r#type, schema }))
    }

    /// Which rule a value breaks; `None` when it is good.
    pub(crate) fn misfit(&self, value: &[u8]) -> Option<String> {
        let Ok(text) = std::str::from_utf8(value) else {
            return Some("the value is not UTF-8".to_owned());
        };
        if !self.r#type.accepts(text) {
            return Some(type_rule(self.r#type).to_owned());
        }
        let schema = self.schema.as_ref()?;
        schema.check(&typed(self.r#type, text), true).err().map(|mismatch| mismatch.rule)
    }
}

/// A value as JSON, of its type.
fn typed(r#type: ParameterType, text: &str) -> Value {
    let number = match r#type {
        ParameterType::Integer | ParameterType::Long => text.parse::<i64>().ok().map(Number::from),
        ParameterType::Float | ParameterType::Double => {
            text.parse::<f64>().ok().and_then(Number::from_f64)
        }
        ParameterType::Boolean => return Value::Bool(text == "true"),
        ParameterType::String => None,
    };
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn type_rule(r#type: ParameterType) -> &'static str {
    match r#type {
        ParameterType::String => "the value is not a string",
        ParameterType::Integer => "the value is not an integer of 32 bits",
        ParameterType::Long => "the value is not an integer of 64 bits",
        ParameterType::Float | ParameterType::Double => "the value is not a number",
        ParameterType::Boolean => "the value is neither true nor false",
    }
}
