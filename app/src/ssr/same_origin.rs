//! Only the console's own pages may change something: requests that another site makes a browser send are refused.

use super::is_server_function;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Answers 403 to a server function's call that comes from another site. Clients that are no browsers send neither header, and
/// have no session of somebody else either.
pub(super) async fn require(request: Request, next: Next) -> Response {
    if is_server_function(request.uri().path()) && is_foreign(request.headers(), request.uri()) {
        return (StatusCode::FORBIDDEN, "This request came from another site.\n").into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let host = text(header::HOST.as_str()).or_else(|| uri.authority().map(|it| it.as_str()));
    let origin = origin.split_once("://").map(|(_, authority)| authority);
    origin.is_none() || origin != host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_foreign(&headers, &Uri::from_static("/console/x"))
    }

    #[test]
    fn a_call_from_another_site_is_refused() {
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("sec-fetch-site", "same-site")]));
        assert!(foreign(&[("origin", "https://evil.example"), ("host", "console.example")]));
        assert!(foreign(&[("origin", "null"), ("host", "console.example")]));
    }

    #[test]
    fn the_consoles_own_pages_and_other_clients_may_call() {
        assert!(!foreign(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!foreign(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!foreign(&[]));
    }
}
