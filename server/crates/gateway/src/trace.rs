//! W3C trace context: which trace a call belongs to.

use crate::{TraceExport, request_id};
use http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The trace that a call belongs to.
#[derive(Debug)]
pub(crate) struct Trace {
    /// 32 hexadecimal digits.
    id: [u8; 32],
    /// The caller's span: 16 hexadecimal digits.
    parent: Option<[u8; 16]>,
    /// This call's own, where it is exported; else nobody knows it.
    span: [u8; 16],
    is_sampled: bool,
    /// The header to forward, where it is not the one that the caller sent.
    made: Option<HeaderValue>,
    /// Whether what belongs to the caller's header goes with it.
    is_new: bool,
}

impl Trace {
    /// The trace that a request names, else a new one. With an `export`, the call becomes a span of it.
    pub(crate) fn of(headers: &HeaderMap, export: Option<&TraceExport>) -> Self {
        let mut told = headers.get_all(TRACEPARENT).iter();
        let sent = match (told.next().and_then(|value| parse(value.as_bytes())), told.next()) {
            (Some(sent), None) => Some(sent),
            _ => None,
        };
        let is_new = sent.is_none();
        let (id, parent, is_sampled) = match sent {
            Some(Sent { id, parent, is_sampled }) => (id, Some(parent), is_sampled),
            None => (hexadecimal(), None, export.is_some_and(TraceExport::samples)),
        };
        let span = hexadecimal();
        let mut trace = Self { id, parent, span, is_sampled, made: None, is_new };
        if is_new || export.is_some() {
            trace.made = trace.header();
        }
        trace
    }

    fn header(&self) -> Option<HeaderValue> {
        let flags: &[u8] = if self.is_sampled { b"01" } else { b"00" };
        HeaderValue::from_bytes(&[b"00-", &self.id[..], b"-", &self.span[..], b"-", flags].concat())
            .ok()
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        std::str::from_utf8(&self.id).unwrap_or_default()
    }

    /// The call's own span.
    pub(crate) fn span(&self) -> &str {
        std::str::from_utf8(&self.span).unwrap_or_default()
    }

    /// The caller's span.
    pub(crate) fn parent(&self) -> Option<&str> {
        std::str::from_utf8(self.parent.as_ref()?).ok()
    }

    /// Whether it is to be exported.
    pub(crate) fn is_sampled(&self) -> bool {
        self.is_sampled
    }

    /// Makes a forwarded request name it.
    pub(crate) fn forward(&self, headers: &mut HeaderMap) {
        if let Some(made) = &self.made {
            headers.insert(TRACEPARENT, made.clone());
        }
        if self.is_new {
            // It belongs to the header that was not valid.
            headers.remove(TRACESTATE);
        }
    }
}

/// What a `traceparent` says.
struct Sent {
    id: [u8; 32],
    parent: [u8; 16],
    is_sampled: bool,
}

/// Reads a `traceparent`; `None` when it is not valid.
fn parse(value: &[u8]) -> Option<Sent> {
    let is_hex = |part: &[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_zero = |part: &[u8]| part.iter().all(|b| *b == b'0');
    let (version, rest) = value.split_at_checked(2)?;
    let (id, parent, flags) = (rest.get(1..33)?, rest.get(34..50)?, rest.get(51..53)?);
    let dashes = [rest[0], rest[33], rest[50]] == *b"---";
    // A later version may have more parts after these.
    let ends =
        if version == b"00" { rest.len() == 53 } else { matches!(rest.get(53), None | Some(b'-')) };
    let is_valid = dashes
        && ends
        && is_hex(version)
        && version != b"ff"
        && [id, parent, flags].into_iter().all(is_hex)
        && !is_zero(id)
        && !is_zero(parent);
    if !is_valid {
        return None;
    }
    let is_sampled = u8::from_str_radix(std::str::from_utf8(flags).ok()?, 16).ok()? & 1 == 1;
    Some(Sent { id: id.try_into().ok()?, parent: parent.try_into().ok()?, is_sampled })
}

/// Random hexadecimal digits, not all of them 0.
fn hexadecimal<const N: usize>() -> [u8; N] {
    let mut digits = [0; N];
    for part in digits.chunks_mut(16) {
        let mut word = request_id::random();
        for digit in part {
            *digit = b"0123456789abcdef"[(word & 15) as usize];
            word >>= 4;
        }
    }
    if digits.iter().all(|digit| *digit == b'0') {
        digits.fill(b'1');
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, value.parse().unwrap());
        }
        headers.insert(TRACESTATE, HeaderValue::from_static("a=1"));
        headers
    }

    #[test]
    fn a_valid_traceparent_is_passed_on_as_it_is() {
        for valid in [VALID, "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"] {
            let mut headers = headers(&[valid]);
            let trace = Trace::of(&headers, None);
            assert_eq!(trace.id(), "0af7651916cd43dd8448eb211c80319c");
            trace.forward(&mut headers);
            assert_eq!(
                (&headers[TRACEPARENT], &headers[TRACESTATE]),
                (&valid.parse().unwrap(), &"a=1".parse().unwrap())
            );
        }
    }

    #[test]
    fn a_new_one_is_made_where_there_is_none_or_none_that_is_valid() {
        let zeros = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        for sent in [
            &[][..],
            &[VALID, VALID],
            &[zeros],
            &["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
            &["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            &["00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"],
            &["00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"],
            &[""],
            &["0"],
        ] {
            let mut headers = headers(sent);
            let trace = Trace::of(&headers, None);
            trace.forward(&mut headers);
            let made = headers[TRACEPARENT].as_bytes();
            assert_eq!(
                parse(made).as_ref().map(|sent| &sent.id[..]),
                Some(trace.id().as_bytes()),
                "{sent:?}"
            );
            assert!(!headers.contains_key(TRACESTATE), "{sent:?}");
            assert_eq!(headers.get_all(TRACEPARENT).iter().count(), 1);
            assert_ne!(trace.id(), Trace::of(&HeaderMap::new(), None).id());
        }
    }
}
