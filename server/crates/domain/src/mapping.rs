//! Mapping: what an API's backend is sent in the place of what the caller sent, and which headers of its answer are changed.

use crate::{
    api::{Method, Parameter, ParameterLocation},
    backend_config::is_header_name,
    error::{DomainError, ErrorKind, Violations},
    path::PathTemplate,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most backend parameters of one API, and most changes of its answer's headers.
pub const ENTRIES_MAX: usize = 64;
/// Longest name of a backend parameter or header, in characters.
pub const NAME_MAX: usize = 128;
/// Longest constant, in characters.
pub const VALUE_MAX: usize = 1024;

/// Where the value of a backend parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ParameterSource {
    /// It is always the same, whatever the caller sends.
    Constant {
        /// The value.
        value: String,
    },
    /// The request's parameter in the path, the query or a header, which is moved: it is not forwarded in its own place.
    Request {
        /// Where it stands in the request.
        location: ParameterLocation,
        /// Its name there.
        name: String,
    },
    /// Nowhere: what the caller sends under the name is not forwarded.
    Removed,
}

/// A parameter as the backend is sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendParameter {
    /// Where it stands in the forwarded request.
    pub location: ParameterLocation,
    /// Its name there; a path parameter's is in braces in the backend's path.
    pub name: String,
    /// Its value.
    pub source: ParameterSource,
}

/// A change of the answer's headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderChange {
    /// The header's name.
    pub name: String,
    /// What it is set to; `None`: it is removed.
    pub value: Option<String>,
}

/// What an API's backend is sent and its caller is answered, where that is not what was received. The default changes
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiMapping {
    /// The method that the backend is asked with; `None`: the request's own.
    pub method: Option<Method>,
    /// The path that the backend is asked for, whole, without the group's prefix; `None`: the request's own. Names in braces
    /// are the API's path parameters, or `parameters` in the path.
    pub path: Option<PathTemplate>,
    /// Parameters, in the order of the form.
    pub parameters: Vec<BackendParameter>,
    /// Changes of the answer's headers.
    pub response_headers: Vec<HeaderChange>,
}

impl ApiMapping {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds every broken rule, for an API of this method, path and parameters.
    pub(crate) fn check(
        &self,
        method: Method,
        path: &PathTemplate,
        parameters: &[Parameter],
        violations: &mut Violations,
    ) {
        if self.method.is_some_and(|to| (to == Method::Head) != (method == Method::Head)) {
            violations.push(DomainError::new(
                ErrorKind::State,
                "backendAction",
                "HEAD has no body in its answer: it can neither become another method nor be made of one",
                "HEAD请求的响应没有响应体，不能与其他请求方法互相转换",
            ));
        }
        self.check_path(path, violations);
        check_count("backendParameters", self.parameters.len(), violations);
        let mut seen = HashSet::new();
        for (index, parameter) in self.parameters.iter().enumerate() {
            let broken = self.check_parameter(index, parameter, (path, parameters));
            let name = match parameter.location {
                ParameterLocation::Header => parameter.name.to_ascii_lowercase(),
                _ => parameter.name.clone(),
            };
            let twice = !seen.insert((parameter.location, name));
            violations.extend(
                broken.or_else(|| {
                    twice.then(|| duplicate(&format!("backendParameters[{index}].name")))
                }),
            );
        }
        check_count("responseHeaders", self.response_headers.len(), violations);
        let mut seen = HashSet::new();
        for (index, change) in self.response_headers.iter().enumerate() {
            let field = |member: &str| format!("responseHeaders[{index}].{member}");
            let broken = check_header_name(&field("name"), &change.name);
            let twice = !seen.insert(change.name.to_ascii_lowercase());
            violations.extend(broken.or_else(|| twice.then(|| duplicate(&field("name")))));
            let value = change.value.as_deref().unwrap_or_default();
            violations.extend(check_value(&field("value"), value));
        }
    }

    /// Every name in braces must get a value.
    fn check_path(&self, path: &PathTemplate, violations: &mut Violations) {
        let Some(backend) = &self.path else { return };
        for name in backend.parameters() {
            let mapped = self
                .parameters
                .iter()
                .any(|p| p.location == ParameterLocation::Path && p.name == name);
            if !mapped && !path.parameters().any(|own| own == name) {
                violations.push(DomainError::new(
                    ErrorKind::State,
                    "backendPath",
                    format!("{{{name}}} is no path parameter of the API, nor a backend parameter in the path"),
                    format!("{{{name}}}不是API的路径参数，也没有配置为后端路径参数"),
                ));
            }
        }
    }

    fn check_parameter(
        &self,
        index: usize,
        parameter: &BackendParameter,
        (path, declared): (&PathTemplate, &[Parameter]),
    ) -> Option<DomainError> {
        let field = |member: &str| format!("backendParameters[{index}].{member}");
        let name = parameter.name.as_str();
        let broken = match parameter.location {
            ParameterLocation::Header => check_header_name(&field("name"), name),
            ParameterLocation::Query => check_query_name(&field("name"), name),
            ParameterLocation::Path => self.check_in_path(&field("name"), parameter),
        };
        broken.or_else(|| match &parameter.source {
            ParameterSource::Constant { value } => check_value(&field("value"), value),
            ParameterSource::Request { location, name } => {
                check_source(&field("value"), (*location, name), (path, declared))
            }
            ParameterSource::Removed => None,
        })
    }

    fn check_in_path(&self, field: &str, parameter: &BackendParameter) -> Option<DomainError> {
        let in_template = |path: &PathTemplate| path.parameters().any(|own| own == parameter.name);
        if !self.path.as_ref().is_some_and(in_template) {
            return Some(DomainError::new(
                ErrorKind::State,
                field,
                format!("the backend's path has no {{{}}}", parameter.name),
                format!("后端路径中没有{{{}}}", parameter.name),
            ));
        }
        (parameter.source == ParameterSource::Removed).then(|| {
            DomainError::new(
                ErrorKind::State,
                field,
                "a part of the path cannot be left out",
                "路径参数不能移除",
            )
        })
    }
}

fn check_count(field: &str, count: usize, violations: &mut Violations) {
    if count > ENTRIES_MAX {
        violations.push(DomainError::new(
            ErrorKind::Length,
            field,
            format!("at most {ENTRIES_MAX} rows"),
            format!("最多{ENTRIES_MAX}行"),
        ));
    }
}

fn check_source(
    field: &str,
    (location, name): (ParameterLocation, &str),
    (path, declared): (&PathTemplate, &[Parameter]),
) -> Option<DomainError> {
    match location {
        ParameterLocation::Path => (!path.parameters().any(|own| own == name)).then(|| {
            DomainError::new(
                ErrorKind::State,
                field,
                format!("the API's path has no {{{name}}}"),
                format!("子路径中没有{{{name}}}"),
            )
        }),
        // A parameter that is declared has a name that fits.
        _ if declared.iter().any(|own| own.location == location && own.name == name) => None,
        ParameterLocation::Query => check_query_name(field, name),
        ParameterLocation::Header => check_header_name(field, name),
    }
}

fn check_query_name(field: &str, name: &str) -> Option<DomainError> {
    if name.is_empty() {
        return Some(DomainError::required(field));
    }
    if name.chars().count() > NAME_MAX {
        return Some(DomainError::too_long(field, NAME_MAX));
    }
    name.chars().any(char::is_control).then(|| {
        DomainError::new(ErrorKind::Format, field, "no control characters", "不能包含控制字符")
    })
}

/// A name that a header can have, and that is neither the connection's nor the gateway's own.
pub(crate) fn check_header_name(field: &str, name: &str) -> Option<DomainError> {
    if name.is_empty() {
        return Some(DomainError::required(field));
    }
    if name.chars().count() > NAME_MAX {
        return Some(DomainError::too_long(field, NAME_MAX));
    }
    if !is_header_name(name) {
        return Some(DomainError::new(
            ErrorKind::Format,
            field,
            "letters, digits and hyphen or another sign that header names may have",
            "不是有效的Header名称",
        ));
    }
    is_reserved(name).then(|| {
        DomainError::new(
            ErrorKind::State,
            field,
            "this header is the gateway's own, or belongs to the connection",
            "该Header由API网关或连接使用，不能配置",
        )
    })
}

/// Headers that say how a message is framed, where it goes, or what only the gateway can know.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 17] = [
        "connection",
        "content-length",
        "date",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-paifang-group",
        "x-real-ip",
    ];
    let name = name.to_ascii_lowercase();
    RESERVED.contains(&name.as_str())
        || name.starts_with("x-jdcloud-")
        || name.starts_with("x-forwarded-")
}

fn check_value(field: &str, value: &str) -> Option<DomainError> {
    if value.chars().count() > VALUE_MAX {
        return Some(DomainError::too_long(field, VALUE_MAX));
    }
    value.chars().any(char::is_control).then(|| {
        DomainError::new(ErrorKind::Format, field, "no control characters", "不能包含控制字符")
    })
}

fn duplicate(field: &str) -> DomainError {
    DomainError::new(ErrorKind::Duplicate, field, "this name is there already", "名称重复")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mapping: &ApiMapping) -> Vec<String> {
        let mut violations = Violations::new();
        let path: PathTemplate = "/pets/{petId}".parse().unwrap();
        mapping.check(Method::Get, &path, &[], &mut violations);
        violations.into_iter().map(|broken| broken.field).collect()
    }

    fn parameter(
        location: ParameterLocation,
        name: &str,
        from: ParameterSource,
    ) -> BackendParameter {
        BackendParameter { location, name: name.to_owned(), source: from }
    }

    fn constant(value: &str) -> ParameterSource {
        ParameterSource::Constant { value: value.to_owned() }
    }

    fn of_request(location: ParameterLocation, name: &str) -> ParameterSource {
        ParameterSource::Request { location, name: name.to_owned() }
    }

    use ParameterLocation::{Header, Path, Query};

    #[test]
    fn every_name_in_the_backends_path_gets_a_value() {
        let with = |path: &str, parameters: Vec<BackendParameter>| {
            let path = Some(path.parse().unwrap());
            check(&ApiMapping { path, parameters, ..ApiMapping::default() })
        };
        assert_eq!(with("/v2/{petId}", vec![]), [""; 0]);
        assert_eq!(with("/v2/{id}", vec![]), ["backendPath"]);
        assert_eq!(with("/v2/{id}", vec![parameter(Path, "id", of_request(Query, "id"))]), [""; 0]);
        assert_eq!(
            with("/v2", vec![parameter(Path, "id", constant("1"))]),
            ["backendParameters[0].name"]
        );
        assert_eq!(
            with("/v2/{id}", vec![parameter(Path, "id", ParameterSource::Removed)]),
            ["backendParameters[0].name"]
        );
    }

    #[test]
    fn names_and_values_are_such_that_can_be_sent() {
        let one = |parameter: BackendParameter| {
            check(&ApiMapping { parameters: vec![parameter], ..ApiMapping::default() })
        };
        assert_eq!(one(parameter(Header, "X-A", constant("1"))), [""; 0]);
        for name in ["", "a b", "Host", "x-jdcloud-pin", "X-Forwarded-For", "Content-Length"] {
            assert_eq!(
                one(parameter(Header, name, constant("1"))),
                ["backendParameters[0].name"],
                "{name}"
            );
        }
        assert_eq!(one(parameter(Query, "q", constant("a\nb"))), ["backendParameters[0].value"]);
        assert_eq!(
            one(parameter(Query, "q", of_request(Path, "other"))),
            ["backendParameters[0].value"]
        );
        assert_eq!(one(parameter(Query, "q", of_request(Header, "X-Q"))), [""; 0]);
    }

    #[test]
    fn a_name_is_mapped_once_and_head_stays_head() {
        let twice = vec![
            parameter(Header, "X-A", constant("1")),
            parameter(Query, "X-A", constant("1")),
            parameter(Header, "x-a", ParameterSource::Removed),
        ];
        let change = |name: &str| HeaderChange { name: name.to_owned(), value: None };
        let mapping = ApiMapping {
            method: Some(Method::Head),
            parameters: twice,
            response_headers: vec![change("server"), change("Server"), change("Via")],
            ..ApiMapping::default()
        };
        assert_eq!(
            check(&mapping),
            [
                "backendAction",
                "backendParameters[2].name",
                "responseHeaders[1].name",
                "responseHeaders[2].name"
            ]
        );
    }
}
