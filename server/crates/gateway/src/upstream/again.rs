//! A request that may have to be sent once more, because the kept connection that it goes out by may be dead. Nearly none is:
//! so its headers are not copied as a map but written down as bytes, into a buffer that the connection keeps for the next one.

use super::Upload;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// Bytes of a buffer that is worth keeping.
const KEPT_MAX: usize = 4 * 1024;

/// The headers of a request.
#[derive(Default)]
pub(super) struct Notes(Vec<u8>);

/// What the request is made of besides.
pub(super) struct Again {
    method: Method,
    uri: Uri,
    body: Upload,
}

impl Notes {
    /// Notes a request, where sending it twice does no harm and its body is at hand.
    pub(super) fn take(&mut self, request: &Request<Upload>) -> Option<Again> {
        let body =
            if request.method().is_idempotent() { request.body().replay()? } else { return None };
        if self.0.capacity() > KEPT_MAX {
            self.0 = Vec::new();
        }
        self.0.clear();
        for (name, value) in request.headers() {
            self.note(name.as_str().as_bytes());
            self.note(value.as_bytes());
        }
        Some(Again { method: request.method().clone(), uri: request.uri().clone(), body })
    }

    /// The request that was noted last.
    pub(super) fn request(&self, again: Again) -> Option<Request<Upload>> {
        let mut headers = HeaderMap::new();
        let mut rest = self.0.as_slice();
        while !rest.is_empty() {
            let (name, value) = (noted(&mut rest)?, noted(&mut rest)?);
            let (name, value) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value));
            headers.append(name.ok()?, value.ok()?);
        }
        let mut request = Request::new(again.body);
        *request.method_mut() = again.method;
        *request.uri_mut() = again.uri;
        *request.headers_mut() = headers;
        Some(request)
    }

    fn note(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&bytes.len().to_ne_bytes());
        self.0.extend_from_slice(bytes);
    }
}

fn noted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let (bytes, after) = after.split_at_checked(usize::from_ne_bytes(*length))?;
    *rest = after;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestBody;
    use std::time::Instant;

    fn request(method: Method) -> Request<Upload> {
        let (upload, _progress) = Upload::new(RequestBody::empty(), 10, Instant::now());
        let mut request = Request::new(upload);
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static("/pets?a=1");
        let headers = request.headers_mut();
        headers.append("x-one", HeaderValue::from_static("1"));
        headers.append("x-two", HeaderValue::from_static(""));
        headers.append("x-two", HeaderValue::from_bytes(b"\xe4\xbd\xa0").unwrap());
        request
    }

    #[test]
    fn is_the_same_request_with_repeated_and_empty_headers_and_any_bytes() {
        let mut notes = Notes::default();
        // Longer than the next one, which must not see what is left of it.
        let mut long = request(Method::PUT);
        long.headers_mut().append("x-long", HeaderValue::from_bytes(&[b'a'; 9000]).unwrap());
        notes.take(&long).unwrap();

        let first = request(Method::GET);
        let again = notes.take(&first).unwrap();
        let second = notes.request(again).unwrap();
        assert_eq!(
            (first.method(), first.uri(), first.headers()),
            (second.method(), second.uri(), second.headers())
        );
    }

    #[test]
    fn what_may_do_harm_when_it_is_sent_twice_is_not_noted() {
        let mut notes = Notes::default();
        for method in [Method::POST, Method::PATCH] {
            assert!(notes.take(&request(method)).is_none());
        }
    }
}
