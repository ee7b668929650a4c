//! What runs beside the live releases.

use crate::support::{
    Database, NOW, account, api, content, group, number, on_both_databases, publish, put, release,
    revision, take_offline,
};
use domain::{
    ApiGroup, CanaryHeader, CanarySettings, CountedBy, Environment, PublishedCanary, ReleaseAction,
    ReleaseId, Share, Timestamp, monitor::Traffic,
};
use std::collections::HashMap;
use store::{
    Store, StoreError, canaries, deployments, published, releases, revisions,
    traffic::{self, TrafficRow},
};

on_both_databases![
    runs_beside_what_is_live_until_it_is_stopped,
    ends_when_its_environment_goes_offline,
    is_told_to_the_gateway_with_the_deployment,
    makes_its_revision_read_only,
    begins_only_where_something_is_live,
    sides_are_told_apart_by_release_and_minute,
];

const TEST: Environment = Environment::Test;

fn settings(per_mille: u16) -> CanarySettings {
    CanarySettings {
        share: Share::from_per_mille(per_mille).unwrap(),
        counted_by: CountedBy::CallerKey,
        header: Some(CanaryHeader { name: "x-canary".to_owned(), value: None }),
    }
}

/// A group whose 0.0.1 is live in test.
async fn pets(store: &Store) -> ApiGroup {
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    put(store, &pets, "0.0.2", &[api("photos", "GET", "/animals")]).await;
    publish(store, &pets, "0.0.1", TEST).await;
    pets
}

/// Lets 0.0.2 run beside it.
async fn start(store: &Store, pets: &ApiGroup) -> ReleaseId {
    let content = content(store, pets, "0.0.2").await;
    let tx = store.begin().await.unwrap();
    let mut entry = release("0.0.2", TEST, ReleaseAction::Canary);
    entry.canary = Some(settings(50));
    releases::insert(&tx, &pets.id, &entry, &content, None).await.unwrap();
    canaries::start(&tx, (&pets.id, TEST), &entry.id, &settings(50)).await.unwrap();
    tx.commit().await.unwrap();
    entry.id
}

async fn runs_beside_what_is_live_until_it_is_stopped(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    assert_eq!(canaries::list(&store.read(), &pets.id).await.unwrap(), []);
    let release = start(store, &pets).await;

    let canary = canaries::get(&store.read(), &pets.id, TEST).await.unwrap().unwrap();
    assert_eq!((canary.revision, &canary.release_id), (number("0.0.2"), &release));
    assert_eq!((canary.settings, canary.started_at), (settings(50), NOW));
    let served = canaries::content(&store.read(), &pets.id, TEST).await.unwrap().unwrap();
    assert_eq!(served, content(store, &pets, "0.0.2").await);
    let live = deployments::get(&store.read(), &pets.id, TEST).await.unwrap().unwrap();
    assert_eq!(live.deployment.revision, number("0.0.1"));
    let entry = releases::get(&store.read(), &pets.id, &release).await.unwrap().unwrap();
    assert_eq!((entry.canary, entry.live), (Some(settings(50)), false));

    let tx = store.begin().await.unwrap();
    canaries::set_settings(&tx, &pets.id, TEST, &settings(1000)).await.unwrap();
    tx.commit().await.unwrap();
    let listed = canaries::list(&store.read(), &pets.id).await.unwrap();
    assert_eq!(listed.iter().map(|c| c.settings.clone()).collect::<Vec<_>>(), [settings(1000)]);

    let tx = store.begin().await.unwrap();
    assert!(canaries::stop(&tx, &pets.id, TEST).await.unwrap());
    assert!(!canaries::stop(&tx, &pets.id, TEST).await.unwrap());
    let none = canaries::set_settings(&tx, &pets.id, TEST, &settings(1)).await;
    assert!(matches!(none, Err(StoreError::NotFound)), "{none:?}");
    tx.commit().await.unwrap();
    assert_eq!(canaries::list(&store.read(), &pets.id).await.unwrap(), []);
}

async fn ends_when_its_environment_goes_offline(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    start(store, &pets).await;
    take_offline(store, &pets, TEST).await;
    assert_eq!(canaries::list(&store.read(), &pets.id).await.unwrap(), []);
    publish(store, &pets, "0.0.1", TEST).await;
    let all = published::all(store).await.unwrap();
    assert_eq!(all.deployments.len(), 1);
    assert_eq!(all.deployments[0].canary, None);
}

async fn is_told_to_the_gateway_with_the_deployment(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    let release_id = start(store, &pets).await;
    let told = PublishedCanary {
        release_id,
        revision: number("0.0.2"),
        content: content(store, &pets, "0.0.2").await,
        backend: domain::BackendService::Mock,
        jwt_secret: None,
        settings: settings(50),
    };
    let all = published::all(store).await.unwrap().deployments;
    let canaries: HashMap<Environment, _> =
        all.into_iter().map(|live| (live.environment, live.canary)).collect();
    assert_eq!(canaries[&TEST], Some(Box::new(told.clone())));
    assert_eq!(canaries[&Environment::Online], None);
    let place = (pets.id.clone(), TEST);
    let one = published::for_deployments(&store.read(), &[place]).await.unwrap().remove(0).1;
    assert_eq!(one.unwrap().canary, Some(Box::new(told)));
}

async fn makes_its_revision_read_only(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let places = async || {
        let reader = store.read();
        let asked = revisions::published_to(&reader, &pets.id, number("0.0.2")).await.unwrap();
        let view = revisions::view(&reader, &pets.id, number("0.0.2")).await.unwrap().unwrap();
        assert_eq!(view.published_to, asked);
        asked
    };
    assert_eq!(places().await, []);
    start(store, &pets).await;
    assert_eq!(places().await, [TEST]);
    publish(store, &pets, "0.0.2", TEST).await;
    assert_eq!(places().await, [TEST]);
}

async fn begins_only_where_something_is_live(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let content = content(store, &pets, "0.0.2").await;
    let tx = store.begin().await.unwrap();
    let entry = release("0.0.2", Environment::Online, ReleaseAction::Canary);
    releases::insert(&tx, &pets.id, &entry, &content, None).await.unwrap();
    for environment in [Environment::Online, TEST] {
        let refused = canaries::start(&tx, (&pets.id, environment), &entry.id, &settings(1)).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

async fn sides_are_told_apart_by_release_and_minute(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let release = start(store, &pets).await;
    let live = deployments::get(&store.read(), &pets.id, TEST).await.unwrap().unwrap();
    let live = live.deployment.release_id;
    let row = |release: Option<&ReleaseId>, minute: i64, requests: u64| TrafficRow {
        group: pets.id.clone(),
        environment: TEST,
        api: None,
        release: release.cloned(),
        minute: NOW.plus_ms(minute * 60_000 + 59_999),
        traffic: Traffic { requests, ..Traffic::default() },
    };
    for _ in 0..2 {
        let rows = [
            row(Some(&live), 0, 1),
            row(Some(&live), 1, 10),
            row(Some(&release), 1, 100),
            row(None, 1, 1000),
        ];
        let tx = store.begin().await.unwrap();
        traffic::add(&tx, &rows).await.unwrap();
        tx.commit().await.unwrap();
    }
    let sides = async |from: i64, until: i64| {
        let minute = |minute: i64| {
            let at = NOW.plus_ms(minute * 60_000).0;
            Timestamp(at - at.rem_euclid(60_000))
        };
        let span = (minute(from), minute(until));
        let served =
            traffic::by_release(&store.read(), &pets.id, &[&live, &release], span).await.unwrap();
        let of = |release: &ReleaseId| served.get(release).map_or(0, |traffic| traffic.requests);
        (of(&live), of(&release))
    };
    assert_eq!(sides(0, 3).await, (22, 200));
    assert_eq!(sides(1, 3).await, (20, 200));
    assert_eq!(sides(0, 1).await, (2, 0));
    // The group's own report has every call once.
    let calls =
        traffic::calls_since(&store.read(), std::slice::from_ref(&pets.id), NOW).await.unwrap();
    assert_eq!(calls[&pets.id], 2222);
    let tx = store.begin().await.unwrap();
    traffic::delete_before(&tx, NOW.plus_ms(3_600_000), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sides(0, 3).await, (0, 0));
}
