//! HTTP/2 on either side and on both: gRPC, shared connections to backends, events.

use super::{
    hostile::metric,
    http2_backend::Http2Backend,
    support::{ONLINE, World, petstore},
    tls::{AUTHORITY, tls_in_front_of},
};
use bytes::Bytes;
use domain::{BackendService, Environment};
use gateway::{GatewaySettings, Timeouts};
use h2::client::SendRequest;
use http::{Method, Request, Version};
use std::{net::SocketAddr, time::Duration};
use testkit::{Behaviour, MockBackend, TestClient};
use tokio::net::TcpStream;

/// PetStore in front of a backend at `url`.
async fn world(url: String) -> World {
    let settings = GatewaySettings {
        trusted_certificates: vec![AUTHORITY.to_vec()],
        ..GatewaySettings::default()
    };
    World::with(settings, |_| {
        vec![petstore(
            Environment::Online,
            BackendService::Single { address: url.parse().unwrap() },
        )]
    })
    .await
}

/// A client of the gateway by HTTP/2 with prior knowledge.
pub(crate) async fn connect(gateway: SocketAddr) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(gateway).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client.ready().await.unwrap()
}

fn grpc() -> Request<()> {
    Request::post(format!("http://{ONLINE}/petstore/any/pkg.Greeter/Greet"))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap()
}

#[tokio::test]
async fn a_grpc_call_streams_both_ways_and_ends_with_its_trailers() {
    let backend = Http2Backend::start().await;
    let world = world(backend.url()).await;
    let mut client = connect(world.address()).await;
    let (response, mut sending) = client.send_request(grpc(), false).unwrap();
    sending.send_data("one".into(), false).unwrap();
    let response = response.await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/grpc");
    assert_eq!(response.headers()["x-jdcloud-request-id"].len(), 32);
    let mut receiving = response.into_body();
    assert_eq!(receiving.data().await.unwrap().unwrap(), "one");
    // The second is only sent when the first has come back.
    sending.send_data("two".into(), true).unwrap();
    assert_eq!(receiving.data().await.unwrap().unwrap(), "two");
    assert!(receiving.data().await.is_none());
    let trailers = receiving.trailers().await.unwrap().unwrap();
    assert_eq!(
        (&trailers["grpc-status"], &trailers["x-pieces"]),
        (&"0".parse().unwrap(), &"2".parse().unwrap())
    );
    let seen = backend.last();
    assert_eq!(seen.headers()["te"], "trailers");
    assert_eq!(seen.uri().authority().unwrap().as_str(), backend.address.to_string());
    assert_eq!(
        (seen.uri().path(), seen.uri().scheme_str()),
        ("/petstore/any/pkg.Greeter/Greet", Some("http"))
    );
    assert!(!seen.headers().contains_key("host") && !seen.headers().contains_key("connection"));
    assert_eq!(seen.headers()["x-forwarded-host"], ONLINE);
}

#[tokio::test]
async fn trailers_of_a_caller_reach_an_http2_backend() {
    let backend = Http2Backend::start().await;
    let world = world(backend.url()).await;
    let mut client = connect(world.address()).await;
    let (response, mut sending) = client.send_request(grpc(), false).unwrap();
    sending.send_data("one".into(), false).unwrap();
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    sending.send_trailers(trailers).unwrap();
    let mut receiving = response.await.unwrap().into_body();
    assert_eq!(receiving.data().await.unwrap().unwrap(), "one");
    assert_eq!(receiving.trailers().await.unwrap().unwrap()["x-pieces"], "1");
}

#[tokio::test]
async fn calls_to_an_http2_backend_share_a_connection() {
    let backend = Http2Backend::start().await;
    let world = world(backend.url()).await;
    let post = |n: usize| {
        Request::post("/petstore/pets?x=%20").header("host", ONLINE).body(vec![b'x'; n]).unwrap()
    };
    // The first makes the connection; both workers may make one.
    for n in [0, 1, 300_000] {
        let response = world.client.send(post(n)).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (200, n));
        assert_eq!(response.trailers.len(), 0, "the caller did not say that it takes trailers");
    }
    assert_eq!(backend.connections(), 1);
    assert_eq!(backend.last().uri().path_and_query().unwrap(), "/petstore/pets?x=%20");
    // Many at a time, by both workers.
    let mut connections = Vec::new();
    for _ in 0..3 {
        let calls = (0..50).map(|n| {
            let (client, request) = (world.client.clone(), post(n * 1000));
            async move { client.send(request).await.body.len() }
        });
        let lengths = futures_util::future::join_all(calls).await;
        assert_eq!(lengths, (0..50).map(|n| n * 1000).collect::<Vec<_>>());
        connections.push(backend.connections());
    }
    // Those that were made at the same time for the first calls are no more than that.
    assert_eq!(connections[1], connections[2]);
    assert!(metric(&world, r#"paifang_upstream_connections{kind="shared"}"#) <= 2, "one a worker");
}

#[tokio::test]
async fn an_http2_backend_that_closed_is_connected_to_anew() {
    let backend = Http2Backend::start().await;
    let world = world(backend.url()).await;
    for n in 1..=3 {
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!(response.status.as_u16(), 200);
        assert_eq!(backend.connections(), n);
        backend.close_connections();
        // Until the gateway may have seen it.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_https_backend_is_spoken_to_by_http2_where_it_can() {
    let backend = Http2Backend::start().await;
    let front = tls_in_front_of(backend.address, &[b"h2", b"http/1.1"]).await;
    let by_http2 = world(format!("https://localhost:{}", front.port())).await;
    for _ in 0..3 {
        let response = by_http2.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!(response.status.as_u16(), 200);
    }
    let seen = backend.last();
    assert_eq!((seen.version(), seen.uri().scheme_str()), (Version::HTTP_2, Some("https")));
    assert_eq!(seen.uri().authority().unwrap().as_str(), format!("localhost:{}", front.port()));
    assert_eq!(backend.connections(), 1);

    let backend = MockBackend::start().await;
    let front = tls_in_front_of(backend.address(), &[b"http/1.1"]).await;
    let by_http1 = world(format!("https://localhost:{}", front.port())).await;
    let response = by_http1.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.json()["version"], "HTTP/1.1");
}

#[tokio::test]
async fn a_backend_that_is_said_to_speak_http2_and_does_not_is_a_bad_gateway() {
    let backend = MockBackend::start().await;
    let world = world(format!("h2c://{}", backend.address())).await;
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.status.as_u16(), 502, "{response:?}");
}

#[tokio::test]
async fn an_http2_backend_that_does_not_answer_in_time_is_timed_out() {
    // It takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("h2c://{}", silent.local_addr().unwrap());
    let timeouts = Timeouts { first_byte: Duration::from_millis(200), ..Timeouts::default() };
    let world = World::with(GatewaySettings { timeouts, ..GatewaySettings::default() }, |_| {
        vec![petstore(
            Environment::Online,
            BackendService::Single { address: url.parse().unwrap() },
        )]
    })
    .await;
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.status.as_u16(), 504, "{response:?}");
}

#[tokio::test]
async fn events_reach_a_caller_at_once_by_either_version() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Chunks {
        chunks: vec!["data: 1\n\n".into(), "data: 2\n\n".into()],
        // The second would come in an hour.
        pause: Duration::from_secs(3600),
        trailers: Vec::new(),
    });
    let mut client = connect(world.address()).await;
    let request = Request::get(format!("http://{ONLINE}/petstore/pets")).body(()).unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    let mut events = response.await.unwrap().into_body();
    assert_eq!(events.data().await.unwrap().unwrap(), "data: 1\n\n");

    let mut connection = testkit::RawConnection::open(world.address()).await;
    connection
        .send(format!(
            "GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\naccept: text/event-stream\r\n\r\n"
        ))
        .await;
    connection.read_until("data: 1\n\n").await;
}

#[tokio::test]
async fn a_request_by_http2_is_for_one_host() {
    let world = World::start().await;
    let client = TestClient::http2(world.address());
    // Its authority is the gateway's address; a host header that says otherwise is not believed.
    let response = client.request(Method::GET, ONLINE, "/petstore/pets").await;
    assert_eq!(response.status.as_u16(), 400, "{response:?}");
    let mut client = connect(world.address()).await;
    for (request, status) in [
        (Request::get(format!("http://{ONLINE}/petstore/pets")), 200),
        (Request::get(format!("http://{ONLINE}/petstore/pets")).header("host", "other"), 400),
        (Request::get(format!("http://{ONLINE}/petstore/../pets")), 400),
        (Request::get("http://other.example/petstore/pets"), 404),
    ] {
        let (response, _) = client.send_request(request.body(()).unwrap(), true).unwrap();
        let response = response.await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["x-jdcloud-request-id"].len(), 32);
    }
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused_by_http2_too() {
    let world = World::start().await;
    let mut client = connect(world.address()).await;
    let get = || Request::get(format!("http://{ONLINE}/petstore/pets"));
    let long = get().header("x-long", "a".repeat(70_000)).body(()).unwrap();
    let (response, _) = client.send_request(long, true).unwrap();
    assert_eq!(response.await.unwrap().status(), 431);
    // It was this call's fault, not the connection's.
    let (response, _) = client.send_request(get().body(()).unwrap(), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
    assert_eq!(world.backend.requests(), 1);
}
