//! Header maps on their way through: edited in place.

use crate::{
    Connection, filter::access_auth::SUBSCRIPTION_KEY, respond::REQUEST_ID, route::GROUP_HEADER,
};
use http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use smallvec::SmallVec;

pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
pub(crate) const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

const X_JDCLOUD_PIN: HeaderName = HeaderName::from_static("x-jdcloud-pin");
const X_JDCLOUD_USER_ID: HeaderName = HeaderName::from_static("x-jdcloud-userid");

/// What begins the names that are the gateway's own: a backend must be able to believe them.
const OWN_PREFIX: &str = "x-jdcloud-";
/// What clients in the field send besides, by mistake, and what begins the value of their authorization.
const ALGORITHMS: [&str; 2] = ["jdcloud2-hmac-sha256", "jdcloud3-hmac-sha256"];

/// What the forwarded request's headers are made with.
pub(crate) struct ToBackend<'a> {
    /// What the request came by.
    pub(crate) connection: &'a Connection,
    /// Who calls, where proxies are trusted.
    pub(crate) client: Option<HeaderValue>,
    /// The host that was asked for; empty for none.
    pub(crate) host: HeaderValue,
    /// The host that is asked.
    pub(crate) authority: HeaderValue,
    /// The call's id.
    pub(crate) request_id: HeaderValue,
    /// The HTTP version of the request that was received.
    pub(crate) version: Version,
}

/// How many headers the gateway adds to a request, or to an answer.
const ADDED: usize = 6;

/// Makes a received request's headers those of the forwarded one: without what concerns only the first connection or the
/// gateway, with who asked for what.
pub(crate) fn to_backend(headers: &mut HeaderMap, with: ToBackend<'_>) {
    let takes_trailers = takes_trailers(headers);
    remove_named_by_connection(headers);
    remove_all(headers, |name, value| is_of_connection(name) || is_of_gateway(name, value));
    headers.reserve(ADDED);
    if takes_trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
    }
    if with.version == Version::HTTP_2 {
        join_cookies(headers);
    }
    if let Some(client) = with.client {
        headers.insert(X_REAL_IP, client);
    }
    let forwarded_for = forwarded_for(headers, with.connection.forwarded_for());
    headers.insert(X_FORWARDED_FOR, forwarded_for);
    let scheme = HeaderValue::from_static(if with.connection.is_tls() { "https" } else { "http" });
    headers.insert(X_FORWARDED_PROTO, scheme);
    if with.host.is_empty() {
        headers.remove(X_FORWARDED_HOST);
    } else {
        headers.insert(X_FORWARDED_HOST, with.host);
    }
    headers.insert(header::HOST, with.authority);
    headers.insert(REQUEST_ID, with.request_id);
}

/// Tells a backend which account a signed call comes from. What the caller says about that was removed before.
pub(crate) fn name_caller(headers: &mut HeaderMap, pin: HeaderValue, user_id: HeaderValue) {
    headers.insert(X_JDCLOUD_PIN, pin);
    headers.insert(X_JDCLOUD_USER_ID, user_id);
}

/// Leaves in a request's trailers what a backend may take for headers without harm. Those that frame or route a message,
/// or say who sends it, are no trailers; neither are the gateway's own.
pub(crate) fn trailers_to_backend(trailers: &mut HeaderMap) {
    remove_named_by_connection(trailers);
    remove_all(trailers, |name, value| {
        is_of_connection(name) || is_of_gateway(name, value) || is_no_trailer(name)
    });
}

/// What frames or routes a message, or says who sends it.
fn is_no_trailer(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "content-length"
            | "content-type"
            | "content-encoding"
            | "content-range"
            | "authorization"
            | "cookie"
            | "trailer"
            | "x-forwarded-for"
            | "x-forwarded-proto"
            | "x-forwarded-host"
    )
}

/// Makes a backend's headers those of the answer: without what concerns only the connection to the backend.
pub(crate) fn from_backend(headers: &mut HeaderMap) {
    // A length beside a transfer coding is not the length of what is sent on.
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    remove_named_by_connection(headers);
    remove_all(headers, |name, _| is_of_connection(name));
    headers.reserve(ADDED);
}

/// Says that an answer depends on the header `name` of its request, unless it says so already.
pub(crate) fn add_vary(headers: &mut HeaderMap, name: &'static str) {
    let says = |value| has_token(value, name) || has_token(value, "*");
    if !headers.get_all(header::VARY).iter().any(says) {
        headers.append(header::VARY, HeaderValue::from_static(name));
    }
}

/// Whether a request asks for its connection to be handed over to WebSocket. `Upgrade` alone is for nobody: without being
/// named in `Connection` it was left over by somebody before.
pub(crate) fn asks_for_websocket(headers: &HeaderMap) -> bool {
    // Nearly no request has it.
    let Some(upgrade) = headers.get(header::UPGRADE) else { return false };
    has_token(upgrade, "websocket")
        && headers.get_all(header::CONNECTION).iter().any(|value| has_token(value, "upgrade"))
}

/// Says that the connection is to be, or is, handed over to WebSocket.
pub(crate) fn switch_to_websocket(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// Whether a body comes in chunks, and in nothing else: another coding would have to be undone, or told to the backend.
pub(crate) fn is_framed_plainly(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

/// Removes what `Connection` names.
fn remove_named_by_connection(headers: &mut HeaderMap) {
    let mut named: SmallVec<[HeaderName; 4]> = SmallVec::new();
    for value in headers.get_all(header::CONNECTION) {
        // Nearly always that is all it says.
        if value == "keep-alive" || value == "close" {
            continue;
        }
        let tokens = value.to_str().unwrap_or_default().split(',').map(str::trim);
        let others = tokens.filter(|token| {
            !token.eq_ignore_ascii_case("keep-alive") && !token.eq_ignore_ascii_case("close")
        });
        named.extend(others.filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok()));
    }
    for name in named {
        headers.remove(name);
    }
}

/// Removes what `is_wrong`, of one value at least. One look at each header that there is costs less than a search for each
/// that there could be.
pub(crate) fn remove_all(headers: &mut HeaderMap, is_wrong: impl Fn(&str, &HeaderValue) -> bool) {
    let wrong = headers.iter().filter(|(name, value)| is_wrong(name.as_str(), value));
    let wrong: SmallVec<[HeaderName; 8]> = wrong.map(|(name, _)| name.clone()).collect();
    for name in wrong {
        headers.remove(name);
    }
}

/// What concerns one connection only.
fn is_of_connection(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "transfer-encoding"
            | "upgrade"
            | "http2-settings"
    )
}

/// Whether a name with an underscore is, with a dash in its place, one that frames the message or is the gateway's own to set:
/// many backends cannot tell the two apart.
fn is_doubtful(name: &str) -> bool {
    // All of these begin so, and few others.
    name.starts_with(['x', 'c', 't']) && name.contains('_') && is_believed(&name.replace('_', "-"))
}

/// Whether a backend believes that the gateway made a header of this name.
fn is_believed(name: &str) -> bool {
    name.starts_with(OWN_PREFIX)
        || name == GROUP_HEADER
        || matches!(
            name,
            "content-length"
                | "transfer-encoding"
                | "x-real-ip"
                | "x-forwarded-for"
                | "x-forwarded-proto"
                | "x-forwarded-host"
        )
}

/// What is between the caller and the gateway: the signature or subscription key, every name that is the gateway's own to
/// set, and what a caller says about itself that is not known to be true and cannot be told from what the gateway knows.
fn is_of_gateway(name: &str, value: &HeaderValue) -> bool {
    match name {
        "authorization" => is_own_scheme(value),
        // The gateway's own listener has answered it.
        "expect" | "forwarded" | "x-real-ip" | GROUP_HEADER => true,
        _ => {
            name.starts_with(OWN_PREFIX)
                || name == SUBSCRIPTION_KEY
                || ALGORITHMS.contains(&name)
                || is_doubtful(name)
        }
    }
}

/// Whether an `Authorization` is a signature for the gateway.
pub(crate) fn is_own_scheme(value: &HeaderValue) -> bool {
    let value = value.as_bytes().trim_ascii_start();
    ALGORITHMS.iter().any(|name| {
        value.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether the caller can do with trailers.
fn takes_trailers(headers: &HeaderMap) -> bool {
    headers.get_all(header::TE).iter().any(|value| has_token(value, "trailers"))
}

/// Whether `Cache-Control` has a directive.
pub(crate) fn has_directive(headers: &HeaderMap, directive: &str) -> bool {
    headers.get_all(header::CACHE_CONTROL).iter().any(|value| has_token(value, directive))
}

/// Whether a comma-separated value has a token, parameters aside.
fn has_token(value: &HeaderValue, token: &str) -> bool {
    let tokens = value.to_str().unwrap_or_default().split(',');
    tokens
        .map(|item| item.split(';').next().unwrap_or_default().trim())
        .any(|item| item.eq_ignore_ascii_case(token))
}

/// HTTP/2 may send a cookie in pieces; HTTP/1.1 has one header.
fn join_cookies(headers: &mut HeaderMap) {
    if let Some(joined) = joined(headers, &header::COOKIE, "; ", None) {
        headers.insert(header::COOKIE, joined);
    }
}

/// The addresses that the request was forwarded for, this connection's last.
fn forwarded_for(headers: &HeaderMap, peer: &HeaderValue) -> HeaderValue {
    if headers.contains_key(X_FORWARDED_FOR) {
        joined(headers, &X_FORWARDED_FOR, ", ", Some(peer)).unwrap_or_else(|| peer.clone())
    } else {
        peer.clone()
    }
}

/// All values of a header in one, and one more; `None` when that is one value, or none.
fn joined(
    headers: &HeaderMap,
    name: &HeaderName,
    separator: &str,
    more: Option<&HeaderValue>,
) -> Option<HeaderValue> {
    let mut values = headers.get_all(name).iter().chain(more);
    let (first, second) = (values.next()?, values.next()?);
    let mut joined = first.as_bytes().to_vec();
    for value in [second].into_iter().chain(values) {
        joined.extend_from_slice(separator.as_bytes());
        joined.extend_from_slice(value.as_bytes());
    }
    HeaderValue::from_maybe_shared(bytes::Bytes::from(joined)).ok()
}

#[cfg(test)]
mod tests;
