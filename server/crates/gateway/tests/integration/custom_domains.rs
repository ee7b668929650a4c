//! Custom domains by plain HTTP: where they lead to, and what is sent to HTTPS.

use super::support::{GROUP, ONLINE, World, address, assert_refused, no_ceiling, petstore};
use domain::{BackendService, Environment, PublishedDeployment, ServedDomain};
use gateway::{Connection, GatewaySettings};
use http::{HeaderMap, Method, Request};
use testkit::MockBackend;

const SHOP: &str = "shop.example.com";

pub(crate) fn plain(name: &str) -> ServedDomain {
    ServedDomain { name: name.to_owned(), redirect_http: false, certificate: None, challenge: None }
}

pub(crate) fn with_domains(
    environment: Environment,
    backend: &MockBackend,
    domains: Vec<ServedDomain>,
) -> PublishedDeployment {
    let backend = BackendService::Single { address: address(backend) };
    let mut deployment = petstore(environment, backend);
    deployment.policies.domains = domains;
    deployment
}

async fn world(settings: GatewaySettings, domains: Vec<ServedDomain>) -> World {
    World::with(settings, |backend| vec![with_domains(Environment::Online, backend, domains)]).await
}

/// Publishes other domains, or takes the environment offline.
pub(crate) fn publish(world: &World, environment: Environment, domains: Option<Vec<ServedDomain>>) {
    let place = (GROUP.parse().unwrap(), environment);
    let deployment = domains.map(|domains| with_domains(environment, &world.backend, domains));
    let next = world.gateway.snapshot().apply(vec![(place, deployment)], Vec::new());
    assert_eq!(next.refused(), []);
    world.gateway.replace(next);
}

async fn status(world: &World, host: &str) -> u16 {
    world.client.get(host, "/petstore/pets").await.status.as_u16()
}

#[tokio::test]
async fn a_domain_leads_to_its_environment_and_backends_are_told_its_name() {
    let world = world(no_ceiling(), vec![plain(SHOP), plain("*.api.example.com")]).await;
    for host in [SHOP, "Shop.Example.COM:8000", "shop.example.com.", "v1.api.example.com", ONLINE] {
        assert_eq!(status(&world, host).await, 200, "{host}");
        assert_eq!(world.backend.last().unwrap().header("x-forwarded-host"), [host]);
    }
    for host in ["example.com", "www.example.com", "api.example.com", "a.b.api.example.com"] {
        let response = world.client.get(host, "/petstore/pets").await;
        let told = "no route and no API found with those values";
        assert_refused(&response, 404, "NOT_FOUND", told);
    }
    let metrics = world.gateway.metrics();
    assert!(metrics.contains("paifang_unmatched_requests_total 4\n"), "{metrics}");
}

#[tokio::test]
async fn domains_come_move_and_go_with_what_is_published() {
    let world = world(no_ceiling(), Vec::new()).await;
    assert_eq!(status(&world, SHOP).await, 404);
    publish(&world, Environment::Online, Some(vec![plain(SHOP), plain("www.example.com")]));
    assert_eq!((status(&world, SHOP).await, status(&world, "www.example.com").await), (200, 200));
    publish(&world, Environment::Test, Some(vec![plain(SHOP)]));
    publish(&world, Environment::Online, Some(Vec::new()));
    assert_eq!((status(&world, SHOP).await, status(&world, "www.example.com").await), (200, 404));
    publish(&world, Environment::Test, None);
    assert_eq!((status(&world, SHOP).await, status(&world, ONLINE).await), (404, 200));
}

#[tokio::test]
async fn reading_everything_anew_keeps_what_there_is_and_no_more() {
    let world = world(no_ceiling(), vec![plain(SHOP)]).await;
    let online = |domains| vec![with_domains(Environment::Online, &world.backend, domains)];
    let anew = |domains| {
        let next = world.gateway.snapshot().all_anew(online(domains), Vec::new());
        world.gateway.replace(next);
    };
    anew(vec![plain(SHOP), plain("www.example.com")]);
    assert_eq!((status(&world, SHOP).await, status(&world, "www.example.com").await), (200, 200));
    anew(vec![plain("www.example.com")]);
    assert_eq!((status(&world, SHOP).await, status(&world, "www.example.com").await), (404, 200));
    world.gateway.replace(world.gateway.snapshot().all_anew(Vec::new(), Vec::new()));
    assert_eq!(status(&world, "www.example.com").await, 404);
}

#[tokio::test]
async fn where_the_console_listens_too_custom_domains_are_the_gateways() {
    let world = world(no_ceiling(), vec![plain(SHOP)]).await;
    let connection = Connection::new(world.address(), world.address(), false);
    let claims = |host: &str| world.gateway.claims(host, &HeaderMap::new(), &connection);
    assert!(claims(SHOP) && claims(ONLINE));
    assert!(!claims("console.example.com") && !claims("localhost:8080"));
}

fn https_only() -> ServedDomain {
    let issued = testkit::Authority::new().issue(&[SHOP]);
    ServedDomain { redirect_http: true, ..super::https::secured(SHOP, &issued) }
}

#[tokio::test]
async fn a_call_by_plain_http_is_sent_to_https_where_the_domain_says_so() {
    let settings = GatewaySettings { https_port: Some(8443), ..no_ceiling() };
    let world = world(settings, vec![https_only(), plain("www.example.com")]).await;
    let target = "/petstore/none?a=%20b&c";
    for (method, code) in
        [(Method::GET, 301), (Method::HEAD, 301), (Method::POST, 308), (Method::DELETE, 308)]
    {
        let response = world.client.request(method, "SHOP.example.com:8000", target).await;
        assert_eq!(response.status.as_u16(), code);
        let location = format!("https://{SHOP}:8443{target}");
        assert_eq!(response.header("location"), location);
    }
    let response = world.client.get(SHOP, "/").await;
    assert_refused(&response, 301, "HTTP_MOVED_PERMANENTLY", "This domain is called by HTTPS");
    assert_eq!(world.backend.requests(), 0);
    assert_eq!((status(&world, "www.example.com").await, status(&world, ONLINE).await), (200, 200));
}

#[tokio::test]
async fn nothing_is_redirected_to_https_that_is_not_served() {
    let world = world(no_ceiling(), vec![https_only()]).await;
    assert_eq!(status(&world, SHOP).await, 200);
}

#[tokio::test]
async fn what_a_trusted_proxy_was_called_by_https_is_not_sent_round_in_circles() {
    let by_https = || {
        let request = Request::get("/petstore/pets").header("host", SHOP);
        request.header("x-forwarded-proto", "https").body(Vec::new()).unwrap()
    };
    for (trusted, code) in [(vec!["127.0.0.0/8".parse().unwrap()], 200), (Vec::new(), 301)] {
        let settings =
            GatewaySettings { https_port: Some(443), trusted_proxies: trusted, ..no_ceiling() };
        let world = world(settings, vec![https_only()]).await;
        assert_eq!(world.client.send(by_https()).await.status.as_u16(), code);
        assert_eq!(status(&world, SHOP).await, 301);
    }
}
