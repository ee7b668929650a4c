//! The borrowed view of a request that is verified or signed.

use std::fmt;

/// Where header values are read from. Implement it on a borrowed view of a header map, so that nothing is copied.
///
/// Implemented here for `&[(N, V)]`, `[(N, V); K]` and `Vec<(N, V)>`, which compare names without regard to case.
pub trait HeaderSource {
    /// Calls `visit` for each value of the header `name`, given in lower case, in the order received.
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8]));
}

impl<N: AsRef<str>, V: AsRef<[u8]>> HeaderSource for &[(N, V)] {
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8])) {
        for (candidate, value) in *self {
            if candidate.as_ref().eq_ignore_ascii_case(name) {
                visit(value.as_ref());
            }
        }
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>, const K: usize> HeaderSource for [(N, V); K] {
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8])) {
        (&self[..]).values(name, visit);
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> HeaderSource for Vec<(N, V)> {
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8])) {
        (&self[..]).values(name, visit);
    }
}

/// A request as the server received it (or as a client is about to send it), borrowed.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method as received.
    pub method: &'a str,
    /// The raw path, not decoded; empty means `/`.
    pub path: &'a str,
    /// The raw query without its `?`; empty when there is none.
    pub query: &'a str,
    /// The `Host` header as received, or the authority of HTTP/2; empty when there is none.
    pub host: &'a str,
    /// The `x-jdcloud-date` header as received; check it with [`RequestDate::parse`](crate::RequestDate::parse).
    pub date: &'a str,
    /// All headers. The value of `host` is taken from the field above.
    pub headers: &'a dyn HeaderSource,
    /// The value of `x-jdcloud-content-sha256` when that header is there and not empty, signed or not, else
    /// [`BodyHash::of`](crate::BodyHash::of) the body; [`body_hash`](crate::body_hash) does both.
    pub body_hash: &'a str,
}

impl fmt::Debug for SignedRequest<'_> {
    // Without the query: callers put secrets there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("host", &self.host)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// A request that the gateway is about to send to a provider's backend.
#[derive(Clone, Copy, Debug)]
pub struct BackendRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The raw path as it will be sent; empty means `/`.
    pub path: &'a str,
    /// The raw query as it will be sent, without its `?`; empty when there is none.
    pub query: &'a str,
    /// The value of the `content-type` header, when there is one.
    pub content_type: Option<&'a [u8]>,
    /// The value of the `x-jdcloud-date` header: [`RequestDate::as_str`](crate::RequestDate::as_str).
    pub date: &'a str,
    /// The value of the `x-jdcloud-nonce` header.
    pub nonce: &'a str,
    /// The value of the `x-jdcloud-content-sha256` header when one will be sent, else the body's hash.
    pub body_hash: &'a str,
}
