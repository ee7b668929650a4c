//! Deployments and their history.

use crate::support::{
    Database, NOW, account, api, content, group, new_group, number, on_both_databases, publish,
    put, release, revision, rows_of, searching, settings, take_offline, unique,
};
use domain::{
    ApiGroupPatch, BackendService, DeploymentId, Environment, GroupContent, PageQuery, Release,
    ReleaseAction, ReleaseId,
};
use sea_orm::ConnectionTrait as _;
use std::slice::from_ref;
use store::{StoreError, api_groups, apis, deployments, releases, revisions};

on_both_databases![
    a_release_keeps_its_content_when_the_revision_changes,
    a_deployment_keeps_its_id_while_releases_come_and_go,
    what_runs_is_told_with_what_was_published,
    says_when_publishing_again_would_change_what_runs,
    the_history_is_newest_first_also_within_a_millisecond,
    only_the_release_that_runs_is_live,
    equal_contents_are_kept_once,
    a_release_is_read_as_it_was_written,
    what_an_older_version_switched_to_is_found_in_its_history,
    nothing_goes_live_that_is_not_in_the_history,
    an_edit_and_a_publish_at_once_never_both_take_place_unseen,
];

async fn a_release_keeps_its_content_when_the_revision_changes(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let mut list = api("list", "GET", "/pets");
    put(store, &pets, "0.0.1", &[list.clone()]).await;
    let published = content(store, &pets, "0.0.1").await;
    let (_, release) = publish(store, &pets, "0.0.1", Environment::Test).await;
    take_offline(store, &pets, Environment::Test).await;

    list.definition.description = "changed".to_owned();
    put(store, &pets, "0.0.1", &[list, api("more", "GET", "/more")]).await;
    let kept = releases::content(&store.read(), &pets.id, &release).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&published));

    revision(store, &pets, "0.0.2", "0.0.1").await;
    let tx = store.begin().await.unwrap();
    revisions::delete(&tx, &pets.id, number("0.0.1")).await.unwrap();
    tx.commit().await.unwrap();
    let kept = releases::content(&store.read(), &pets.id, &release).await.unwrap();
    assert_eq!(kept, Some(published), "also when the revision is gone");
}

async fn a_deployment_keeps_its_id_while_releases_come_and_go(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (first, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let (second, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    take_offline(store, &pets, Environment::Test).await;
    assert_eq!(deployments::list(&store.read(), &pets.id).await.unwrap(), []);
    let (third, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    assert_eq!((&second, &third), (&first, &first));
    let (elsewhere, _) = publish(store, &pets, "0.0.1", Environment::Online).await;
    assert_ne!(elsewhere, first);
}

async fn what_runs_is_told_with_what_was_published(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (id, release_id) = publish(store, &pets, "0.0.1", Environment::Preview).await;
    let reader = store.read();
    let live = deployments::get(&reader, &pets.id, Environment::Preview).await.unwrap().unwrap();
    let deployment = domain::Deployment {
        id,
        api_group_id: pets.id.clone(),
        environment: Environment::Preview,
        release_id,
        revision: number("0.0.1"),
        backend: BackendService::Mock,
        description: String::new(),
        published_at: NOW,
    };
    assert_eq!(live.deployment, deployment);
    assert_eq!(live.settings, pets.settings);
    let served = deployments::content(&reader, &pets.id, Environment::Preview).await.unwrap();
    assert_eq!(served, Some(content(store, &pets, "0.0.1").await));
    assert_eq!(deployments::get(&reader, &pets.id, Environment::Test).await.unwrap(), None);
    assert_eq!(deployments::content(&reader, &pets.id, Environment::Test).await.unwrap(), None);
}

async fn says_when_publishing_again_would_change_what_runs(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    let changed = async || {
        let live = deployments::get(&store.read(), &pets.id, Environment::Test).await.unwrap();
        live.unwrap().revision_has_changed
    };
    assert!(!changed().await);
    put(store, &pets, "0.0.1", &[api("more", "GET", "/more")]).await;
    assert!(changed().await);
    publish(store, &pets, "0.0.1", Environment::Test).await;
    assert!(!changed().await);

    let mut compressed = settings("petstore");
    compressed.answers.compression = true;
    for settings in [settings("other"), compressed] {
        let patch = ApiGroupPatch {
            name: pets.name.clone(),
            description: String::new(),
            settings,
            jwt_secret: None,
        };
        let tx = store.begin().await.unwrap();
        let after = api_groups::update(&tx, &pets.id, &patch, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(changed().await, "the group's settings are published too");
        publish(store, &after, "0.0.1", Environment::Test).await;
        assert!(!changed().await);
        let live = deployments::get(&store.read(), &pets.id, Environment::Test).await.unwrap();
        assert_eq!(live.unwrap().settings, after.settings);
    }
}

async fn the_history_is_newest_first_also_within_a_millisecond(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let mut ids: Vec<ReleaseId> = Vec::new();
    for _ in 0..12 {
        ids.insert(0, publish(store, &pets, "0.0.1", Environment::Test).await.1);
    }
    publish(store, &pets, "0.0.1", Environment::Online).await;
    let mut seen = Vec::new();
    for page_number in 1..=2 {
        let query = PageQuery::new(page_number, 10);
        let page =
            releases::list(&store.read(), &pets.id, Environment::Test, &query).await.unwrap();
        assert_eq!(page.total, 12);
        seen.extend(page.rows.into_iter().map(|release| release.id));
    }
    assert_eq!(seen, ids);
}

async fn only_the_release_that_runs_is_live(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    for _ in 0..2 {
        publish(store, &pets, "0.0.1", Environment::Test).await;
    }
    let live = async || {
        let query = PageQuery::default();
        let page =
            releases::list(&store.read(), &pets.id, Environment::Test, &query).await.unwrap();
        page.rows.iter().map(|release| release.live).collect::<Vec<_>>()
    };
    assert_eq!(live().await, [true, false]);
    take_offline(store, &pets, Environment::Test).await;
    assert_eq!(live().await, [false, false]);
    let tx = store.begin().await.unwrap();
    let again = deployments::set_offline(&tx, &pets.id, Environment::Test).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
}

async fn equal_contents_are_kept_once(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    for environment in Environment::ALL {
        publish(store, &pets, "0.0.1", environment).await;
        publish(store, &pets, "0.0.1", environment).await;
    }
    let bare = database.bare().await;
    assert_eq!((rows_of(&bare, "contents").await, rows_of(&bare, "releases").await), (1, 6));
    put(store, &pets, "0.0.1", &[api("more", "GET", "/more")]).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    assert_eq!(rows_of(&bare, "contents").await, 2);
    bare.close().await.unwrap();
}

async fn a_release_is_read_as_it_was_written(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let before = GroupContent::new(settings("old"), vec![api("list", "GET", "/pets")]);
    let after = GroupContent::new(settings("new"), vec![api("list", "GET", "/pets/all")]);
    let written = Release {
        backend: BackendService::Single { address: "https://[::1]:9443".parse().unwrap() },
        description: "Frühling".to_owned(),
        published_at: Some(NOW),
        difference: domain::Difference::between(Some(&before), &after),
        ..release("0.0.1", Environment::Online, ReleaseAction::Switch)
    };
    let tx = store.begin().await.unwrap();
    releases::insert(&tx, &pets.id, &written, &after, Some(&before)).await.unwrap();
    let offline = release("0.0.1", Environment::Online, ReleaseAction::Offline);
    releases::insert(&tx, &pets.id, &offline, &after, Some(&after)).await.unwrap();
    tx.commit().await.unwrap();
    let reader = store.read();
    assert_eq!(releases::get(&reader, &pets.id, &written.id).await.unwrap(), Some(written.clone()));
    assert_eq!(releases::content(&reader, &pets.id, &offline.id).await.unwrap(), Some(after));
    let other = new_group(&ada, "other");
    assert_eq!(releases::get(&reader, &other.id, &written.id).await.unwrap(), None);
    assert_eq!(releases::content(&reader, &other.id, &written.id).await.unwrap(), None);
    let found = async |search: &str| {
        let query = searching(search);
        releases::list(&reader, &pets.id, Environment::Online, &query).await.unwrap().rows
    };
    assert_eq!(found("FRÜHLING").await, from_ref(&written));
    assert_eq!(found("ADA@").await, [offline, written]);
}

/// An older version did not write down when what it switched to had been published.
async fn what_an_older_version_switched_to_is_found_in_its_history(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (_, first) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let content = releases::content(&store.read(), &pets.id, &first).await.unwrap().unwrap();
    let switch = release("0.0.1", Environment::Test, ReleaseAction::Switch);
    let never_published = GroupContent::new(settings("draft"), Vec::new());
    let draft = release("0.0.2", Environment::Test, ReleaseAction::Switch);
    let tx = store.begin().await.unwrap();
    releases::insert(&tx, &pets.id, &switch, &content, None).await.unwrap();
    releases::insert(&tx, &pets.id, &draft, &never_published, None).await.unwrap();
    tx.commit().await.unwrap();

    let bare = database.bare().await;
    bare.execute_unprepared("ALTER TABLE releases DROP COLUMN published_at").await.unwrap();
    let forget = "DELETE FROM seaql_migrations WHERE version = 'm20261122_000017_switches'";
    bare.execute_unprepared(forget).await.unwrap();
    bare.close().await.unwrap();
    let updated = database.of_another_process().await;
    updated.migrate().await.unwrap();

    for (release, published_at) in [(&first, None), (&switch.id, Some(NOW)), (&draft.id, None)] {
        let read = releases::get(&updated.read(), &pets.id, release).await.unwrap().unwrap();
        assert_eq!(read.published_at, published_at, "{:?}", read.action);
    }
    updated.close().await.unwrap();
}

async fn nothing_goes_live_that_is_not_in_the_history(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, other) = (group(store, &ada, "PetStore").await, group(store, &ada, "Other").await);
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (_, release) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let new_id = DeploymentId::from_random(unique());
    for (group, environment, release) in [
        (&other, Environment::Test, &release),
        (&pets, Environment::Online, &release),
        (&pets, Environment::Test, &ReleaseId::from_random(unique())),
    ] {
        let tx = store.begin().await.unwrap();
        let refused = deployments::set_live(&tx, &group.id, environment, release, &new_id).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

/// Whoever locks the group second sees what the first did.
async fn an_edit_and_a_publish_at_once_never_both_take_place_unseen(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    for round in 0..10 {
        let pets = group(store, &ada, &format!("PetStore{round}")).await;
        put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
        let edit = {
            let (store, pets) = (database.of_another_process().await, pets.clone());
            tokio::spawn(async move {
                let tx = store.begin().await.unwrap();
                api_groups::lock(&tx, &pets.id).await.unwrap().unwrap();
                let live = revisions::published_to(&tx, &pets.id, number("0.0.1")).await.unwrap();
                if live.is_empty() {
                    let more = [api("more", "GET", "/more")];
                    apis::put(&tx, &pets.id, number("0.0.1"), &more, NOW).await.unwrap();
                }
                tx.commit().await.unwrap();
                store.close().await.unwrap();
            })
        };
        let tx = store.begin().await.unwrap();
        let locked = api_groups::lock(&tx, &pets.id).await.unwrap().unwrap();
        let all = apis::all(&tx, &pets.id, number("0.0.1")).await.unwrap();
        let content = GroupContent::new(locked.settings, all);
        let release = release("0.0.1", Environment::Test, ReleaseAction::Publish);
        tokio::task::yield_now().await;
        releases::insert(&tx, &pets.id, &release, &content, None).await.unwrap();
        let new_id = DeploymentId::from_random(unique());
        deployments::set_live(&tx, &pets.id, Environment::Test, &release.id, &new_id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        edit.await.unwrap();
        let live = deployments::get(&store.read(), &pets.id, Environment::Test).await.unwrap();
        assert!(!live.unwrap().revision_has_changed, "round {round}");
    }
}
