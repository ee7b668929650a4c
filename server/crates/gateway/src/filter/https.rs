//! HTTPS of custom domains: a connection is for the host that its handshake named, and a domain may want nothing but HTTPS.

use crate::{context::RequestContext, headers::X_FORWARDED_PROTO, refusal::Refusal, route::host};
use http::{HeaderValue, Method, request, uri::PathAndQuery};

/// Whether a request that came by TLS asks for the host that the handshake named. A certificate may cover more names, and
/// browsers then ask for these on the same connection; told so, they make another.
///
/// # Errors
/// When it asks for another.
pub(crate) fn check_host(context: &RequestContext<'_>, asked: &str) -> Result<(), Refusal> {
    match context.connection.server_name() {
        Some(name) if !host::name(asked).eq_ignore_ascii_case(name) => Err(Refusal::Misdirected),
        _ => Ok(()),
    }
}

/// Sends a call that came by plain HTTP to the same address by HTTPS.
///
/// # Errors
/// That it is sent there; not when HTTPS is not served, or a trusted proxy says that it was called by HTTPS.
pub(crate) fn redirect(
    context: &RequestContext<'_>,
    request: &request::Parts,
    asked: &str,
) -> Result<(), Refusal> {
    let Some(port) = context.settings().https_port else { return Ok(()) };
    if context.connection.is_tls() || is_https_in_front(context, request) {
        return Ok(());
    }
    let target = request.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let location = location(host::name(asked), port, target);
    let keeps_method = !matches!(request.method, Method::GET | Method::HEAD);
    let location = HeaderValue::from_str(&location)
        .map_err(|_never| Refusal::BadRequest("the host is not a host name"))?;
    Err(Refusal::HttpsOnly { location, keeps_method })
}

fn location(host: &str, port: u16, target: &str) -> String {
    let host = host.to_ascii_lowercase();
    if port == 443 {
        format!("https://{host}{target}")
    } else {
        format!("https://{host}:{port}{target}")
    }
}

/// A proxy in front that takes TLS off calls by plain HTTP: it would be sent round in circles.
fn is_https_in_front(context: &RequestContext<'_>, request: &request::Parts) -> bool {
    let is_trusted = || {
        let trusted = &context.gateway.trusted_proxies;
        !trusted.is_empty() && trusted.contains(context.connection.peer().ip())
    };
    let mut said = request.headers.get_all(X_FORWARDED_PROTO).iter();
    said.next_back().is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
        && is_trusted()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_told_unless_it_is_the_schemes_own() {
        assert_eq!(location("A.example", 443, "/x?y=1"), "https://a.example/x?y=1");
        assert_eq!(location("a.example", 8443, "/"), "https://a.example:8443/");
    }
}
