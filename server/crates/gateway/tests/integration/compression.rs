//! Compression: answers are compressed for callers that take it, and mean the same.

use super::support::{ONLINE, World, address, no_ceiling, petstore};
use bytes::Bytes;
use domain::{BackendService, Environment, HeaderChange};
use http::Request;
use std::io::Read as _;
use testkit::{Behaviour, TestResponse};

async fn world(compression: bool) -> World {
    World::with(no_ceiling(), |backend| {
        let to = BackendService::Single { address: address(backend) };
        let mut deployment = petstore(Environment::Online, to);
        deployment.content.settings.answers.compression = compression;
        // Chunks of the backend have no type of their own.
        for api in &mut deployment.content.apis {
            if api.definition.name == "getany" {
                api.definition.mapping.response_headers = vec![HeaderChange {
                    name: "content-type".to_owned(),
                    value: Some("text/plain".to_owned()),
                }];
            }
        }
        vec![deployment]
    })
    .await
}

fn text(length: usize) -> Bytes {
    let words = ["pets ", "cats ", "dogs "].iter().cycle().flat_map(|word| word.bytes());
    words.take(length).collect::<Vec<u8>>().into()
}

fn behave(world: &World, headers: &[(&str, &str)], body: &Bytes) {
    let headers =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.backend.behave(Behaviour::Answer { status: 200, headers, body: body.clone() });
}

async fn get(world: &World, path: &str, accept: &str) -> TestResponse {
    let request = Request::builder().uri(path).header("host", ONLINE);
    let request = request.header("accept-encoding", accept);
    world.client.send(request.body(Vec::new()).unwrap()).await
}

fn decoded(response: &TestResponse) -> Bytes {
    let (mut text, body) = (Vec::new(), &response.body[..]);
    match response.header("content-encoding") {
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut text).unwrap(),
        "zstd" => zstd::stream::read::Decoder::new(body).unwrap().read_to_end(&mut text).unwrap(),
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut text).unwrap(),
        other => panic!("{other:?}"),
    };
    text.into()
}

#[tokio::test]
async fn answers_come_in_the_coding_that_the_caller_likes_best() {
    let world = world(true).await;
    let body = text(200_000);
    behave(&world, &[("content-type", "application/json"), ("etag", "\"v1\"")], &body);
    for (accept, coding) in [
        ("gzip", "gzip"),
        ("gzip, zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip", "gzip"),
    ] {
        let response = get(&world, "/petstore/pets", accept).await;
        assert_eq!(response.header("content-encoding"), coding, "{accept}");
        assert_eq!(response.header("vary"), "accept-encoding");
        assert_eq!(response.header("etag"), "W/\"v1\"");
        assert!(!response.headers.contains_key("content-length"));
        assert!(response.body.len() < body.len() / 10, "{}", response.body.len());
        assert_eq!(decoded(&response), body);
    }
    for accept in ["identity", "gzip;q=0", ""] {
        let response = get(&world, "/petstore/pets", accept).await;
        assert!(!response.headers.contains_key("content-encoding"), "{accept}");
        assert_eq!(
            (response.header("vary"), response.header("etag")),
            ("accept-encoding", "\"v1\"")
        );
        assert_eq!(response.body, body);
    }
}

#[tokio::test]
async fn what_is_short_or_compressed_or_no_text_passes_as_it_is() {
    let world = world(true).await;
    let json = ("content-type", "application/json");
    for (headers, length) in [
        (&[json][..], 1023),
        (&[json, ("content-encoding", "x-own")], 5000),
        (&[json, ("cache-control", "no-transform")], 5000),
        (&[("content-type", "image/png")], 5000),
        (&[("content-type", "text/event-stream")], 5000),
        (&[], 5000),
    ] {
        let body = text(length);
        behave(&world, headers, &body);
        let response = get(&world, "/petstore/pets", "br, gzip").await;
        assert_eq!(response.body, body, "{headers:?}");
        let coding =
            if headers.len() == 2 && headers[1].0 == "content-encoding" { "x-own" } else { "" };
        assert_eq!(response.header("content-encoding"), coding, "{headers:?}");
        assert_eq!(response.header("content-length"), length.to_string());
    }
}

#[tokio::test]
async fn a_group_without_it_compresses_nothing() {
    let world = world(false).await;
    let body = text(5000);
    behave(&world, &[("content-type", "application/json")], &body);
    let response = get(&world, "/petstore/pets", "br, gzip").await;
    assert_eq!((response.header("vary"), &response.body), ("", &body));
}

#[tokio::test]
async fn chunks_are_compressed_and_what_follows_them_still_follows() {
    let world = world(true).await;
    let chunks: Vec<Bytes> = (0..20).map(|n| text(n * 997)).collect();
    world.backend.behave(Behaviour::Chunks {
        chunks: chunks.clone(),
        pause: std::time::Duration::ZERO,
        trailers: vec![("x-sum".to_owned(), "7".to_owned())],
    });
    let request = Request::builder().uri("/petstore/any").header("host", ONLINE);
    let request = request.header("accept-encoding", "gzip").header("te", "trailers");
    let response = world.client.send(request.body(Vec::new()).unwrap()).await;
    assert_eq!(response.header("content-encoding"), "gzip");
    assert_eq!(decoded(&response), chunks.concat());
    assert_eq!(response.trailers["x-sum"], "7");
}

#[tokio::test]
async fn what_was_sent_before_a_pause_can_be_read_during_it() {
    let world = world(true).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n";
    world.backend.behave(Behaviour::RawKeepAlive(format!("{head}5\r\nfirst\r\n").into()));
    let mut connection = testkit::RawConnection::open(world.address()).await;
    let request =
        format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\naccept-encoding: br\r\n\r\n");
    connection.send(request).await;
    // So short a text is stored by brotli as it is.
    connection.read_until("first").await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let world = world(true).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5000\r\n\r\npart";
    world.backend.behave(Behaviour::Raw(head.into()));
    let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
    let request = request.header("accept-encoding", "zstd").body(Vec::new()).unwrap();
    assert!(world.client.try_send(request).await.is_err());
}

#[tokio::test]
async fn a_part_is_a_part_of_the_backends_own_bytes() {
    let world = world(true).await;
    let (body, range) = (text(5000), ("content-range".to_owned(), "bytes 0-4999/9999".to_owned()));
    let headers = vec![("content-type".to_owned(), "text/plain".to_owned()), range];
    world.backend.behave(Behaviour::Answer { status: 206, headers, body: body.clone() });
    let response = get(&world, "/petstore/pets", "gzip").await;
    assert_eq!((response.status.as_u16(), response.body), (206, body));
}
