//! WebSocket through the gateway, with a real client and a real backend.

use super::support::{GROUP, ONLINE, World, petstore, serve};
use domain::{BackendService, BalancedBackend, Environment, Target, monitor::Traffic};
use futures_util::{SinkExt as _, StreamExt as _};
use gateway::{Drained, GatewaySettings, ServerSettings, Timeouts};
use http::HeaderValue;
use std::{net::SocketAddr, time::Duration};
use testkit::{Behaviour, MockBackend, RawConnection, client::raw};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async, client_async,
    tungstenite::{
        Message,
        client::IntoClientRequest as _,
        handshake::server::{ErrorResponse, Request, Response},
    },
};

type Client = WebSocketStream<TcpStream>;

/// A backend that greets, and then sends each message back. It chooses the last subprotocol that is offered.
async fn echo_backend() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut socket = accept_hdr_async(stream, choose).await.unwrap();
                socket.send("welcome".into()).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_text() || message.is_binary() {
                        socket.send(message).await.unwrap();
                    }
                }
            });
        }
    });
    address
}

#[expect(clippy::result_large_err, clippy::unnecessary_wraps, reason = "tungstenite's signature")]
fn choose(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    assert_eq!(request.headers()["x-forwarded-host"], ONLINE);
    if let Some(offered) = request.headers().get("sec-websocket-protocol") {
        let last = offered.to_str().unwrap().rsplit(", ").next().unwrap();
        let last = HeaderValue::from_str(last).unwrap();
        response.headers_mut().insert("sec-websocket-protocol", last);
    }
    Ok(response)
}

async fn world(backend: SocketAddr, timeouts: Timeouts) -> World {
    let address = format!("http://{backend}").parse().unwrap();
    World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |_| {
        vec![petstore(Environment::Online, BackendService::Single { address })]
    })
    .await
}

async fn open(gateway: SocketAddr) -> (Client, http::Response<Option<Vec<u8>>>) {
    let mut request = format!("ws://{ONLINE}/petstore/any/chat").into_client_request().unwrap();
    let offered = HeaderValue::from_static("chat.v1, chat.v2");
    request.headers_mut().insert("sec-websocket-protocol", offered);
    let stream = TcpStream::connect(gateway).await.unwrap();
    client_async(request, stream).await.unwrap()
}

async fn next(client: &mut Client) -> Message {
    client.next().await.unwrap().unwrap()
}

/// What was counted, once it was.
async fn counted(world: &World) -> Traffic {
    loop {
        if let Some(delta) = world.gateway.drain_traffic().pop() {
            return delta.traffic;
        }
        tokio::task::yield_now().await;
    }
}

fn handshake(method: &str, more: &str) -> String {
    format!(
        "{method} /petstore/any/chat HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: Upgrade, close\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn messages_pass_both_ways_and_are_counted() {
    let world = world(echo_backend().await, Timeouts::default()).await;
    let (mut client, response) = open(world.address()).await;
    assert_eq!(response.headers()["sec-websocket-protocol"], "chat.v2");
    assert_eq!(response.headers()["x-jdcloud-request-id"].len(), 32);
    assert_eq!(next(&mut client).await, Message::from("welcome"));
    let large = Message::from(vec![7_u8; 300_000]);
    for message in [Message::from("你好"), large, Message::from("last")] {
        client.send(message.clone()).await.unwrap();
        assert_eq!(next(&mut client).await, message);
    }
    assert!(world.gateway.metrics().contains("paifang_tunnels 1"));
    client.close(None).await.unwrap();
    while client.next().await.is_some() {}
    let traffic = counted(&world).await;
    assert_eq!((traffic.requests, traffic.successes), (1, 1));
    assert!(traffic.bytes_in > 300_000 && traffic.bytes_out > 300_000, "{traffic:?}");
    let metrics = world.gateway.metrics();
    assert!(
        metrics.contains(r#"class="1xx"} 1"#) && metrics.contains("paifang_tunnels 0"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_backend_that_refuses_is_heard() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Answer {
        status: 403,
        headers: Vec::new(),
        body: "not you".into(),
    });
    let answer = raw(world.address(), handshake("GET", "")).await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("not you"), "{answer}");
    let seen = world.backend.last().unwrap();
    assert_eq!(
        (seen.header("connection"), seen.header("upgrade")),
        (vec!["Upgrade"], vec!["websocket"])
    );
    assert_eq!(seen.header("sec-websocket-key"), ["dGhlIHNhbXBsZSBub25jZQ=="]);
}

#[tokio::test]
async fn a_backend_that_switches_to_something_else_is_a_bad_gateway() {
    let world = World::start().await;
    for switched in ["", "connection: upgrade\r\nupgrade: h2c\r\n", "upgrade: websocket\r\n"] {
        let answer = format!("HTTP/1.1 101 Switching Protocols\r\n{switched}\r\n");
        world.backend.behave(Behaviour::Raw(answer.into()));
        let answer = raw(world.address(), handshake("GET", "")).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{switched:?}: {answer}");
    }
}

#[tokio::test]
async fn a_handshake_is_a_get_without_a_body_by_http11() {
    let world = World::start().await;
    for (request, status) in [
        (handshake("POST", ""), 400),
        (handshake("GET", "content-length: 3\r\n") + "abc", 400),
        (handshake("GET", "").replace("HTTP/1.1", "HTTP/1.0"), 400),
        (handshake("GET", "").replace("/any/chat", "/nowhere"), 404),
    ] {
        let answer = raw(world.address(), &request).await;
        assert!(
            answer.starts_with(&format!(
                "HTTP/1.{} {status} ",
                u8::from(!request.contains("HTTP/1.0"))
            )),
            "{request}: {answer}"
        );
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn what_either_side_sends_at_once_is_not_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = world(listener.local_addr().unwrap(), Timeouts::default()).await;
    let backend = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = tokio::io::BufStream::new(stream);
        let mut seen = Vec::new();
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while !seen.ends_with(b"\r\n\r\n") {
            seen.push(stream.read_u8().await.unwrap());
        }
        // The answer and what follows it are one piece.
        let switched = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nfrom backend";
        stream.write_all(switched.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        let mut early = [0; 11];
        stream.read_exact(&mut early).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8(early.to_vec()).unwrap()
    });
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(handshake("GET", "") + "from caller").await;
    connection.read_until("from backend").await;
    assert_eq!(backend.await.unwrap(), "from caller");
    connection.finish_sending().await;
    assert_eq!(connection.read_to_end().await, "");
}

#[tokio::test]
async fn a_websocket_that_is_silent_for_too_long_is_closed() {
    let timeouts = Timeouts { tunnel_idle: Duration::from_millis(200), ..Timeouts::default() };
    let world = world(echo_backend().await, timeouts).await;
    let (mut client, _) = open(world.address()).await;
    next(&mut client).await;
    // While something is said it stays, however long that is.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.send("still here".into()).await.unwrap();
        next(&mut client).await;
    }
    assert!(client.next().await.is_none_or(|message| message.is_err()));
    assert_eq!(counted(&world).await.successes, 1);
}

#[tokio::test]
async fn a_shutdown_waits_for_websockets_up_to_its_limit() {
    let world = world(echo_backend().await, Timeouts::default()).await;
    let (mut first, _) = open(world.address()).await;
    next(&mut first).await;
    let second_server = serve(&world.gateway, ServerSettings::default());
    let (mut second, _) = open(second_server.local_addr()).await;
    next(&mut second).await;
    // One that ends in time is let go.
    let ending = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        second.send("last words".into()).await.unwrap();
        assert_eq!(next(&mut second).await, Message::from("last words"));
        second.close(None).await.unwrap();
        while second.next().await.is_some() {}
    });
    assert_eq!(second_server.shutdown(Duration::from_secs(20)).await, Drained { cut: 0 });
    ending.await.unwrap();
    // One that does not is cut.
    assert_eq!(world.server.shutdown(Duration::from_millis(100)).await, Drained { cut: 1 });
    assert!(first.next().await.is_none_or(|message| message.is_err()));
}

#[tokio::test]
async fn many_websockets_are_one_connection_each_among_the_listeners_limit() {
    let world = world(echo_backend().await, Timeouts::default()).await;
    let server =
        serve(&world.gateway, ServerSettings { max_connections: 2, ..ServerSettings::default() });
    let (first, _) = open(server.local_addr()).await;
    let (_second, _) = open(server.local_addr()).await;
    assert_eq!(raw(server.local_addr(), handshake("GET", "")).await, "");
    drop(first);
    while raw(server.local_addr(), handshake("POST", "")).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn goes_on_to_another_backend_when_the_first_is_not_there_and_keeps_its_place_there() {
    let (gone, here) = (MockBackend::start().await, echo_backend().await);
    let target = |url: String| Target { address: url.parse().unwrap(), weight: 1 };
    let (dead, alive) = (target(gone.url()), target(format!("http://{here}")));
    drop(gone);
    let balanced = BalancedBackend {
        targets: vec![dead.clone(), alive.clone()],
        ..BalancedBackend::of(dead.address.clone())
    };
    let world = World::with(GatewaySettings::default(), |_| {
        vec![petstore(Environment::Online, BackendService::Balanced(balanced))]
    })
    .await;
    let calls = || -> Vec<u32> {
        let all = world.gateway.targets(&GROUP.parse().unwrap(), Environment::Online);
        all.iter().map(|status| status.calls).collect()
    };
    let (mut client, _) = open(world.address()).await;
    assert_eq!(next(&mut client).await, Message::text("welcome"));
    assert_eq!(calls(), [0, 1]);
    client.close(None).await.unwrap();
    drop(client);
    while calls() != [0, 0] {
        tokio::task::yield_now().await;
    }
}
