//! Dynamic routing: the backend of a request, by the rules of its environment.

use crate::{
    refusal::Refusal,
    route::Route,
    snapshot::{ApiBackend, BackendRule},
};
use http::{HeaderMap, request};
use smallvec::SmallVec;
use std::borrow::Cow;

/// The parameters of a request that some rule looks at.
type Query<'a> = SmallVec<[(Cow<'a, str>, Cow<'a, str>); 8]>;

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
    let query = query(head.uri.query().unwrap_or_default(), &route.deployment.rule_query_names);
    let fitting = rules.iter().find(|rule| fits(rule, &head.headers, &query));
    Ok(fitting.map_or(&api.backend, |rule| rule.backend.as_ref().unwrap_or(&routed.mock)))
}

fn fits(rule: &BackendRule, headers: &HeaderMap, query: &Query<'_>) -> bool {
    rule.headers.iter().all(|(name, wanted)| headers.get_all(name).iter().any(|v| v == wanted))
        && rule
            .query
            .iter()
            .all(|(name, wanted)| query.iter().any(|(n, v)| **n == **name && **v == **wanted))
}

/// The parameters of these names, decoded: `+` and `%20` are blanks, and a parameter without `=` has the empty value.
fn query<'q>(raw: &'q str, names: &[Box<str>]) -> Query<'q> {
    if names.is_empty() {
        return Query::new();
    }
    let pairs = raw.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name);
        names.iter().any(|wanted| **wanted == *name).then(|| (name, decoded(value)))
    });
    pairs.collect()
}

/// A part of a query as it reads; what is no escape stays as it is, and what is not UTF-8 equals nothing.
fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return Cow::Borrowed(raw);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (byte, after) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, after @ ..]) => match hex(*high).zip(hex(*low)) {
                Some((high, low)) => (high << 4 | low, after),
                None => (first, tail),
            },
            _ => (first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_not_utf8| "\u{fffd}".to_owned()))
}

#[expect(clippy::cast_possible_truncation, reason = "a hexadecimal digit is less than 16")]
fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameters_are_compared_as_they_read() {
        let names: Vec<Box<str>> = ["a b", "版本", "flag", "p"].map(Box::from).into();
        let read = |raw| -> Vec<(String, String)> {
            let all = query(raw, &names).into_iter();
            all.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("a+b=1&a%20b=%31&x=2"), [pair("a b", "1"), pair("a b", "1")]);
        assert_eq!(read("%E7%89%88%E6%9C%AC=v+2&&flag"), [pair("版本", "v 2"), pair("flag", "")]);
        // Not escapes, and not UTF-8.
        assert_eq!(
            read("p=100%&p=%zz&p=%ff&p=a=b"),
            [pair("p", "100%"), pair("p", "%zz"), pair("p", "\u{fffd}"), pair("p", "a=b"),]
        );
        assert_eq!(read(""), []);
    }
}
