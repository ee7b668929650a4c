//! The forwarded request and its answer, on connections that are kept.

use super::support::{ONLINE, World, address, api, petstore};
use bytes::Bytes;
use domain::{ApiBackend, BackendService, Environment};
use gateway::GatewaySettings;
use http::{Method, Request};
use testkit::{Behaviour, MockBackend, RawConnection, TestClient};

fn single(backend: &MockBackend) -> BackendService {
    BackendService::Single { address: address(backend) }
}

#[tokio::test]
async fn method_path_query_and_body_arrive_as_they_were_sent() {
    let world = World::start().await;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/petstore/pets?x=1&x=%20")
        .header("host", ONLINE);
    let response = world
        .client
        .send(request.header("content-type", "text/x").body("hello 你好").unwrap())
        .await;
    let seen = response.json();
    assert_eq!(
        (&seen["method"], &seen["target"]),
        (&"POST".into(), &"/petstore/pets?x=1&x=%20".into())
    );
    assert_eq!((&seen["body"], &seen["version"]), (&"hello 你好".into(), &"HTTP/1.1".into()));
}

#[tokio::test]
async fn the_prefix_is_left_out_where_the_group_says_so() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut deployment = petstore(Environment::Online, single(backend));
        deployment.content.settings.strip_prefix = true;
        deployment.content.apis.push(api("root", "GET /"));
        vec![deployment]
    })
    .await;
    for (target, forwarded) in [
        ("/petstore/pets/7?a=b", "/pets/7?a=b"),
        ("/p%65tstore/pets/a%2Fb", "/pets/a%2Fb"),
        ("/petstore", "/"),
        ("/petstore/?", "/?"),
    ] {
        assert_eq!(world.client.get(ONLINE, target).await.json()["target"], forwarded, "{target}");
    }
}

#[tokio::test]
async fn an_api_may_have_a_backend_of_its_own() {
    let own = MockBackend::start().await;
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut deployment = petstore(Environment::Online, single(backend));
        let mut special = api("special", "GET /special");
        special.definition.backend = ApiBackend::Http { address: address(&own) };
        deployment.content.apis.push(special);
        vec![deployment]
    })
    .await;
    world.client.get(ONLINE, "/petstore/special").await;
    assert_eq!((own.requests(), world.backend.requests()), (1, 0));
    world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!((own.requests(), world.backend.requests()), (1, 1));
}

#[tokio::test]
async fn connections_to_a_backend_are_kept() {
    let world = World::start().await;
    for n in 0..20 {
        // Each on the same connection of the caller, so by the same worker.
        assert_eq!(
            world.client.get(ONLINE, &format!("/petstore/pets/{n}")).await.status.as_u16(),
            200
        );
    }
    assert_eq!((world.backend.requests(), world.backend.connections()), (20, 1));
}

#[tokio::test]
async fn a_kept_connection_that_the_backend_closed_costs_no_call() {
    let world = World::start().await;
    world.backend.behave(Behaviour::EchoAndClose);
    for _ in 0..30 {
        assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
        let request =
            Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
        let response = world.client.send(request.body("body").unwrap()).await;
        // A POST is sent again only when nothing of it was sent: it may fail, but never silently.
        assert!(matches!(response.status.as_u16(), 200 | 502), "{response:?}");
    }
}

#[tokio::test]
async fn an_idempotent_call_is_sent_again_when_a_kept_connection_dies_unanswered() {
    let world = World::start().await;
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    // From now on the backend reads a request and closes; on a new connection too, so the second attempt fails as well.
    world.backend.behave(Behaviour::Close);
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 502);
    assert_eq!((world.backend.requests(), world.backend.connections()), (3, 2));
}

#[tokio::test]
async fn a_call_that_is_not_idempotent_is_sent_once() {
    let world = World::start().await;
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    world.backend.behave(Behaviour::Close);
    let request =
        Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
    assert_eq!(world.client.send(request.body("body").unwrap()).await.status.as_u16(), 502);
    assert_eq!(world.backend.requests(), 2);
}

#[tokio::test]
async fn what_a_backend_sends_too_much_never_reaches_the_next_caller() {
    let world = World::start().await;
    let two = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
    world.backend.behave(Behaviour::RawKeepAlive(Bytes::from_static(two)));
    assert_eq!(&world.client.get(ONLINE, "/petstore/pets").await.body[..], b"ok");
    world.backend.behave(Behaviour::Echo);
    assert_eq!(
        world.client.get(ONLINE, "/petstore/pets/1").await.json()["target"],
        "/petstore/pets/1"
    );
}

#[tokio::test]
async fn answers_without_a_body_have_none() {
    let world = World::start().await;
    let head = world.client.request(Method::HEAD, ONLINE, "/petstore/pets").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert!(head.header("content-length").parse::<u64>().unwrap() > 0);
    for status in [204, 304] {
        let headers = vec![("etag".to_owned(), "\"1\"".to_owned())];
        world.backend.behave(Behaviour::Answer { status, headers, body: Bytes::new() });
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!(
            (response.status.as_u16(), response.body.len(), response.header("etag")),
            (status, 0, "\"1\"")
        );
    }
    // All of them on one connection.
    assert_eq!(world.backend.connections(), 1);
}

#[tokio::test]
async fn a_backends_status_is_passed_on_whatever_it_is() {
    let world = World::start().await;
    for status in [201, 202, 301, 400, 401, 404, 418, 429, 500, 503, 599] {
        world.backend.behave(Behaviour::Answer {
            status,
            headers: Vec::new(),
            body: Bytes::from_static(b"said"),
        });
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!((response.status.as_u16(), &response.body[..]), (status, &b"said"[..]));
    }
}

#[tokio::test]
async fn a_caller_may_speak_http2_with_prior_knowledge() {
    let world = World::start().await;
    let client = TestClient::http2(world.address());
    let uri = "/petstore/pets";
    let request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let request =
        request.header("x-paifang-group", super::support::GROUP).body(vec![b'x'; 300_000]).unwrap();
    let response = client.send(request).await;
    let seen = response.json();
    assert_eq!(
        (response.status.as_u16(), &seen["bodyLength"], &seen["version"]),
        (200, &300_000.into(), &"HTTP/1.1".into())
    );
    assert!(seen["headers"].to_string().contains("a=1; b=2"), "{seen}");
}

#[tokio::test]
async fn callers_may_send_requests_one_after_the_other_without_waiting() {
    let world = World::start().await;
    let mut connection = RawConnection::open(world.address()).await;
    let request = |n: u32, more: &str| {
        format!("GET /petstore/pets/{n} HTTP/1.1\r\nhost: {ONLINE}\r\n{more}\r\n")
    };
    connection.send(request(1, "") + &request(2, "") + &request(3, "connection: close\r\n")).await;
    let answers = connection.read_to_end().await;
    let places: Vec<_> =
        (1..=3).map(|n| answers.find(&format!("/petstore/pets/{n}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{answers}");
}

#[tokio::test]
async fn an_http10_caller_is_answered_in_its_version() {
    let world = World::start().await;
    let answer = testkit::client::raw(
        world.address(),
        format!("GET /petstore/pets HTTP/1.0\r\nhost: {ONLINE}\r\n\r\n"),
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.0 200 ") && answer.contains("\"version\":\"HTTP/1.1\""),
        "{answer}"
    );
}

#[tokio::test]
async fn the_gateway_answers_on_a_listener_of_somebody_else_too() {
    let world = World::start().await;
    let connection = gateway::Connection::new(
        "127.0.0.1:9".parse().unwrap(),
        "127.0.0.1:8".parse().unwrap(),
        true,
    );
    for n in 0..3 {
        let request = Request::builder().uri(format!("/petstore/pets/{n}")).header("host", ONLINE);
        let response = world.gateway.call(request.body(Bytes::new()).unwrap(), &connection).await;
        assert_eq!(response.status().as_u16(), 200);
        let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains(r#"["x-forwarded-proto","https"]"#));
    }
    assert_eq!(world.backend.connections(), 1);
}
