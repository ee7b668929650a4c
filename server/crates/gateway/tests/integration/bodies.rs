//! Bodies: streamed both ways, bounded, with their trailers.

use super::support::{ONLINE, World, address, assert_refused, petstore};
use bytes::Bytes;
use domain::{BackendService, Environment};
use gateway::{GatewaySettings, Timeouts};
use http::{Method, Request};
use std::time::Duration;
use testkit::{Behaviour, RawConnection, client::raw};

const MEGABYTE: u64 = 1024 * 1024;

async fn with_limit(body_limit: u64) -> World {
    World::with(GatewaySettings { body_limit, ..GatewaySettings::default() }, |backend| {
        vec![petstore(Environment::Online, BackendService::Single { address: address(backend) })]
    })
    .await
}

fn post(more: &str) -> String {
    format!("POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{more}\r\n")
}

#[tokio::test]
async fn a_large_answer_passes_through_whole() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Stream(64 * MEGABYTE));
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.body.len() as u64, 64 * MEGABYTE);
    assert!(response.body.iter().all(|byte| *byte == b'x'));
    // Its connection is fit for the next call.
    world.backend.behave(Behaviour::Echo);
    world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(world.backend.connections(), 1);
}

#[tokio::test]
async fn a_caller_that_does_not_read_holds_the_backend_back() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Stream(256 * MEGABYTE));
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n")).await;
    connection.read_until("\r\n\r\n").await;
    // Until the system's buffers are full and the backend stands still.
    let mut before = u64::MAX;
    while before != world.backend.streamed() {
        before = world.backend.streamed();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(before < 64 * MEGABYTE, "{before} bytes were taken from the backend");
}

#[tokio::test]
async fn a_large_request_passes_through_piece_by_piece() {
    let world = with_limit(100 * MEGABYTE).await;
    world.backend.behave(Behaviour::StreamEcho);
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(post("transfer-encoding: chunked\r\n")).await;
    connection.read_until("\r\n\r\n").await;
    // Each piece comes back before the next is sent: nothing is collected on the way.
    let piece = "y".repeat(64 * 1024);
    for n in 0..1024 {
        connection.send(format!("{:x}\r\n{piece}{n:04}\r\n", piece.len() + 4)).await;
        connection.read_until(&format!("{n:04}\r\n")).await;
    }
    connection.send("0\r\n\r\n").await;
    connection.read_until("0\r\n\r\n").await;
    while world.backend.last().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.backend.last().unwrap().body_length, 1024 * (64 * 1024 + 4));
}

#[tokio::test]
async fn an_announced_body_over_the_limit_is_refused_before_it_is_sent() {
    let world = with_limit(1000).await;
    let answer = raw(
        world.address(),
        post("content-length: 1001\r\nexpect: 100-continue\r\nconnection: close\r\n"),
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("Payload too large"),
        "{answer}"
    );
    assert_eq!(world.backend.requests(), 0);
    let request =
        Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
    assert_eq!(world.client.send(request.body(vec![0; 1000]).unwrap()).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_streamed_body_over_the_limit_is_refused_when_it_gets_there() {
    let world = with_limit(1000).await;
    let chunk = format!("{:x}\r\n{}\r\n", 600, "z".repeat(600));
    let request =
        post("transfer-encoding: chunked\r\nconnection: close\r\n") + &chunk + &chunk + "0\r\n\r\n";
    let answer = raw(world.address(), request).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("HTTP_REQUEST_ENTITY_TOO_LARGE"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_caller_that_waits_for_leave_to_send_is_given_it() {
    let world = World::start().await;
    let mut connection = RawConnection::open(world.address()).await;
    connection
        .send(post("content-length: 5\r\nexpect: 100-continue\r\nconnection: close\r\n"))
        .await;
    connection.read_until("HTTP/1.1 100 Continue\r\n\r\n").await;
    connection.send("hello").await;
    assert!(connection.read_to_end().await.contains(r#""body":"hello""#));
    assert_eq!(world.backend.last().unwrap().header("expect"), [""; 0]);
}

#[tokio::test]
async fn pieces_of_an_answer_pass_as_they_come() {
    let world = World::start().await;
    let chunks = vec![Bytes::from_static(b"first"), Bytes::from_static(b"second")];
    world.backend.behave(Behaviour::Chunks {
        chunks,
        pause: Duration::from_secs(3600),
        trailers: Vec::new(),
    });
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n")).await;
    // The second would come in an hour.
    connection.read_until("5\r\nfirst\r\n").await;
}

#[tokio::test]
async fn trailers_pass_both_ways() {
    let world = World::start().await;
    let trailers = vec![("x-sum".to_owned(), "42".to_owned())];
    let chunks = vec![Bytes::from_static(b"body")];
    world.backend.behave(Behaviour::Chunks { chunks, pause: Duration::ZERO, trailers });
    let request = post(
        "transfer-encoding: chunked\r\ntrailer: x-check\r\nte: trailers\r\nconnection: te, close\r\n",
    );
    let answer = raw(world.address(), request + "3\r\nabc\r\n0\r\nx-check: ok\r\n\r\n").await;
    assert!(answer.contains("4\r\nbody\r\n0\r\nx-sum: 42\r\n"), "{answer}");
    let seen = world.backend.last().unwrap();
    assert_eq!(
        (&seen.body[..], &seen.trailers[..]),
        (&b"abc"[..], &[("x-check".to_owned(), "ok".to_owned())][..])
    );
    assert_eq!(seen.header("te"), ["trailers"]);
}

#[tokio::test]
async fn a_request_with_length_and_chunks_is_forwarded_with_one_framing() {
    let world = World::start().await;
    let request = post("content-length: 3\r\ntransfer-encoding: chunked\r\n");
    let answer = raw(world.address(), request + "5\r\nhello\r\n0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let seen = world.backend.last().unwrap();
    assert_eq!((seen.header("content-length").len(), &seen.body[..]), (0, &b"hello"[..]));
}

#[tokio::test]
async fn two_different_lengths_are_refused() {
    let world = World::start().await;
    let answer =
        raw(world.address(), post("content-length: 3\r\ncontent-length: 5\r\n") + "hello").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_caller_that_breaks_off_takes_the_forwarded_request_with_it() {
    let world = World::start().await;
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(post("content-length: 100\r\n") + "begin").await;
    while world.backend.requests() == 0 {
        tokio::task::yield_now().await;
    }
    drop(connection);
    // The backend never sees a whole request, and the next caller is served.
    let response = world.client.get(ONLINE, "/petstore/pets/9").await;
    assert_eq!(response.json()["target"], "/petstore/pets/9");
    assert_eq!(world.backend.last().unwrap().target, "/petstore/pets/9");
}

#[tokio::test]
async fn a_body_over_the_limit_by_http2_is_refused_too() {
    let world = with_limit(1000).await;
    let client = testkit::TestClient::http2(world.address());
    let request = Request::builder().method(Method::POST).uri("/petstore/pets");
    let request =
        request.header("x-paifang-group", super::support::GROUP).body(vec![0; 1001]).unwrap();
    assert_refused(
        &client.send(request).await,
        413,
        "HTTP_REQUEST_ENTITY_TOO_LARGE",
        "Payload too large",
    );
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_was_sent_is_passed_on() {
    let world = World::start().await;
    world.backend.behave(Behaviour::AnswerUnread(403));
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(post("content-length: 1000000\r\n") + "begin").await;
    let answer = connection.read_until("said early").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    // What is left of the body is nobody's next request.
    connection.send("GET /petstore/pets HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(!connection.read_to_end().await.contains("HTTP/1.1"));
}

#[tokio::test]
async fn a_caller_that_never_reads_is_cut_in_the_end() {
    let timeouts = Timeouts { body_idle: Duration::from_millis(200), ..Timeouts::default() };
    let world =
        World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |backend| {
            vec![petstore(
                Environment::Online,
                BackendService::Single { address: address(backend) },
            )]
        })
        .await;
    world.backend.behave(Behaviour::Stream(256 * MEGABYTE));
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n")).await;
    while world.gateway.drain_traffic().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(world.backend.streamed() < 256 * MEGABYTE);
}
