//! What callers may call.

use crate::support::{
    Database, NOW, access_key, account, api, authorize, group, on_both_databases, platform_key,
    publish, put, searching, settings, sorted_by, subscription_key, take_offline,
};
use domain::{ApiGroupPatch, CallerId, Environment, KeyId, PageQuery};
use store::{api_groups, authorized_groups};

on_both_databases![
    a_key_sees_what_it_may_call_by_group_and_environment,
    an_account_sees_what_every_caller_of_its_own_may_call,
    the_prefix_is_the_one_that_is_live,
];

async fn a_key_sees_what_it_may_call_by_group_and_environment(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let mut bound = Vec::new();
    for name in ["zoo", "PetStore"] {
        let group = group(store, &ada, name).await;
        put(store, &group, "0.0.1", &[api("list", "GET", "/pets")]).await;
        for environment in [Environment::Online, Environment::Test] {
            bound.push(publish(store, &group, "0.0.1", environment).await.0);
        }
    }
    let phone = access_key(store, &bob, "phone").await;
    let desk = subscription_key(store, &bob, "desk").await;
    authorize(store, &ada, phone.id.clone(), &bound).await;
    authorize(store, &ada, desk.id.clone(), &bound[..1]).await;
    let of = async |id: KeyId| authorized_groups::of_key(&store.read(), &id).await.unwrap();
    let of_phone = of(phone.id.into()).await;
    let places: Vec<_> =
        of_phone.iter().map(|row| (row.group_name.as_str(), row.environment)).collect();
    assert_eq!(
        places,
        [
            ("PetStore", Environment::Test),
            ("PetStore", Environment::Online),
            ("zoo", Environment::Test),
            ("zoo", Environment::Online),
        ]
    );
    let of_desk = of(desk.id.clone().into()).await;
    assert_eq!((of_desk.len(), &of_desk[0].caller), (1, &desk.id.into()));
}

async fn an_account_sees_what_every_caller_of_its_own_may_call(database: &Database) {
    let store = &database.store;
    let (ada, bob, eve) = (account(store).await, account(store).await, account(store).await);
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let zoo = group(store, &ada, "zoo").await;
    put(store, &zoo, "0.0.1", &[api("list", "GET", "/lions")]).await;
    let (online, _) = publish(store, &zoo, "0.0.1", Environment::Online).await;
    let callers: [CallerId; 4] = [
        access_key(store, &bob, "phone").await.id.into(),
        subscription_key(store, &bob, "desk").await.id.into(),
        platform_key(store, &bob).await.id.into(),
        CallerId::Account(bob.id.clone()),
    ];
    for caller in &callers {
        authorize(store, &ada, caller.clone(), std::slice::from_ref(&test)).await;
    }
    authorize(store, &eve, callers[0].clone(), std::slice::from_ref(&online)).await;
    let reader = store.read();
    let list = async |query: PageQuery| {
        authorized_groups::of_owner(&reader, &bob.id, &query).await.unwrap()
    };
    let all = list(PageQuery::default()).await;
    assert_eq!((all.rows.len(), all.total), (5, 5));
    let mut seen: Vec<CallerId> = all.rows[..4].iter().map(|row| row.caller.clone()).collect();
    seen.sort();
    let mut expected = callers.to_vec();
    expected.sort();
    assert_eq!(seen, expected);
    assert!(all.rows.iter().all(|row| row.live && row.authorized_at == NOW));
    let zoo = list(searching("ZO")).await;
    assert_eq!((zoo.rows.len(), zoo.total), (1, 1));
    assert_eq!(list(sorted_by("groupName", true)).await.rows[0].group_name, "zoo");
    let beyond = list(PageQuery::new(2, 10)).await;
    assert_eq!((beyond.rows.len(), beyond.total), (0, 5));
    for other in [&ada, &eve] {
        let none = authorized_groups::of_owner(&reader, &other.id, &PageQuery::default()).await;
        assert_eq!(none.unwrap().total, 0);
    }
}

async fn the_prefix_is_the_one_that_is_live(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let key = access_key(store, &ada, "phone").await;
    authorize(store, &ada, key.id.clone(), &[test]).await;
    let patch = ApiGroupPatch {
        name: pets.name.clone(),
        description: String::new(),
        settings: settings("v2"),
        jwt_secret: None,
    };
    let tx = store.begin().await.unwrap();
    api_groups::update(&tx, &pets.id, &patch, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let row = async || {
        authorized_groups::of_key(&store.read(), &key.id.clone().into()).await.unwrap().remove(0)
    };
    assert_eq!((row().await.prefix.as_str(), row().await.live), ("petstore", true));
    take_offline(store, &pets, Environment::Test).await;
    assert_eq!((row().await.prefix.as_str(), row().await.live), ("v2", false));
}
