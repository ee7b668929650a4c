//! Backends that are down, slow, dying or talking nonsense; calls that fail within.

use super::support::{ONLINE, World, address, assert_refused, petstore};
use bytes::Bytes;
use domain::{BackendService, Environment};
use gateway::{BodyError, Connection, GatewaySettings, RequestBody, Timeouts};
use http::{Method, Request};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use testkit::{Behaviour, MockBackend, RawConnection, client::raw};

const SHORT: Duration = Duration::from_millis(150);

async fn impatient() -> World {
    let timeouts =
        Timeouts { connect: SHORT, first_byte: SHORT, body_idle: SHORT, ..Timeouts::default() };
    World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |backend| {
        vec![petstore(Environment::Online, BackendService::Single { address: address(backend) })]
    })
    .await
}

async fn towards(backend: &str) -> World {
    let address = backend.parse().unwrap();
    let timeouts = Timeouts { connect: Duration::from_secs(2), ..Timeouts::default() };
    World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |_| {
        vec![petstore(Environment::Online, BackendService::Single { address })]
    })
    .await
}

const UNAVAILABLE: (u16, &str, &str) =
    (503, "HTTP_SERVICE_UNAVAILABLE", "The upstream server is currently unavailable");
const TIMING_OUT: (u16, &str, &str) =
    (504, "HTTP_SERVER_TIMING_OUT", "The upstream server is timing out");
const INVALID: (u16, &str, &str) =
    (502, "HTTP_BAD_GATEWAY", "An invalid response was received from the upstream server");

async fn assert_pets_fail(world: &World, (code, status, message): (u16, &str, &str)) {
    assert_refused(&world.client.get(ONLINE, "/petstore/pets").await, code, status, message);
}

#[tokio::test]
async fn a_backend_that_refuses_connections_is_unavailable() {
    let gone = MockBackend::start().await;
    let url = gone.url();
    drop(gone);
    assert_pets_fail(&towards(&url).await, UNAVAILABLE).await;
}

#[tokio::test]
async fn a_backend_whose_name_has_no_address_is_unavailable() {
    assert_pets_fail(&towards("http://no-such-host.invalid").await, UNAVAILABLE).await;
}

#[tokio::test]
async fn a_backend_that_does_not_take_connections_is_timing_out() {
    // A socket whose queue is full leaves further connections unanswered.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    socket.listen(0).unwrap();
    let full = socket.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> =
        (0..4).map(|_| tokio::spawn(tokio::net::TcpStream::connect(full))).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let timeouts = Timeouts { connect: SHORT, ..Timeouts::default() };
    let world = World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |_| {
        vec![petstore(
            Environment::Online,
            BackendService::Single { address: format!("http://{full}").parse().unwrap() },
        )]
    })
    .await;
    assert_pets_fail(&world, TIMING_OUT).await;
    drop(waiting);
}

#[tokio::test]
async fn a_backend_that_does_not_answer_is_timing_out() {
    let world = impatient().await;
    world.backend.behave(Behaviour::Hang);
    assert_pets_fail(&world, TIMING_OUT).await;
    // Its connection is not used again.
    world.backend.behave(Behaviour::Echo);
    assert_eq!(
        world.client.get(ONLINE, "/petstore/pets/1").await.json()["target"],
        "/petstore/pets/1"
    );
}

#[tokio::test]
async fn a_backend_that_does_not_read_is_timing_out() {
    let world = impatient().await;
    world.backend.behave(Behaviour::HangUnread);
    let request =
        Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
    let response = world.client.send(request.body(vec![0; 9_000_000]).unwrap()).await;
    assert_refused(&response, TIMING_OUT.0, TIMING_OUT.1, TIMING_OUT.2);
}

#[tokio::test]
async fn a_slow_upload_is_no_timeout_while_it_moves() {
    let world = impatient().await;
    let mut connection = RawConnection::open(world.address()).await;
    connection
        .send(format!("POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\ncontent-length: 10\r\nconnection: close\r\n\r\n"))
        .await;
    for _ in 0..10 {
        tokio::time::sleep(SHORT / 2).await;
        connection.send("x").await;
    }
    assert!(connection.read_to_end().await.contains("\"body\":\"xxxxxxxxxx\""));
}

#[tokio::test]
async fn a_caller_that_stops_sending_is_told_so() {
    let world = impatient().await;
    let request =
        format!("POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\ncontent-length: 10\r\n\r\nhalf");
    let answer = raw(world.address(), request).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("The request was not sent in time"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_backend_that_closes_instead_of_answering_is_invalid() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Close);
    assert_pets_fail(&world, INVALID).await;
}

#[tokio::test]
async fn a_backend_that_talks_nonsense_is_invalid() {
    let world = World::start().await;
    for nonsense in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        b"\0\0\0\0\0\0",
        b"HTTP/1.1 200",
    ] {
        world.backend.behave(Behaviour::Raw(Bytes::from_static(nonsense)));
        assert_pets_fail(&world, INVALID).await;
    }
    let endless = [&b"HTTP/1.1 200 OK\r\n"[..], &b"x: y\r\n".repeat(50_000)].concat();
    world.backend.behave(Behaviour::Raw(endless.into()));
    assert_pets_fail(&world, INVALID).await;
}

#[tokio::test]
async fn a_backend_that_dies_within_its_answer_ends_the_callers_too() {
    let world = World::start().await;
    for behaviour in [
        Behaviour::DieMidBody,
        Behaviour::Raw(Bytes::from_static(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n",
        )),
        Behaviour::Raw(Bytes::from_static(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\npart\r\n",
        )),
    ] {
        world.backend.behave(behaviour.clone());
        let request =
            Request::builder().uri("/petstore/pets").header("host", ONLINE).body("").unwrap();
        let result = world.client.try_send(request).await;
        assert!(result.is_err(), "{behaviour:?}: {result:?}");
    }
}

#[tokio::test]
async fn a_backend_that_hangs_within_its_answer_ends_the_callers_too() {
    let world = impatient().await;
    world.backend.behave(Behaviour::HangMidBody);
    let answer =
        raw(world.address(), format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n"))
            .await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("part"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_pauses_within_the_limit_is_no_timeout() {
    let world = impatient().await;
    let chunks = vec![Bytes::from_static(b"x"); 8];
    world.backend.behave(Behaviour::Chunks { chunks, pause: SHORT / 2, trailers: Vec::new() });
    assert_eq!(&world.client.get(ONLINE, "/petstore/pets").await.body[..], b"xxxxxxxx");
}

/// A body that panics when it is read.
struct Trap;

impl http_body::Body for Trap {
    type Data = Bytes;
    type Error = BodyError;
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BodyError>>> {
        panic!("trap")
    }
}

#[tokio::test]
async fn a_panic_ends_its_own_call_only() {
    let world = World::start().await;
    let connection =
        Connection::new("127.0.0.1:9".parse().unwrap(), "127.0.0.1:8".parse().unwrap(), false);
    let post =
        || Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
    let response =
        world.gateway.call(post().body(RequestBody::new(Trap)).unwrap(), &connection).await;
    assert_eq!(response.status().as_u16(), 500);
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("An unexpected error occurred"));
    let response =
        world.gateway.call(post().body(Bytes::from_static(b"fine")).unwrap(), &connection).await;
    assert_eq!(response.status().as_u16(), 200);
}
