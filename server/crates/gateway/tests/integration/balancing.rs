//! Several backends: who gets a call, and who is left out.

use super::support::{GROUP, ONLINE, World, address, no_ceiling, petstore};
use bytes::Bytes;
use domain::{
    ActiveCheck, ApiGroupId, BackendService, BalancedBackend, Balancing, Environment, PassiveCheck,
    PublishedDeployment, Target, TargetHealth,
};
use gateway::Snapshot;
use http::Request;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::{Behaviour, MockBackend, TestClient};

/// These backends with these weights.
pub(crate) fn weighted(backends: &[(&MockBackend, u8)]) -> BalancedBackend {
    let target = |(backend, weight): &(&MockBackend, u8)| Target {
        address: address(backend),
        weight: *weight,
    };
    BalancedBackend {
        targets: backends.iter().map(target).collect(),
        ..BalancedBackend::of(address(backends[0].0))
    }
}

pub(crate) fn online(balanced: BalancedBackend) -> PublishedDeployment {
    petstore(Environment::Online, BackendService::Balanced(balanced))
}

/// A gateway that forwards to several backends.
pub(crate) async fn world(balanced: BalancedBackend) -> World {
    World::with(no_ceiling(), |_| vec![online(balanced)]).await
}

pub(crate) fn replace(world: &World, balanced: Option<BalancedBackend>) {
    let group: ApiGroupId = GROUP.parse().unwrap();
    let change = ((group, Environment::Online), balanced.map(online));
    let next: Snapshot = world.gateway.snapshot().apply(vec![change], Vec::new());
    assert_eq!(next.refused(), []);
    world.gateway.replace(next);
}

pub(crate) async fn status(world: &World) -> u16 {
    world.client.get(ONLINE, "/petstore/pets").await.status.as_u16()
}

pub(crate) fn answer(status: u16) -> Behaviour {
    Behaviour::Answer { status, headers: Vec::new(), body: Bytes::from_static(b"said") }
}

/// How a backend does, as the gateway says.
fn health(world: &World, backend: &MockBackend) -> TargetHealth {
    let group = GROUP.parse().unwrap();
    let all = world.gateway.targets(&group, Environment::Online);
    all.iter().find(|status| status.address == address(backend)).unwrap().health
}

/// Waits until a backend does so.
async fn until(world: &World, backend: &MockBackend, wanted: TargetHealth) {
    while health(world, backend) != wanted {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The value of a figure of the gateway.
pub(crate) fn figure(world: &World, name: &str) -> u64 {
    let metrics = world.gateway.metrics();
    let line = metrics.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn each_gets_calls_as_its_weight_says() {
    let (a, b, c) =
        (MockBackend::start().await, MockBackend::start().await, MockBackend::start().await);
    let world = world(weighted(&[(&a, 50), (&b, 10), (&c, 10)])).await;
    for _ in 0..70 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!([&a, &b, &c].map(MockBackend::requests), [50, 10, 10]);
    // The host that is asked is the one that gets the call.
    let last = b.last().unwrap();
    let host = last.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    assert_eq!(host.unwrap().1, b.address().to_string());
}

#[tokio::test]
async fn one_with_fewer_calls_under_way_is_preferred() {
    let (slow, fast) = (MockBackend::start().await, MockBackend::start().await);
    slow.behave(Behaviour::Hang);
    let balanced = BalancedBackend {
        balancing: Balancing::LeastRequests,
        ..weighted(&[(&slow, 1), (&fast, 1)])
    };
    let world = world(balanced).await;
    let mut hanging = Vec::new();
    while slow.requests() == 0 {
        let client = world.client.clone();
        let before = fast.requests();
        hanging.push(tokio::spawn(async move { client.get(ONLINE, "/petstore/pets").await }));
        while slow.requests() == 0 && fast.requests() == before {
            tokio::task::yield_now().await;
        }
    }
    let before = fast.requests();
    for _ in 0..30 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!((slow.requests(), fast.requests()), (1, before + 30));
    hanging.into_iter().for_each(|call| call.abort());
}

/// Which of the backends gets the call of a user.
async fn backend_of(world: &World, backends: &[&MockBackend], user: usize) -> usize {
    let before: Vec<u64> = backends.iter().map(|backend| backend.requests()).collect();
    let request = Request::get("/petstore/pets").header("host", ONLINE);
    let request = request.header("x-user", format!("user-{user}")).body("").unwrap();
    assert_eq!(world.client.send(request).await.status.as_u16(), 200);
    backends.iter().zip(before).position(|(backend, before)| backend.requests() > before).unwrap()
}

#[tokio::test]
async fn a_user_stays_with_a_backend_and_moves_only_when_that_one_leaves() {
    let all = [(); 4].map(|()| MockBackend::start());
    let all = futures_util::future::join_all(all).await;
    let backends: Vec<&MockBackend> = all.iter().collect();
    let hashed = |backends: &[&MockBackend]| BalancedBackend {
        balancing: Balancing::Header { name: "X-User".into() },
        ..weighted(&backends.iter().map(|backend| (*backend, 1)).collect::<Vec<_>>())
    };
    let world = world(hashed(&backends)).await;
    let mut first = Vec::new();
    for user in 0..100 {
        first.push(backend_of(&world, &backends, user).await);
        assert_eq!(backend_of(&world, &backends, user).await, first[user]);
    }
    for target in 0..4 {
        assert!(first.iter().filter(|it| **it == target).count() >= 5, "{first:?}");
    }
    replace(&world, Some(hashed(&backends[..3])));
    for (user, before) in first.into_iter().enumerate() {
        let after = backend_of(&world, &backends, user).await;
        assert!(after == before || before == 3, "user {user} went from {before} to {after}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_a_backend_is_drained_and_taken_out() {
    let (a, b) = (MockBackend::start().await, MockBackend::start().await);
    let world = world(weighted(&[(&a, 1), (&b, 1)])).await;
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let callers: Vec<_> = (0..4)
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
    let states =
        [weighted(&[(&a, 1), (&b, 1)]), weighted(&[(&a, 1), (&b, 0)]), weighted(&[(&a, 1)])];
    for round in 0..100 {
        replace(&world, Some(states[round % states.len()].clone()));
        let enough = served.load(Ordering::Relaxed) + 10;
        while served.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
    }
    // Drained for good: calls under way end, and no more come.
    replace(&world, Some(weighted(&[(&a, 1), (&b, 0)])));
    is_over.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let drained = b.requests();
    assert!(drained > 0);
    for _ in 0..20 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!(b.requests(), drained);
}

#[tokio::test]
async fn one_that_fails_is_left_out_and_comes_back() {
    let (sick, well) = (MockBackend::start().await, MockBackend::start().await);
    sick.behave(answer(500));
    let passive = Some(PassiveCheck { failures: 3, eject_ms: 2_000, share: None });
    let balanced = BalancedBackend { passive, ..weighted(&[(&sick, 1), (&well, 1)]) };
    let world = world(balanced.clone()).await;
    while health(&world, &sick) == TargetHealth::Healthy {
        status(&world).await;
    }
    assert_eq!(sick.requests(), 3);
    assert_eq!(figure(&world, "paifang_upstream_ejections_total"), 1);
    for state in ["healthy", "unhealthy"] {
        let labels = format!(r#"{{group="{GROUP}",environment="online",state="{state}"}}"#);
        assert_eq!(figure(&world, &format!("paifang_upstream_targets{labels}")), 1, "{state}");
    }
    // A publish changes nothing about that.
    replace(&world, Some(balanced));
    assert_eq!(health(&world, &sick), TargetHealth::Ejected);
    sick.behave(Behaviour::Echo);
    until(&world, &sick, TargetHealth::Healthy).await;
    for _ in 0..10 {
        assert_eq!(status(&world).await, 200);
    }
    assert_eq!(sick.requests(), 8);
}

#[tokio::test]
async fn no_more_than_half_are_left_out() {
    let (a, b) = (MockBackend::start().await, MockBackend::start().await);
    a.behave(answer(500));
    b.behave(answer(500));
    let passive = Some(PassiveCheck { failures: 1, eject_ms: 600_000, share: None });
    let world = world(BalancedBackend { passive, ..weighted(&[(&a, 1), (&b, 1)]) }).await;
    for _ in 0..10 {
        assert_eq!(status(&world).await, 500);
    }
    assert_eq!((a.requests(), b.requests()), (1, 9));
}

fn checked(path: &str) -> Option<ActiveCheck> {
    Some(ActiveCheck {
        path: path.to_owned(),
        interval_ms: 100,
        healthy: 1,
        unhealthy: 2,
        status_to: 299,
        ..ActiveCheck::default()
    })
}

#[tokio::test]
async fn one_that_does_not_answer_its_check_gets_no_calls_until_it_does() {
    let (sick, well) = (MockBackend::start().await, MockBackend::start().await);
    sick.behave(answer(500));
    let active = checked("/health?deep=1");
    let world = world(BalancedBackend { active, ..weighted(&[(&sick, 1), (&well, 1)]) }).await;
    until(&world, &sick, TargetHealth::Unhealthy).await;
    for _ in 0..20 {
        assert_eq!(status(&world).await, 200);
    }
    let asked = sick.last().unwrap();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("GET", "/health?deep=1"));
    sick.behave(Behaviour::Echo);
    until(&world, &sick, TargetHealth::Healthy).await;
    let got_a_call = || sick.last().unwrap().target == "/petstore/pets";
    while !got_a_call() {
        assert_eq!(status(&world).await, 200);
    }
}

#[tokio::test]
async fn when_all_are_unwell_all_get_calls() {
    let (a, b) = (MockBackend::start().await, MockBackend::start().await);
    a.behave(answer(404));
    b.behave(answer(404));
    let active = checked("/health");
    let world = world(BalancedBackend { active, ..weighted(&[(&a, 1), (&b, 1)]) }).await;
    until(&world, &a, TargetHealth::Unhealthy).await;
    until(&world, &b, TargetHealth::Unhealthy).await;
    for _ in 0..10 {
        assert_eq!(status(&world).await, 404);
    }
    assert_eq!(a.last().unwrap().headers.len(), b.last().unwrap().headers.len());
}

#[tokio::test]
async fn a_thousand_publishes_leave_no_checks_behind() {
    let (a, b) = (MockBackend::start().await, MockBackend::start().await);
    let balanced = |interval_ms| BalancedBackend {
        active: checked("/health").map(|check| ActiveCheck { interval_ms, ..check }),
        ..weighted(&[(&a, 1), (&b, 1)])
    };
    let world = world(balanced(100_000)).await;
    assert_eq!(figure(&world, "paifang_health_checks"), 2);
    for round in 0..1000 {
        // Every other publish asks otherwise; the others go on as they did.
        replace(&world, Some(balanced(100_000 + round / 2)));
        if round % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    while figure(&world, "paifang_health_checks") != 2 {
        tokio::task::yield_now().await;
    }
    replace(&world, None);
    while figure(&world, "paifang_health_checks") != 0 {
        tokio::task::yield_now().await;
    }
}
