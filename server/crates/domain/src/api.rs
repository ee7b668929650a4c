//! APIs: one method and path of a group, its parameters and bodies, and where it is forwarded to.

use crate::{
    backend::BackendAddress,
    cache::CacheSettings,
    call_limits::CallLimits,
    error::{DomainError, ErrorKind, Violations, check},
    function::FunctionUrl,
    id::ApiId,
    mapping::ApiMapping,
    path::PathTemplate,
    text::{DESCRIPTION_MAX, check_length, check_name},
    timestamp::Timestamp,
    validation::check_parameter_schema,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::str::FromStr;

/// Longest API name, in characters (the original allows 16).
pub const NAME_MAX: usize = 64;
/// Most parameters of one API.
pub const PARAMETERS_MAX: usize = 128;
/// Longest JSON Schema of a body, in bytes.
pub const SCHEMA_MAX: usize = 256 * 1024;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $field:literal, { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $(
                $(#[$vdoc])*
                #[doc = concat!("Written `", $text, "`.")]
                #[serde(rename = $text)]
                $variant,
            )+
        }

        impl $name {
            /// All of them, in the order of the form.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The value as it is written in the REST API.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl FromStr for $name {
            type Err = DomainError;
            fn from_str(text: &str) -> Result<Self, DomainError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(DomainError::new(
                        ErrorKind::Range,
                        $field,
                        concat!("one of", $(" ", $text),+),
                        concat!("只能是", $(" ", $text),+),
                    )),
                }
            }
        }
    };
}

choice!(
    /// The HTTP method of an API.
    Method, "action", { Get = "GET", Post = "POST", Put = "PUT", Patch = "PATCH", Delete = "DELETE", Head = "HEAD", Options = "OPTIONS" }
);
choice!(
    /// How a request path is compared with the sub path.
    MatchType, "matchType", {
        /// The whole path must fit.
        Absolute = "absolute",
        /// The path must begin with the sub path, at a segment's end.
        Prefix = "prefix",
    }
);
choice!(
    /// Where a parameter stands in a request.
    ParameterLocation, "paramLocation", { Path = "path", Query = "query", Header = "header" }
);
choice!(
    /// The type of a parameter's value.
    ParameterType, "paramType", { String = "string", Integer = "integer", Long = "long", Float = "float", Double = "double", Boolean = "boolean" }
);
choice!(
    /// The kind of a body.
    BodyType, "bodyType", { Json = "application/json", Xml = "text/xml", Other = "other" }
);

impl Method {
    /// Whether requests of this method carry a body that can be described.
    #[must_use]
    pub fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch | Self::Delete)
    }
}

/// A parameter of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name; a path parameter's is in braces in the sub path.
    pub name: String,
    /// Where it stands.
    pub location: ParameterLocation,
    /// Its type.
    pub r#type: ParameterType,
    /// Whether a request must have it. Always, in a path.
    pub required: bool,
    /// What is taken when it is absent; empty for nothing.
    #[serde(default)]
    pub default_value: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// What is asked of its value besides the type, as JSON Schema: `enum`, `minimum`, `pattern`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
}

/// A request's or response's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its kind. `Other` is a plain string to SDKs and is not checked.
    pub r#type: BodyType,
    /// The media type when the kind is `Other`; empty otherwise.
    #[serde(default)]
    pub content_type: String,
    /// Its format, as JSON Schema; `None` when it was left blank.
    #[serde(default)]
    pub schema: Option<Value>,
}

impl Default for Body {
    fn default() -> Self {
        Self { r#type: BodyType::Json, content_type: String::new(), schema: None }
    }
}

impl Body {
    /// The media type of the body.
    #[must_use]
    pub fn media_type(&self) -> &str {
        match self.r#type {
            BodyType::Json => "application/json",
            BodyType::Xml => "text/xml",
            BodyType::Other if self.content_type.is_empty() => "application/octet-stream",
            BodyType::Other => &self.content_type,
        }
    }
}

/// Where an API is forwarded to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ApiBackend {
    /// To the backend that is given at publish.
    #[default]
    Deployment,
    /// To a backend of its own, in every environment.
    Http {
        /// `http(s)://host[:port]` or `h2c://host[:port]`.
        address: BackendAddress,
    },
    /// To a function, in every environment: it is posted the call as an event, and answers what the caller gets.
    Function {
        /// `http(s)://host[:port]/path`.
        url: FunctionUrl,
    },
    /// Nowhere: a sample made from the response's format is the answer.
    Mock,
}

/// An API as its provider writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDefinition {
    /// Unique in its revision; SDKs name a function after it.
    pub name: String,
    /// Free text.
    pub description: String,
    /// HTTP method; unique in its revision together with the path's shape.
    pub method: Method,
    /// Path below the group's prefix.
    pub path: PathTemplate,
    /// How a request path is compared with it.
    pub match_type: MatchType,
    /// Parameters, in the order of the form. Every name in braces in the path has one.
    pub parameters: Vec<Parameter>,
    /// What a request carries.
    pub request_body: Body,
    /// What a good answer carries.
    pub response_body: Body,
    /// Where it is forwarded to.
    pub backend: ApiBackend,
    /// What its backend is sent in the place of what was received, and the like of its answer.
    #[serde(default, skip_serializing_if = "ApiMapping::is_empty")]
    pub mapping: ApiMapping,
    /// How long its backend may take and how often it is tried, where that is not as the deployment has it.
    #[serde(default, skip_serializing_if = "CallLimits::is_empty")]
    pub limits: CallLimits,
    /// How its answers are kept; `None`: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheSettings>,
}

/// An API of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Api {
    /// Its id, the same in the revisions that were made from this one.
    pub id: ApiId,
    /// What its provider wrote.
    pub definition: ApiDefinition,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl ApiDefinition {
    /// # Errors
    /// Every broken rule, with the field as in the REST API (`apiName`, `parameters[2].name`, `reqBody`, …).
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_api_name(&self.name));
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        self.check_parameters(&mut violations);
        check_body("reqBody", &self.request_body, &mut violations);
        check_body("resBody", &self.response_body, &mut violations);
        self.mapping.check(self.method, &self.path, &self.parameters, &mut violations);
        self.limits.check(&mut violations);
        if let Some(cache) = &self.cache {
            cache.check(self.method, &mut violations);
        }
        check(violations)
    }

    /// Adds a required string parameter for every name in braces that has none yet, and makes path parameters required.
    pub fn complete_path_parameters(&mut self) {
        for parameter in &mut self.parameters {
            parameter.required |= parameter.location == ParameterLocation::Path;
        }
        let missing: Vec<Parameter> = self
            .path
            .parameters()
            .filter(|name| {
                !self
                    .parameters
                    .iter()
                    .any(|p| p.location == ParameterLocation::Path && p.name == *name)
            })
            .map(|name| Parameter {
                name: name.to_owned(),
                location: ParameterLocation::Path,
                r#type: ParameterType::String,
                required: true,
                default_value: String::new(),
                description: String::new(),
                schema: None,
            })
            .collect();
        self.parameters.splice(0..0, missing);
    }

    fn check_parameters(&self, violations: &mut Violations) {
        if self.parameters.len() > PARAMETERS_MAX {
            violations.push(DomainError::new(
                ErrorKind::Length,
                "parameters",
                format!("at most {PARAMETERS_MAX} parameters"),
                format!("最多{PARAMETERS_MAX}个参数"),
            ));
            return;
        }
        for (index, parameter) in self.parameters.iter().enumerate() {
            violations.extend(self.check_parameter(index, parameter));
            let field = format!("parameters[{index}].schema");
            check_parameter_schema(&field, parameter, violations);
        }
        for name in self.path.parameters() {
            let declared = self
                .parameters
                .iter()
                .any(|p| p.location == ParameterLocation::Path && p.name == name);
            if !declared {
                violations.push(DomainError::new(
                    ErrorKind::Required,
                    "parameters",
                    format!("the path parameter {{{name}}} must be defined"),
                    format!("路径参数{{{name}}}必须定义"),
                ));
            }
        }
    }

    fn check_parameter(&self, index: usize, parameter: &Parameter) -> Option<DomainError> {
        let field = |name: &str| format!("parameters[{index}].{name}");
        let same = |other: &Parameter| {
            other.location == parameter.location
                && if parameter.location == ParameterLocation::Header {
                    other.name.eq_ignore_ascii_case(&parameter.name)
                } else {
                    other.name == parameter.name
                }
        };
        if let Some(wrong) = check_parameter_name(&field("name"), &parameter.name) {
            return Some(wrong);
        }
        if self.parameters[..index].iter().any(same) {
            return Some(DomainError::new(
                ErrorKind::Duplicate,
                &field("name"),
                format!(
                    "there is a {} parameter of this name already",
                    parameter.location.as_str()
                ),
                "参数名重复",
            ));
        }
        let in_path = parameter.location == ParameterLocation::Path;
        if in_path && !self.path.parameters().any(|name| name == parameter.name) {
            return Some(DomainError::new(
                ErrorKind::State,
                &field("name"),
                format!("the path has no {{{}}}", parameter.name),
                format!("子路径中没有{{{}}}", parameter.name),
            ));
        }
        if in_path && !parameter.required {
            return Some(DomainError::new(
                ErrorKind::State,
                &field("required"),
                "a path parameter is required",
                "路径参数必填",
            ));
        }
        let value = parameter.default_value.as_str();
        (!value.is_empty() && !parameter.r#type.accepts(value)).then(|| {
            DomainError::new(
                ErrorKind::Format,
                &field("defaultValue"),
                format!("a value of type {}", parameter.r#type.as_str()),
                format!("类型应为{}", parameter.r#type.as_str()),
            )
        })
    }
}

impl ParameterType {
    /// Whether `text` is a value of this type: `integer` is 32 bits wide, `long` 64; floats are finite.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::String => true,
            Self::Integer => text.parse::<i32>().is_ok(),
            Self::Long => text.parse::<i64>().is_ok(),
            Self::Float => text.parse::<f32>().is_ok_and(f32::is_finite),
            Self::Double => text.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Boolean => matches!(text, "true" | "false"),
        }
    }
}

/// Letters, digits and `_`, beginning with a letter or `_`, at most [`NAME_MAX`].
#[must_use]
pub fn check_api_name(name: &str) -> Option<DomainError> {
    let rule = (
        "only letters, digits and underscore, beginning with a letter or underscore",
        "只允许大小写字母、英文下划线\"_\"及数字，且只能以英文和英文下划线\"_\"开头",
    );
    let wrong =
        check_name("apiName", name, NAME_MAX, |c| c.is_ascii_alphanumeric() || c == '_', rule);
    if wrong.is_none() && name.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(DomainError::new(ErrorKind::Format, "apiName", rule.0, rule.1));
    }
    wrong
}

fn check_parameter_name(field: &str, name: &str) -> Option<DomainError> {
    check_name(
        field,
        name,
        NAME_MAX,
        |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']'),
        (
            "only letters, digits, underscore, hyphen, dot and brackets",
            "只支持数字、大小写字母、_ - . [ ]",
        ),
    )
}

fn check_body(field: &str, body: &Body, violations: &mut Violations) {
    let content_type_fits = body.content_type.is_empty()
        || (body.content_type.len() <= 128
            && body.content_type.contains('/')
            && body.content_type.bytes().all(|b| (0x20..0x7f).contains(&b)));
    if body.r#type == BodyType::Other && !content_type_fits {
        violations.push(DomainError::new(
            ErrorKind::Format,
            &format!("{field}Type"),
            "a media type like text/csv",
            "请输入正确的类型，例如 text/csv",
        ));
    }
    let Some(schema) = &body.schema else { return };
    if schema.to_string().len() > SCHEMA_MAX {
        violations.push(DomainError::new(
            ErrorKind::Length,
            field,
            format!("at most {} KiB", SCHEMA_MAX / 1024),
            format!("不能超过{}KiB", SCHEMA_MAX / 1024),
        ));
    } else if !(schema.is_object() || schema.is_boolean()) {
        violations.push(DomainError::new(
            ErrorKind::Format,
            field,
            "a JSON Schema is an object",
            "JSON Schema须为对象",
        ));
    }
}

#[cfg(test)]
#[path = "api/tests.rs"]
mod tests;
