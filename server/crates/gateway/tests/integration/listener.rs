//! The gateway's own listener: connections, their limits, and its end.

use super::support::{ONLINE, World, serve};
use gateway::{Drained, GatewayServer, ServerSettings};
use std::{io, time::Duration};
use testkit::{Behaviour, RawConnection, TestClient, client::raw};
use tokio::net::TcpStream;

const LONG: Duration = Duration::from_secs(20);

fn get(more: &str) -> String {
    format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{more}\r\n")
}

#[tokio::test]
async fn a_shutdown_lets_calls_under_way_finish() {
    let World { server, client, backend, .. } = World::start().await;
    let address = server.local_addr();
    backend.behave(Behaviour::Delay(Duration::from_millis(400)));
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let client = TestClient::new(address);
            tokio::spawn(async move { client.get(ONLINE, "/petstore/pets").await })
        })
        .collect();
    // An idle connection holds nothing up.
    let idle = RawConnection::open(address).await;
    while backend.requests() < 6 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.shutdown(LONG).await, Drained { cut: 0 });
    for call in calls {
        let response = call.await.unwrap();
        assert_eq!((response.status.as_u16(), response.header("connection")), (200, "close"));
    }
    assert_eq!(idle.read_to_end().await, "");
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    drop(client);
}

#[tokio::test]
async fn a_shutdown_cuts_what_is_left_at_its_limit() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Hang);
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(get("")).await;
    while world.backend.requests() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.server.shutdown(Duration::from_millis(100)).await, Drained { cut: 1 });
    assert_eq!(connection.read_to_end().await, "");
}

#[tokio::test]
async fn a_body_that_streams_is_finished_before_a_shutdown_ends() {
    let world = World::start().await;
    let chunks = vec![bytes::Bytes::from_static(b"piece"); 5];
    world.backend.behave(Behaviour::Chunks {
        chunks,
        pause: Duration::from_millis(60),
        trailers: Vec::new(),
    });
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(get("")).await;
    connection.read_until("piece").await;
    assert_eq!(world.server.shutdown(LONG).await, Drained { cut: 0 });
    assert!(connection.read_to_end().await.ends_with("0\r\n\r\n"));
}

#[tokio::test]
async fn a_dropped_server_is_gone() {
    let world = World::start().await;
    let address = world.address();
    drop(world.server);
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_connection_too_many_is_closed_at_once() {
    let world = World::start().await;
    let server =
        serve(&world.gateway, ServerSettings { max_connections: 2, ..ServerSettings::default() });
    let mut first = RawConnection::open(server.local_addr()).await;
    let mut second = RawConnection::open(server.local_addr()).await;
    for connection in [&mut first, &mut second] {
        connection.send(get("")).await;
        connection.read_until("\"version\"").await;
    }
    assert_eq!(raw(server.local_addr(), get("connection: close\r\n")).await, "");
    drop(first);
    // Its place is free again as soon as its end was seen.
    loop {
        let answer = raw(server.local_addr(), get("connection: close\r\n")).await;
        if answer.starts_with("HTTP/1.1 200 ") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(second);
}

#[tokio::test]
async fn callers_that_do_not_send_a_head_in_time_are_closed() {
    let world = World::start().await;
    let settings =
        ServerSettings { head_timeout: Duration::from_millis(100), ..ServerSettings::default() };
    let server = serve(&world.gateway, settings);
    for beginning in
        ["", "P", "PRI", "GET /petstore", "GET /petstore/pets HTTP/1.1\r\nhost: x\r\nx"]
    {
        let answer = raw(server.local_addr(), beginning).await;
        assert!(!answer.contains("200"), "{beginning}: {answer}");
    }
    // So is a connection that is left idle after an answer.
    let mut idle = RawConnection::open(server.local_addr()).await;
    idle.send(get("")).await;
    idle.read_until("\"version\"").await;
    idle.read_to_end().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let world = World::start().await;
    let server =
        serve(&world.gateway, ServerSettings { head_limit: 8192, ..ServerSettings::default() });
    let fits = get(&format!("x-long: {}\r\nconnection: close\r\n", "a".repeat(7000)));
    assert!(raw(server.local_addr(), fits).await.starts_with("HTTP/1.1 200 "));
    let long = get(&format!("x-long: {}\r\nconnection: close\r\n", "a".repeat(8192)));
    assert!(raw(server.local_addr(), long).await.starts_with("HTTP/1.1 431 "));
    let many = get(&"a: b\r\n".repeat(200));
    assert!(raw(server.local_addr(), many).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_head_may_come_in_pieces() {
    let world = World::start().await;
    let mut connection = RawConnection::open(world.address()).await;
    for byte in get("connection: close\r\n").bytes() {
        connection.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert!(connection.read_to_end().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_the_gateway_goes_on() {
    let world = World::start().await;
    for nonsense in [
        "\0\0\0\0",
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET /petstore/pets HTTP/9.9\r\n\r\n",
        "GET /petstore/pets HTTP/1.1\r\nhost : x\r\n\r\n",
        "GET /petstore/pets HTTP/1.1\r\nhost: x\r\n folded\r\n\r\n",
        "GET /petstore/pets HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n",
        "GET /petstore/pets HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    ] {
        let mut connection = RawConnection::open(world.address()).await;
        connection.send(nonsense).await;
        connection.finish_sending().await;
        let answer = connection.read_to_end().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{nonsense:?}: {answer}");
    }
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error() {
    let world = World::start().await;
    let error = GatewayServer::bind(world.address(), &world.gateway, ServerSettings::default())
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn the_console_hands_over_what_is_the_gateways() {
    let world = World::start().await;
    let connection = |peer: &str, local: &str| {
        gateway::Connection::new(peer.parse().unwrap(), local.parse().unwrap(), false)
    };
    let local = connection("127.0.0.1:5", "127.0.0.1:8080");
    let remote = connection("192.0.2.1:5", "192.0.2.9:8080");
    let mut by_header = http::HeaderMap::new();
    by_header.insert("x-paifang-group", "xv3xbwah945y-test".parse().unwrap());
    let none = http::HeaderMap::new();
    let claims = |host: &str, headers, connection| world.gateway.claims(host, headers, connection);
    assert!(claims("xv3xbwah945y-test.cn-north-1.localhost:8080", &none, &remote));
    assert!(claims("x00000000000.cn-north-1.localhost", &none, &remote));
    assert!(!claims("localhost:8080", &none, &local));
    assert!(!claims("console.example.com", &by_header, &local));
    assert!(claims("localhost:8080", &by_header, &local));
    assert!(!claims("localhost:8080", &by_header, &remote));
}
