//! One call as a line of JSON, in the field names of the original's log service.

use crate::{cache::Cached, entry::Entry};
use http::HeaderValue;
use serde::Serialize;
use std::{borrow::Cow, time::Duration};

/// What stands for a value that there is not.
const NONE: &str = "-";

/// The fields, in the original's order; numbers are texts, but for the time. `trace_id`, `path`, `cache`, `subject`
/// and `validation` are this gateway's own.
#[derive(Serialize)]
struct Line<'a> {
    api_name: &'a str,
    api_version: String,
    /// `HIT` or `MISS` where answers are kept.
    cache: &'a str,
    host: Cow<'a, str>,
    ip: String,
    method: &'a str,
    /// The path without its query, which may hold secrets.
    path: &'a str,
    /// The account whose key the call was made with.
    pin: Cow<'a, str>,
    /// Seconds from the request's head to the last byte of the answer.
    proxy_time: String,
    referer: Cow<'a, str>,
    req_id: Cow<'a, str>,
    request_content_length: String,
    response_content_length: String,
    response_content_type: Cow<'a, str>,
    response_status: String,
    scheme: &'a str,
    service_prod: &'a str,
    /// Whom the call's token is about, where it carries one.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Cow<'a, str>>,
    /// Milliseconds since 1970 when the request's head was there.
    time: i64,
    trace_id: &'a str,
    upstream_host: Cow<'a, str>,
    /// Seconds to the head of the backend's answer.
    upstream_response_time: String,
    user_agent: Cow<'a, str>,
    uuid: &'a str,
    /// What of it does not fit its API's definition, where calls are validated.
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<&'a str>,
    x_forwarded_for: Cow<'a, str>,
}

/// Appends the line of a call.
pub(super) fn write(entry: &Entry, line: &mut Vec<u8>) {
    let deployment = entry.deployment.as_deref();
    let api = deployment.zip(entry.api).and_then(|(deployment, api)| deployment.apis.get(api));
    let fields = Line {
        api_name: api.map_or(NONE, |api| &api.name),
        api_version: deployment.map_or_else(|| NONE.to_owned(), |d| d.revision.to_string()),
        cache: entry.cached.map_or(NONE, Cached::as_str),
        host: text(entry.host.as_ref()),
        ip: entry.ip.to_string(),
        method: entry.method.as_str(),
        path: entry.uri.path(),
        pin: text(entry.pin.as_ref()),
        proxy_time: seconds(entry.elapsed),
        referer: text(entry.referer.as_ref()),
        req_id: text(Some(&entry.request_id)),
        request_content_length: entry.bytes_in.to_string(),
        response_content_length: entry.bytes_out.to_string(),
        response_content_type: text(entry.content_type.as_ref()),
        response_status: entry.status.to_string(),
        scheme: if entry.is_tls { "https" } else { "http" },
        service_prod: "apim",
        subject: entry.subject.as_ref().map(|subject| text(Some(subject))),
        time: i64::try_from(entry.time.as_millis()).unwrap_or(i64::MAX),
        trace_id: entry.trace.id(),
        upstream_host: text(entry.upstream_host.as_ref()),
        upstream_response_time: seconds(entry.upstream_latency.unwrap_or_default()),
        user_agent: text(entry.user_agent.as_ref()),
        uuid: NONE,
        validation: entry.misfit.as_deref(),
        x_forwarded_for: text(entry.forwarded_for.as_ref()),
    };
    // Texts and numbers only: this cannot fail, and a line that did would just be empty.
    let _ = serde_json::to_writer(&mut *line, &fields);
    line.push(b'\n');
}

fn text(value: Option<&HeaderValue>) -> Cow<'_, str> {
    value.map_or(Cow::Borrowed(NONE), |value| String::from_utf8_lossy(value.as_bytes()))
}

/// Seconds with at most three decimals: `0.001`, `0`, `12.5`.
fn seconds(time: Duration) -> String {
    let text = format!("{:.3}", time.as_secs_f64());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_without_idle_zeros() {
        for (us, shown) in
            [(0, "0"), (400, "0"), (1_000, "0.001"), (12_500_000, "12.5"), (20_000_000, "20")]
        {
            assert_eq!(seconds(Duration::from_micros(us)), shown);
        }
    }
}
