//! The change feed.

use crate::support::{Database, on_both_databases, unique};
use domain::{
    AccessKeyId, ApiGroupId, Environment, KeyId, PlatformKeyId, SubscriptionKeyId, Timestamp,
};
use std::{collections::HashSet, time::Duration};
use store::{
    Store,
    changes::{self, Change, Changes},
};
use tokio::time::timeout;

on_both_databases![
    change_numbers_are_seen_in_commit_order_by_a_reader,
    a_commit_tells_its_last_number,
    what_is_rolled_back_is_never_seen,
    each_thing_that_changed_is_told_once,
    a_reader_that_is_too_far_behind_or_ahead_loads_everything,
    a_listener_hears_this_process_and_others,
    a_listener_that_is_not_asked_misses_nothing,
];

fn key_change() -> Change {
    Change::Key(AccessKeyId::from_random(unique()).into())
}

async fn commit(store: &Store, changes: &[Change]) -> Option<i64> {
    let tx = store.begin().await.unwrap();
    for change in changes {
        changes::append(&tx, change.clone());
    }
    tx.commit().await.unwrap()
}

/// Writers of two processes commit as fast as they can, some slower than others; a reader asks for what is new since the
/// number it has. If a number could be seen before a smaller one is committed, that one would be missed.
async fn change_numbers_are_seen_in_commit_order_by_a_reader(database: &Database) {
    const WRITERS: usize = 6;
    const COMMITS: usize = 15;
    let other = database.of_another_process().await;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { database.store.clone() } else { other.clone() };
        writers.push(tokio::spawn(async move {
            let mut written = Vec::new();
            for turn in 0..COMMITS {
                let (first, second) = (key_change(), key_change());
                let tx = store.begin().await.unwrap();
                changes::append(&tx, first.clone());
                for _ in 0..(writer + turn) % 4 {
                    tokio::task::yield_now().await;
                }
                changes::append(&tx, second.clone());
                tx.commit().await.unwrap();
                written.extend([first, second]);
            }
            written
        }));
    }
    let mut seen: Vec<KeyId> = Vec::new();
    let mut latest = 0;
    while seen.len() < WRITERS * COMMITS * 2 {
        let new = changes::since(&database.store.read(), latest).await.unwrap().unwrap();
        assert!(new.latest >= latest);
        assert_eq!(new.latest - latest, i64::try_from(new.keys.len()).unwrap());
        latest = new.latest;
        seen.extend(new.keys);
        if writers.iter().all(tokio::task::JoinHandle::is_finished)
            && changes::latest(&database.store.read()).await.unwrap() == latest
        {
            break;
        }
    }
    let mut written = HashSet::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    let seen: HashSet<Change> = seen.into_iter().map(Change::Key).collect();
    assert_eq!(seen, written);
    assert_eq!(written.len(), WRITERS * COMMITS * 2);
    other.close().await.unwrap();
}

async fn a_commit_tells_its_last_number(database: &Database) {
    let store = &database.store;
    assert_eq!(changes::latest(&store.read()).await.unwrap(), 0);
    assert_eq!(commit(store, &[key_change(), key_change()]).await, Some(2));
    assert_eq!(commit(store, &[]).await, None);
    let same = key_change();
    assert_eq!(commit(store, &[same.clone(), same]).await, Some(3), "noted twice, written once");
    assert_eq!(changes::latest(&store.read()).await.unwrap(), 3);
}

async fn what_is_rolled_back_is_never_seen(database: &Database) {
    let store = &database.store;
    let tx = store.begin().await.unwrap();
    changes::append(&tx, key_change());
    drop(tx);
    assert_eq!(commit(store, &[key_change()]).await, Some(1));
}

async fn each_thing_that_changed_is_told_once(database: &Database) {
    let store = &database.store;
    let group = ApiGroupId::from_random(unique());
    let id = KeyId::from(SubscriptionKeyId::from_random(unique()));
    let other = KeyId::from(PlatformKeyId::from_random([1; 32]));
    let deployment = |environment| Change::Deployment(group.clone(), environment);
    commit(store, &[deployment(Environment::Test), Change::Key(id.clone())]).await;
    commit(store, &[deployment(Environment::Online), deployment(Environment::Test)]).await;
    commit(store, &[Change::Key(other.clone()), Change::Key(id.clone())]).await;
    let since = async |number| changes::since(&store.read(), number).await.unwrap().unwrap();
    let (test, online) = ((group.clone(), Environment::Test), (group.clone(), Environment::Online));
    let expected = Changes {
        latest: 6,
        deployments: vec![test.clone(), online.clone()],
        keys: vec![id.clone(), other.clone()],
    };
    assert_eq!(since(0).await, expected);
    let expected = Changes { latest: 6, deployments: vec![test], keys: vec![other, id] };
    assert_eq!(since(3).await, expected);
    assert_eq!(since(6).await, Changes { latest: 6, ..Changes::default() });
}

async fn a_reader_that_is_too_far_behind_or_ahead_loads_everything(database: &Database) {
    let store = &database.store;
    commit(store, &[key_change(), key_change()]).await;
    assert_eq!(changes::since(&store.read(), 3).await.unwrap(), None, "another database's number");
    let tx = store.begin().await.unwrap();
    assert_eq!(changes::delete_before(&tx, Timestamp(0)).await.unwrap(), 0);
    assert_eq!(changes::delete_before(&tx, Timestamp(i64::MAX)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(changes::since(&store.read(), 0).await.unwrap(), None);
    assert_eq!(changes::since(&store.read(), 1).await.unwrap(), None);
    let up_to_date = Changes { latest: 2, ..Changes::default() };
    assert_eq!(changes::since(&store.read(), 2).await.unwrap(), Some(up_to_date));
    assert_eq!(commit(store, &[key_change()]).await, Some(3), "numbers go on");
    assert!(changes::since(&store.read(), 2).await.unwrap().is_some());
}

/// Only so that a test that fails does not hang.
const LIMIT: Duration = Duration::from_secs(60);

async fn a_listener_hears_this_process_and_others(database: &Database) {
    let other = database.of_another_process().await;
    commit(&database.store, &[key_change()]).await;
    let mut listener = database.store.listen().await.unwrap();
    assert_eq!(listener.latest(), 1);
    assert_eq!(commit(&database.store, &[key_change()]).await, Some(2));
    assert_eq!(listener.latest(), 2, "of this process: at once");
    assert_eq!(timeout(LIMIT, listener.changed()).await.unwrap(), 2);
    for expected in 3..6 {
        assert_eq!(commit(&other, &[key_change()]).await, Some(expected));
        assert_eq!(timeout(LIMIT, listener.changed()).await.unwrap(), expected);
    }
    drop(listener);
    other.close().await.unwrap();
}

async fn a_listener_that_is_not_asked_misses_nothing(database: &Database) {
    let mut listener = database.store.listen().await.unwrap();
    for _ in 0..5 {
        commit(&database.store, &[key_change()]).await;
    }
    assert_eq!(timeout(LIMIT, listener.changed()).await.unwrap(), 5);
    // Nothing is new; giving up on it loses nothing.
    assert!(timeout(Duration::from_millis(1), listener.changed()).await.is_err());
    commit(&database.store, &[key_change()]).await;
    assert_eq!(timeout(LIMIT, listener.changed()).await.unwrap(), 6);
}
