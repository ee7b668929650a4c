//! Answers: the headers that every one has, and the only place that writes an error.

use crate::{
    body::GatewayBody,
    context::RequestContext,
    filter::cors,
    passing::Passing,
    record::Record,
    refusal::{Refusal, SignatureDetails},
    request_id,
    upstream::Download,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, response};
use serde::Serialize;
use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

/// The call's id, to the caller and to the backend.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-jdcloud-request-id");
/// Whether the answer was kept, where answers are.
const CACHE: HeaderName = HeaderName::from_static("x-jdcloud-cache");
/// Where the tightest limit of a rate limit policy stands.
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
/// Milliseconds that the backend took to the head of its answer.
const UPSTREAM_LATENCY: HeaderName = HeaderName::from_static("x-jdcloud-upstream-latency");
/// Milliseconds that the gateway took besides.
const PROXY_LATENCY: HeaderName = HeaderName::from_static("x-jdcloud-proxy-latency");

/// Values of the latency headers, made once: most answers take less than a second.
static MILLISECONDS: LazyLock<Vec<HeaderValue>> = LazyLock::new(|| {
    let mut digits = itoa::Buffer::new();
    (0..1000u16)
        .map(|n| {
            // Leaked, because a static text is cloned without counting references, which all cores would share.
            let text: &'static str = String::leak(digits.format(n).to_owned());
            HeaderValue::from_static(text)
        })
        .collect()
});

/// An answer of the backend, to be streamed, and what its body goes through.
pub(crate) fn forwarded(
    context: &mut RequestContext<'_>,
    mut head: response::Parts,
    body: Download,
    passing: Option<Box<Passing>>,
) -> Response<GatewayBody> {
    complete(context, &mut head.headers, head.status);
    Response::from_parts(head, GatewayBody::upstream(body, passing, context.record.take()))
}

/// An answer after which the connection speaks another protocol, and the record of what then passes.
pub(crate) fn switched(
    context: &mut RequestContext<'_>,
    mut head: response::Parts,
) -> (Response<GatewayBody>, Option<Record>) {
    complete(context, &mut head.headers, head.status);
    let record = context.record.take();
    (Response::from_parts(head, GatewayBody::held(Bytes::new(), None)), record)
}

/// The whole answer to a request that HTTP itself could not read, as it stands on the wire: there is no call to answer.
pub(crate) fn unreadable(status: u16) -> Vec<u8> {
    let refusal = Refusal::unreadable(status);
    let request_id = request_id::new();
    let body = envelope(&request_id, &refusal);
    let status = StatusCode::from_u16(refusal.told().0).unwrap_or(StatusCode::BAD_REQUEST);
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{REQUEST_ID}: {}\r\n{PROXY_LATENCY}: 0\r\n\
         connection: close\r\ncontent-length: {}\r\ndate: {}\r\n\r\n",
        request_id.to_str().unwrap_or_default(),
        body.len(),
        httpdate::fmt_http_date(SystemTime::now()),
    );
    [head.into_bytes(), body].concat()
}

/// A good answer of the gateway itself.
pub(crate) fn held(
    context: &mut RequestContext<'_>,
    content_type: HeaderValue,
    body: Bytes,
) -> Response<GatewayBody> {
    answer(context, StatusCode::OK, typed(content_type), body)
}

/// An answer of the gateway itself that has nothing to say but its headers.
pub(crate) fn no_content(context: &mut RequestContext<'_>) -> Response<GatewayBody> {
    answer(context, StatusCode::NO_CONTENT, HeaderMap::new(), Bytes::new())
}

/// An answer that was kept.
pub(crate) fn kept(
    context: &mut RequestContext<'_>,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
) -> Response<GatewayBody> {
    answer(context, status, headers, body)
}

/// The answer to a call that is refused.
pub(crate) fn refuse(context: &mut RequestContext<'_>, refusal: &Refusal) -> Response<GatewayBody> {
    log(context, refusal);
    let (code, word, _) = refusal.told();
    context.worker.counts.refuse(word, context.record.is_none());
    let body = envelope(&context.request_id, refusal);
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json");
    let mut response = answer(context, status, typed(json), body.into());
    if let Refusal::RateLimited { retry_after_seconds, .. } = refusal {
        response.headers_mut().insert(header::RETRY_AFTER, (*retry_after_seconds).into());
    }
    if let Refusal::HttpsOnly { location, .. } = refusal {
        response.headers_mut().insert(header::LOCATION, location.clone());
    }
    if let Refusal::Token(error) = refusal
        && let Ok(challenge) = HeaderValue::try_from(error.challenge())
    {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The body of the answer to a call that is refused.
fn envelope(request_id: &HeaderValue, refusal: &Refusal) -> Vec<u8> {
    let (code, status, message) = refusal.told();
    let details = match refusal {
        Refusal::Access(_, Some(details)) => Some([&**details]),
        _ => None,
    };
    let request_id = request_id.to_str().unwrap_or_default();
    let envelope = Envelope { request_id, error: Told { status, code, message, details } };
    serde_json::to_vec(&envelope).unwrap_or_default()
}

fn answer(
    context: &mut RequestContext<'_>,
    status: StatusCode,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<GatewayBody> {
    complete(context, &mut headers, status);
    if let Some(entry) = context.access.take() {
        // It belongs to no group, so there is no record that would take it along.
        entry.write(0, body.len() as u64, context.started.elapsed());
    }
    let mut response = Response::new(GatewayBody::held(body, context.record.take()));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn typed(content_type: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(header::CONTENT_TYPE, content_type);
    headers
}

/// Adds the headers that every answer has, and tells the record.
fn complete(context: &mut RequestContext<'_>, headers: &mut HeaderMap, status: StatusCode) {
    headers.insert(REQUEST_ID, context.request_id.clone());
    let upstream = context.upstream_latency;
    if let Some(upstream) = upstream {
        headers.insert(UPSTREAM_LATENCY, milliseconds(upstream));
    }
    let own = context.started.elapsed().saturating_sub(upstream.unwrap_or_default());
    headers.insert(PROXY_LATENCY, milliseconds(own));
    if let Some(standing) = context.standing {
        headers.insert(LIMIT, standing.limit.into());
        headers.insert(REMAINING, standing.remaining.into());
        headers.insert(RESET, standing.reset_seconds.into());
    }
    if let Some(entry) = &mut context.access {
        entry.called_by(context.client, context.caller.as_deref());
        entry.about(context.token.as_deref());
        entry.misfit = context.misfit.take();
        entry.answered(status, headers, (upstream, context.cached));
    }
    if let Some(cached) = context.cached {
        headers.insert(CACHE, HeaderValue::from_static(cached.as_str()));
    }
    if let Some(record) = &context.record
        && let Some(rules) = &record.deployment.cors
    {
        cors::finish(rules, context.allowed_origin.as_ref(), headers);
    }
    if let Some(record) = &mut context.record {
        record.status = status.as_u16();
        record.access = context.access.take();
    }
}

fn milliseconds(latency: Duration) -> HeaderValue {
    let ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    let ready = usize::try_from(ms).ok().and_then(|ms| MILLISECONDS.get(ms));
    ready.cloned().unwrap_or_else(|| HeaderValue::from(ms))
}

/// The body of an error. `details` is a list, as the clients in the field read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    request_id: &'a str,
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    status: &'a str,
    code: u16,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<[&'a SignatureDetails; 1]>,
}

/// Tells the log what is not told to the caller. A backend that is down fails many calls a second: one a second is
/// enough.
fn log(context: &RequestContext<'_>, refusal: &Refusal) {
    let Some(cause) = refusal.upstream_cause() else { return };
    let group =
        context.record.as_ref().map_or("", |record| record.deployment.api_group_id.as_str());
    let request_id = context.request_id.to_str().unwrap_or_default();
    let status = refusal.told().0;
    if context.gateway.log_limit.admits() {
        tracing::warn!(request_id, group, status, "a call failed at its backend: {cause}");
    } else {
        tracing::debug!(request_id, group, status, "a call failed at its backend: {cause}");
    }
}
