//! API groups: names, search, order, what a row of the list says, and what goes with a group.

use crate::support::{
    Database, NOW, access_key, account, api, authorize, group, new_group, on_both_databases,
    publish, put, revision, rows_of, searching, settings, sorted_by, take_offline,
    try_insert_group,
};
use domain::{
    AnswerSettings, ApiGroup, ApiGroupPatch, ApiGroupSummary, CorsSettings, Environment,
    GroupSettings, PageQuery, Region, Timestamp, Validation, monitor::Traffic,
};
use std::slice::from_ref;
use store::{StoreError, Unique, access_auths, api_groups, apis, traffic};

on_both_databases![
    one_account_cannot_have_two_groups_of_one_name_in_a_region,
    of_two_requests_at_once_only_one_takes_the_name,
    a_group_is_changed_but_never_its_region,
    lists_only_the_groups_of_the_owner_and_the_region,
    search_takes_percent_and_underscore_literally,
    search_ignores_case_in_every_script,
    pages_are_sorted_and_do_not_overlap,
    a_row_says_what_runs_where,
    edits_that_are_live_nowhere_are_marked,
    deleting_a_group_takes_everything_along,
];

async fn one_account_cannot_have_two_groups_of_one_name_in_a_region(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    group(store, &ada, "PetStore").await;
    let refused = try_insert_group(store, &new_group(&ada, "PetStore")).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::ApiGroupName))), "{refused:?}");

    try_insert_group(store, &new_group(&bob, "PetStore")).await.unwrap();
    let elsewhere = ApiGroup { region: Region::CnEast2, ..new_group(&ada, "PetStore") };
    try_insert_group(store, &elsewhere).await.unwrap();

    let other = group(store, &ada, "Other").await;
    let patch = ApiGroupPatch {
        name: "PetStore".to_owned(),
        description: String::new(),
        settings: other.settings.clone(),
        jwt_secret: None,
    };
    let tx = store.begin().await.unwrap();
    let refused = api_groups::update(&tx, &other.id, &patch, NOW).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::ApiGroupName))), "{refused:?}");
}

async fn of_two_requests_at_once_only_one_takes_the_name(database: &Database) {
    let ada = account(&database.store).await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (store, group) = (database.store.clone(), new_group(&ada, "PetStore"));
            tokio::spawn(async move { try_insert_group(&store, &group).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => taken += 1,
            Err(refused) => {
                assert!(
                    matches!(refused, StoreError::Duplicate(Unique::ApiGroupName)),
                    "{refused:?}"
                );
            }
        }
    }
    assert_eq!(taken, 1);
}

async fn a_group_is_changed_but_never_its_region(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let before = group(store, &ada, "PetStore").await;
    let patch = ApiGroupPatch {
        name: "Pets".to_owned(),
        description: "宠物".to_owned(),
        settings: GroupSettings {
            strip_prefix: true,
            answers: AnswerSettings {
                cors: Some(CorsSettings {
                    origins: vec!["https://*.example.com".parse().unwrap()],
                    ..CorsSettings::default()
                }),
                compression: true,
            },
            validation: Validation::Log,
            ..settings("pets/v1")
        },
        jwt_secret: None,
    };
    let tx = store.begin().await.unwrap();
    let after = api_groups::update(&tx, &before.id, &patch, NOW.plus_ms(5)).await.unwrap();
    tx.commit().await.unwrap();
    let ApiGroupPatch { name, description, settings, .. } = patch;
    let expected = ApiGroup { name, description, settings, updated_at: NOW.plus_ms(5), ..before };
    assert_eq!(after, expected);
    let found = api_groups::get(&store.read(), &after.id).await.unwrap();
    assert_eq!(found, Some(expected));
}

async fn names(database: &Database, owner: &domain::Account, query: &PageQuery) -> Vec<String> {
    let reader = database.store.read();
    let page = api_groups::list(&reader, &owner.id, Region::CnNorth1, query, NOW).await.unwrap();
    page.rows.into_iter().map(|row| row.group.name).collect()
}

async fn lists_only_the_groups_of_the_owner_and_the_region(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    group(store, &ada, "mine").await;
    group(store, &bob, "his").await;
    let elsewhere = ApiGroup { region: Region::CnSouth1, ..new_group(&ada, "far") };
    try_insert_group(store, &elsewhere).await.unwrap();
    assert_eq!(names(database, &ada, &PageQuery::default()).await, ["mine"]);
    assert_eq!(names(database, &bob, &PageQuery::default()).await, ["his"]);
}

async fn search_takes_percent_and_underscore_literally(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    for (name, description) in
        [("a_b", ""), ("aXb", ""), ("c", "100% pets"), ("d", "1000 pets"), ("e", r"back\slash")]
    {
        let group = ApiGroup { description: description.to_owned(), ..new_group(&ada, name) };
        try_insert_group(store, &group).await.unwrap();
    }
    assert_eq!(names(database, &ada, &searching("a_b")).await, ["a_b"]);
    assert_eq!(names(database, &ada, &searching("0%")).await, ["c"]);
    assert_eq!(names(database, &ada, &searching(r"k\s")).await, ["e"]);
    assert_eq!(names(database, &ada, &searching("' OR 1=1 --")).await, [""; 0]);
    assert_eq!(names(database, &ada, &searching("\0")).await, [""; 0]);
}

async fn search_ignores_case_in_every_script(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let french = ApiGroup { description: "École des Bêtes".to_owned(), ..new_group(&ada, "one") };
    let chinese = ApiGroup { description: "宠物商店".to_owned(), ..new_group(&ada, "two") };
    for group in [&french, &chinese] {
        try_insert_group(store, group).await.unwrap();
    }
    assert_eq!(names(database, &ada, &searching(" école DES BÊTES ")).await, ["one"]);
    assert_eq!(names(database, &ada, &searching("物商")).await, ["two"]);
    assert_eq!(names(database, &ada, &searching("ONE")).await, ["one"]);
    assert_eq!(names(database, &ada, &searching(chinese.id.as_str())).await, ["two"]);
    let query = PageQuery { sort: "groupName".to_owned(), ..searching("PETSTORE") };
    assert_eq!(names(database, &ada, &query).await, ["one", "two"]);
}

async fn pages_are_sorted_and_do_not_overlap(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    for index in 0..23 {
        // Upper and lower case by turns: order has no regard to it. All are equally old.
        let name = if index % 2 == 0 { format!("g{index:02}") } else { format!("G{index:02}") };
        try_insert_group(store, &new_group(&ada, &name)).await.unwrap();
    }
    let mut seen = Vec::new();
    for page_number in 1..=3 {
        let query = PageQuery { page_number, page_size: 10, ..sorted_by("groupName", true) };
        seen.extend(names(database, &ada, &query).await);
    }
    let expected: Vec<String> = (0..23).rev().map(|index| format!("g{index:02}")).collect();
    assert_eq!(seen.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(), expected);

    let reader = store.read();
    let unsorted = PageQuery { page_number: 3, page_size: 10, ..PageQuery::default() };
    let page = api_groups::list(&reader, &ada.id, Region::CnNorth1, &unsorted, NOW).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (3, 23));
    let beyond = PageQuery { page_number: 4, ..unsorted };
    let page = api_groups::list(&reader, &ada.id, Region::CnNorth1, &beyond, NOW).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (0, 23));
}

async fn row(database: &Database, group: &ApiGroup) -> ApiGroupSummary {
    let reader = database.store.read();
    let from = NOW.plus_ms(-86_400_000);
    let row = api_groups::summary(&reader, &group.id, from).await.unwrap().unwrap();
    let query = PageQuery::default();
    let list = api_groups::list(&reader, &group.owner, group.region, &query, from);
    assert!(list.await.unwrap().rows.contains(&row), "a row and a page say the same");
    row
}

async fn a_row_says_what_runs_where(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let idle = group(store, &ada, "Idle").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    revision(store, &pets, "0.0.10", "0.0.1").await;
    revision(store, &pets, "0.0.9", "0.0.1").await;
    publish(store, &pets, "0.0.9", Environment::Online).await;
    publish(store, &pets, "0.0.10", Environment::Test).await;
    publish(store, &pets, "0.0.1", Environment::Preview).await;
    take_offline(store, &pets, Environment::Preview).await;
    let row_of = |minutes: i64, requests: u64| traffic::TrafficRow {
        group: pets.id.clone(),
        environment: Environment::Online,
        api: None,
        release: None,
        minute: NOW.plus_ms(minutes * 60_000),
        traffic: Traffic { requests, ..Traffic::default() },
    };
    let tx = store.begin().await.unwrap();
    traffic::add(&tx, &[row_of(-1, 5), row_of(-1440, 7), row_of(-1441, 100)]).await.unwrap();
    tx.commit().await.unwrap();

    let row = row(database, &pets).await;
    assert_eq!(row.latest_revision, "0.0.10".parse().unwrap());
    let numbers = |(environment, number): &(Environment, domain::RevisionNumber)| {
        (*environment, number.to_string())
    };
    assert_eq!(
        row.running.iter().map(numbers).collect::<Vec<_>>(),
        [(Environment::Test, "0.0.10".to_owned()), (Environment::Online, "0.0.9".to_owned())]
    );
    assert_eq!(row.calls_24h, 12);
    let reader = store.read();
    let idle = api_groups::summary(&reader, &idle.id, Timestamp(0)).await.unwrap().unwrap();
    assert_eq!((idle.running, idle.calls_24h), (Vec::new(), 0));
}

async fn edits_that_are_live_nowhere_are_marked(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let marked = || async { row(database, &pets).await.unpublished_changes };
    assert!(!marked().await, "a group without APIs has nothing to publish");

    let mut list = api("list", "GET", "/pets");
    put(store, &pets, "0.0.1", &[list.clone()]).await;
    assert!(marked().await);
    publish(store, &pets, "0.0.1", Environment::Test).await;
    assert!(!marked().await, "it is live in one environment");

    revision(store, &pets, "0.0.2", "0.0.1").await;
    assert!(!marked().await, "a new revision without an edit is the same");
    list.definition.description = "all pets".to_owned();
    put(store, &pets, "0.0.2", &[list.clone()]).await;
    assert!(marked().await);
    list.definition.description = String::new();
    put(store, &pets, "0.0.2", &[list]).await;
    assert!(!marked().await, "the edit was taken back");

    let patch = ApiGroupPatch {
        name: "PetStore".to_owned(),
        description: "shown to nobody who calls".to_owned(),
        settings: settings("pets"),
        jwt_secret: None,
    };
    let tx = store.begin().await.unwrap();
    api_groups::update(&tx, &pets.id, &patch, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(marked().await, "the prefix is part of what is published");
    publish(store, &pets, "0.0.2", Environment::Online).await;
    assert!(!marked().await);
    take_offline(store, &pets, Environment::Online).await;
    take_offline(store, &pets, Environment::Test).await;
    assert!(marked().await, "nothing is live");
}

async fn deleting_a_group_takes_everything_along(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let list = api("list", "GET", "/pets");
    put(store, &pets, "0.0.1", from_ref(&list)).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    put(store, &pets, "0.0.2", &[api("create", "POST", "/pets")]).await;
    publish(store, &pets, "0.0.2", Environment::Test).await;
    publish(store, &pets, "0.0.2", Environment::Online).await;
    let (offline, _) = publish(store, &pets, "0.0.1", Environment::Preview).await;
    take_offline(store, &pets, Environment::Preview).await;
    let key = access_key(store, &ada, "caller").await;
    let auth = authorize(store, &ada, key.id.clone(), &[test, offline]).await;
    let tx = store.begin().await.unwrap();
    let served = traffic::TrafficRow {
        group: pets.id.clone(),
        environment: Environment::Test,
        api: Some(list.id),
        release: None,
        minute: NOW,
        traffic: Traffic { requests: 1, ..Traffic::default() },
    };
    traffic::add(&tx, &[served]).await.unwrap();
    tx.commit().await.unwrap();

    let parts = [
        "revisions",
        "apis",
        "contents",
        "releases",
        "deployments",
        "access_auth_bindings",
        "traffic",
    ];
    let bare = database.bare().await;
    for table in parts {
        assert_ne!(rows_of(&bare, table).await, 0, "{table}");
    }
    let tx = store.begin().await.unwrap();
    let live = api_groups::delete(&tx, &pets.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(live, [Environment::Test, Environment::Online]);
    for table in parts {
        assert_eq!(rows_of(&bare, table).await, 0, "{table}");
    }
    bare.close().await.unwrap();

    let auth = access_auths::get(&store.read(), &auth.id).await.unwrap().unwrap();
    assert_eq!(auth.bound, [], "the authorization itself stays");
    let tx = store.begin().await.unwrap();
    assert!(matches!(api_groups::delete(&tx, &pets.id).await, Err(StoreError::NotFound)));
    let gone = apis::put(&tx, &pets.id, "0.0.1".parse().unwrap(), &[], NOW).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}
