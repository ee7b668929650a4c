//! What the gateway served: sums, reports, and forgetting.

use crate::support::{
    Database, NOW, account, api, group, new_group, on_both_databases, put, revision,
};
use domain::{ApiGroup, ApiId, Environment, Timestamp, monitor::Traffic};
use std::collections::HashMap;
use store::{
    Store,
    traffic::{self, TrafficQuery, TrafficRow},
};

on_both_databases![
    traffic_from_two_processes_adds_up,
    a_report_has_every_point_also_empty_ones,
    a_report_is_about_one_environment_and_one_api_or_all,
    a_report_by_the_hour_counts_the_same_as_one_by_the_minute,
    calls_are_counted_from_the_minute,
    traffic_of_a_group_that_is_gone_is_left_out,
    minutes_are_forgotten_before_hours,
];

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// `requests` calls of 1 ms, in the minute that begins `minutes` after [`NOW`] (which is a whole hour).
fn served(group: &ApiGroup, minutes: i64, requests: u64) -> TrafficRow {
    let mut traffic = Traffic { requests, successes: requests, ..Traffic::default() };
    for _ in 0..requests {
        traffic.bytes_in += 10;
        traffic.bytes_out += 20;
        traffic.latency_sum_us += 1000;
        traffic.latencies.record(1000);
    }
    TrafficRow {
        group: group.id.clone(),
        environment: Environment::Test,
        api: None,
        release: None,
        // Somewhere within the minute.
        minute: NOW.plus_ms(minutes * MINUTE + 59_999),
        traffic,
    }
}

async fn add(store: &Store, rows: &[TrafficRow]) {
    let tx = store.begin().await.unwrap();
    traffic::add(&tx, rows).await.unwrap();
    tx.commit().await.unwrap();
}

fn query(from_minutes: i64, until_minutes: i64, step_minutes: i64) -> TrafficQuery {
    let at = |minutes: i64| NOW.plus_ms(minutes * MINUTE);
    TrafficQuery {
        environment: None,
        api: None,
        from: at(from_minutes),
        until: at(until_minutes),
        step_minutes,
    }
}

async fn pets(database: &Database) -> ApiGroup {
    let ada = account(&database.store).await;
    group(&database.store, &ada, "PetStore").await
}

async fn traffic_from_two_processes_adds_up(database: &Database) {
    let pets = pets(database).await;
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let (store, pets) = (database.of_another_process().await, pets.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..15 {
                add(&store, &[served(&pets, 0, 1), served(&pets, 1, 2), served(&pets, 0, 3)]).await;
            }
            store.close().await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let report = traffic::report(&database.store.read(), &pets.id, &query(0, 2, 1)).await.unwrap();
    let points: Vec<u64> = report.points.iter().map(|point| point.traffic.requests).collect();
    assert_eq!(points, [120, 60]);
    assert_eq!(report.total, served(&pets, 0, 180).traffic, "bytes and latencies too");
}

async fn a_report_has_every_point_also_empty_ones(database: &Database) {
    let pets = pets(database).await;
    let rows = [-1, 0, 4, 5, 14, 15].map(|minute| served(&pets, minute, 1));
    add(&database.store, &rows).await;
    let report = traffic::report(&database.store.read(), &pets.id, &query(0, 15, 5)).await.unwrap();
    let points: Vec<(i64, u64)> = report
        .points
        .iter()
        .map(|point| ((point.at.0 - NOW.0) / MINUTE, point.traffic.requests))
        .collect();
    assert_eq!(points, [(0, 2), (5, 1), (10, 1)]);
    assert_eq!(report.total.requests, 4);
    let nothing =
        traffic::report(&database.store.read(), &pets.id, &query(100, 102, 1)).await.unwrap();
    assert_eq!(
        (nothing.points.len(), nothing.total, nothing.apis),
        (2, Traffic::default(), vec![])
    );
}

async fn a_report_is_about_one_environment_and_one_api_or_all(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let mut list = api("list", "GET", "/pets");
    put(store, &pets, "0.0.1", &[list.clone()]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    list.definition.name = "listPets".to_owned();
    put(store, &pets, "0.0.2", &[list.clone()]).await;
    let gone = ApiId::from_random([3; 12]);
    let of = |api: Option<&ApiId>, environment, requests| TrafficRow {
        api: api.cloned(),
        environment,
        ..served(&pets, 0, requests)
    };
    add(
        store,
        &[
            of(Some(&list.id), Environment::Test, 5),
            of(Some(&list.id), Environment::Online, 7),
            of(Some(&gone), Environment::Online, 20),
            of(None, Environment::Online, 1),
        ],
    )
    .await;
    let reader = store.read();
    let report = async |environment, api: Option<&ApiId>| {
        let query = TrafficQuery { environment, api: api.cloned(), ..query(0, 60, 60) };
        let report = traffic::report(&reader, &pets.id, &query).await.unwrap();
        let names = report.apis.into_iter().map(|api| (api.name, api.traffic.requests));
        (report.total.requests, names.collect::<Vec<_>>())
    };
    let named = |name: &str, requests| (name.to_owned(), requests);
    assert_eq!(
        report(None, None).await,
        (33, vec![named(gone.as_str(), 20), named("listPets", 12), named("", 1)])
    );
    assert_eq!(report(Some(Environment::Test), None).await, (5, vec![named("listPets", 5)]));
    assert_eq!(report(None, Some(&list.id)).await, (12, vec![named("listPets", 12)]));
    assert_eq!(report(Some(Environment::Test), Some(&gone)).await, (0, vec![]));
}

async fn a_report_by_the_hour_counts_the_same_as_one_by_the_minute(database: &Database) {
    let pets = pets(database).await;
    let rows = [0, 59, 60, 61, 119, 120, 179].map(|minute| served(&pets, minute, 1));
    add(&database.store, &rows).await;
    let reader = database.store.read();
    let hours = traffic::report(&reader, &pets.id, &query(0, 180, 60)).await.unwrap();
    let minutes = traffic::report(&reader, &pets.id, &query(0, 180, 1)).await.unwrap();
    let points: Vec<u64> = hours.points.iter().map(|point| point.traffic.requests).collect();
    assert_eq!(points, [2, 3, 2]);
    assert_eq!(hours.total, minutes.total);
}

async fn calls_are_counted_from_the_minute(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, idle) = (group(store, &ada, "PetStore").await, group(store, &ada, "Idle").await);
    let online = TrafficRow { environment: Environment::Online, ..served(&pets, 61, 40) };
    let rows = [(-1, 1), (0, 2), (29, 4), (30, 8), (60, 16)];
    let mut rows: Vec<TrafficRow> =
        rows.iter().map(|(at, count)| served(&pets, *at, *count)).collect();
    rows.push(online);
    add(store, &rows).await;
    let reader = store.read();
    let ids = [pets.id.clone(), idle.id];
    let calls = async |minutes: i64| {
        let from = NOW.plus_ms(minutes * MINUTE + 5);
        traffic::calls_since(&reader, &ids, from).await.unwrap()
    };
    for (minutes, expected) in
        [(-1, 71), (0, 70), (1, 68), (29, 68), (30, 64), (31, 56), (60, 56), (61, 40)]
    {
        assert_eq!(calls(minutes).await, HashMap::from([(pets.id.clone(), expected)]), "{minutes}");
    }
    assert_eq!(calls(62).await, HashMap::new());
    let by_environment = traffic::calls_by_environment(&reader, &pets.id, NOW).await.unwrap();
    let expected = HashMap::from([(Environment::Test, 30), (Environment::Online, 40)]);
    assert_eq!(by_environment, expected);
}

async fn traffic_of_a_group_that_is_gone_is_left_out(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, gone) = (group(store, &ada, "PetStore").await, new_group(&ada, "gone"));
    add(store, &[served(&gone, 0, 1), served(&pets, 0, 1)]).await;
    add(store, &[]).await;
    let ids = [pets.id.clone(), gone.id];
    let calls = traffic::calls_since(&store.read(), &ids, NOW).await.unwrap();
    assert_eq!(calls, HashMap::from([(pets.id, 1)]));
}

async fn minutes_are_forgotten_before_hours(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    add(store, &[served(&pets, 0, 1), served(&pets, 30, 1), served(&pets, 90, 1)]).await;
    let tx = store.begin().await.unwrap();
    let forgotten = traffic::delete_before(&tx, NOW.plus_ms(31 * MINUTE), Timestamp(NOW.0 - HOUR));
    assert_eq!(forgotten.await.unwrap(), 2);
    tx.commit().await.unwrap();
    let reader = store.read();
    let hours = traffic::report(&reader, &pets.id, &query(0, 120, 60)).await.unwrap();
    let minutes = traffic::report(&reader, &pets.id, &query(0, 120, 1)).await.unwrap();
    assert_eq!((hours.total.requests, minutes.total.requests), (3, 1));
    let tx = store.begin().await.unwrap();
    let all = Timestamp(i64::MAX);
    assert_eq!(traffic::delete_before(&tx, all, all).await.unwrap(), 3);
}
