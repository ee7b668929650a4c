//! From host, path and method to an API.

use super::support::{GROUP, ONLINE, World, address, assert_refused, petstore};
use domain::{BackendService, Environment};
use gateway::{GatewaySettings, GroupHeader};
use http::{Method, Request};
use testkit::{RawConnection, TestResponse, client::raw};

const NOT_FOUND: &str = "no route and no API found with those values";

#[track_caller]
fn assert_not_found(response: &TestResponse) {
    assert_refused(response, 404, "NOT_FOUND", NOT_FOUND);
}

#[tokio::test]
async fn the_host_names_the_group_in_any_case_with_any_port() {
    let world = World::start().await;
    for host in [
        ONLINE.to_owned(),
        format!("{ONLINE}:8000"),
        format!("{ONLINE}."),
        "XV3XBWAH945Y.CN-NORTH-1.LOCALHOST.:80".to_owned(),
    ] {
        let response = world.client.get(&host, "/petstore/pets").await;
        assert_eq!(
            (response.status.as_u16(), response.json()["target"].as_str()),
            (200, Some("/petstore/pets")),
            "{host}"
        );
    }
}

#[tokio::test]
async fn a_host_that_is_not_published_is_not_found() {
    let world = World::start().await;
    for host in [
        "xv3xbwah945y-test.cn-north-1.localhost",
        "xv3xbwah945y.cn-east-2.localhost",
        "x00000000000.cn-north-1.localhost",
        "www.example.com",
        "localhost",
        "127.0.0.1",
    ] {
        assert_not_found(&world.client.get(host, "/petstore/pets").await);
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_path_or_method_without_an_api_is_not_found() {
    let world = World::start().await;
    for (method, target) in [
        (Method::GET, "/"),
        (Method::GET, "/petstore"),
        (Method::GET, "/pets"),
        (Method::GET, "/petstore/pets/"),
        (Method::GET, "/petstore/pets/1/2"),
        (Method::PATCH, "/petstore/pets"),
        (Method::OPTIONS, "/petstore/pets"),
        (Method::TRACE, "/petstore/pets"),
    ] {
        assert_not_found(&world.client.request(method, ONLINE, target).await);
    }
    let response = world.client.request(Method::HEAD, ONLINE, "/petstore/none").await;
    assert_eq!((response.status.as_u16(), response.body.len()), (404, 0));
}

#[tokio::test]
async fn paths_that_could_be_read_in_two_ways_are_refused() {
    let world = World::start().await;
    for (path, message) in [
        ("/petstore/any/../pets", "the path has a dot segment"),
        ("/petstore/any/%2e%2E/pets", "the path has a dot segment"),
        ("/petstore/any/a%2f..%2fb", "the path has a dot segment"),
        ("/petstore/any/..;a/b", "the path has a dot segment"),
        ("/petstore/any/\\..\\b", "the path has a dot segment"),
        ("/petstore//any/x", "the path has an empty segment"),
        ("//petstore/any/x", "the path has an empty segment"),
        ("/petstore/any/%0d%0aX-A:b", "the path has a control character"),
        ("/petstore/any/%00", "the path has a control character"),
        ("/petstore/any/100%", "the path has a percent sign without two hexadecimal digits"),
    ] {
        let answer = raw(
            world.address(),
            format!("GET {path} HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: close\r\n\r\n"),
        )
        .await;
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains(message),
            "{path}: {answer}"
        );
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn an_encoded_slash_stays_within_its_segment() {
    let world = World::start().await;
    let response = world.client.get(ONLINE, "/petstore/pets/a%2Fb").await;
    assert_eq!(response.json()["target"], "/petstore/pets/a%2Fb");
}

#[tokio::test]
async fn an_encoded_literal_is_the_same_literal_and_is_forwarded_as_received() {
    let world = World::start().await;
    let response = world.client.get(ONLINE, "/p%65tstore/pets?a=%20b&a=+&&c").await;
    assert_eq!(response.json()["target"], "/p%65tstore/pets?a=%20b&a=+&&c");
}

#[tokio::test]
async fn a_target_that_is_too_long_is_refused() {
    let world = World::start().await;
    let fits = format!("/petstore/pets?{}", "a".repeat(8192 - "/petstore/pets?".len()));
    assert_eq!(world.client.get(ONLINE, &fits).await.status.as_u16(), 200);
    assert_refused(
        &world.client.get(ONLINE, &(fits + "a")).await,
        414,
        "HTTP_URI_TOO_LONG",
        "URI too long",
    );
}

#[tokio::test]
async fn an_absolute_target_is_routed_by_its_own_host() {
    let world = World::start().await;
    let target = format!("http://{ONLINE}/petstore/pets?q");
    let mut connection = RawConnection::open(world.address()).await;
    connection
        .send(format!("GET {target} HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: close\r\n\r\n"))
        .await;
    assert!(connection.read_to_end().await.contains(r#""target":"/petstore/pets?q""#));
    for (target, hosts, message) in [
        (target.as_str(), "host: other\r\n", "the target and the host header name different hosts"),
        (
            "http://user@xv3xbwah945y.cn-north-1.localhost/petstore/pets",
            "",
            "the target names a user",
        ),
        ("/petstore/pets", "", "there is no host header"),
        ("/petstore/pets", "host: a\r\nhost: a\r\n", "there is more than one host header"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
        let answer = raw(world.address(), request).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains(message), "{answer}");
    }
    assert_eq!(world.backend.requests(), 1);
}

async fn by_header(world: &World, host: &str, label: &str) -> u16 {
    let request = Request::builder()
        .uri("/petstore/pets")
        .header("host", host)
        .header("x-paifang-group", label);
    let response = world.client.send(request.body("").unwrap()).await;
    if response.status.as_u16() == 200 {
        assert!(!response.json()["headers"].to_string().contains("x-paifang-group"));
    }
    response.status.as_u16()
}

#[tokio::test]
async fn a_header_names_the_group_where_the_host_cannot() {
    let both = |backend: &testkit::MockBackend| {
        let single = || BackendService::Single { address: address(backend) };
        vec![petstore(Environment::Online, single()), petstore(Environment::Test, single())]
    };
    let world = World::with(GatewaySettings::default(), both).await;
    assert_eq!(by_header(&world, "127.0.0.1:8000", GROUP).await, 200);
    assert_eq!(by_header(&world, "localhost", "XV3XBWAH945Y-test").await, 200);
    assert_eq!(by_header(&world, "[::1]", GROUP).await, 200);
    assert_eq!(by_header(&world, "localhost", "xv3xbwah945y-preview").await, 404);
    assert_eq!(by_header(&world, "localhost", "nonsense").await, 404);
    // A host that names something says more than a header.
    assert_eq!(by_header(&world, "x00000000000.cn-north-1.localhost", GROUP).await, 404);
    assert_eq!(by_header(&world, "www.example.com", GROUP).await, 404);
    let never = GatewaySettings { group_header: GroupHeader::Never, ..GatewaySettings::default() };
    let world = World::with(never, both).await;
    assert_eq!(by_header(&world, "localhost", GROUP).await, 404);
}
