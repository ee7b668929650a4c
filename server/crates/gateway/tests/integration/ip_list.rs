//! IP policies, and whom the gateway takes for the client.

use super::support::{
    Call, ONLINE, World, address, assert_refused, echoed_headers, petstore, serve, signed_petstore,
    snapshot,
};
use domain::{BackendService, Environment, IpAction, IpRules, PublishedDeployment};
use gateway::{Gateway, GatewaySettings, ServerSettings};
use http::Request;
use std::{net::Ipv4Addr, time::Duration};
use testkit::{MockBackend, RawConnection, TestResponse, client::raw};

const DENIED: (u16, &str, &str) = (403, "HTTP_FORBIDDEN", "Your IP address is not allowed");

fn rules(action: IpAction, ranges: &[&str]) -> IpRules {
    IpRules { action, ranges: ranges.iter().map(|range| range.parse().unwrap()).collect() }
}

fn guarded(backend: &MockBackend, rules: IpRules) -> PublishedDeployment {
    let to = BackendService::Single { address: address(backend) };
    let mut deployment = petstore(Environment::Online, to);
    deployment.policies.ip_rules = Some(rules);
    deployment
}

fn behind(proxies: &[&str]) -> GatewaySettings {
    let trusted_proxies = proxies.iter().map(|range| range.parse().unwrap()).collect();
    GatewaySettings { trusted_proxies, ..GatewaySettings::default() }
}

async fn forwarded_for(world: &World, addresses: &str) -> TestResponse {
    let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
    let request = request.header("x-forwarded-for", addresses).header("x-real-ip", "forged");
    world.client.send(request.body("").unwrap()).await
}

#[tokio::test]
async fn an_address_that_is_denied_or_not_allowed_gets_403() {
    for (listed, passes) in [
        (rules(IpAction::Allow, &["127.0.0.0/8"]), true),
        (rules(IpAction::Allow, &["10.0.0.0/8", "::/0"]), false),
        (rules(IpAction::Deny, &["127.0.0.1"]), false),
        (rules(IpAction::Deny, &["10.0.0.0/8"]), true),
    ] {
        let shown = format!("{listed:?}");
        let world = World::with(behind(&[]), |backend| vec![guarded(backend, listed)]).await;
        // What the caller says of itself does not matter.
        let response = forwarded_for(&world, "10.0.0.1").await;
        if passes {
            assert_eq!(response.status.as_u16(), 200, "{shown}");
        } else {
            assert_refused(&response, DENIED.0, DENIED.1, DENIED.2);
            assert_eq!(world.backend.requests(), 0);
        }
    }
}

#[tokio::test]
async fn who_calls_is_checked_before_and_a_denied_call_is_not_counted() {
    let world = World::with(behind(&[]), |backend| {
        let mut signed = signed_petstore(Environment::Online, backend);
        signed.policies.ip_rules = Some(rules(IpAction::Deny, &["127.0.0.1"]));
        signed.policies.rate_limits = Some(domain::RateLimits {
            unit: domain::TimeUnit::Day,
            group: 1,
            access_key: None,
            api: None,
            address: None,
        });
        vec![signed]
    })
    .await;
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 401);
    for _ in 0..3 {
        let denied = Call::get(ONLINE, "/petstore/pets").send(&world.client).await;
        assert_refused(&denied, DENIED.0, DENIED.1, DENIED.2);
    }
}

#[tokio::test]
async fn a_mock_is_guarded_too() {
    let world = World::with(behind(&[]), |backend| {
        let mut mock = guarded(backend, rules(IpAction::Deny, &["127.0.0.1"]));
        mock.backend = BackendService::Mock;
        vec![mock]
    })
    .await;
    let denied = world.client.get(ONLINE, "/petstore/pets").await;
    assert_refused(&denied, DENIED.0, DENIED.1, DENIED.2);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_is_whom_it_names() {
    let world = World::with(behind(&["127.0.0.0/8", "10.0.0.0/8"]), |backend| {
        vec![guarded(backend, rules(IpAction::Deny, &["192.0.2.0/24"]))]
    })
    .await;
    for denied in ["192.0.2.7", "198.51.100.1, 192.0.2.7", "192.0.2.7, 10.1.1.1"] {
        let response = forwarded_for(&world, denied).await;
        assert_refused(&response, DENIED.0, DENIED.1, DENIED.2);
    }
    let response = forwarded_for(&world, "192.0.2.7, 198.51.100.1, 10.1.1.1").await;
    let headers = echoed_headers(&response);
    assert_eq!(headers["x-real-ip"], "198.51.100.1");
    assert_eq!(headers["x-forwarded-for"], "192.0.2.7, 198.51.100.1, 10.1.1.1, 127.0.0.1");
    // Nobody else is named: the proxy is the client.
    let headers = echoed_headers(&world.client.get(ONLINE, "/petstore/pets").await);
    assert_eq!(headers["x-real-ip"], "127.0.0.1");
}

/// A gateway that takes the word of `proxies` by the PROXY protocol, and denies 192.0.2.0/24.
async fn by_proxy_protocol(proxies: &[&str]) -> World {
    let settings = GatewaySettings { proxy_protocol: true, ..behind(proxies) };
    World::with(settings, |backend| {
        vec![guarded(backend, rules(IpAction::Deny, &["192.0.2.0/24"]))]
    })
    .await
}

fn get() -> Vec<u8> {
    format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: close\r\n\r\n").into()
}

fn version_2(client: Ipv4Addr) -> Vec<u8> {
    let [a, b, c, d] = client.octets();
    let addresses = [a, b, c, d, 127, 0, 0, 1, 0x12, 0x67, 0, 80];
    [&b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"[..], &addresses].concat()
}

#[tokio::test]
async fn a_trusted_proxy_tells_the_client_by_the_proxy_protocol() {
    let world = by_proxy_protocol(&["127.0.0.1"]).await;
    let answer = async |header: &[u8]| raw(world.address(), [header, &get()].concat()).await;
    for denied in [
        &b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n"[..],
        &version_2(Ipv4Addr::new(192, 0, 2, 7)),
    ] {
        assert!(answer(denied).await.starts_with("HTTP/1.1 403 "));
    }
    for passes in [
        &b"PROXY TCP4 198.51.100.7 127.0.0.1 4711 80\r\n"[..],
        &version_2(Ipv4Addr::new(198, 51, 100, 7)),
    ] {
        assert!(answer(passes).await.starts_with("HTTP/1.1 200 "));
        let seen = world.backend.last().unwrap();
        assert_eq!(seen.header("x-forwarded-for"), ["198.51.100.7"]);
        assert_eq!(seen.header("x-real-ip"), ["198.51.100.7"]);
    }
    assert!(answer(b"PROXY UNKNOWN\r\n").await.starts_with("HTTP/1.1 200 "));
    assert_eq!(world.backend.last().unwrap().header("x-forwarded-for"), ["127.0.0.1"]);
    // Several calls of one connection are the same client's, and whom that names itself is not believed.
    let named = format!(
        "GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\nx-forwarded-for: 1.1.1.1\r\n\r\n"
    );
    let mut connection = RawConnection::open(world.address()).await;
    connection.send(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n").await;
    for _ in 0..2 {
        connection.send(&named).await;
        connection.read_until("not allowed").await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_without_a_header_or_with_a_wrong_one_is_closed_on() {
    let world = by_proxy_protocol(&["127.0.0.1"]).await;
    for begin in [
        &b""[..],
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 a b 1 2\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c",
    ] {
        assert_eq!(raw(world.address(), [begin, &get()].concat()).await, "", "{begin:?}");
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_proxy_that_does_not_finish_its_header_in_time_is_closed_on() {
    let world = by_proxy_protocol(&["127.0.0.1"]).await;
    let impatient =
        ServerSettings { head_timeout: Duration::from_millis(100), ..ServerSettings::default() };
    let server = serve(&world.gateway, impatient);
    for begin in [&b""[..], b"PROXY TCP4 19", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01"] {
        let mut connection = RawConnection::open(server.local_addr()).await;
        connection.send(begin).await;
        assert_eq!(connection.read_to_end().await, "", "{begin:?}");
    }
}

#[tokio::test]
async fn who_is_no_trusted_proxy_is_served_without_a_header_and_not_believed() {
    let world = by_proxy_protocol(&["10.0.0.0/8"]).await;
    assert!(raw(world.address(), get()).await.starts_with("HTTP/1.1 200 "));
    let lies = [&b"PROXY TCP4 198.51.100.7 127.0.0.1 4711 80\r\n"[..], &get()].concat();
    assert!(raw(world.address(), lies).await.starts_with("HTTP/1.1 400 "));
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn a_remote_client_of_a_local_proxy_is_not_on_this_machine() {
    let world = by_proxy_protocol(&["127.0.0.1"]).await;
    let by_name = |header: &str| {
        let group = super::support::GROUP;
        format!(
            "{header}GET /petstore/pets HTTP/1.1\r\nhost: localhost\r\nx-paifang-group: {group}\r\nconnection: close\r\n\r\n"
        )
    };
    let remote = raw(world.address(), by_name("PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\n")).await;
    assert!(remote.starts_with("HTTP/1.1 404 "), "{remote}");
    let local = raw(world.address(), by_name("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n")).await;
    assert!(local.starts_with("HTTP/1.1 200 "), "{local}");
}

#[tokio::test]
async fn the_proxy_protocol_needs_somebody_to_trust() {
    let settings = GatewaySettings { proxy_protocol: true, ..GatewaySettings::default() };
    let refused = Gateway::new(settings, snapshot(Vec::new())).unwrap_err();
    assert!(refused.to_string().starts_with("proxy_protocol: "), "{refused}");
}
