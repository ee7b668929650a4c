//! Opening, migrating, and transactions.

use crate::support::{Database, NOW, account, new_group, on_both_databases, rows_of};
use sea_orm::{ConnectionTrait as _, Statement};
use std::os::unix::fs::PermissionsExt as _;
use store::{Store, StoreError, accounts, api_groups, sessions};
use testkit::database::TestDatabase;

on_both_databases![
    several_processes_may_migrate_at_once,
    tables_of_a_newer_version_are_refused,
    what_is_not_committed_is_not_written,
    writers_wait_for_each_other_and_none_fails,
    reading_goes_on_while_somebody_writes,
    a_closed_store_says_that_it_is_unavailable,
];

async fn several_processes_may_migrate_at_once(database: &Database) {
    let fresh = match database.url().starts_with("sqlite") {
        true => TestDatabase::sqlite(),
        false => TestDatabase::postgres().await,
    };
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = Store::connect(fresh.url()).await.unwrap();
        tasks.push(tokio::spawn(async move {
            let migrated = store.migrate().await;
            let count = accounts::count(&store.read()).await;
            store.close().await.unwrap();
            migrated.map(|()| count)
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().unwrap(), 0);
    }
}

async fn tables_of_a_newer_version_are_refused(database: &Database) {
    let bare = database.bare().await;
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_future', 0)";
    bare.execute_raw(Statement::from_string(bare.get_database_backend(), newer)).await.unwrap();
    let refused = database.store.migrate().await;
    assert!(
        matches!(&refused, Err(StoreError::Settings(reason)) if reason.contains("m29990101_000001_future")),
        "{refused:?}"
    );
    bare.close().await.unwrap();
}

async fn what_is_not_committed_is_not_written(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let tx = store.begin().await.unwrap();
    let group = new_group(&ada, "PetStore");
    api_groups::insert(&tx, &group).await.unwrap();
    assert!(api_groups::get(&tx, &group.id).await.unwrap().is_some());
    assert!(api_groups::get(&store.read(), &group.id).await.unwrap().is_none());
    drop(tx);
    assert!(api_groups::get(&store.read(), &group.id).await.unwrap().is_none());
    let bare = database.bare().await;
    assert_eq!(rows_of(&bare, "api_groups").await, 0);
    bare.close().await.unwrap();
}

/// Each reads, then writes what it read plus one: a writer that was refused or let in too early would lose a step.
async fn writers_wait_for_each_other_and_none_fails(database: &Database) {
    let ada = account(&database.store).await;
    let mut tasks = Vec::new();
    for writer in 0..8 {
        let store = match writer % 2 {
            0 => database.store.clone(),
            _ => database.of_another_process().await,
        };
        let id = ada.id.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..10 {
                let tx = store.begin().await.unwrap();
                let before = accounts::lock(&tx, &id).await.unwrap().unwrap();
                tokio::task::yield_now().await;
                let after = accounts::set_password(&tx, &id, "hash").await.unwrap();
                assert_eq!(after.session_epoch, before.session_epoch + 1);
                tx.commit().await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let after = accounts::get(&database.store.read(), &ada.id).await.unwrap().unwrap();
    assert_eq!(after.session_epoch, 80);
}

async fn reading_goes_on_while_somebody_writes(database: &Database) {
    let store = &database.store;
    let tx = store.begin().await.unwrap();
    sessions::save(&tx, "a", b"data", NOW.plus_ms(1), false).await.unwrap();
    assert_eq!(sessions::load(&store.read(), "a", NOW).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(sessions::load(&store.read(), "a", NOW).await.unwrap().is_some());
    store.ping().await.unwrap();
}

async fn a_closed_store_says_that_it_is_unavailable(database: &Database) {
    let store = database.of_another_process().await;
    store.close().await.unwrap();
    let refused = accounts::count(&store.read()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(matches!(store.begin().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn refuses_an_address_that_is_no_database() {
    for url in
        ["", "mysql://localhost/x", "paifang.sqlite", "sqlite::memory:", "sqlite://x?mode=sideways"]
    {
        let refused = Store::connect(url).await;
        assert!(matches!(refused, Err(StoreError::Settings(_))), "{url}: {refused:?}");
    }
    let nowhere = Store::connect("sqlite:///nonexistent/paifang.sqlite").await;
    assert!(matches!(nowhere, Err(StoreError::Settings(_))), "{nowhere:?}");
    let nobody = Store::connect("postgres://postgres@127.0.0.1:1/x").await;
    assert!(matches!(nobody, Err(StoreError::Unavailable(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_sqlite_file_is_for_its_owner_only() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("paifang.sqlite");
    let store = Store::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    store.migrate().await.unwrap();
    account(&store).await;
    for name in ["paifang.sqlite", "paifang.sqlite-wal"] {
        let mode = std::fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    store.close().await.unwrap();
    assert!(!directory.path().join("paifang.sqlite-wal").exists(), "it was folded into the file");
    let again = Store::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    assert_eq!(accounts::count(&again.read()).await.unwrap(), 1);
}
