//! Dynamic routing: the backend of a request, by the rules of its environment.

use crate::{
    refusal::Refusal,
    route::{Route, query},
    snapshot::{ApiBackend, BackendRule},
};
use http::{HeaderMap, request};
use smallvec::SmallVec;
use std::borrow::Cow;

/// The parameters of a request that some rule looks at.
type Query<'a> = SmallVec<[(Cow<'a, [u8]>, Cow<'a, [u8]>); 8]>;

/// The backend of a request: that of the first rule which fits; else the one that the API has by its release. An API with
/// a backend of its own keeps it whatever the rules are.
///
/// # Errors
/// As [`Route::api`].
pub(crate) fn choose<'r>(
    route: &'r Route,
    head: &request::Parts,
) -> Result<&'r ApiBackend, Refusal> {
    let api = route.api()?;
    let rules = &route.deployment.rules;
    let Some(routed) = api.routed.as_ref().filter(|_| !rules.is_empty()) else {
        return Ok(&api.backend);
    };
    let raw = head.uri.query().unwrap_or_default();
    let query = looked_at(raw, &route.deployment.rule_query_names);
    let fitting = rules.iter().find(|rule| fits(rule, &head.headers, &query));
    Ok(fitting.map_or(&api.backend, |rule| rule.backend.as_ref().unwrap_or(&routed.mock)))
}

fn fits(rule: &BackendRule, headers: &HeaderMap, query: &Query<'_>) -> bool {
    rule.headers.iter().all(|(name, wanted)| headers.get_all(name).iter().any(|v| v == wanted))
        && rule.query.iter().all(|(name, wanted)| {
            query.iter().any(|(n, v)| **n == *name.as_bytes() && **v == *wanted.as_bytes())
        })
}

/// The parameters of these names, decoded: `+` and `%20` are blanks, and a parameter without `=` has the empty value.
fn looked_at<'q>(raw: &'q str, names: &[Box<str>]) -> Query<'q> {
    if names.is_empty() {
        return Query::new();
    }
    let pairs = query::pairs(raw)
        .filter(|(name, _)| names.iter().any(|wanted| *wanted.as_bytes() == **name));
    pairs.map(|(name, pair)| (name, query::value_of(pair))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameters_are_compared_as_they_read() {
        let names: Vec<Box<str>> = ["a b", "版本", "flag"].map(Box::from).into();
        let read = |raw| -> Vec<(String, String)> {
            let text = |bytes: Cow<'_, [u8]>| String::from_utf8(bytes.into_owned()).unwrap();
            looked_at(raw, &names).into_iter().map(|(n, v)| (text(n), text(v))).collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("a+b=1&a%20b=%31&x=2"), [pair("a b", "1"), pair("a b", "1")]);
        assert_eq!(read("%E7%89%88%E6%9C%AC=v+2&&flag"), [pair("版本", "v 2"), pair("flag", "")]);
        assert_eq!(read(""), []);
    }
}
