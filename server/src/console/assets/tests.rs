//! The rules of serving files.

use super::*;
use axum::body::to_bytes;

fn assets() -> Assets {
    let files = [
        ("pkg/paifang.0123.js", "script"),
        ("pkg/paifang.0123.js.br", "script in brotli"),
        ("pkg/paifang.0123.js.gz", "script in gzip"),
        ("pkg/paifang.4567.wasm", "wasm"),
        ("pkg/paifang.89ab.css", "style"),
        ("pkg/snippets/x-0123/inline0.js", "snippet"),
        ("favicon.svg", "<svg/>"),
    ];
    let named = files.map(|(name, content)| (name.to_owned(), Bytes::from(content)));
    Assets::from_files(HashMap::from(named))
}

fn asked_with(name: HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1000).await.unwrap().to_vec()).unwrap()
}

#[test]
fn the_bundle_is_found_by_the_endings_of_its_names() {
    let bundle = assets().bundle().unwrap();
    assert_eq!(bundle.js, "paifang.0123.js");
    assert_eq!(bundle.wasm, "paifang.4567.wasm");
    assert_eq!(bundle.css, "paifang.89ab.css");
    assert!(Assets::default().bundle().is_none());
}

#[tokio::test]
async fn the_smallest_coding_that_the_browser_takes_is_sent() {
    for (accepted, coding, content) in [
        ("gzip, deflate, br", "br", "script in brotli"),
        ("gzip", "gzip", "script in gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", "script in gzip"),
        ("identity", "", "script"),
    ] {
        let asked = asked_with(header::ACCEPT_ENCODING, accepted);
        let response = assets().get("/pkg/paifang.0123.js", &asked).unwrap();
        assert_eq!(header(&response, "content-encoding"), coding, "{accepted}");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(body(response).await, content, "{accepted}");
    }
}

#[test]
fn a_name_with_a_hash_is_kept_for_ever_and_another_for_a_while() {
    let cache = |path: &str| {
        header(&assets().get(path, &HeaderMap::new()).unwrap(), "cache-control").to_owned()
    };
    assert_eq!(cache("/pkg/paifang.4567.wasm"), FOR_EVER);
    assert_eq!(cache("/favicon.svg"), FOR_A_WHILE);
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let first = assets().get("/favicon.svg", &HeaderMap::new()).unwrap();
    assert_eq!(first.status(), StatusCode::OK);
    let again = asked_with(header::IF_NONE_MATCH, header(&first, "etag"));
    assert_eq!(assets().get("/favicon.svg", &again).unwrap().status(), StatusCode::NOT_MODIFIED);
    let other = asked_with(header::IF_NONE_MATCH, "\"other\"");
    assert_eq!(assets().get("/favicon.svg", &other).unwrap().status(), StatusCode::OK);
}

#[test]
fn a_missing_file_of_the_bundle_is_404_and_any_other_path_is_left_to_the_pages() {
    let missing = assets().get("/pkg/paifang.old.js", &HeaderMap::new()).unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert!(assets().get("/groups", &HeaderMap::new()).is_none());
    assert!(
        assets().get("/pkg/../favicon.svg", &HeaderMap::new()).unwrap().status().is_client_error()
    );
    assert!(assets().get("/../../etc/passwd", &HeaderMap::new()).is_none());
}
