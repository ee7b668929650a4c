//! What the gateway is told.

use crate::support::{
    Database, access_key, account, api, authorize, content, group, on_both_databases, platform_key,
    publish, put, revision, sealed, subscription_key, take_offline, unique,
};
use domain::{
    AccessKey, AccessKeyId, Account, AccountState, ApiGroup, ApiGroupId, BackendService, CallerId,
    DeploymentId, Environment, KeyId, PublishedDeployment, Role,
};
use std::{collections::HashMap, slice::from_ref};
use store::{
    ReadSnapshot, Store, accounts,
    changes::{self, Change},
    platform_keys,
    published::{self, PublishedSince, SealedKey},
};

on_both_databases![
    tells_everything_that_is_live_with_the_keys_that_are_bound,
    tells_what_became_of_what_changed,
    tells_nothing_of_what_is_not_live,
    is_from_one_moment,
    tells_callers_and_keys_of_every_kind_that_can_be_used,
];

fn sealed_key(key: &AccessKey, owner: &Account) -> SealedKey {
    SealedKey {
        id: key.id.clone().into(),
        owner: owner.id.clone(),
        pin: owner.email.clone(),
        api_key: key.api_key.clone(),
        secret: sealed("secret"),
    }
}

async fn pets(store: &Store) -> ApiGroup {
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    pets
}

async fn expected(
    store: &Store,
    group: &ApiGroup,
    (id, environment): (&DeploymentId, Environment),
    callers: &[CallerId],
) -> PublishedDeployment {
    let mut callers = callers.to_vec();
    callers.sort_by_key(|caller| (caller.auth_type().as_str(), caller.as_str().to_owned()));
    let live = store::deployments::get(&store.read(), &group.id, environment).await.unwrap();
    PublishedDeployment {
        id: id.clone(),
        api_group_id: group.id.clone(),
        region: group.region,
        environment,
        release_id: live.unwrap().deployment.release_id,
        revision: "0.0.1".parse().unwrap(),
        content: content(store, group, "0.0.1").await,
        backend: BackendService::Mock,
        callers,
        policies: domain::DeploymentPolicies::default(),
        canary: None,
    }
}

async fn tells_everything_that_is_live_with_the_keys_that_are_bound(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let bob = account(store).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let (online, _) = publish(store, &pets, "0.0.1", Environment::Online).await;
    publish(store, &pets, "0.0.1", Environment::Preview).await;
    take_offline(store, &pets, Environment::Preview).await;
    let (phone, desk) =
        (access_key(store, &bob, "phone").await, access_key(store, &bob, "desk").await);
    let unbound = access_key(store, &bob, "unbound").await;
    authorize(store, &bob, phone.id.clone(), &[test.clone(), online.clone()]).await;
    authorize(store, &bob, desk.id.clone(), from_ref(&test)).await;

    let all = published::all(store).await.unwrap();
    let mut deployments = vec![
        expected(
            store,
            &pets,
            (&test, Environment::Test),
            &[phone.id.clone().into(), desk.id.clone().into()],
        )
        .await,
        expected(store, &pets, (&online, Environment::Online), &[phone.id.clone().into()]).await,
    ];
    deployments.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(all.deployments, deployments);
    let mut keys = [phone, desk, unbound].map(|key| sealed_key(&key, &bob));
    keys.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(all.keys, keys);
    assert_eq!(all.change, 0);
}

async fn commit(store: &Store, changes: &[Change]) {
    let tx = store.begin().await.unwrap();
    for change in changes {
        changes::append(&tx, change.clone());
    }
    tx.commit().await.unwrap();
}

async fn tells_what_became_of_what_changed(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let owner = account(store).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    take_offline(store, &pets, Environment::Online).await;
    let key = access_key(store, &owner, "phone").await;
    authorize(store, &owner, key.id.clone(), from_ref(&test)).await;
    let gone = ApiGroupId::from_random(unique());
    let no_key = KeyId::from(AccessKeyId::from_random(unique()));
    let places = [
        (pets.id.clone(), Environment::Online),
        (gone.clone(), Environment::Test),
        (pets.id.clone(), Environment::Test),
    ];
    let mut noted: Vec<Change> = places
        .iter()
        .map(|(group, environment)| Change::Deployment(group.clone(), *environment))
        .collect();
    noted.extend([Change::Key(no_key.clone()), Change::Key(key.id.clone().into())]);
    commit(store, &noted).await;

    let since = published::since(store, 0).await.unwrap().unwrap();
    let [online_place, gone_place, test_place] = places;
    let live = expected(store, &pets, (&test, Environment::Test), &[key.id.clone().into()]).await;
    let sealed_key = sealed_key(&key, &owner);
    let expected = PublishedSince {
        jwt_secrets: HashMap::new(),
        change: 5,
        signers: HashMap::new(),
        domains: HashMap::new(),
        deployments: vec![(online_place, None), (gone_place, None), (test_place, Some(live))],
        keys: vec![(no_key, None), (key.id.into(), Some(sealed_key))],
    };
    assert_eq!(since, expected);
    let nothing = PublishedSince {
        change: 5,
        deployments: vec![],
        signers: HashMap::new(),
        domains: HashMap::new(),
        jwt_secrets: HashMap::new(),
        keys: vec![],
    };
    assert_eq!(published::since(store, 5).await.unwrap(), Some(nothing));
    assert_eq!(published::since(store, 6).await.unwrap(), None);
}

async fn tells_nothing_of_what_is_not_live(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    put(store, &pets, "0.0.2", &[api("more", "GET", "/more")]).await;
    let all = published::all(store).await.unwrap();
    assert_eq!(all.deployments[0].content.apis.len(), 1);
    take_offline(store, &pets, Environment::Test).await;
    assert_eq!(published::all(store).await.unwrap().deployments, []);
}

/// What is read in a snapshot does not change by what is committed meanwhile.
async fn is_from_one_moment(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let snapshot = store.snapshot().await.unwrap();
    let place = [(pets.id.clone(), Environment::Test)];
    let live = async |snapshot: &ReadSnapshot| {
        let rows = published::for_deployments(snapshot, &place).await.unwrap();
        rows[0].1.is_some()
    };
    assert!(!live(&snapshot).await);
    publish(store, &pets, "0.0.1", Environment::Test).await;
    commit(store, &[Change::Deployment(pets.id.clone(), Environment::Test)]).await;
    assert!(!live(&snapshot).await);
    assert_eq!(changes::latest(&snapshot).await.unwrap(), 0);
    drop(snapshot);
    let snapshot = store.snapshot().await.unwrap();
    assert!(live(&snapshot).await);
    assert_eq!(changes::latest(&snapshot).await.unwrap(), 1);
}

async fn tells_callers_and_keys_of_every_kind_that_can_be_used(database: &Database) {
    let store = &database.store;
    let pets = pets(store).await;
    let bob = account(store).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let phone = subscription_key(store, &bob, "phone").await;
    let (used, disabled) = (platform_key(store, &bob).await, platform_key(store, &bob).await);
    let callers: [CallerId; 4] = [
        phone.id.clone().into(),
        used.id.clone().into(),
        disabled.id.clone().into(),
        CallerId::Account(bob.id.clone()),
    ];
    for caller in &callers {
        authorize(store, &bob, caller.clone(), from_ref(&test)).await;
    }
    let set = async |enabled: bool| {
        let tx = store.begin().await.unwrap();
        platform_keys::set_enabled(&tx, &disabled.id, enabled).await.unwrap();
        tx.commit().await.unwrap();
    };
    set(false).await;

    let all = published::all(store).await.unwrap();
    let live = expected(store, &pets, (&test, Environment::Test), &callers).await;
    assert_eq!(all.deployments, [live]);
    let keys: Vec<(KeyId, &str)> =
        all.keys.iter().map(|key| (key.id.clone(), key.api_key.as_str())).collect();
    assert_eq!(keys, [(phone.id.clone().into(), ""), (used.id.clone().into(), used.id.as_str())]);
    assert!(all.keys.iter().all(|key| key.owner == bob.id && key.secret == sealed("secret")));
    let wanted = [disabled.id.clone().into(), phone.id.clone().into(), used.id.clone().into()];
    let which = async || {
        let found = published::for_keys(&store.read(), &wanted).await.unwrap();
        found.into_iter().map(|(_, key)| key.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(which().await, [false, true, true]);
    set(true).await;
    assert_eq!(which().await, [true, true, true]);

    let tx = store.begin().await.unwrap();
    let locked = AccountState::Disabled;
    accounts::set_role_and_state(&tx, &bob.id, Role::Member, locked).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(which().await, [false, false, false]);
    assert_eq!(published::all(store).await.unwrap().keys, []);
    let mut of_bob = published::keys_of(&store.read(), &bob.id).await.unwrap();
    of_bob.sort();
    let mut all_of_them = wanted.to_vec();
    all_of_them.sort();
    assert_eq!(of_bob, all_of_them);
}
