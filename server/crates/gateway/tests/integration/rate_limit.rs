//! Traffic control, through the listener: which calls get 429, and what callers are told.

use super::support::{
    CALLER_PIN, Call, GROUP, ONLINE, OWNER, TEST, World, access_key, address, assert_refused,
    no_ceiling, petstore, signed_petstore, snapshot,
};
use domain::{
    ApiBackend, BackendService, CallerKey, Environment, PublishedDeployment, RateLimits, Secret,
    TimeUnit,
};
use gateway::GatewaySettings;
use http::{Method, Request};
use testkit::{MockBackend, TestResponse};

/// No test lasts as long as this unit.
const LIMITS: RateLimits =
    RateLimits { unit: TimeUnit::Day, group: 3, access_key: None, api: None, address: None };

const TOO_MANY: &str = "HTTP_RATE_LIMIT_EXCEEDED";

fn limited(backend: &MockBackend, limits: RateLimits) -> PublishedDeployment {
    let to = BackendService::Single { address: address(backend) };
    let mut deployment = petstore(Environment::Online, to);
    deployment.policies.rate_limits = Some(limits);
    deployment
}

async fn world(limits: RateLimits) -> World {
    World::with(no_ceiling(), |backend| vec![limited(backend, limits)]).await
}

fn replace(world: &World, deployment: PublishedDeployment) {
    let key = (GROUP.parse().unwrap(), deployment.environment);
    let next = world.gateway.snapshot().apply(vec![(key, Some(deployment))], Vec::new());
    world.gateway.replace(next);
}

async fn statuses(world: &World, targets: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for target in targets {
        statuses.push(world.client.get(ONLINE, target).await.status.as_u16());
    }
    statuses
}

/// Limit and what remains of it, as the answer tells them.
fn told(response: &TestResponse) -> (&str, &str) {
    (response.header("ratelimit-limit"), response.header("ratelimit-remaining"))
}

#[tokio::test]
async fn refuses_the_call_after_the_last_of_its_unit_in_the_documented_form() {
    let world = world(LIMITS).await;
    for remaining in ["2", "1", "0"] {
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!((response.status.as_u16(), told(&response)), (200, ("3", remaining)));
        assert!((86_400..=87_840).contains(&response.header("ratelimit-reset").parse().unwrap()));
    }
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_refused(&response, 429, TOO_MANY, "day rate limit exceeded, role:api");
    assert_eq!(told(&response), ("3", "0"));
    assert_eq!(response.header("retry-after"), response.header("ratelimit-reset"));
    assert!((86_000..=87_840).contains(&response.header("retry-after").parse().unwrap()));
    assert_eq!(world.backend.requests(), 3);
}

#[tokio::test]
async fn without_a_policy_nothing_is_limited_or_told() {
    let world = World::start().await;
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(told(&response), ("", ""));
    assert_eq!(response.header("retry-after"), "");
}

#[tokio::test]
async fn calls_of_one_api_use_up_their_own_limit_and_not_the_others() {
    let world = world(RateLimits { group: 100, api: Some(2), ..LIMITS }).await;
    let (pets, one) = ("/petstore/pets", "/petstore/pets/7");
    assert_eq!(
        statuses(&world, &[pets, pets, pets, one, one, one]).await,
        [200, 200, 429, 200, 200, 429]
    );
    let response = world.client.get(ONLINE, pets).await;
    assert_refused(&response, 429, TOO_MANY, "day rate limit exceeded, role:app");
}

#[tokio::test]
async fn a_call_that_one_limit_refuses_uses_up_no_other() {
    let world = world(RateLimits { group: 3, api: Some(1), ..LIMITS }).await;
    let (pets, one) = ("/petstore/pets", "/petstore/pets/7");
    assert_eq!(statuses(&world, &[pets, pets, pets, pets, pets]).await, [200, 429, 429, 429, 429]);
    // Two of three are left to the group.
    let response = world.client.get(ONLINE, one).await;
    assert_eq!((response.status.as_u16(), told(&response)), (200, ("1", "0")));
    // Of what matched no API, nothing is counted.
    assert_eq!(statuses(&world, &["/petstore/nothing", "/petstore/any/1"]).await, [404, 200]);
    assert_eq!(statuses(&world, &["/petstore/any/1"]).await, [429]);
}

fn second_key() -> CallerKey {
    CallerKey {
        id: access_key("00000000000b"),
        owner: OWNER.parse().unwrap(),
        pin: CALLER_PIN.to_owned(),
        api_key: "SECOND".to_owned(),
        secret: Secret::new("second"),
    }
}

#[tokio::test]
async fn each_access_key_has_its_own_count_and_unsigned_calls_none() {
    let limits = RateLimits { group: 100, access_key: Some(2), ..LIMITS };
    let world = World::with(no_ceiling(), |backend| {
        let mut signed = signed_petstore(Environment::Online, backend);
        signed.callers.push(second_key().id.into());
        signed.policies.rate_limits = Some(limits);
        let mut open = limited(backend, limits);
        open.environment = Environment::Test;
        vec![signed, open]
    })
    .await;
    let next = world.gateway.snapshot();
    let next = next.apply(Vec::new(), vec![(second_key().id, Some(second_key()))]);
    world.gateway.replace(next);
    let first = || Call::get(ONLINE, "/petstore/pets");
    let second = || Call { api_key: "SECOND".into(), secret: "second".into(), ..first() };
    for remaining in ["1", "0"] {
        let response = first().send(&world.client).await;
        assert_eq!((response.status.as_u16(), told(&response)), (200, ("2", remaining)));
    }
    let refused = first().send(&world.client).await;
    assert_refused(&refused, 429, TOO_MANY, "day rate limit exceeded, role:ak");
    // A call that is not who it says it is uses up nothing.
    let forged = Call { secret: "forged".into(), ..second() };
    for _ in 0..3 {
        assert_eq!(forged.send(&world.client).await.status.as_u16(), 401);
    }
    assert_eq!(second().send(&world.client).await.status.as_u16(), 200);
    assert_eq!(second().send(&world.client).await.status.as_u16(), 200);
    assert_eq!(second().send(&world.client).await.status.as_u16(), 429);
    for _ in 0..5 {
        assert_eq!(world.client.get(TEST, "/petstore/pets").await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn each_address_has_its_own_count() {
    let settings =
        GatewaySettings { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..no_ceiling() };
    let limits = RateLimits { group: 100, address: Some(1), ..LIMITS };
    let world = World::with(settings, |backend| vec![limited(backend, limits)]).await;
    let from = async |address: &str| {
        let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
        let request = request.header("x-forwarded-for", address).body("").unwrap();
        world.client.send(request).await
    };
    assert_eq!(from("192.0.2.7").await.status.as_u16(), 200);
    let refused = from("192.0.2.7").await;
    assert_refused(&refused, 429, TOO_MANY, "day rate limit exceeded, role:ip");
    // What the client itself put before is no way round it.
    assert_eq!(from("198.51.100.9, 192.0.2.7").await.status.as_u16(), 429);
    assert_eq!(from("192.0.2.8").await.status.as_u16(), 200);
    assert_eq!(from("2001:db8::1").await.status.as_u16(), 200);
    assert_eq!(from("2001:db8::2").await.status.as_u16(), 429);
    assert_eq!(from("2001:db8:0:1::1").await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_was_counted_outlives_publishes_and_changed_limits() {
    let world = world(RateLimits { api: Some(2), ..LIMITS }).await;
    let pets = "/petstore/pets";
    assert_eq!(statuses(&world, &[pets]).await, [200]);
    replace(&world, limited(&world.backend, RateLimits { api: Some(2), ..LIMITS }));
    assert_eq!(statuses(&world, &[pets, pets]).await, [200, 429]);
    replace(&world, limited(&world.backend, RateLimits { group: 4, api: Some(3), ..LIMITS }));
    assert_eq!(statuses(&world, &[pets, pets]).await, [200, 429]);
    // Also when all is read again.
    let limits = RateLimits { group: 4, api: Some(3), ..LIMITS };
    let all = vec![limited(&world.backend, limits)];
    world.gateway.replace(world.gateway.snapshot().all_anew(all, Vec::new()));
    assert_eq!(
        statuses(&world, &[pets, "/petstore/any/1", "/petstore/any/2"]).await,
        [429, 200, 429]
    );
    // Another unit begins anew; without a policy there is no limit.
    let hour = RateLimits { unit: TimeUnit::Hour, group: 1, ..LIMITS };
    replace(&world, limited(&world.backend, hour));
    assert_eq!(statuses(&world, &[pets, pets]).await, [200, 429]);
    let mut free = limited(&world.backend, hour);
    free.policies.rate_limits = None;
    replace(&world, free);
    assert_eq!(statuses(&world, &[pets, pets, pets]).await, [200, 200, 200]);
}

#[tokio::test]
async fn environments_are_counted_apart_and_mocks_are_limited_too() {
    let world = World::with(no_ceiling(), |backend| {
        let online = limited(backend, RateLimits { group: 1, ..LIMITS });
        let mut test = online.clone();
        test.environment = Environment::Test;
        for api in &mut test.content.apis {
            api.definition.backend = ApiBackend::Mock;
        }
        vec![online, test]
    })
    .await;
    for host in [ONLINE, TEST] {
        let response = world.client.get(host, "/petstore/pets").await;
        assert_eq!((response.status.as_u16(), told(&response)), (200, ("1", "0")), "{host}");
        let refused = world.client.get(host, "/petstore/pets").await;
        assert_refused(&refused, 429, TOO_MANY, "day rate limit exceeded, role:api");
    }
    assert_eq!(world.backend.requests(), 1);
    let head = world.client.request(Method::HEAD, TEST, "/petstore/pets").await;
    assert_eq!((head.status.as_u16(), told(&head)), (429, ("1", "0")));
}

#[tokio::test]
async fn the_ceiling_holds_for_every_group_and_is_told_only_when_it_refuses() {
    let settings = GatewaySettings { group_limit: 2, ..GatewaySettings::default() };
    let world = World::with(settings, |backend| {
        let to = || BackendService::Single { address: address(backend) };
        let mut test = petstore(Environment::Test, to());
        test.policies.rate_limits = Some(RateLimits { group: 50, ..LIMITS });
        vec![petstore(Environment::Online, to()), test]
    })
    .await;
    // As many at once as could never pass one after another within a second.
    let burst = async |host: &'static str| {
        let calls = (0..40).map(|_| world.client.get(host, "/petstore/pets"));
        futures_util::future::join_all(calls).await
    };
    for (host, passed_tell) in [(ONLINE, ""), (TEST, "50")] {
        let responses = burst(host).await;
        let (passed, refused): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|response| response.status.as_u16() == 200);
        assert!(!passed.is_empty() && !refused.is_empty(), "{host}: {}", passed.len());
        assert!(passed.iter().all(|response| told(response).0 == passed_tell), "{host}");
        for response in refused {
            assert_refused(&response, 429, TOO_MANY, "second rate limit exceeded, role:api");
            assert_eq!((told(&response), response.header("retry-after").len()), (("2", "0"), 1));
        }
    }
}

#[tokio::test]
async fn a_ceiling_out_of_range_is_refused() {
    for (group_limit, limited_addresses) in [(1_000_000_000, 1), (500, 0)] {
        let settings = GatewaySettings { group_limit, limited_addresses, ..no_ceiling() };
        assert!(gateway::Gateway::new(settings, snapshot(Vec::new())).is_err());
    }
}
