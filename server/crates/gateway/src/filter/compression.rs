//! Compression: whether an answer is compressed for its caller.

use crate::{
    coding::{Coding, Encoder},
    headers,
};
use http::{HeaderMap, HeaderValue, StatusCode, header, response};

/// Shorter bodies are sent as they are, in bytes: compressed they would hardly be shorter.
const LENGTH_MIN: u64 = 1024;

/// Begins to compress an answer, where that is worth it and the caller takes `coding`. The head then says so.
pub(crate) fn begin(coding: Option<Coding>, head: &mut response::Parts) -> Option<Encoder> {
    if !is_compressible(head.status, &head.headers) {
        return None;
    }
    // Also for a caller that takes none: another one would get another answer.
    headers::add_vary(&mut head.headers, "accept-encoding");
    let coding = coding?;
    let encoder = Encoder::new(coding).ok()?;
    head.headers.insert(header::CONTENT_ENCODING, coding.value());
    head.headers.remove(header::CONTENT_LENGTH);
    // Parts of it are none of the backend's answer.
    head.headers.remove(header::ACCEPT_RANGES);
    weaken(&mut head.headers);
    Some(encoder)
}

/// The tag names the backend's bytes, and these are others that mean the same.
fn weaken(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(header::ETAG) else { return };
    if !tag.as_bytes().starts_with(b"W/") {
        let weak = [b"W/", tag.as_bytes()].concat();
        match HeaderValue::from_bytes(&weak) {
            Ok(weak) => _ = headers.insert(header::ETAG, weak),
            Err(_cannot_be) => _ = headers.remove(header::ETAG),
        }
    }
}

fn is_compressible(status: StatusCode, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let is_whole = !matches!(
        status,
        StatusCode::NO_CONTENT | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
    );
    is_whole
        && length.is_none_or(|length| length >= LENGTH_MIN)
        // It is compressed already, or a part; or its backend says what exactly its bytes are.
        && ![
            header::CONTENT_ENCODING.as_str(),
            header::CONTENT_RANGE.as_str(),
            "content-digest",
            "digest",
            "content-md5",
        ]
        .iter()
        .any(|name| headers.contains_key(*name))
        && !headers::has_directive(headers, "no-transform")
        && text(header::CONTENT_TYPE).is_some_and(is_compressible_type)
}

/// Texts of all kinds. Not events, which are sent one by one, nor what is compressed in itself.
fn is_compressible_type(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("text", kind)) => kind != "event-stream",
        Some(("application", kind)) => {
            matches!(
                kind,
                "json"
                    | "xml"
                    | "javascript"
                    | "x-javascript"
                    | "x-ndjson"
                    | "yaml"
                    | "wasm"
                    | "rtf"
                    | "x-www-form-urlencoded"
            ) || kind.ends_with("+json")
                || kind.ends_with("+xml")
                || kind.ends_with("+yaml")
        }
        Some(("image", kind)) => matches!(kind, "svg+xml" | "bmp"),
        Some(("font", kind)) => matches!(kind, "ttf" | "otf"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressible(status: u16, headers: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (http::HeaderName::from_static(name), HeaderValue::from_static(value))
            })
            .collect();
        is_compressible(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn texts_of_some_length_are_compressed() {
        let json = ("content-type", "application/json; charset=utf-8");
        assert!(compressible(200, &[json]), "of unknown length");
        assert!(compressible(404, &[json, ("content-length", "1024")]));
        assert!(!compressible(200, &[json, ("content-length", "1023")]));
        for status in [204, 206, 304] {
            assert!(!compressible(status, &[json]), "{status}");
        }
        for other in [
            ("content-encoding", "gzip"),
            ("content-range", "bytes 0-1/2"),
            ("cache-control", "max-age=60, No-Transform"),
            ("content-digest", "sha-256=:x:"),
        ] {
            assert!(!compressible(200, &[json, other]), "{other:?}");
        }
        assert!(!compressible(200, &[]), "of unknown kind");
    }

    #[test]
    fn what_is_no_text_is_left_as_it_is() {
        for good in [
            "text/html",
            "TEXT/CSV",
            "application/problem+json",
            "image/svg+xml",
            "application/wasm",
        ] {
            assert!(is_compressible_type(good), "{good}");
        }
        for bad in [
            "text/event-stream",
            "application/grpc",
            "application/grpc+proto",
            "image/png",
            "application/octet-stream",
            "video/mp4",
            "application/zip",
            "font/woff2",
            "json",
            "",
        ] {
            assert!(!is_compressible_type(bad), "{bad}");
        }
    }
}
