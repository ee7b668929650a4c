//! Calls as spans, in the JSON form of OTLP and by the names of OpenTelemetry's conventions for HTTP.

use crate::entry::Entry;
use http::HeaderValue;
use serde_json::{Value, json};
use std::sync::Arc;

/// A span of somebody who is asked.
const KIND_SERVER: u8 = 2;
const STATUS_ERROR: u8 = 2;

/// All calls as one message.
pub(super) fn message(calls: &[Arc<Entry>]) -> Vec<u8> {
    let spans: Vec<Value> = calls.iter().map(|call| span(call)).collect();
    let service = attribute("service.name", "paifang");
    json!({ "resourceSpans": [{
        "resource": { "attributes": [service] },
        "scopeSpans": [{
            "scope": { "name": "paifang.gateway", "version": env!("CARGO_PKG_VERSION") },
            "spans": spans,
        }],
    }]})
    .to_string()
    .into_bytes()
}

fn span(call: &Entry) -> Value {
    let api = call.deployment.as_deref().zip(call.api);
    let api = api.and_then(|(deployment, index)| deployment.apis.get(index));
    // Few names: not the path, which callers choose.
    let name = match api {
        Some(api) => format!("{} {}", call.method, api.name),
        None => call.method.to_string(),
    };
    let mut attributes = vec![
        attribute("http.request.method", call.method.as_str()),
        attribute("url.path", call.uri.path()),
        attribute("url.scheme", if call.is_tls { "https" } else { "http" }),
        attribute("client.address", &call.ip.to_string()),
        attribute("paifang.request_id", &text(&call.request_id)),
        number("http.response.status_code", call.status.into()),
        number("http.request.body.size", call.bytes_in),
        number("http.response.body.size", call.bytes_out),
    ];
    for (name, value) in [
        ("server.address", &call.host),
        ("user_agent.original", &call.user_agent),
        ("paifang.upstream.address", &call.upstream_host),
    ] {
        attributes.extend(value.as_ref().map(|value| attribute(name, &text(value))));
    }
    if let Some(deployment) = call.deployment.as_deref() {
        attributes.push(attribute("paifang.group", deployment.api_group_id.as_str()));
        attributes.push(attribute("paifang.environment", deployment.environment.as_str()));
        attributes.push(attribute("paifang.revision", &deployment.revision.to_string()));
    }
    if let Some(latency) = call.upstream_latency {
        let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        attributes.push(number("paifang.upstream.latency_us", us));
    }
    let status = if call.status >= 500 { json!({ "code": STATUS_ERROR }) } else { json!({}) };
    json!({
        "traceId": call.trace.id(),
        "spanId": call.trace.span(),
        "parentSpanId": call.trace.parent().unwrap_or_default(),
        "name": name,
        "kind": KIND_SERVER,
        // 64 bits are texts in this form.
        "startTimeUnixNano": call.time.as_nanos().to_string(),
        "endTimeUnixNano": (call.time + call.elapsed).as_nanos().to_string(),
        "attributes": attributes,
        "status": status,
    })
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn number(key: &str, value: u64) -> Value {
    json!({ "key": key, "value": { "intValue": value.to_string() } })
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
