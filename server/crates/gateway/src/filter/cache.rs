//! Response cache: whether a call can be answered with what another one was.

use crate::{
    body::{GatewayBody, RequestBody},
    cache::{BODY_MAX, Cached, Copying, Entry, Freshness, Key, Scope},
    coding::Coding,
    context::RequestContext,
    headers,
    refusal::Refusal,
    respond,
    route::{self, Route, query},
    snapshot::{ApiBackend, cache_policy::CachePolicy},
};
use http::{HeaderMap, HeaderName, Response, StatusCode, header, request, response};
use http_body::Body as _;
use std::sync::{Arc, atomic::Ordering};

/// What asks for a part of an answer, or for none when it has not changed: the whole one is what can be kept.
const CONDITIONS: [HeaderName; 6] = [
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
    header::RANGE,
];

/// A call whose answer may be kept.
pub(crate) struct Missed {
    key: Key,
    scope: Scope,
}

/// Answers with what is kept; `None` when the backend must be asked. Then the head asks for what can be kept.
///
/// # Errors
/// As [`Route::api`].
pub(crate) fn answer(
    context: &mut RequestContext<'_>,
    (route, backend): (&Route, &ApiBackend),
    head: &mut request::Parts,
    body: &RequestBody,
) -> Result<Option<Response<GatewayBody>>, Refusal> {
    let api = route.api()?;
    let (Some(policy), Some(scope)) = (&api.cache, &route.deployment.cache_scope) else {
        return Ok(None);
    };
    let is_kept = context.gateway.cache.is_on()
        // Where a rule of dynamic routing leads to, answers are others.
        && std::ptr::eq(backend, &api.backend)
        && body.is_end_stream()
        && !headers::asks_for_websocket(&head.headers);
    if !is_kept {
        return Ok(None);
    }
    let coding = Coding::accepted(&head.headers);
    let key = key(context, (policy, scope), head, coding)?;
    if let Some(entry) = context.gateway.cache.get(&key, context.started) {
        context.cached = Some(Cached::Hit);
        context.worker.counts.cache_hits.fetch_add(1, Ordering::Relaxed);
        return Ok(Some(answer_with(context, &entry, &head.headers)));
    }
    context.cached = Some(Cached::Miss);
    context.worker.counts.cache_misses.fetch_add(1, Ordering::Relaxed);
    for name in CONDITIONS {
        head.headers.remove(name);
    }
    // The coding in the key is the only one that may come.
    match coding {
        Some(coding) => _ = head.headers.insert(header::ACCEPT_ENCODING, coding.value()),
        None => _ = head.headers.remove(header::ACCEPT_ENCODING),
    }
    context.missed = Some(Box::new(Missed { key, scope: Scope::clone(scope) }));
    Ok(None)
}

/// Begins to copy an answer that may be kept, of the call that `missed`.
pub(crate) fn copy(
    context: &RequestContext<'_>,
    missed: Missed,
    (policy, head): (&CachePolicy, &response::Parts),
) -> Option<Copying> {
    let length =
        head.headers.get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > BODY_MAX) {
        return None;
    }
    let freshness = Freshness::of(head.status, &head.headers, (policy.seconds, &policy.headers))?;
    let cache = Arc::clone(&context.gateway.cache);
    let answer = (head.status, head.headers.clone());
    Some(Copying::new((cache, missed.key), answer, freshness, &missed.scope))
}

fn answer_with(
    context: &mut RequestContext<'_>,
    entry: &Entry,
    asked: &HeaderMap,
) -> Response<GatewayBody> {
    let age = entry.age(context.started);
    if is_known(entry, asked) {
        let mut headers: HeaderMap = [
            header::CACHE_CONTROL,
            header::CONTENT_LOCATION,
            header::DATE,
            header::ETAG,
            header::EXPIRES,
            header::VARY,
        ]
        .into_iter()
        .filter_map(|name| Some((name.clone(), entry.headers.get(&name)?.clone())))
        .collect();
        headers.insert(header::AGE, age);
        return respond::kept(context, StatusCode::NOT_MODIFIED, headers, bytes::Bytes::new());
    }
    let mut headers = entry.headers.clone();
    headers.insert(header::AGE, age);
    respond::kept(context, entry.status, headers, entry.body.clone())
}

/// Whether the caller has this answer already.
fn is_known(entry: &Entry, asked: &HeaderMap) -> bool {
    fn opaque(tag: &str) -> &str {
        let tag = tag.trim();
        tag.strip_prefix("W/").unwrap_or(tag)
    }
    let Some(own) = entry.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) else {
        return false;
    };
    let own = opaque(own);
    asked.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        let tags = value.to_str().unwrap_or_default();
        tags.trim() == "*" || tags.split(',').any(|tag| opaque(tag) == own)
    })
}

/// What tells this request from those that are answered otherwise.
fn key(
    context: &RequestContext<'_>,
    (policy, scope): (&CachePolicy, &Scope),
    head: &request::Parts,
    coding: Option<Coding>,
) -> Result<Key, Refusal> {
    let mut parts = Parts(Vec::with_capacity(256));
    parts.add(scope.as_str().as_bytes());
    parts.add(coding.map_or("", Coding::as_str).as_bytes());
    // Backends are told both, and may say them in what they answer.
    parts.add(&[u8::from(context.connection.is_tls())]);
    parts.add(route::authority(head)?.to_ascii_lowercase().as_bytes());
    parts.add(head.uri.path().as_bytes());
    let query = head.uri.query().unwrap_or_default();
    if policy.query.is_empty() {
        parts.add(query.as_bytes());
    }
    for name in &policy.query {
        let named = query::pairs(query).filter(|(given, _)| **given == *name.as_bytes());
        parts.add_list(named.map(|(_, pair)| query::value_of(pair)));
    }
    for name in &policy.headers {
        parts.add_list(head.headers.get_all(name));
    }
    if !policy.shared {
        parts.add(context.caller.as_ref().map_or(b"", |caller| caller.user_id.as_bytes()));
        parts.add_list(head.headers.get_all(header::COOKIE));
        // A signature is another one each time, and no backend sees it.
        let credentials = head.headers.get_all(header::AUTHORIZATION).iter();
        parts.add_list(credentials.filter(|value| !headers::is_own_scheme(value)));
    }
    Ok(Key(parts.0.into()))
}

/// Texts one after the other, each with its length before it, so that no two sequences are written alike.
struct Parts(Vec<u8>);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.add_number(part.len());
        self.0.extend_from_slice(part);
    }

    /// A list of any length, with its end.
    fn add_list(&mut self, parts: impl IntoIterator<Item = impl AsRef<[u8]>>) {
        for part in parts {
            self.add(part.as_ref());
        }
        // No part is so long.
        self.add_number(usize::MAX);
    }

    fn add_number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }
}
