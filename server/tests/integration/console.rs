//! The console's door: what every answer has, and what nobody may do without a session.

use crate::support::{TestServer, get, request, send};
use http::Method;
use http_body_util::Full;
use leptos::server_fn::ServerFn;

#[tokio::test]
async fn every_answer_has_a_request_id_and_the_headers_that_protect_it() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/sign-in", "/nothing/here", "/pkg/nothing.js"] {
        let answer = get(server.console(), "localhost", path).await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        for loophole in ["'unsafe-inline'", "'unsafe-eval'", "*"] {
            assert!(!policy.contains(loophole), "{path}: {policy}");
        }
    }
}

#[tokio::test]
async fn a_change_that_another_site_asks_for_is_refused() {
    let server = TestServer::start().await;
    let asked = request(Method::POST, "localhost", app::server_fns::accounts::Register::PATH)
        .header("origin", "http://xaaaaaaaaaaa.cn-north-1.localhost")
        .body(Full::default())
        .unwrap();
    assert_eq!(send(server.console(), asked).await.unwrap().status, 403);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let server = TestServer::start().await;
    let asked = request(Method::POST, "localhost", "/console/anything")
        .body(Full::from(vec![b'x'; (8 << 20) + 1]))
        .unwrap();
    assert_eq!(send(server.console(), asked).await.unwrap().status, 413);
}
