//! How long a backend may take, how often a call is tried, and how many calls there may be at a time.

use super::{
    balancing::{answer, figure, online, replace, status, weighted, world},
    support::{GROUP, ONLINE, World, address, api, assert_refused, no_ceiling, petstore},
};
use domain::{
    BackendConfig, BackendService, BalancedBackend, CallLimits, Environment, SimpleParameter,
};
use http::{Method, Request};
use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};
use testkit::{Behaviour, MockBackend};

fn retries(retries: u8) -> CallLimits {
    CallLimits { retries: Some(retries), ..CallLimits::default() }
}

async fn send(world: &World, method: Method, body: &'static str) -> u16 {
    let request = Request::builder().method(method).uri("/petstore/any/1").header("host", ONLINE);
    world.client.send(request.body(body).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn a_call_goes_on_to_another_backend_when_the_first_is_not_there() {
    let (gone, here) = (MockBackend::start().await, MockBackend::start().await);
    let balanced = weighted(&[(&gone, 1), (&here, 1)]);
    drop(gone);
    let world = world(balanced).await;
    for _ in 0..4 {
        // Nothing was sent yet, so this is right for a POST, too.
        assert_eq!(send(&world, Method::GET, "").await, 200);
        assert_eq!(send(&world, Method::POST, "sold").await, 200);
    }
    assert_eq!(here.requests(), 8);
    assert_eq!(here.last().unwrap().body, b"sold");
}

#[tokio::test]
async fn what_may_have_been_done_is_done_again_only_where_that_does_no_harm() {
    let (dying, well) = (MockBackend::start().await, MockBackend::start().await);
    dying.behave(Behaviour::Close);
    let balanced = weighted(&[(&dying, 1), (&well, 1)]);
    let world = world(balanced.clone()).await;
    for _ in 0..4 {
        assert_eq!(send(&world, Method::GET, "").await, 200);
    }
    let tried = figure(&world, "paifang_upstream_retries_total");
    assert!(tried > 0 && dying.requests() == tried, "{tried}");
    // Every other POST meets the one that dies.
    let mut posts = [0; 4];
    for post in &mut posts {
        *post = send(&world, Method::POST, "sold").await;
    }
    posts.sort_unstable();
    assert_eq!(posts, [200, 200, 502, 502]);
    assert_eq!(figure(&world, "paifang_upstream_retries_total"), tried);
    // Without retries, nothing is done again.
    replace(&world, Some(BalancedBackend { limits: retries(0), ..balanced }));
    let mut gets = [send(&world, Method::GET, "").await, send(&world, Method::GET, "").await];
    gets.sort_unstable();
    assert_eq!(gets, [200, 502]);
}

#[tokio::test]
async fn an_answer_that_says_try_again_is_tried_again_where_that_is_wanted() {
    let (busy, well) = (MockBackend::start().await, MockBackend::start().await);
    busy.behave(answer(503));
    let plain = weighted(&[(&busy, 1), (&well, 1)]);
    let world = world(BalancedBackend { retry_statuses: true, ..plain.clone() }).await;
    for _ in 0..4 {
        assert_eq!(send(&world, Method::GET, "").await, 200);
    }
    let mut posts = [send(&world, Method::POST, "").await, send(&world, Method::POST, "").await];
    posts.sort_unstable();
    assert_eq!(posts, [200, 503]);
    replace(&world, Some(plain));
    let mut gets = [send(&world, Method::GET, "").await, send(&world, Method::GET, "").await];
    gets.sort_unstable();
    assert_eq!(gets, [200, 503]);
}

#[tokio::test]
async fn a_single_backend_is_tried_again_as_often_as_it_may_be() {
    let dying = MockBackend::start().await;
    dying.behave(Behaviour::Close);
    let limits = retries(2);
    let world = world(BalancedBackend { limits, ..BalancedBackend::of(address(&dying)) }).await;
    assert_eq!(status(&world).await, 502);
    assert_eq!(dying.requests(), 3);
}

#[tokio::test]
async fn a_storm_of_retries_does_not_begin() {
    let (a, b) = (MockBackend::start().await, MockBackend::start().await);
    a.behave(Behaviour::Close);
    b.behave(Behaviour::Close);
    let balanced = BalancedBackend { limits: retries(5), ..weighted(&[(&a, 1), (&b, 1)]) };
    let world = world(balanced).await;
    let began = Instant::now();
    for _ in 0..200 {
        assert_eq!(status(&world).await, 502);
    }
    // A fifth of the calls, those of ten seconds at first, and three each second.
    let most = 40 + 30 + 3 * (began.elapsed().as_secs() + 1);
    let tries = figure(&world, "paifang_upstream_retries_total");
    assert!((40..=most).contains(&tries), "{tries} of at most {most}");
    assert_eq!(a.requests() + b.requests(), 200 + tries);
}

const TIMING_OUT: &str = "The upstream server is timing out";

async fn assert_times_out(world: &World) {
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_refused(&response, 504, "HTTP_SERVER_TIMING_OUT", TIMING_OUT);
}

#[tokio::test]
async fn a_backend_that_takes_longer_than_it_may_is_timing_out() {
    let slow = MockBackend::start().await;
    slow.behave(Behaviour::Hang);
    for limits in [
        CallLimits { first_byte_ms: Some(100), ..CallLimits::default() },
        CallLimits { total_ms: Some(100), ..CallLimits::default() },
    ] {
        let world = world(BalancedBackend { limits, ..BalancedBackend::of(address(&slow)) }).await;
        assert_times_out(&world).await;
    }
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_it_may_is_cut() {
    let slow = MockBackend::start().await;
    slow.behave(Behaviour::HangMidBody);
    let limits = CallLimits { total_ms: Some(200), ..CallLimits::default() };
    let world = world(BalancedBackend { limits, ..BalancedBackend::of(address(&slow)) }).await;
    let request = Request::get("/petstore/pets").header("host", ONLINE).body("").unwrap();
    assert!(world.client.try_send(request).await.is_err());
    // Also one that never pauses.
    let chunks = vec![bytes::Bytes::from_static(b"more"); 1000];
    let pause = Duration::from_millis(5);
    slow.behave(Behaviour::Chunks { chunks, pause, trailers: Vec::new() });
    let request = Request::get("/petstore/pets").header("host", ONLINE).body("").unwrap();
    assert!(world.client.try_send(request).await.is_err());
}

#[tokio::test]
async fn an_api_has_limits_of_its_own_wherever_it_is_sent() {
    let (slow, other) = (MockBackend::start().await, MockBackend::start().await);
    slow.behave(Behaviour::Delay(Duration::from_millis(300)));
    other.behave(Behaviour::Delay(Duration::from_millis(300)));
    let world = World::with(no_ceiling(), |_| {
        let service = BackendService::Single { address: address(&slow) };
        let mut deployment = petstore(Environment::Online, service);
        let mut hasty = api("hasty", "GET /hasty");
        hasty.definition.limits = CallLimits { first_byte_ms: Some(50), ..CallLimits::default() };
        let mut own = hasty.clone();
        own.id = "api-00000000hown".parse().unwrap();
        own.definition.name = "own".into();
        own.definition.path = "/own".parse().unwrap();
        own.definition.backend = domain::ApiBackend::Http { address: address(&other) };
        deployment.content.apis.extend([hasty, own]);
        let condition = SimpleParameter { name: "x-other".into(), value: "1".into() };
        deployment.policies.routes = vec![BackendConfig {
            id: "route-000000000001".parse().unwrap(),
            api_group_id: GROUP.parse().unwrap(),
            environment: Environment::Online,
            header_params: vec![condition],
            query_params: Vec::new(),
            backend: BackendService::Single { address: address(&other) },
            description: String::new(),
            sort: 1,
            created_at: domain::Timestamp(0),
        }];
        vec![deployment]
    })
    .await;
    let get = async |path: &str, header: &str| {
        let request = Request::get(path).header("host", ONLINE).header(header, "1");
        world.client.send(request.body("").unwrap()).await.status.as_u16()
    };
    assert_eq!(get("/petstore/pets", "x-any").await, 200);
    assert_eq!(get("/petstore/pets", "x-other").await, 200);
    assert_eq!(get("/petstore/hasty", "x-any").await, 504);
    assert_eq!(get("/petstore/hasty", "x-other").await, 504);
    assert_eq!(get("/petstore/own", "x-any").await, 504);
    assert_eq!((slow.requests(), other.requests()), (2, 3));
}

#[tokio::test]
async fn more_calls_at_a_time_than_a_backend_may_have_are_refused() {
    let slow = MockBackend::start().await;
    slow.behave(Behaviour::Hang);
    let max_calls = NonZeroU32::new(1);
    let world = world(BalancedBackend { max_calls, ..BalancedBackend::of(address(&slow)) }).await;
    let client = world.client.clone();
    let first = tokio::spawn(async move { client.get(ONLINE, "/petstore/pets").await });
    while slow.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    let message = "The upstream server is currently unavailable";
    assert_refused(&response, 503, "HTTP_SERVICE_UNAVAILABLE", message);
    assert_eq!(slow.requests(), 1);
    // The caller goes away: its place is free again.
    slow.behave(Behaviour::Echo);
    first.abort();
    while status(&world).await == 503 {
        tokio::task::yield_now().await;
    }
    // Where there is another backend, it gets what the full one may not have.
    let well = MockBackend::start().await;
    slow.behave(Behaviour::Hang);
    let both = BalancedBackend { max_calls, ..weighted(&[(&slow, 1), (&well, 1)]) };
    replace(&world, Some(both));
    let before = slow.requests();
    let client = world.client.clone();
    let hanging = tokio::spawn(async move {
        client.get(ONLINE, "/petstore/pets").await;
        client.get(ONLINE, "/petstore/pets").await
    });
    while slow.requests() == before {
        tokio::task::yield_now().await;
    }
    for _ in 0..5 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!(slow.requests(), before + 1);
    hanging.abort();
}

#[tokio::test]
async fn a_backend_that_was_stored_as_several_is_served_like_one_when_it_is_alone() {
    let backend = MockBackend::start().await;
    let world =
        World::with(no_ceiling(), |_| vec![online(BalancedBackend::of(address(&backend)))]).await;
    for _ in 0..5 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!((backend.requests(), backend.connections()), (5, 1));
}
