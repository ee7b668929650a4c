//! A page that is not rendered in time is rendered once more.
//!
//! Twice, among thousands of pages, a rendering was seen to wait for ever while the same page, asked again, came at once. Why is
//! not known; leptos 0.8 tells of such hangs where it waits for resources (its issues 4673 and 4851).

use super::is_server_function;
use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// Longer than a page waits for a database that does not answer, after which it says so.
const LIMIT: Duration = Duration::from_secs(20);

/// Renders a page, twice if need be; answers 503 when that did not help. Only what changes nothing is asked again.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !is_server_function(request.uri().path());
    if is_page { within(LIMIT, request, next).await } else { next.run(request).await }
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let (parts, _no_body) = request.into_parts();
    for attempt in 1..=2 {
        let again = Request::from_parts(parts.clone(), Body::empty());
        match tokio::time::timeout(limit, next.clone().run(again)).await {
            Ok(response) => return response,
            Err(_late) => {
                tracing::error!(
                    path = parts.uri.path(),
                    attempt,
                    "a page was not rendered in time"
                );
            }
        }
    }
    (StatusCode::SERVICE_UNAVAILABLE, "This page could not be rendered in time.\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware::from_fn, routing::get};
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    use tower::ServiceExt as _;

    /// What a page answers that hangs `hangs` times, and how often it was asked.
    async fn asked(hangs: usize) -> (StatusCode, usize) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let page = move || {
            let nth = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                if nth < hangs {
                    std::future::pending::<()>().await;
                }
                "page"
            }
        };
        let limit = |request, next| within(Duration::from_millis(50), request, next);
        let router = Router::new().route("/", get(page)).layer(from_fn(limit));
        let answer = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        (answer.status(), count.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_page_is_rendered_once_unless_it_hangs_and_never_more_than_twice() {
        assert_eq!(asked(0).await, (StatusCode::OK, 1));
        assert_eq!(asked(1).await, (StatusCode::OK, 2));
        assert_eq!(asked(2).await, (StatusCode::SERVICE_UNAVAILABLE, 2));
    }
}
