//! Slow and hostile callers: each is bounded by a setting, and nobody else notices.

use super::{
    http2::connect,
    support::{ONLINE, World, address, petstore, serve},
};
use domain::{BackendService, Environment};
use gateway::{GatewaySettings, ServerSettings, Timeouts};
use http::Request;
use std::time::Duration;
use testkit::{Behaviour, RawConnection, client::raw};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

const MEGABYTE: u64 = 1024 * 1024;

async fn impatient() -> World {
    let timeouts = Timeouts { body_idle: Duration::from_millis(300), ..Timeouts::default() };
    let settings = GatewaySettings { timeouts, body_limit: 1 << 40, ..GatewaySettings::default() };
    World::with(settings, |backend| {
        vec![petstore(Environment::Online, BackendService::Single { address: address(backend) })]
    })
    .await
}

fn get() -> String {
    format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n")
}

fn get_by_http2() -> Request<()> {
    Request::get(format!("http://{ONLINE}/petstore/pets")).body(()).unwrap()
}

/// The value of a sample.
pub(crate) fn metric(world: &World, sample: &str) -> u64 {
    let metrics = world.gateway.metrics();
    let line = metrics.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{sample} is not in {metrics}")).parse().unwrap()
}

/// Waits until a sample has a value: what ends is counted after the other side has seen it.
pub(crate) async fn assert_counted(world: &World, sample: &str, value: u64) {
    let begun = std::time::Instant::now();
    while metric(world, sample) != value {
        assert!(begun.elapsed() < Duration::from_secs(20), "{sample} is {}", metric(world, sample));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_others_have_theirs() {
    let world = World::start().await;
    let settings = ServerSettings { max_connections_per_address: 2, ..ServerSettings::default() };
    let server = serve(&world.gateway, settings);
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut connection = RawConnection::open(server.local_addr()).await;
        connection.send(get()).await;
        connection.read_until("\"version\"").await;
        held.push(connection);
    }
    assert_eq!(raw(server.local_addr(), get()).await, "");
    assert_eq!(metric(&world, r#"paifang_connections_refused_total{limit="address"}"#), 1);
    // Somebody else, at another loopback address.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(server.local_addr()).await.unwrap();
    other.write_all(get().as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    other.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    // A place is free again when its connection is closed.
    held.pop();
    loop {
        let mut connection = RawConnection::open(server.local_addr()).await;
        connection.send(get().replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")).await;
        if connection.read_to_end().await.starts_with("HTTP/1.1 200 ") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_flood_of_connections_leaves_none_behind() {
    let world = World::start().await;
    let settings = ServerSettings { max_connections: 50, ..ServerSettings::default() };
    let server = serve(&world.gateway, settings);
    let flood: Vec<_> =
        futures_util::future::join_all((0..500).map(|_| TcpStream::connect(server.local_addr())))
            .await;
    drop(flood);
    let mut answer = String::new();
    while !answer.starts_with("HTTP/1.1 200 ") {
        let request = get().replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        answer = raw(server.local_addr(), request).await;
    }
    drop(server);
    while metric(&world, "paifang_connections") > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_is_counted() {
    let world = World::start().await;
    let settings =
        ServerSettings { head_timeout: Duration::from_millis(100), ..ServerSettings::default() };
    let server = serve(&world.gateway, settings);
    for (n, beginning) in ["", "P", "GET /petstore/pets HTTP/1.1\r\nx-slow: "].iter().enumerate() {
        assert_eq!(raw(server.local_addr(), beginning).await, "");
        assert_counted(&world, r#"paifang_connections_closed_total{why="silent"}"#, n as u64 + 1)
            .await;
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn an_upload_that_the_backend_does_not_take_is_not_held() {
    let world = impatient().await;
    world.backend.behave(Behaviour::HangUnread);
    let mut connection = TcpStream::connect(world.address()).await.unwrap();
    let head = format!(
        "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\ncontent-length: {}\r\n\r\n",
        1_u64 << 39
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The system takes some on both ways, the gateway next to nothing: then nothing more can be sent, and in the end
    // the gateway gives up.
    let piece = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while let Ok(length) = connection.write(&piece).await {
        sent += length as u64;
        assert!(sent < 64 * MEGABYTE, "{sent} bytes were taken");
        if length == 0 {
            break;
        }
        let readable = connection.try_read(&mut [0; 12]);
        if readable.is_ok() {
            break;
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_not_held_and_cut_in_the_end() {
    let world = impatient().await;
    world.backend.behave(Behaviour::Stream(1024 * MEGABYTE));
    let mut client = connect(world.address()).await;
    let (response, _) = client.send_request(get_by_http2(), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    // One piece is read, and its room never given back.
    body.data().await.unwrap().unwrap();
    while let Some(Ok(_)) = body.data().await {}
    assert_counted(&world, r#"paifang_connections_closed_total{why="slow_reader"}"#, 1).await;
    assert!(world.backend.streamed() < 64 * MEGABYTE, "{}", world.backend.streamed());
}

#[tokio::test]
async fn a_stream_that_waits_for_its_backend_is_not_cut() {
    let world = impatient().await;
    // Longer than the caller may take for nothing, but the backend is within its own limit.
    world.backend.behave(Behaviour::Delay(Duration::from_millis(900)));
    let mut client = connect(world.address()).await;
    let (response, _) = client.send_request(get_by_http2(), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_caller_that_resets_what_it_asked_for_is_cut() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Hang);
    let mut client = connect(world.address()).await;
    let mut asked = 0;
    loop {
        let Ok(ready) = client.ready().await else { break };
        client = ready;
        let Ok((response, mut stream)) = client.send_request(get_by_http2(), true) else { break };
        stream.send_reset(h2::Reason::CANCEL);
        drop(response);
        asked += 1;
        assert!(asked < 100_000, "it is never cut");
        tokio::task::yield_now().await;
    }
    // Nobody else notices.
    world.backend.behave(Behaviour::Echo);
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
}

#[tokio::test]
async fn calls_that_a_caller_breaks_off_one_after_the_other_are_bounded_too() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Hang);
    let mut client = connect(world.address()).await;
    let mut asked = 0;
    loop {
        let Ok(ready) = client.ready().await else { break };
        client = ready;
        let Ok((response, mut stream)) = client.send_request(get_by_http2(), true) else { break };
        // It has got to the backend.
        let before = world.backend.requests();
        while world.backend.requests() == before
            && tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>())
                .await
                .is_err()
        {
            if client.clone().ready().await.is_err() {
                break;
            }
        }
        stream.send_reset(h2::Reason::CANCEL);
        drop(response);
        asked += 1;
        assert!(asked < 1000, "it is never cut");
    }
    assert_counted(&world, r#"paifang_connections_closed_total{why="resets"}"#, 1).await;
    assert!(asked > 50, "{asked}");
}

#[tokio::test]
async fn one_connection_has_so_many_calls_at_a_time() {
    let world = World::start().await;
    let server =
        serve(&world.gateway, ServerSettings { http2_streams: 3, ..ServerSettings::default() });
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let (client, mut connection) = h2::client::handshake(stream).await.unwrap();
    let told = std::future::poll_fn(|context| {
        let _pending = std::pin::Pin::new(&mut connection).poll(context);
        match connection.max_concurrent_send_streams() {
            3 => std::task::Poll::Ready(3),
            _ => std::task::Poll::Pending,
        }
    });
    assert_eq!(told.await, 3);
    drop(client);
}

#[tokio::test]
async fn an_http2_connection_without_calls_is_closed_like_any_other() {
    let world = World::start().await;
    let settings =
        ServerSettings { head_timeout: Duration::from_millis(200), ..ServerSettings::default() };
    let server = serve(&world.gateway, settings);
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let (response, _) = client.send_request(get_by_http2(), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
    // The client would stay for ever, and answers when it is asked whether it is still there.
    connection.await.unwrap().unwrap();
    assert_counted(&world, r#"paifang_connections_closed_total{why="silent"}"#, 1).await;
}
