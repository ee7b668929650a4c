//! The form of an API.

mod cache;
mod mapping;

pub use cache::CacheForm;
pub use mapping::{BackendParameterRow, HeaderChangeRow, MappingForm};

use super::{field, limits::LimitsForm, trimmed};
use crate::AppError;
use domain::{
    Api, ApiBackend, ApiDefinition, Body, BodyType, DomainError, MatchType, Parameter,
    error::{ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One row of the parameters' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterRow {
    /// Empty: the row is not used.
    pub name: String,
    /// `path`, `query`, `header`.
    pub location: String,
    /// `string`, `integer`, …
    pub r#type: String,
    /// `true` when the box is ticked; absent otherwise.
    pub required: String,
    /// What is taken when the parameter is absent.
    pub default_value: String,
    /// Free text.
    pub description: String,
    /// What is asked of its value, as JSON Schema; empty for nothing.
    pub schema: String,
}

/// A body as the form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BodyFields {
    /// `application/json`, `text/xml`, `other`.
    pub r#type: String,
    /// The media type, for `other`.
    pub content_type: String,
    /// JSON Schema; empty for none.
    pub schema: String,
}

/// The form of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// `GET`, …
    pub method: String,
    /// The sub path.
    pub path: String,
    /// `absolute`, `prefix`.
    pub match_type: String,
    /// The rows; those without a name are left out.
    pub parameters: Vec<ParameterRow>,
    /// What a request carries.
    pub request: BodyFields,
    /// What a good answer carries.
    pub response: BodyFields,
    /// `deployment`, `http`, `function`, `mock`.
    pub backend: String,
    /// The address, for `http`.
    pub backend_url: String,
    /// The address, for `function`.
    pub function_url: String,
    /// What is mapped.
    pub mapping: MappingForm,
    /// How long its backend may take and how often it is tried.
    pub limits: LimitsForm,
    /// How answers are kept.
    pub cache: CacheForm,
}

impl Default for ApiForm {
    fn default() -> Self {
        let body =
            || BodyFields { r#type: BodyType::Json.as_str().into(), ..BodyFields::default() };
        Self {
            name: String::new(),
            description: String::new(),
            method: "GET".into(),
            path: String::new(),
            match_type: MatchType::Absolute.as_str().into(),
            parameters: Vec::new(),
            request: body(),
            response: body(),
            backend: "deployment".into(),
            backend_url: String::new(),
            function_url: String::new(),
            mapping: MappingForm::default(),
            limits: LimitsForm::default(),
            cache: CacheForm::default(),
        }
    }
}

impl ApiForm {
    /// The API that the form describes. Path parameters without a row get one.
    ///
    /// # Errors
    /// Every broken rule, under the field's name in the REST API.
    pub fn parse(&self) -> Result<ApiDefinition, Violations> {
        let mut violations = Violations::new();
        let method = field("action", self.method.parse(), &mut violations);
        let path = field("path", self.path.trim().parse(), &mut violations);
        let match_type = field("matchType", self.match_type.parse(), &mut violations);
        let parameters = self.parameters(&mut violations);
        let request_body = body("reqBody", &self.request, &mut violations);
        let response_body = body("resBody", &self.response, &mut violations);
        let backend = self.backend(&mut violations);
        let mapping = self.mapping.parse(&mut violations);
        let limits = self.limits.parse(&mut violations);
        let cache = self.cache.parse(&mut violations);
        violations.extend(domain::api::check_api_name(self.name.trim()));
        let (Some(method), Some(path), Some(match_type), Some(backend)) =
            (method, path, match_type, backend)
        else {
            return Err(violations);
        };
        let mut definition = ApiDefinition {
            name: trimmed(&self.name),
            description: trimmed(&self.description),
            method,
            path,
            match_type,
            parameters,
            request_body,
            response_body,
            backend,
            mapping,
            limits,
            cache,
        };
        let typed = definition.parameters.len();
        definition.complete_path_parameters();
        let added = definition.parameters.len() - typed;
        for rule in definition.validate().err().into_iter().flatten() {
            let rule = DomainError { field: self.row_of(&rule.field, added), ..rule };
            if violations.iter().all(|known| known.field != rule.field) {
                violations.push(rule);
            }
        }
        domain::error::check(violations).map(|()| definition)
    }

    /// An error about the definition that the form describes, its rules under the names that they have in the form.
    #[must_use]
    pub fn placed(&self, error: AppError) -> AppError {
        let AppError::Invalid(rules) = error else { return error };
        let rows = self.used_rows().count();
        let added = self.parse().map_or(0, |definition| definition.parameters.len() - rows);
        let placed =
            |rule: DomainError| DomainError { field: self.row_of(&rule.field, added), ..rule };
        AppError::Invalid(rules.into_iter().map(placed).collect())
    }

    /// Rows that have a name, with their place in the form.
    fn used_rows(&self) -> impl Iterator<Item = (usize, &ParameterRow)> {
        self.parameters.iter().enumerate().filter(|(_, row)| !row.name.trim().is_empty())
    }

    /// `parameters[2].name` of a definition that begins with `added` parameters of its own, as the form counts its rows:
    /// those without a name, too.
    fn row_of(&self, field: &str, added: usize) -> String {
        let found = field.strip_prefix("parameters[").and_then(|rest| {
            let (index, member) = rest.split_once(']')?;
            let index = index.parse::<usize>().ok()?.checked_sub(added)?;
            let (row, _) = self.used_rows().nth(index)?;
            Some(format!("parameters[{row}]{member}"))
        });
        found.or_else(|| self.mapping.row_of(field)).unwrap_or_else(|| field.to_owned())
    }

    fn parameters(&self, violations: &mut Violations) -> Vec<Parameter> {
        self.used_rows()
            .filter_map(|(index, row)| {
                let name = |name: &str| format!("parameters[{index}].{name}");
                let location = field(&name("location"), row.location.parse(), violations)?;
                Some(Parameter {
                    name: trimmed(&row.name),
                    location,
                    r#type: field(&name("type"), row.r#type.parse(), violations)?,
                    required: row.required == "true" || location == domain::ParameterLocation::Path,
                    default_value: row.default_value.clone(),
                    description: trimmed(&row.description),
                    schema: json_or_nothing(&name("schema"), &row.schema, violations),
                })
            })
            .collect()
    }

    fn backend(&self, violations: &mut Violations) -> Option<ApiBackend> {
        match self.backend.as_str() {
            "deployment" | "" => Some(ApiBackend::Deployment),
            "mock" => Some(ApiBackend::Mock),
            "http" => field("backendUrl", self.backend_url.parse(), violations)
                .map(|address| ApiBackend::Http { address }),
            "function" => field("functionUrl", self.function_url.parse(), violations)
                .map(|url| ApiBackend::Function { url }),
            _ => {
                violations.push(DomainError::new(
                    ErrorKind::Range,
                    "backendServiceType",
                    "one of deployment, http, function, mock",
                    "只能是 deployment、http、function、mock",
                ));
                None
            }
        }
    }
}

fn body(name: &str, fields: &BodyFields, violations: &mut Violations) -> Body {
    let r#type = if fields.r#type.is_empty() {
        Some(BodyType::Json)
    } else {
        field(&format!("{name}Type"), fields.r#type.parse(), violations)
    };
    let schema = json_or_nothing(name, &fields.schema, violations);
    let r#type = r#type.unwrap_or(BodyType::Json);
    let content_type =
        if r#type == BodyType::Other { trimmed(&fields.content_type) } else { String::new() };
    // A body of another kind is a plain string: it has no format.
    Body { r#type, content_type, schema: schema.filter(|_| r#type != BodyType::Other) }
}

/// The JSON that was typed into `field`; `None` when nothing was, or it is none, which is told.
fn json_or_nothing(field: &str, text: &str, violations: &mut Violations) -> Option<Value> {
    if text.trim().is_empty() {
        return None;
    }
    // With the blanks before it, so that lines are counted as they stand in the field.
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(wrong) => {
            let (line, column) = (wrong.line(), wrong.column());
            violations.push(DomainError::new(
                ErrorKind::Format,
                field,
                format!("not JSON: line {line}, column {column}"),
                format!("不是有效的JSON：第{line}行第{column}列"),
            ));
            None
        }
    }
}

impl From<&Body> for BodyFields {
    fn from(body: &Body) -> Self {
        let schema =
            body.schema.as_ref().and_then(|schema| serde_json::to_string_pretty(schema).ok());
        Self {
            r#type: body.r#type.as_str().into(),
            content_type: body.content_type.clone(),
            schema: schema.unwrap_or_default(),
        }
    }
}

impl From<&Parameter> for ParameterRow {
    fn from(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            location: parameter.location.as_str().into(),
            r#type: parameter.r#type.as_str().into(),
            required: if parameter.required { "true".into() } else { String::new() },
            default_value: parameter.default_value.clone(),
            description: parameter.description.clone(),
            schema: parameter.schema.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

impl From<&Api> for ApiForm {
    fn from(api: &Api) -> Self {
        let definition = &api.definition;
        let (backend, backend_url, function_url) = match &definition.backend {
            ApiBackend::Deployment => ("deployment", String::new(), String::new()),
            ApiBackend::Mock => ("mock", String::new(), String::new()),
            ApiBackend::Http { address } => ("http", address.to_string(), String::new()),
            ApiBackend::Function { url } => ("function", String::new(), url.to_string()),
        };
        Self {
            name: definition.name.clone(),
            description: definition.description.clone(),
            method: definition.method.as_str().into(),
            path: definition.path.to_string(),
            match_type: definition.match_type.as_str().into(),
            parameters: definition.parameters.iter().map(ParameterRow::from).collect(),
            request: (&definition.request_body).into(),
            response: (&definition.response_body).into(),
            backend: backend.into(),
            backend_url,
            function_url,
            mapping: (&definition.mapping).into(),
            limits: definition.limits.into(),
            cache: definition.cache.as_ref().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ApiForm {
        ApiForm { name: "getPetInfo".into(), path: "/pets/{petId}".into(), ..ApiForm::default() }
    }

    #[test]
    fn a_path_parameter_without_a_row_is_added() {
        let definition = form().parse().unwrap();
        assert_eq!(definition.parameters[0].name, "petId");
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let broken = ApiForm {
            name: "1st".into(),
            path: "pets".into(),
            request: BodyFields { schema: "{".into(), ..BodyFields::default() },
            backend: "http".into(),
            ..form()
        };
        let fields: Vec<String> =
            broken.parse().unwrap_err().into_iter().map(|rule| rule.field).collect();
        assert_eq!(fields, ["path", "reqBody", "backendUrl", "apiName"]);
    }

    #[test]
    fn a_broken_rule_of_a_parameter_names_its_row_in_the_form() {
        let row = |name: &str, default_value: &str| ParameterRow {
            name: name.into(),
            location: "query".into(),
            r#type: "integer".into(),
            default_value: default_value.into(),
            ..ParameterRow::default()
        };
        let broken = ApiForm {
            parameters: vec![row("", ""), row("limit", "10"), row("", ""), row("offset", "ten")],
            ..form()
        };
        let fields: Vec<String> =
            broken.parse().unwrap_err().into_iter().map(|rule| rule.field).collect();
        assert_eq!(fields, ["parameters[3].defaultValue"]);
    }

    #[test]
    fn rules_of_a_value_are_json_and_come_back_into_the_form() {
        let row = |schema: &str| ParameterRow {
            name: "limit".into(),
            location: "query".into(),
            r#type: "integer".into(),
            schema: schema.into(),
            ..ParameterRow::default()
        };
        let parse = |schema: &str| {
            ApiForm { parameters: vec![ParameterRow::default(), row(schema)], ..form() }.parse()
        };
        let fields = |schema: &str| {
            parse(schema).unwrap_err().into_iter().map(|rule| rule.field).collect::<Vec<_>>()
        };
        let parameter = parse(r#"{"minimum": 1}"#).unwrap().parameters[1].clone();
        assert_eq!(ParameterRow::from(&parameter), row(r#"{"minimum":1}"#));
        assert_eq!(parse(" ").unwrap().parameters[1].schema, None);
        assert_eq!(fields("{"), ["parameters[1].schema"]);
        assert_eq!(fields("[1]"), ["parameters[1].schema"]);
        // What the service tells of the definition's second parameter is of the second row: the first has no name.
        let typed = ApiForm { parameters: vec![ParameterRow::default(), row("{}")], ..form() };
        let told = AppError::Invalid(vec![DomainError::required("parameters[1].schema")]);
        assert_eq!(typed.placed(told.clone()), told);
        let typed = ApiForm { parameters: vec![row("{}")], ..typed };
        assert_eq!(typed.placed(told).violations()[0].field, "parameters[0].schema");
    }

    #[test]
    fn a_broken_rule_of_the_mapping_names_its_row_in_the_form() {
        let row = |location: &str, name: &str, from: &str, value: &str| BackendParameterRow {
            location: location.into(),
            name: name.into(),
            from: from.into(),
            value: value.into(),
        };
        let header = |name: &str| HeaderChangeRow {
            action: "remove".into(),
            name: name.into(),
            ..HeaderChangeRow::default()
        };
        let mapping = MappingForm {
            path: "/v2/{id}".into(),
            parameters: vec![
                row("query", "", "constant", ""),
                row("path", "id", "path", "petId"),
                row("query", "q", "path", "other"),
            ],
            headers: vec![header(""), header("Server"), header("Via")],
            ..MappingForm::default()
        };
        let broken = ApiForm { mapping, ..form() };
        let fields: Vec<String> =
            broken.parse().unwrap_err().into_iter().map(|rule| rule.field).collect();
        assert_eq!(fields, ["backendParameters[2].value", "responseHeaders[2].name"]);
    }

    #[test]
    fn what_was_saved_comes_back_into_the_form() {
        let parameters = vec![
            BackendParameterRow {
                location: "path".into(),
                name: "id".into(),
                from: "path".into(),
                value: "petId".into(),
            },
            BackendParameterRow {
                location: "header".into(),
                name: "X-Old".into(),
                from: "removed".into(),
                ..BackendParameterRow::default()
            },
        ];
        let header =
            HeaderChangeRow { action: "set".into(), name: "X-A".into(), value: "1".into() };
        let mapping = MappingForm {
            method: "POST".into(),
            path: "/v2/{id}".into(),
            parameters,
            headers: vec![header],
        };
        let limits =
            LimitsForm { total_ms: "900".into(), retries: "0".into(), ..LimitsForm::default() };
        let backend = ("function".to_owned(), "https://fn.example.com/pets?v=1".to_owned());
        let (backend, function_url) = backend;
        let definition =
            ApiForm { mapping, limits, backend, function_url, ..form() }.parse().unwrap();
        let api = Api {
            id: domain::ApiId::from_random([1; 12]),
            definition: definition.clone(),
            updated_at: domain::Timestamp(0),
        };
        assert_eq!(ApiForm::from(&api).parse().unwrap(), definition);
    }
}
