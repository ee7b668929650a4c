//! What every request to the console gets: an id, headers that protect the answer, and an answer even to a panic.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::{any::Any, time::Instant};
use tracing::Instrument;

/// The answer's header that has the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer that does not set them itself. The pages have a content security policy of their own.
const DEFAULTS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // Pages show what only the signed-in person may see.
    (header::CACHE_CONTROL, "private, no-cache"),
];

/// Sent where the console is reached by https: half a year.
const HTTPS_ONLY: &str = "max-age=15552000";

const BROKEN: &str = "<!DOCTYPE html><html lang=\"en\"><title>Something broke</title>\
<h1>Something broke · 出错了</h1><p>The page could not be made. It stands in the server's log.</p>\
<p>页面生成失败，详情见服务器日志。</p><p><a href=\"/\">Paifang</a></p></html>";

/// Gives the request an id, which stands in the log and in the answer.
pub(super) async fn identify(request: Request, next: Next) -> Response {
    let id = request_id();
    let span =
        tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let begin = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let ms = begin.elapsed().as_millis();
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), ms, "answered"));
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// 32 lower-case hexadecimal digits; all zeros when the system gives no randomness.
fn request_id() -> String {
    let mut bytes = [0; 16];
    let _unlikely = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}

/// Adds the headers that an answer does not have yet.
pub(super) async fn protect(https: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        let value = HeaderValue::from_static(HTTPS_ONLY);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

/// The answer to a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "what CatchPanicLayer calls")]
pub(super) fn broken(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let said = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(said, "a request's handler panicked");
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, html)], BROKEN).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_32_digits() {
        let id = request_id();
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_ne!(id, request_id());
    }
}
