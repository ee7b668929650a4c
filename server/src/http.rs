//! The console's listener: requests for a published group's host go to the gateway, all others to the console.

mod listener;

pub(crate) use listener::ConsoleServer;

use axum::{Router, body::Body, extract::ConnectInfo, response::IntoResponse};
use gateway::{Connection, Gateway};
use http::{HeaderMap, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
};
use tower::ServiceExt;

/// The console, as soon as there is a database for it.
pub(crate) type ConsoleSlot = Arc<OnceLock<Router>>;

/// Stands in front of the console, so that one port is enough for console and published groups.
#[derive(Clone)]
pub(crate) struct HostSwitch {
    gateway: Gateway,
    console: ConsoleSlot,
    trust_forwarded_for: bool,
}

impl HostSwitch {
    /// A switch between the two.
    pub(crate) fn new(gateway: Gateway, console: ConsoleSlot, trust_forwarded_for: bool) -> Self {
        Self { gateway, console, trust_forwarded_for }
    }

    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        by: &Connection,
    ) -> Response<Body> {
        let host = host_of(request.uri(), request.headers());
        if self.gateway.claims(host, request.headers(), by) {
            return self.gateway.call(request, by).await.map(Body::new);
        }
        let told = if self.trust_forwarded_for { forwarded_for(request.headers()) } else { None };
        let browser = told.map_or_else(|| by.peer(), |ip| SocketAddr::new(ip, 0));
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(browser));
        let Some(console) = self.console.get() else { return waiting(request.uri().path()) };
        match console.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The answer while there is no database.
fn waiting(path: &str) -> Response<Body> {
    // The process is well: whoever watches it need not start it again.
    let (status, said) = match path {
        "/healthz" => (StatusCode::OK, "{\"status\":\"waiting for the database\"}"),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The console waits for its database. Published APIs are served meanwhile.\n",
        ),
    };
    let content_type = match status {
        StatusCode::OK => "application/json",
        _ => "text/plain; charset=utf-8",
    };
    let headers = [(header::CONTENT_TYPE, content_type), (header::RETRY_AFTER, "5")];
    (status, headers, said).into_response()
}

/// The address that the proxy in front saw: the last entry, since those before it are the client's own to write.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// What the client asked for: the authority of HTTP/2 or of a whole address, else the `Host` header.
fn host_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> &'a str {
    let header = || headers.get(header::HOST).and_then(|value| value.to_str().ok());
    uri.authority().map(http::uri::Authority::as_str).or_else(header).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn told(values: &[&'static str]) -> Option<IpAddr> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        forwarded_for(&headers)
    }

    #[test]
    fn the_last_entry_is_the_one_that_the_proxy_wrote() {
        let browser = Some("203.0.113.7".parse().unwrap());
        assert_eq!(told(&["203.0.113.7"]), browser);
        assert_eq!(told(&["10.0.0.1, 203.0.113.7"]), browser);
        assert_eq!(told(&["10.0.0.1", "203.0.113.7"]), browser);
        assert_eq!(told(&["203.0.113.7, unknown"]), None);
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn the_host_is_the_authority_before_the_header() {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("a:1"))]);
        assert_eq!(host_of(&Uri::from_static("/x"), &headers), "a:1");
        assert_eq!(host_of(&Uri::from_static("http://b:2/x"), &headers), "b:2");
        assert_eq!(host_of(&Uri::from_static("/x"), &HeaderMap::new()), "");
    }
}
