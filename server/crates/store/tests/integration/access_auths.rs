//! Access authorizations of providers, and what they are bound to.

use crate::support::{
    Database, NOW, access_key, account, api, authorize, group, new_auth, new_group,
    on_both_databases, platform_key, publish, put, searching, sorted_by, subscription_key,
    take_offline, try_insert_group, unique,
};
use domain::{
    AccessAuth, AccessAuthType, AccessKeyId, AccountId, ApiGroup, AuthType, BindableDeployment,
    CallerId, DeploymentId, Environment, GroupSettings, PageQuery, PlatformKeyId,
    SubscriptionKeyId,
};
use std::slice::from_ref;
use store::{StoreError, Unique, access_auths, platform_keys, subscription_keys};

on_both_databases![
    an_owner_has_one_authorization_for_a_key,
    binding_replaces_the_whole_set_and_tells_what_changed,
    only_deployments_that_are_there_are_bound,
    what_checks_signatures_can_be_bound_live_or_not,
    a_binding_outlives_going_offline,
    an_authorization_is_found_changed_and_removed,
    every_kind_of_caller_is_named_and_held_while_it_is,
    an_account_is_shown_and_found_by_its_address,
];

async fn an_owner_has_one_authorization_for_a_key(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let key = access_key(store, &bob, "phone").await;
    authorize(store, &ada, key.id.clone(), &[]).await;
    let tx = store.begin().await.unwrap();
    let refused = access_auths::insert(&tx, &new_auth(&ada, key.id.clone())).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::AccessAuthKey))), "{refused:?}");
    drop(tx);
    authorize(store, &bob, key.id.clone(), &[]).await;

    let tx = store.begin().await.unwrap();
    let nobody = AccessKeyId::from_random(unique());
    let refused = access_auths::insert(&tx, &new_auth(&ada, nobody)).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

/// PetStore in all three environments.
async fn published(database: &Database, owner: &domain::Account) -> (ApiGroup, Vec<DeploymentId>) {
    let store = &database.store;
    let pets = group(store, owner, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let mut ids = Vec::new();
    for environment in Environment::ALL {
        ids.push(publish(store, &pets, "0.0.1", environment).await.0);
    }
    (pets, ids)
}

async fn binding_replaces_the_whole_set_and_tells_what_changed(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, ids) = published(database, &ada).await;
    let key = access_key(store, &ada, "phone").await;
    let auth = authorize(store, &ada, key.id.clone(), &ids[..2]).await;
    let bind = async |wanted: &[DeploymentId]| {
        let tx = store.begin().await.unwrap();
        let mut changed = access_auths::bind(&tx, &auth.id, wanted, NOW).await.unwrap();
        tx.commit().await.unwrap();
        changed.sort();
        let auth = access_auths::get(&store.read(), &auth.id).await.unwrap().unwrap();
        let bound: Vec<DeploymentId> = auth.bound.into_iter().map(|d| d.deployment_id).collect();
        let changed: Vec<Environment> = changed
            .into_iter()
            .map(|(group, environment)| {
                assert_eq!(group, pets.id);
                environment
            })
            .collect();
        (bound, changed)
    };
    assert_eq!(
        bind(&ids[1..]).await,
        (ids[1..].to_vec(), vec![Environment::Test, Environment::Online])
    );
    assert_eq!(bind(&ids[1..]).await, (ids[1..].to_vec(), vec![]));
    let twice = [ids[1].clone(), ids[1].clone()];
    assert_eq!(bind(&twice).await, (ids[1..2].to_vec(), vec![Environment::Online]));
    assert_eq!(bind(&[]).await, (vec![], vec![Environment::Preview]));
}

async fn only_deployments_that_are_there_are_bound(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (_, ids) = published(database, &ada).await;
    let key = access_key(store, &ada, "phone").await;
    let auth = authorize(store, &ada, key.id.clone(), &ids[..1]).await;
    let tx = store.begin().await.unwrap();
    let wanted = [ids[1].clone(), DeploymentId::from_random(unique())];
    let refused = access_auths::bind(&tx, &auth.id, &wanted, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    drop(tx);
    let tx = store.begin().await.unwrap();
    let nobody = new_auth(&ada, key.id.clone());
    let refused = access_auths::bind(&tx, &nobody.id, &ids, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    drop(tx);
    let auth = access_auths::get(&store.read(), &auth.id).await.unwrap().unwrap();
    assert_eq!(auth.bound.len(), 1);
}

async fn what_checks_signatures_can_be_bound_live_or_not(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (pets, ids) = published(database, &ada).await;
    take_offline(store, &pets, Environment::Preview).await;
    let open = GroupSettings { auth_type: AuthType::None, ..pets.settings.clone() };
    let open = ApiGroup { settings: open, ..new_group(&ada, "Open") };
    try_insert_group(store, &open).await.unwrap();
    put(store, &open, "0.0.1", &[api("list", "GET", "/pets")]).await;
    publish(store, &open, "0.0.1", Environment::Test).await;
    group(store, &ada, "NeverPublished").await;

    let tokens = GroupSettings { auth_type: AuthType::Jwt, ..pets.settings.clone() };
    let tokens = ApiGroup { settings: tokens, ..new_group(&ada, "Tokens") };
    try_insert_group(store, &tokens).await.unwrap();
    put(store, &tokens, "0.0.1", &[api("list", "GET", "/pets")]).await;
    publish(store, &tokens, "0.0.1", Environment::Test).await;

    let signs = AccessAuthType::AccessKey;
    let rows = access_auths::bindable(&store.read(), &ada.id, signs).await.unwrap();
    let expected: Vec<BindableDeployment> = ids
        .into_iter()
        .zip(Environment::ALL)
        .map(|(deployment_id, environment)| BindableDeployment {
            deployment_id,
            api_group_id: pets.id.clone(),
            group_name: "PetStore".to_owned(),
            region: pets.region,
            environment,
            revision: (environment != Environment::Preview).then(|| "0.0.1".parse().unwrap()),
        })
        .collect();
    assert_eq!(rows, expected);
    assert_eq!(access_auths::bindable(&store.read(), &bob.id, signs).await.unwrap(), []);
    let subscribes = AccessAuthType::SubscriptionKey;
    let rows = access_auths::bindable(&store.read(), &ada.id, subscribes).await.unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.group_name.as_str()).collect();
    assert_eq!(names, ["PetStore", "PetStore", "PetStore", "Tokens"]);
}

async fn a_binding_outlives_going_offline(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, ids) = published(database, &ada).await;
    let key = access_key(store, &ada, "phone").await;
    let auth = authorize(store, &ada, key.id.clone(), &ids[..1]).await;
    take_offline(store, &pets, Environment::Test).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    let auth = access_auths::get(&store.read(), &auth.id).await.unwrap().unwrap();
    assert_eq!(auth.bound[0].deployment_id, ids[0]);
}

async fn an_authorization_is_found_changed_and_removed(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (pets, ids) = published(database, &ada).await;
    let (phone, desk) =
        (access_key(store, &bob, "phone").await, access_key(store, &bob, "desk").await);
    let of_phone = authorize(store, &ada, phone.id.clone(), &ids[..1]).await;
    let of_desk = authorize(store, &ada, desk.id.clone(), &[]).await;
    let tx = store.begin().await.unwrap();
    access_auths::set_description(&tx, &of_desk, "Büro").await.unwrap();
    tx.commit().await.unwrap();
    let found = async |query: PageQuery| {
        let page = access_auths::list(&store.read(), &ada.id, &query).await.unwrap();
        page.rows.into_iter().map(|auth| auth.id).collect::<Vec<_>>()
    };
    assert_eq!(found(searching("BÜRO")).await, from_ref(&of_desk.id));
    assert_eq!(found(searching(phone.id.as_str())).await, from_ref(&of_phone.id));
    assert_eq!(
        found(sorted_by("accessKey", false)).await,
        [of_phone.id.clone(), of_desk.id.clone()]
    );

    let tx = store.begin().await.unwrap();
    let bound = access_auths::delete(&tx, &of_phone.id).await.unwrap();
    assert_eq!(bound, [(pets.id, Environment::Test)]);
    assert!(matches!(access_auths::delete(&tx, &of_phone.id).await, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    assert_eq!(found(PageQuery::default()).await, [of_desk.id]);
}

async fn every_kind_of_caller_is_named_and_held_while_it_is(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (pets, ids) = published(database, &ada).await;
    let subscription = subscription_key(store, &bob, "phone").await;
    let platform = platform_key(store, &bob).await;
    let by_subscription = authorize(store, &ada, subscription.id.clone(), &ids[..1]).await;
    let by_platform = authorize(store, &ada, platform.id.clone(), &ids[1..2]).await;
    let by_account = authorize(store, &ada, CallerId::Account(bob.id.clone()), &ids[..1]).await;
    let get = async |auth: &AccessAuth| access_auths::get(&store.read(), &auth.id).await.unwrap();
    for (auth, kind) in [
        (&by_subscription, AccessAuthType::SubscriptionKey),
        (&by_platform, AccessAuthType::PlatformKey),
        (&by_account, AccessAuthType::Account),
    ] {
        let read = get(auth).await.unwrap();
        assert_eq!((&read.caller, read.r#type()), (&auth.caller, kind));
    }

    let tx = store.begin().await.unwrap();
    let gone = subscription_keys::delete(&tx, &subscription.id).await.unwrap();
    assert_eq!(gone, [(pets.id.clone(), Environment::Test)]);
    let gone = platform_keys::delete(&tx, &platform.id).await.unwrap();
    assert_eq!(gone, [(pets.id.clone(), Environment::Preview)]);
    tx.commit().await.unwrap();
    assert_eq!((get(&by_subscription).await, get(&by_platform).await), (None, None));
    assert_eq!(get(&by_account).await.unwrap().bound.len(), 1);

    let nobodies: [CallerId; 3] = [
        SubscriptionKeyId::from_random(unique()).into(),
        PlatformKeyId::from_random([7; 32]).into(),
        CallerId::Account(AccountId::from_random(unique())),
    ];
    for nobody in nobodies {
        let tx = store.begin().await.unwrap();
        let refused = access_auths::insert(&tx, &new_auth(&ada, nobody)).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

async fn an_account_is_shown_and_found_by_its_address(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let caller = CallerId::Account(bob.id.clone());
    let auth = AccessAuth { name: bob.email.clone(), ..new_auth(&ada, caller) };
    let tx = store.begin().await.unwrap();
    access_auths::insert(&tx, &auth).await.unwrap();
    access_auths::set_description(&tx, &auth, "a friend").await.unwrap();
    tx.commit().await.unwrap();
    for search in [bob.email.as_str(), "FRIEND"] {
        let page = access_auths::list(&store.read(), &ada.id, &searching(search)).await.unwrap();
        assert_eq!(page.rows[0].name, bob.email);
    }
}
