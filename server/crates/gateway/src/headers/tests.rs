//! What is forwarded of which headers.

use super::*;

fn map(headers: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().map(pair) {
        map.append(name, value);
    }
    map
}

fn forwarded(received: &[(&str, &str)], version: Version) -> Vec<(String, String)> {
    let mut headers = map(received);
    let connection = Connection::new(
        "192.0.2.7:1234".parse().unwrap(),
        "127.0.0.1:8000".parse().unwrap(),
        false,
    );
    to_backend(
        &mut headers,
        ToBackend {
            connection: &connection,
            client: None,
            host: HeaderValue::from_static("g.localhost"),
            authority: HeaderValue::from_static("backend:9000"),
            request_id: HeaderValue::from_static("id"),
            version,
        },
    );
    let mut shown: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    shown.sort();
    shown
}

const ADDED: [(&str, &str); 5] = [
    ("host", "backend:9000"),
    ("x-forwarded-for", "192.0.2.7"),
    ("x-forwarded-host", "g.localhost"),
    ("x-forwarded-proto", "http"),
    ("x-jdcloud-request-id", "id"),
];

#[track_caller]
fn check(received: &[(&str, &str)], left: &[(&str, &str)]) {
    let mut expected: Vec<_> = left
        .iter()
        .chain(&ADDED)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    expected.sort();
    assert_eq!(forwarded(received, Version::HTTP_11), expected);
}

#[test]
fn what_concerns_one_connection_is_not_forwarded() {
    check(
        &[
            ("accept", "a"),
            ("connection", "keep-alive, X-Hop"),
            ("connection", "close, x-other"),
            ("x-hop", "1"),
            ("x-other", "2"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic x"),
            ("te", "gzip"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMA"),
            ("expect", "100-continue"),
            ("trailer", "x-sum"),
        ],
        &[("accept", "a"), ("trailer", "x-sum")],
    );
}

#[test]
fn names_that_a_backend_could_take_for_the_gateways_are_not_forwarded() {
    check(
        &[
            ("x_jdcloud_pin", "somebody"),
            ("x-jdcloud_request-id", "forged"),
            ("x_real_ip", "10.0.0.1"),
            ("x_forwarded-for", "10.0.0.1"),
            ("x_paifang_group", "other"),
            ("content_length", "5"),
            ("transfer_encoding", "chunked"),
            ("x_trace", "1"),
            ("my_name", "2"),
        ],
        &[("x_trace", "1"), ("my_name", "2")],
    );
}

#[test]
fn trailers_cannot_say_what_only_headers_may() {
    let mut trailers = map(&[
        ("x-sum", "42"),
        ("grpc-status", "0"),
        ("host", "other"),
        ("content-length", "3"),
        ("transfer-encoding", "chunked"),
        ("authorization", "Bearer x"),
        ("x-jdcloud-request-id", "forged"),
        ("x-forwarded-for", "10.0.0.1"),
        ("connection", "x-sum2"),
        ("x-sum2", "1"),
    ]);
    trailers_to_backend(&mut trailers);
    let mut names: Vec<_> = trailers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["grpc-status", "x-sum"]);
}

#[test]
fn a_body_in_chunks_has_no_other_coding() {
    for (codings, is_plain) in [
        (&[][..], true),
        (&["chunked"][..], true),
        (&["Chunked"][..], true),
        (&["gzip, chunked"][..], false),
        (&["gzip", "chunked"][..], false),
        (&["chunked", "chunked"][..], false),
        (&["identity"][..], false),
        (&["\"chunked\""][..], false),
    ] {
        let codings: Vec<_> = codings.iter().map(|c| ("transfer-encoding", *c)).collect();
        assert_eq!(is_framed_plainly(&map(&codings)), is_plain, "{codings:?}");
    }
}

#[test]
fn a_websocket_is_asked_for_by_both_headers() {
    for (connection, upgrade, asks) in [
        ("Upgrade", "websocket", true),
        ("keep-alive, upgrade", "WebSocket", true),
        ("keep-alive", "websocket", false),
        ("upgrade", "h2c", false),
    ] {
        let headers = map(&[("connection", connection), ("upgrade", upgrade)]);
        assert_eq!(asks_for_websocket(&headers), asks, "{connection} {upgrade}");
    }
    assert!(!asks_for_websocket(&map(&[("connection", "upgrade")])));
}

#[test]
fn a_caller_that_takes_trailers_is_told_so_to_the_backend() {
    check(&[("te", "gzip;q=0.5, trailers")], &[("te", "trailers")]);
    check(&[("connection", "te"), ("te", "Trailers")], &[("te", "trailers")]);
}

#[test]
fn the_signature_and_names_of_the_gateway_are_not_forwarded() {
    check(
        &[
            ("authorization", "JDCLOUD2-HMAC-SHA256 Credential=…".trim_end_matches('…')),
            ("x-jdcloud-date", "20191122T024000Z"),
            ("x-jdcloud-nonce", "n"),
            ("x-jdcloud-content-sha256", "UNSIGNED"),
            ("x-jdcloud-pin", "somebody"),
            ("x-jdcloud-request-id", "forged"),
            ("jdcloud3-hmac-sha256", "JDCLOUD3-HMAC-SHA256"),
            ("x-paifang-group", "xv3xbwah945y"),
            ("jdcloud-apim-subscription-key", "0123456789abcdef0123456789abcdef"),
            ("host", "other"),
        ],
        &[],
    );
}

#[test]
fn an_authorization_for_the_backend_is_forwarded() {
    check(&[("authorization", "Bearer t")], &[("authorization", "Bearer t")]);
}

#[test]
fn who_asked_is_told_and_what_cannot_be_believed_is_not() {
    let received = [
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-for", "10.0.0.2, 10.0.0.3"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "forged"),
        ("forwarded", "for=forged"),
        ("x-real-ip", "forged"),
    ];
    let shown = forwarded(&received, Version::HTTP_11);
    assert!(
        shown.contains(&(
            "x-forwarded-for".into(),
            "10.0.0.1, 10.0.0.2, 10.0.0.3, 192.0.2.7".into()
        ))
    );
    assert!(!shown.iter().any(|(_, value)| value.contains("forged")), "{shown:?}");
    assert!(shown.contains(&("x-forwarded-proto".into(), "http".into())));
}

#[test]
fn pieces_of_a_cookie_are_joined_for_http1() {
    let received = [("cookie", "a=1"), ("cookie", "b=2")];
    assert!(forwarded(&received, Version::HTTP_2).contains(&("cookie".into(), "a=1; b=2".into())));
    assert!(forwarded(&received[..1], Version::HTTP_2).contains(&("cookie".into(), "a=1".into())));
}

#[test]
fn an_answers_length_beside_chunks_is_dropped() {
    let mut headers = map(&[
        ("content-length", "5"),
        ("transfer-encoding", "chunked"),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("content-type", "a/b"),
    ]);
    from_backend(&mut headers);
    assert_eq!(headers, map(&[("content-type", "a/b")]));
    let mut headers = map(&[("content-length", "5")]);
    from_backend(&mut headers);
    assert_eq!(headers, map(&[("content-length", "5")]));
}
