//! One raw HTTP/1.1 request, as it went over the wire or as somebody typed it: line ends may be LF or CRLF.

use std::borrow::Cow;

/// Most headers a request may have.
const HEADERS_MAX: usize = 256;

/// A request, borrowed from the input.
#[derive(Debug)]
pub(super) struct RawRequest<'a> {
    /// The method as written.
    pub(super) method: &'a str,
    /// The raw path.
    pub(super) path: &'a str,
    /// The raw query without its `?`.
    pub(super) query: &'a str,
    /// All headers in the order written.
    pub(super) headers: Vec<(&'a str, &'a [u8])>,
    /// The body.
    pub(super) body: Cow<'a, [u8]>,
}

/// Why the input is no request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// Request line or headers.
    #[error("{0}")]
    Head(httparse::Error),
    /// The input ends before the empty line.
    #[error("there is no empty line after the headers")]
    NoEnd,
    /// `Content-Length` is no number.
    #[error("content-length is not a number")]
    Length,
    /// The body is shorter than it says.
    #[error("the body has {there} bytes, content-length says {said}")]
    Short {
        /// Bytes that are there.
        there: usize,
        /// Bytes that were announced.
        said: usize,
    },
    /// A chunk is malformed or missing.
    #[error("the chunked body is malformed")]
    Chunks,
}

impl<'a> RawRequest<'a> {
    /// Reads request line, headers, empty line and body.
    ///
    /// The body is as long as `content-length` says, or made of chunks when `transfer-encoding` says so, else
    /// everything that follows.
    pub(super) fn parse(input: &'a [u8]) -> Result<Self, Unreadable> {
        let mut slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut parsed = httparse::Request::new(&mut slots);
        let httparse::Status::Complete(head) = parsed.parse(input).map_err(Unreadable::Head)?
        else {
            return Err(Unreadable::NoEnd);
        };
        let headers = parsed.headers.iter().map(|header| (header.name, header.value)).collect();
        let (path, query) = path_and_query(parsed.path.unwrap_or_default());
        let mut request = Self {
            // A complete request has both.
            method: parsed.method.unwrap_or_default(),
            path,
            query,
            headers,
            body: Cow::Borrowed(&[]),
        };
        request.body = request.take_body(&input[head..])?;
        Ok(request)
    }

    /// The last value of a header, empty when there is none.
    pub(super) fn header(&self, name: &str) -> Cow<'a, str> {
        let value = self.headers.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name));
        value.map_or(Cow::Borrowed(""), |(_, value)| String::from_utf8_lossy(value))
    }

    /// `: a, b` for those of `names` that the request does not have; empty when it has all.
    pub(super) fn absent<'n>(&self, names: impl Iterator<Item = &'n str>) -> String {
        let has = |name: &str| self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        let missing: Vec<&str> = names.filter(|name| !has(name)).collect();
        if missing.is_empty() { String::new() } else { format!(": {}", missing.join(", ")) }
    }

    fn take_body(&self, rest: &'a [u8]) -> Result<Cow<'a, [u8]>, Unreadable> {
        if self.header("transfer-encoding").to_ascii_lowercase().ends_with("chunked") {
            return unchunk(rest).map(Cow::Owned).ok_or(Unreadable::Chunks);
        }
        let said = self.header("content-length");
        if said.is_empty() {
            return Ok(Cow::Borrowed(rest));
        }
        let said: usize = said.trim().parse().map_err(|_not_a_number| Unreadable::Length)?;
        let short = || Unreadable::Short { there: rest.len(), said };
        rest.get(..said).map(Cow::Borrowed).ok_or_else(short)
    }
}

/// Path and query of a request target, which may be a whole address.
fn path_and_query(target: &str) -> (&str, &str) {
    let target = match target.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('/') => {
            rest.find(['/', '?']).map_or("", |begin| &rest[begin..])
        }
        _ => target,
    };
    target.split_once('?').unwrap_or((target, ""))
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((begin, size))) = httparse::parse_chunk_size(rest) else {
            return None;
        };
        let size = usize::try_from(size).ok()?;
        if size == 0 {
            return Some(body);
        }
        let end = begin.checked_add(size)?;
        body.extend_from_slice(rest.get(begin..end)?);
        let after = rest.get(end..)?;
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_may_be_lf_or_crlf() {
        for end in ["\n", "\r\n"] {
            let text =
                format!("POST /a/b?c=1&d HTTP/1.1{end}Host: h{end}X-A:  1 {end}{end}body{end}");
            let request = RawRequest::parse(text.as_bytes()).unwrap();
            assert_eq!((request.method, request.path, request.query), ("POST", "/a/b", "c=1&d"));
            assert_eq!(request.header("x-a"), "1");
            assert_eq!(request.body.as_ref(), format!("body{end}").as_bytes());
        }
    }

    #[test]
    fn the_body_ends_where_content_length_says() {
        let request = RawRequest::parse(b"PUT / HTTP/1.1\nContent-Length: 2\n\nhi\n").unwrap();
        assert_eq!(request.body.as_ref(), b"hi");
        let short = RawRequest::parse(b"PUT / HTTP/1.1\nContent-Length: 9\n\nhi\n").unwrap_err();
        assert_eq!(short, Unreadable::Short { there: 3, said: 9 });
    }

    #[test]
    fn a_chunked_body_is_put_together() {
        let input = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x=y\r\n th\r\n0\r\n\r\n";
        assert_eq!(RawRequest::parse(input).unwrap().body.as_ref(), b"hi th");
        let cut = &input[..input.len() - 9];
        assert_eq!(RawRequest::parse(cut).unwrap_err(), Unreadable::Chunks);
    }

    #[test]
    fn a_target_may_be_a_whole_address() {
        assert_eq!(path_and_query("http://h:1/a?b=c://d"), ("/a", "b=c://d"));
        assert_eq!(path_and_query("https://h"), ("", ""));
        assert_eq!(path_and_query("/a?b=http://c/d"), ("/a", "b=http://c/d"));
        assert_eq!(path_and_query("/a/http://c"), ("/a/http://c", ""));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert_eq!(RawRequest::parse(b"GET / HTTP/1.1\nHost: h\n").unwrap_err(), Unreadable::NoEnd);
        assert_eq!(RawRequest::parse(b"").unwrap_err(), Unreadable::NoEnd);
        assert!(RawRequest::parse(b"hello world\n\n").is_err());
        assert!(RawRequest::parse(b"\xff\xfe\n\n").is_err());
    }
}
