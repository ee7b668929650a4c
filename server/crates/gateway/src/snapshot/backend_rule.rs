//! Rules of dynamic routing, compiled: what a request must have to go another way than the others.

use super::ApiBackend;
use domain::{BackendConfig, SimpleParameter};
use http::{HeaderName, HeaderValue};
use std::collections::HashSet;

/// A rule.
#[derive(Debug)]
pub(crate) struct BackendRule {
    /// Headers with the value that each must have; of several values of one name, one is enough.
    pub(crate) headers: Box<[(HeaderName, HeaderValue)]>,
    /// Query parameters, decoded, likewise.
    pub(crate) query: Box<[(Box<str>, Box<str>)]>,
    /// Where the requests go; `None` for the API's mock.
    pub(crate) backend: Option<ApiBackend>,
}

impl BackendRule {
    /// Compiles the conditions of a rule.
    ///
    /// # Errors
    /// In words for a person, when a condition is on what no header can be.
    pub(crate) fn new(rule: &BackendConfig, backend: Option<ApiBackend>) -> Result<Self, String> {
        let headers = rule.header_params.iter().map(|parameter| {
            header(parameter).ok_or_else(|| {
                format!(
                    "rule {}: no header can be {}: {}",
                    rule.sort, parameter.name, parameter.value
                )
            })
        });
        let query = rule.query_params.iter();
        Ok(Self {
            headers: headers.collect::<Result<_, _>>()?,
            query: query
                .map(|parameter| (parameter.name.as_str().into(), parameter.value.as_str().into()))
                .collect(),
            backend,
        })
    }
}

fn header(parameter: &SimpleParameter) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(parameter.name.as_bytes()).ok()?;
    let value = HeaderValue::from_bytes(parameter.value.as_bytes()).ok()?;
    Some((name, value))
}

/// The names of query parameters that any of these rules looks at.
pub(crate) fn query_names(rules: &[BackendRule]) -> Box<[Box<str>]> {
    let names = rules.iter().flat_map(|rule| rule.query.iter().map(|(name, _)| name));
    let names: HashSet<&Box<str>> = names.collect();
    names.into_iter().cloned().collect()
}
