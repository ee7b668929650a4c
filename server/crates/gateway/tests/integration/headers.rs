//! What of a request's headers a backend sees, and what of an answer's headers a caller sees.

use super::support::{ONLINE, World, echoed_headers};
use bytes::Bytes;
use http::Request;
use testkit::{Behaviour, client::raw};

#[tokio::test]
async fn a_backend_sees_who_asked_for_what() {
    let world = World::start().await;
    let request = Request::builder()
        .uri("/petstore/pets")
        .header("host", ONLINE)
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-custom", "1")
        .header("x-custom", "2");
    let response = world.client.send(request.body("").unwrap()).await;
    let headers = echoed_headers(&response);
    assert_eq!(headers["host"], world.backend.address().to_string());
    assert_eq!(headers["x-forwarded-for"], "192.0.2.1, 127.0.0.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-forwarded-host"], ONLINE);
    assert_eq!(headers["x-jdcloud-request-id"], response.header("x-jdcloud-request-id"));
    assert_eq!(headers.get_all("x-custom").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn what_concerns_one_connection_stays_there_both_ways() {
    let world = World::start().await;
    let answer = raw(
        world.address(),
        format!(
            "GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: close, X-Secret\r\nx-secret: 1\r\nkeep-alive: 5\r\n\
             proxy-connection: x\r\nte: gzip\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n"
        ),
    )
    .await;
    let seen = world.backend.last().unwrap();
    for name in [
        "connection",
        "x-secret",
        "keep-alive",
        "proxy-connection",
        "te",
        "upgrade",
        "http2-settings",
    ] {
        assert_eq!(seen.header(name), [""; 0], "{name}: {answer}");
    }
    let hop = [
        ("Connection", "X-Hop, keep-alive"),
        ("X-Hop", "1"),
        ("Keep-Alive", "timeout=1"),
        ("X-End", "2"),
    ];
    let headers = hop.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    world.backend.behave(Behaviour::Answer {
        status: 200,
        headers,
        body: Bytes::from_static(b"x"),
    });
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    let names = ["connection", "x-hop", "keep-alive", "x-end"]
        .map(|name| response.headers.contains_key(name));
    assert_eq!(names, [false, false, false, true]);
}

#[tokio::test]
async fn every_answer_says_how_long_it_took() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Delay(std::time::Duration::from_millis(60)));
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert!(response.header("x-jdcloud-upstream-latency").parse::<u64>().unwrap() >= 60);
    assert!(response.header("x-jdcloud-proxy-latency").parse::<u64>().is_ok());
    // Where nothing was forwarded, no backend took any time.
    let response = world.client.get(ONLINE, "/petstore/none").await;
    assert!(!response.headers.contains_key("x-jdcloud-upstream-latency"));
}

#[tokio::test]
async fn a_backend_cannot_speak_for_the_gateway() {
    let world = World::start().await;
    let headers = vec![("x-jdcloud-request-id".to_owned(), "forged".to_owned())];
    world.backend.behave(Behaviour::Answer { status: 200, headers, body: Bytes::new() });
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.headers.get_all("x-jdcloud-request-id").iter().count(), 1);
    assert_ne!(response.header("x-jdcloud-request-id"), "forged");
}

#[tokio::test]
async fn the_request_id_is_new_for_every_call() {
    let world = World::start().await;
    let mut ids = std::collections::HashSet::new();
    for _ in 0..50 {
        ids.insert(
            world
                .client
                .get(ONLINE, "/petstore/pets")
                .await
                .header("x-jdcloud-request-id")
                .to_owned(),
        );
    }
    assert_eq!(ids.len(), 50);
}
