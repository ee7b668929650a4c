//! The rules of dynamic routing.

use crate::support::{
    Database, NOW, account, api, group, on_both_databases, publish, put, take_offline, unique,
};
use domain::{
    ApiGroup, BackendConfig, BackendConfigId, BackendService, Environment, NewBackendConfig,
    SimpleParameter,
};
use store::{Store, StoreError, backend_configs, published};

on_both_databases![
    rules_come_in_their_order_each_in_its_environment,
    a_rule_is_changed_and_removed,
    the_gateway_is_told_the_rules_of_what_is_live,
];

fn parameter(name: &str, value: &str) -> SimpleParameter {
    SimpleParameter { name: name.to_owned(), value: value.to_owned() }
}

async fn rule(
    store: &Store,
    group: &ApiGroup,
    environment: Environment,
    sort: u32,
) -> BackendConfig {
    let rule = BackendConfig {
        id: BackendConfigId::from_random(unique()),
        api_group_id: group.id.clone(),
        environment,
        sort,
        header_params: vec![parameter("X-Canary", &sort.to_string())],
        query_params: vec![parameter("版本", "v 2")],
        backend: BackendService::Single { address: "http://canary:9000".parse().unwrap() },
        description: "canary".to_owned(),
        created_at: NOW,
    };
    let tx = store.begin().await.unwrap();
    backend_configs::insert(&tx, &rule).await.unwrap();
    tx.commit().await.unwrap();
    rule
}

async fn ids(store: &Store, group: &ApiGroup, environment: Environment) -> Vec<BackendConfigId> {
    let rules = backend_configs::list(&store.read(), &group.id, environment).await.unwrap();
    rules.into_iter().map(|rule| rule.id).collect()
}

async fn rules_come_in_their_order_each_in_its_environment(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, toys) = (group(store, &ada, "Pets").await, group(store, &ada, "Toys").await);
    let second = rule(store, &pets, Environment::Test, 2).await;
    let first = rule(store, &pets, Environment::Test, 1).await;
    let online = rule(store, &pets, Environment::Online, 1).await;
    let of_toys = rule(store, &toys, Environment::Test, 1).await;
    assert_eq!(ids(store, &pets, Environment::Test).await, [first.id.clone(), second.id.clone()]);
    assert_eq!(ids(store, &pets, Environment::Online).await, [online.id]);

    let tx = store.begin().await.unwrap();
    backend_configs::set_order(&tx, &[second.id.clone(), first.id.clone()]).await.unwrap();
    tx.commit().await.unwrap();
    let rules = backend_configs::list(&store.read(), &pets.id, Environment::Test).await.unwrap();
    assert_eq!(
        rules,
        [BackendConfig { sort: 1, ..second.clone() }, BackendConfig { sort: 2, ..first }]
    );
    let foreign = backend_configs::get(&store.read(), &pets.id, &of_toys.id).await.unwrap();
    assert_eq!(foreign, None);
}

async fn a_rule_is_changed_and_removed(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    let before = rule(store, &pets, Environment::Test, 7).await;
    let change = NewBackendConfig {
        header_params: Vec::new(),
        query_params: vec![parameter("q", "")],
        backend: BackendService::Mock,
        description: String::new(),
    };
    let tx = store.begin().await.unwrap();
    backend_configs::update(&tx, &before.id, &change).await.unwrap();
    let after = backend_configs::get(&tx, &pets.id, &before.id).await.unwrap().unwrap();
    assert_eq!((after.sort, after.environment, after.created_at), (7, Environment::Test, NOW));
    assert_eq!((after.header_params.len(), after.query_params), (0, change.query_params.clone()));
    assert_eq!(after.backend, BackendService::Mock);
    backend_configs::delete(&tx, &before.id).await.unwrap();
    for gone in [
        backend_configs::delete(&tx, &before.id).await,
        backend_configs::update(&tx, &before.id, &change).await,
        backend_configs::set_order(&tx, &[before.id]).await,
    ] {
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    }
}

async fn the_gateway_is_told_the_rules_of_what_is_live(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    // Before the first publish.
    let second = rule(store, &pets, Environment::Test, 2).await;
    let first = rule(store, &pets, Environment::Test, 1).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    let told = async || {
        let all = published::all(store).await.unwrap().deployments;
        let mut told: Vec<_> =
            all.into_iter().map(|one| (one.environment, one.policies.routes)).collect();
        told.sort_by_key(|(environment, _)| *environment);
        told
    };
    let rules = vec![first, second];
    assert_eq!(
        told().await,
        [(Environment::Test, rules.clone()), (Environment::Online, Vec::new())]
    );
    // A publish and a while offline change nothing about them.
    take_offline(store, &pets, Environment::Test).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    assert_eq!(told().await[0], (Environment::Test, rules.clone()));
    let wanted = [(pets.id.clone(), Environment::Test)];
    let some = published::for_deployments(&store.read(), &wanted).await.unwrap();
    assert_eq!(some[0].1.as_ref().unwrap().policies.routes, rules);
}
