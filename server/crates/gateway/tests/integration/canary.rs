//! Canaries, through the listener: which side a call meets, and what both sides share.

use super::support::{
    Call, GROUP, ONLINE, World, address, api, no_ceiling, petstore, signed_petstore, snapshot,
};
use domain::{
    BackendService, CanaryHeader, CanarySettings, CountedBy, Environment, PublishedCanary,
    PublishedDeployment, RateLimits, Share, TimeUnit,
};
use http::Request;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::{MockBackend, TestClient, TestResponse};

const RELEASE: &str = "rel-00000000000c";

fn settings(per_mille: u16) -> CanarySettings {
    CanarySettings {
        share: Share::from_per_mille(per_mille).unwrap(),
        counted_by: CountedBy::Call,
        header: Some(CanaryHeader { name: "x-canary".to_owned(), value: Some("yes".to_owned()) }),
    }
}

/// The deployment with a canary beside it: the same APIs and one more, at another backend.
fn with_canary(
    mut live: PublishedDeployment,
    backend: &MockBackend,
    settings: CanarySettings,
) -> PublishedDeployment {
    let mut content = live.content.clone();
    content.apis.push(api("more", "GET /more"));
    live.canary = Some(Box::new(PublishedCanary {
        release_id: RELEASE.parse().unwrap(),
        revision: "0.0.2".parse().unwrap(),
        content,
        backend: BackendService::Single { address: address(backend) },
        jwt_secret: None,
        settings,
    }));
    live
}

/// The canary in the place of what was live.
fn promoted(mut live: PublishedDeployment) -> PublishedDeployment {
    let canary = live.canary.take().unwrap();
    PublishedDeployment {
        release_id: "rel-00000000000d".parse().unwrap(),
        revision: canary.revision,
        content: canary.content,
        backend: canary.backend,
        ..live
    }
}

fn online(backend: &MockBackend) -> PublishedDeployment {
    petstore(Environment::Online, BackendService::Single { address: address(backend) })
}

fn replace(world: &World, deployment: PublishedDeployment) {
    let key = (GROUP.parse().unwrap(), deployment.environment);
    let next = world.gateway.snapshot().apply(vec![(key, Some(deployment))], Vec::new());
    world.gateway.replace(next);
}

/// PetStore with a canary that gets this share of the calls, and those that say so.
async fn world(per_mille: u16) -> (World, MockBackend) {
    let canary = MockBackend::start().await;
    let world = World::with(no_ceiling(), |backend| {
        vec![with_canary(online(backend), &canary, settings(per_mille))]
    });
    (world.await, canary)
}

async fn get(client: &TestClient, target: &str, canary: &str) -> TestResponse {
    let request = Request::builder().uri(target).header("host", ONLINE).header("x-canary", canary);
    client.send(request.body(Vec::new()).unwrap()).await
}

#[tokio::test]
async fn a_call_with_the_header_meets_the_canary_with_its_apis_and_its_backend() {
    let (world, canary) = world(0).await;
    let status = async |target, value| get(&world.client, target, value).await.status.as_u16();
    assert_eq!(status("/petstore/more", "yes").await, 200);
    assert_eq!(status("/petstore/more", "no").await, 404);
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    assert_eq!((world.backend.requests(), canary.requests()), (1, 1));
}

#[tokio::test]
async fn a_share_that_is_changed_is_in_force_with_the_next_call() {
    let (world, canary) = world(0).await;
    for (per_mille, served) in [(0, (20, 0)), (1000, (20, 20)), (0, (40, 20))] {
        let next = with_canary(online(&world.backend), &canary, settings(per_mille));
        replace(&world, next);
        for _ in 0..20 {
            assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
        }
        assert_eq!((world.backend.requests(), canary.requests()), served, "{per_mille} ‰");
    }
}

#[tokio::test]
async fn calls_are_counted_by_release_while_a_canary_runs() {
    let (world, canary) = world(300).await;
    let calls = 1000;
    for _ in 0..calls {
        world.client.get(ONLINE, "/petstore/pets").await;
    }
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    while counted.values().sum::<u64>() < calls {
        for delta in world.gateway.drain_traffic() {
            let release = delta.release.map_or_else(String::new, |release| release.to_string());
            *counted.entry(release).or_default() += delta.traffic.requests;
        }
        tokio::task::yield_now().await;
    }
    let (live, beside) = (world.backend.requests(), canary.requests());
    let expected = [("rel-000000000001".to_owned(), live), (RELEASE.to_owned(), beside)];
    assert_eq!(counted, BTreeMap::from(expected));
    // Six standard deviations of a binomial distribution.
    assert!(beside.abs_diff(300) <= 87, "{beside} of {calls}");
}

#[tokio::test]
async fn both_sides_use_up_the_same_limit() {
    let limits =
        RateLimits { unit: TimeUnit::Day, group: 3, access_key: None, api: None, address: None };
    let (world, canary) = world(0).await;
    let mut limited = with_canary(online(&world.backend), &canary, settings(0));
    limited.policies.rate_limits = Some(limits);
    replace(&world, limited.clone());
    let mut statuses = Vec::new();
    for value in ["yes", "no", "yes", "no", "yes"] {
        statuses.push(get(&world.client, "/petstore/pets", value).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    // Whoever had none left has none when the canary is promoted.
    replace(&world, promoted(limited));
    let after = get(&world.client, "/petstore/pets", "no").await;
    assert_eq!((after.status.as_u16(), world.backend.requests(), canary.requests()), (429, 1, 2));
}

#[tokio::test]
async fn a_signed_call_cannot_be_sent_again_to_the_other_side() {
    let (world, canary) = world(0).await;
    let signed =
        with_canary(signed_petstore(Environment::Online, &world.backend), &canary, settings(0));
    world.gateway.replace(snapshot(vec![signed]));
    let request = |value: &str| {
        let mut call = Call::get(ONLINE, "/petstore/pets");
        call.nonce = "one-nonce".to_owned();
        let mut request = call.request();
        request.headers_mut().insert("x-canary", value.parse().unwrap());
        request
    };
    let status = async |value| world.client.send(request(value)).await.status.as_u16();
    assert_eq!(status("yes").await, 200);
    assert_eq!(status("no").await, 401);
    assert_eq!((world.backend.requests(), canary.requests()), (0, 1));
}

#[tokio::test]
async fn a_canary_that_does_not_compile_leaves_what_is_served() {
    let (world, canary) = world(1000).await;
    let mut broken = with_canary(online(&world.backend), &canary, settings(0));
    if let Some(canary) = &mut broken.canary {
        canary.content.apis.push(api("again", "GET /more"));
    }
    replace(&world, broken);
    assert_eq!(world.gateway.snapshot().refused().len(), 1);
    assert_eq!(world.client.get(ONLINE, "/petstore/more").await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_canaries_begin_grow_and_are_promoted() {
    let world = World::start().await;
    let other = MockBackend::start().await;
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let client = TestClient::new(world.address());
            let (is_over, served) = (Arc::clone(&is_over), Arc::clone(&served));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let response = client.get(ONLINE, "/petstore/pets/1").await;
                    assert_eq!(response.status.as_u16(), 200, "{response:?}");
                    served.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let mut rounds = 0;
    while rounds < 40 || served.load(Ordering::Relaxed) < 2000 {
        let (live, beside) =
            if rounds % 2 == 0 { (&world.backend, &other) } else { (&other, &world.backend) };
        for per_mille in [0, 50, 500] {
            replace(&world, with_canary(online(live), beside, settings(per_mille)));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        replace(&world, promoted(with_canary(online(live), beside, settings(500))));
        rounds += 1;
    }
    is_over.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    assert!(other.requests() > 0 && world.backend.requests() > 0);
    let counted: u64 =
        world.gateway.drain_traffic().iter().map(|delta| delta.traffic.requests).sum();
    assert_eq!(counted, served.load(Ordering::Relaxed));
}
