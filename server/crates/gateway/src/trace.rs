//! W3C trace context: which trace a call belongs to.

use crate::request_id;
use http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The trace that a call belongs to.
#[derive(Debug)]
pub(crate) struct Trace {
    /// 32 hexadecimal digits.
    id: [u8; 32],
    /// The header to forward, where what the caller sent is none.
    made: Option<HeaderValue>,
}

impl Trace {
    /// The trace that a request names, else a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut told = headers.get_all(TRACEPARENT).iter();
        match (told.next().and_then(|value| trace_id(value.as_bytes())), told.next()) {
            (Some(id), None) => Self { id, made: None },
            _ => Self::new(),
        }
    }

    /// A trace that begins here. Not sampled: nobody asked for it.
    fn new() -> Self {
        let (mut id, mut parent) = ([0; 32], [0; 16]);
        hexadecimal(&mut id);
        hexadecimal(&mut parent);
        let text = [b"00-", &id[..], b"-", &parent[..], b"-00"].concat();
        Self { id, made: HeaderValue::from_bytes(&text).ok() }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        std::str::from_utf8(&self.id).unwrap_or_default()
    }

    /// Makes a forwarded request name it.
    pub(crate) fn forward(&self, headers: &mut HeaderMap) {
        if let Some(made) = &self.made {
            headers.insert(TRACEPARENT, made.clone());
            // It belongs to the header that was not valid.
            headers.remove(TRACESTATE);
        }
    }
}

/// The trace's id in a `traceparent`; `None` when it is not valid.
fn trace_id(value: &[u8]) -> Option<[u8; 32]> {
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
    if is_valid { id.try_into().ok() } else { None }
}

/// Fills with random hexadecimal digits, not all of them 0.
fn hexadecimal(digits: &mut [u8]) {
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
            let trace = Trace::of(&headers);
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
            let trace = Trace::of(&headers);
            trace.forward(&mut headers);
            let made = headers[TRACEPARENT].as_bytes();
            assert_eq!(
                trace_id(made).as_ref().map(|id| &id[..]),
                Some(trace.id().as_bytes()),
                "{sent:?}"
            );
            assert!(!headers.contains_key(TRACESTATE), "{sent:?}");
            assert_eq!(headers.get_all(TRACEPARENT).iter().count(), 1);
            assert_ne!(trace.id(), Trace::of(&HeaderMap::new()).id());
        }
    }
}
