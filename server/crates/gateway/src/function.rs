//! Functions: a call as an event that is posted to one, and its answer as the caller's.

use crate::{
    body::{BodyError, GatewayBody, RequestBody},
    context::RequestContext,
    filter::{access_auth::hold_body, mapping},
    headers, proxy,
    refusal::Refusal,
    respond,
    route::{Route, query},
    snapshot::FunctionTarget,
    traffic,
    upstream::{Destination, Download, Sending, Sent, Upload},
};
use bytes::{Bytes, BytesMut};
use domain::{AuthType, Timestamp};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header,
    request,
};
use http_body::Body as _;
use serde_json::{Map, Value, json};
use signing::Authorization;
use std::{future::poll_fn, time::Instant};

/// What says which trace a request belongs to.
const TRACE: [&str; 2] = ["traceparent", "tracestate"];

/// Calls a function and answers what it says.
///
/// # Errors
/// When the call cannot be told as an event, or there is no answer of the function, or none that is one.
pub(crate) async fn call(
    context: &mut RequestContext<'_>,
    (destination, route): (Destination<'_>, &Route),
    target: &FunctionTarget,
    (head, body): (&mut request::Parts, RequestBody),
) -> Result<Response<GatewayBody>, Refusal> {
    let api = route.api()?;
    if headers::asks_for_websocket(&head.headers) {
        return Err(Refusal::NotImplemented("A function cannot be called by WebSocket"));
    }
    // Its answer is made by the gateway, and not kept.
    context.missed = None;
    let mut sending = Sending::begin(context, (destination, &api.limits), head)?;
    let body = text(context, body).await?;
    let identity = identity(context, route, &head.headers);
    let parameters = path_parameters(target, head.uri.path());
    let edits = (route.deployment.stripped_segments, api.mapping.as_deref());
    proxy::edit_head(context, sending.upstream(), edits, head)?;
    let event = event(context, route, head, (parameters, identity, body));
    let request = request(context, &sending, target, (&head.headers, &event))?;
    let sent_at = Instant::now();
    let (request, body) = request.into_parts();
    let (upload, progress) = Upload::new(body, u64::MAX, sent_at);
    let sent = sending.send(context, Request::from_parts(request, upload), progress).await?;
    context.upstream_latency = Some(sent_at.elapsed());
    let answer = read(context, sent, sending).await?;
    let (status, mut headers, body) = parse(&answer).map_err(|wrong| {
        Refusal::UpstreamInvalid(format!("a function answered what is none: {wrong}").into())
    })?;
    if let Some(mapping) = &api.mapping {
        mapping::answer(mapping, &mut headers);
    }
    Ok(respond::kept(context, status, headers, body))
}

/// The body as text.
async fn text(context: &mut RequestContext<'_>, body: RequestBody) -> Result<String, Refusal> {
    if body.is_end_stream() {
        return Ok(String::new());
    }
    let settings = context.settings();
    let (limit, idle) = (settings.body_limit, settings.timeouts.body_idle);
    let held = match body.held() {
        Some(held) => held.clone(),
        None => hold_body(body, limit, idle, &context.gateway.held_bodies).await?,
    };
    if let Some(record) = &mut context.record {
        record.bytes_in = held.len() as u64;
    }
    let text = std::str::from_utf8(&held).map_err(|_bytes| {
        Refusal::UnsupportedMediaType("request body: it is not UTF-8, and a function is sent texts")
    })?;
    Ok(text.to_owned())
}

/// Who calls.
fn identity(context: &RequestContext<'_>, route: &Route, headers: &HeaderMap) -> Value {
    let caller = context.caller.as_deref();
    let shown = |value: Option<&HeaderValue>| value.map(lossy).unwrap_or_default();
    let auth_type = route.deployment.auth_type;
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let authorization = authorization.and_then(|value| Authorization::parse(value).ok());
    // A subscription key is a secret; it is not told.
    let signed = caller.is_some() && auth_type == AuthType::Signature;
    let api_key = authorization.filter(|_| signed);
    json!({
        "accountId": shown(caller.map(|caller| &caller.user_id)),
        "apiKey": api_key.as_ref().map_or("", |it| it.access_key()),
        "user": shown(caller.map(|caller| &caller.pin)),
        "authType": auth_type.as_str(),
    })
}

fn path_parameters(target: &FunctionTarget, path: &str) -> Value {
    let parameters = target.parameters.iter().map(|(name, index)| {
        let segment = path.split('/').nth(index + 1).unwrap_or_default();
        let value = query::decoded(segment, false);
        (name.to_string(), Value::String(String::from_utf8_lossy(&value).into_owned()))
    });
    Value::Object(parameters.collect())
}

/// The call as an event, in the original's form.
fn event(
    context: &RequestContext<'_>,
    route: &Route,
    head: &request::Parts,
    (parameters, identity, body): (Value, Value, String),
) -> Value {
    let deployment = &route.deployment;
    let request_id = lossy(&context.request_id);
    let api = deployment.apis.get(route.api).and_then(|api| api.label.api.as_ref());
    json!({
        "version": "0",
        "id": request_id,
        "time": now(),
        "source": "apigateway",
        "resources": [format!("jrn:apigateway:{}::api/function", deployment.region)],
        "region": deployment.region.as_str(),
        "detailType": "ApiGatewayReceived",
        "detail": {
            "path": head.uri.path(),
            "httpMethod": head.method.as_str(),
            "headers": header_values(&head.headers),
            "pathParameters": parameters,
            "queryParameters": query_values(head.uri.query().unwrap_or_default()),
            "body": body,
            "requestContext": {
                "stage": deployment.environment.as_str(),
                "apiId": api.map(ToString::to_string),
                "identity": identity,
                "requestId": request_id,
                "sourceIp": context.client.to_string(),
            },
        },
    })
}

/// `2006-01-02T15:04:05.999Z`.
fn now() -> String {
    let ms = traffic::now_ms();
    let seconds = Timestamp(ms).to_string().replacen(' ', "T", 1);
    format!("{seconds}.{:03}Z", ms.rem_euclid(1000))
}

/// Several values of a name have commas between them.
fn join(values: &mut Map<String, Value>, name: String, value: &str) {
    match values.get_mut(&name) {
        Some(Value::String(before)) => before.extend([",", value]),
        _ => _ = values.insert(name, Value::String(value.to_owned())),
    }
}

fn header_values(headers: &HeaderMap) -> Value {
    let mut values = Map::new();
    for (name, value) in headers {
        join(&mut values, name.as_str().to_owned(), &lossy(value));
    }
    Value::Object(values)
}

fn query_values(raw: &str) -> Value {
    let mut values = Map::new();
    for (name, pair) in query::pairs(raw) {
        let value = query::value_of(pair);
        let name = String::from_utf8_lossy(&name).into_owned();
        join(&mut values, name, &String::from_utf8_lossy(&value));
    }
    Value::Object(values)
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn request(
    context: &RequestContext<'_>,
    sending: &Sending<'_>,
    target: &FunctionTarget,
    (received, event): (&HeaderMap, &Value),
) -> Result<Request<RequestBody>, Refusal> {
    let body = serde_json::to_vec(event).map_err(|_never| Refusal::Internal)?;
    let mut request = Request::new(RequestBody::from(Bytes::from(body)));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.uri.clone();
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    headers.insert(header::HOST, sending.upstream().authority().clone());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(respond::REQUEST_ID, context.request_id.clone());
    for name in TRACE {
        if let Some(value) = received.get(name) {
            headers.insert(name, value.clone());
        }
    }
    Ok(request)
}

/// All of a function's answer.
async fn read(
    context: &mut RequestContext<'_>,
    Sent { response, connection }: Sent,
    sending: Sending<'_>,
) -> Result<Vec<u8>, Refusal> {
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(Refusal::UpstreamInvalid(
            format!("a function answered {}", head.status).into(),
        ));
    }
    let mut download = connection.download(body, sending.into_source());
    let whole = collect(&mut download, context.settings().body_limit).await;
    let whole = whole.map_err(Refusal::UpstreamInvalid)?;
    download.release(context.record.as_ref());
    Ok(whole.into())
}

async fn collect(download: &mut Download, limit: u64) -> Result<BytesMut, BodyError> {
    let mut whole = BytesMut::new();
    while !download.is_complete() {
        let Some(frame) = poll_fn(|context| download.poll_frame(context)).await else { break };
        if let Ok(data) = frame?.into_data() {
            if (whole.len() + data.len()) as u64 > limit {
                return Err("a function's answer is longer than bodies may be".into());
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole)
}

/// `{"statusCode": 200, "headers": {}, "body": ""}`.
fn parse(answer: &[u8]) -> Result<(StatusCode, HeaderMap, Bytes), &'static str> {
    let answer: Value = serde_json::from_slice(answer).map_err(|_wrong| "it is not JSON")?;
    let status = answer.get("statusCode").and_then(Value::as_u64);
    let status = status.and_then(|code| u16::try_from(code).ok());
    let status = status.filter(|code| (200..600).contains(code));
    let status = status.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or("statusCode is no status from 200 to 599")?;
    let mut headers = answer_headers(answer.get("headers"))?;
    let body = match answer.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(_) => return Err("body is no text"),
    };
    let has_none = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if has_none {
        return Ok((status, headers, Bytes::new()));
    }
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok((status, headers, body))
}

fn answer_headers(told: Option<&Value>) -> Result<HeaderMap, &'static str> {
    let told = match told {
        None | Some(Value::Null) => return Ok(HeaderMap::new()),
        Some(told) => told.as_object().ok_or("headers is no object")?,
    };
    let mut headers = HeaderMap::with_capacity(told.len());
    for (name, value) in told {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_no_name| "a header's name is none")?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err("a header's value is no text"),
        };
        let value = HeaderValue::try_from(text).map_err(|_no_value| "a header's value is none")?;
        headers.append(name, value);
    }
    headers::from_backend(&mut headers);
    // The body's own, which is known.
    headers.remove(header::CONTENT_LENGTH);
    Ok(headers)
}
