//! Mapping: the forwarded request in the place of the received one, and the headers of the answer.

use crate::{
    refusal::Refusal,
    route::{path, query},
    snapshot::mapping::{Mapping, Piece, Value, encode_into},
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, request, uri::PathAndQuery};
use smallvec::SmallVec;
use std::borrow::Cow;

/// Values of one parameter, decoded.
type Values<'a> = SmallVec<[Cow<'a, [u8]>; 1]>;

/// Where values are read from.
struct Source<'a> {
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
}

/// Makes the head that will be forwarded what the mapping says. `received` is the target before the group's prefix was left
/// out.
///
/// # Errors
/// When a value cannot stand where it belongs.
pub(crate) fn apply(
    mapping: &Mapping,
    received: &Uri,
    head: &mut request::Parts,
) -> Result<(), Refusal> {
    let source = Source {
        path: received.path(),
        query: received.query().unwrap_or_default(),
        headers: &head.headers,
    };
    let target = target(mapping, &source, &head.uri)?;
    let headers = headers(mapping, &source)?;
    if let Some(target) = target {
        head.uri = target;
    }
    if let Some(method) = &mapping.method {
        head.method = method.clone();
    }
    for name in &mapping.headers_taken {
        head.headers.remove(name);
    }
    for (name, value) in headers {
        head.headers.append(name, value);
    }
    Ok(())
}

/// Changes the headers of an answer.
pub(crate) fn answer(mapping: &Mapping, headers: &mut HeaderMap) {
    for (name, value) in &mapping.answer {
        match value {
            Some(value) => _ = headers.insert(name.clone(), value.clone()),
            None => _ = headers.remove(name),
        }
    }
}

/// The target; `None` when it stays as it is.
fn target(mapping: &Mapping, source: &Source<'_>, as_it_is: &Uri) -> Result<Option<Uri>, Refusal> {
    let changes_query = !mapping.query_taken.is_empty();
    if mapping.path.is_none() && !changes_query {
        return Ok(None);
    }
    let mut target = match &mapping.path {
        None => as_it_is.path().to_owned(),
        Some(pieces) => self::path(pieces, mapping.rest_after, source)?,
    };
    let query = if changes_query {
        self::query(mapping, source)
    } else {
        as_it_is.query().unwrap_or_default().to_owned()
    };
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let target = PathAndQuery::try_from(target);
    target
        .map(|target| Some(target.into()))
        .map_err(|_cannot_be| Refusal::BadRequest("the path cannot be forwarded"))
}

fn path(
    pieces: &[Piece],
    rest_after: Option<usize>,
    source: &Source<'_>,
) -> Result<String, Refusal> {
    let mut path = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) | Piece::Value(Value::Constant(text)) => path.push_str(text),
            Piece::Value(value) => {
                let values = values(value, source);
                encode_into(&mut path, values.first().map(|v| &**v).unwrap_or_default());
            }
        }
    }
    if let Some((at, _)) = rest_after.and_then(|count| source.path.match_indices('/').nth(count)) {
        path.push_str(&source.path[at..]);
    }
    if path.is_empty() {
        path.push('/');
    }
    // A value may be empty, or make a segment that means another place.
    path::split(&path).map_err(|_problem| {
        Refusal::BadRequest("a parameter cannot be part of the backend's path")
    })?;
    Ok(path)
}

/// What is not taken as it was received, then what is set.
fn query(mapping: &Mapping, source: &Source<'_>) -> String {
    let mut query = String::with_capacity(source.query.len());
    let begin = |query: &mut String| {
        if !query.is_empty() {
            query.push('&');
        }
    };
    for (name, pair) in query::pairs(source.query) {
        if !mapping.query_taken.iter().any(|taken| *name == *taken.as_bytes()) {
            begin(&mut query);
            query.push_str(pair);
        }
    }
    for (name, value) in &mapping.query {
        if let Value::Constant(text) = value {
            begin(&mut query);
            query.extend([&**name, "=", text]);
            continue;
        }
        for value in values(value, source) {
            begin(&mut query);
            query.extend([&**name, "="]);
            encode_into(&mut query, &value);
        }
    }
    query
}

fn headers(
    mapping: &Mapping,
    source: &Source<'_>,
) -> Result<SmallVec<[(HeaderName, HeaderValue); 4]>, Refusal> {
    let mut headers = SmallVec::new();
    for (name, value) in &mapping.headers {
        if let Value::Constant(constant) = value {
            headers.push((name.clone(), constant.clone()));
            continue;
        }
        for value in values(value, source) {
            let value = HeaderValue::from_bytes(&value).map_err(|_no_value| {
                Refusal::BadRequest("a parameter cannot be the value of a header")
            })?;
            headers.push((name.clone(), value));
        }
    }
    Ok(headers)
}

/// The values that a request has for it, in their order; the default when it has none.
fn values<'a, C>(value: &'a Value<C>, source: &Source<'a>) -> Values<'a> {
    let (found, default): (Values<'a>, _) = match value {
        Value::Constant(_) => (Values::new(), &None),
        Value::Segment(index) => {
            let segment = source.path.split('/').nth(index + 1).unwrap_or_default();
            return SmallVec::from_iter([query::decoded(segment, false)]);
        }
        Value::Query(name, default) => {
            let pairs = query::pairs(source.query).filter(|(key, _)| **key == *name.as_bytes());
            (pairs.map(|(_, pair)| query::value_of(pair)).collect(), default)
        }
        Value::Header(name, default) => {
            let all = source.headers.get_all(name).iter();
            (all.map(|value| Cow::Borrowed(value.as_bytes())).collect(), default)
        }
    };
    match default {
        Some(default) if found.is_empty() => {
            SmallVec::from_iter([Cow::Borrowed(default.as_bytes())])
        }
        _ => found,
    }
}
