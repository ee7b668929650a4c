//! Publishing while calls are under way.

use super::support::{GROUP, ONLINE, TEST, World, address, api, petstore};
use domain::{BackendService, Environment, PublishedDeployment};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::{Behaviour, MockBackend, TestClient};

type Key = (domain::ApiGroupId, Environment);

fn key(environment: Environment) -> Key {
    (GROUP.parse().unwrap(), environment)
}

fn online(backend: &MockBackend) -> PublishedDeployment {
    petstore(Environment::Online, BackendService::Single { address: address(backend) })
}

fn apply(world: &World, key: Key, deployment: Option<PublishedDeployment>) {
    world.gateway.replace(world.gateway.snapshot().apply(vec![(key, deployment)], Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_two_hundred_publishes_go_on() {
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
    let mut publishes = 0;
    while publishes < 200 || served.load(Ordering::Relaxed) < 3000 {
        let mut next = online(if publishes % 2 == 0 { &other } else { &world.backend });
        if publishes % 3 == 0 {
            next.content.apis.push(api("more", "GET /more"));
        }
        apply(&world, key(Environment::Online), Some(next));
        publishes += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
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

#[tokio::test]
async fn what_is_published_is_in_force_with_the_next_call() {
    let world = World::start().await;
    assert_eq!(world.client.get(ONLINE, "/petstore/new").await.status.as_u16(), 404);
    let mut next = online(&world.backend);
    next.content.apis.push(api("new", "GET /new"));
    apply(&world, key(Environment::Online), Some(next));
    assert_eq!(world.client.get(ONLINE, "/petstore/new").await.status.as_u16(), 200);
    apply(&world, key(Environment::Test), Some(petstore(Environment::Test, BackendService::Mock)));
    assert_eq!(world.client.get(TEST, "/petstore/pets").await.status.as_u16(), 200);
    apply(&world, key(Environment::Online), None);
    assert_eq!(world.client.get(ONLINE, "/petstore/new").await.status.as_u16(), 404);
    assert_eq!(world.client.get(TEST, "/petstore/pets").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_call_under_way_ends_by_what_it_began_with() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Delay(Duration::from_millis(300)));
    let client = world.client.clone();
    let call = tokio::spawn(async move { client.get(ONLINE, "/petstore/pets").await });
    while world.backend.requests() == 0 {
        tokio::task::yield_now().await;
    }
    apply(&world, key(Environment::Online), None);
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 404);
    assert_eq!(call.await.unwrap().status.as_u16(), 200);
}

#[tokio::test]
async fn connections_to_a_backend_outlive_a_publish() {
    let world = World::start().await;
    for _ in 0..5 {
        world.client.get(ONLINE, "/petstore/pets").await;
        apply(&world, key(Environment::Online), Some(online(&world.backend)));
    }
    assert_eq!((world.backend.requests(), world.backend.connections()), (5, 1));
}
