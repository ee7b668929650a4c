//! Backend signatures of providers, and what they are bound to.

use crate::support::{
    Database, NOW, account, api, group, on_both_databases, publish, put, sealed, searching,
    sorted_by, take_offline, unique,
};
use domain::{
    Account, ApiGroup, BackendSignature, BackendSignatureId, DeploymentId, Environment,
    NewBackendSignature, PageQuery, PlatformKey, SigningKeyState,
};
use std::slice::from_ref;
use store::{
    Store, StoreError, Unique,
    backend_signatures::{self, SealedSigner},
    platform_keys, published,
};

on_both_databases![
    an_owner_has_one_backend_signature_for_a_key,
    a_deployment_has_one_and_binding_another_replaces_it,
    only_deployments_that_are_there_are_bound,
    every_deployment_of_the_owner_can_be_bound_and_tells_what_signs_it,
    the_gateway_is_told_what_to_sign_with,
    a_key_that_is_gone_is_told_as_missing_and_signs_no_more,
    a_backend_signature_is_found_changed_and_removed,
];

const KEY: &str = "636B856DCF14D467D313CCB0C0E2B21C";
const OTHER_KEY: &str = "736B856DCF14D467D313CCB0C0E2B21C";

async fn platform_key(store: &Store, owner: &Account, access_key: &str) {
    let key = PlatformKey {
        id: access_key.parse().unwrap(),
        owner: owner.id.clone(),
        description: String::new(),
        enabled: true,
        created_at: NOW,
    };
    let tx = store.begin().await.unwrap();
    platform_keys::insert(&tx, &key, &sealed(access_key)).await.unwrap();
    tx.commit().await.unwrap();
}

fn new(owner: &Account, access_key: &str) -> BackendSignature {
    BackendSignature {
        id: BackendSignatureId::from_random(unique()),
        owner: owner.id.clone(),
        access_key: access_key.to_owned(),
        key_state: SigningKeyState::Usable,
        description: String::new(),
        bound: Vec::new(),
        created_at: NOW,
    }
}

/// A backend signature of `access_key` that is bound to `deployments`.
async fn signature(
    store: &Store,
    owner: &Account,
    access_key: &str,
    deployments: &[DeploymentId],
) -> BackendSignature {
    let signature = new(owner, access_key);
    let tx = store.begin().await.unwrap();
    backend_signatures::insert(&tx, &signature).await.unwrap();
    backend_signatures::bind(&tx, &signature.id, deployments, NOW).await.unwrap();
    tx.commit().await.unwrap();
    signature
}

async fn get(store: &Store, id: &BackendSignatureId) -> BackendSignature {
    backend_signatures::get(&store.read(), id).await.unwrap().unwrap()
}

/// PetStore in all three environments.
async fn pets(store: &Store, owner: &Account) -> (ApiGroup, Vec<DeploymentId>) {
    let pets = group(store, owner, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let mut ids = Vec::new();
    for environment in Environment::ALL {
        ids.push(publish(store, &pets, "0.0.1", environment).await.0);
    }
    (pets, ids)
}

async fn an_owner_has_one_backend_signature_for_a_key(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let first = signature(store, &ada, KEY, &[]).await;
    let other = signature(store, &ada, OTHER_KEY, &[]).await;
    signature(store, &bob, KEY, &[]).await;
    let refused = |outcome: Result<(), StoreError>| {
        let duplicate = Err::<(), _>(StoreError::Duplicate(Unique::BackendSignatureKey));
        assert_eq!(format!("{outcome:?}"), format!("{duplicate:?}"));
    };
    let tx = store.begin().await.unwrap();
    refused(backend_signatures::insert(&tx, &new(&ada, KEY)).await);
    drop(tx);
    let tx = store.begin().await.unwrap();
    let change = NewBackendSignature { access_key: first.access_key, description: String::new() };
    refused(backend_signatures::update(&tx, &other.id, &change).await);
}

async fn a_deployment_has_one_and_binding_another_replaces_it(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, ids) = pets(store, &ada).await;
    let first = signature(store, &ada, KEY, &ids[..2]).await;
    let second = signature(store, &ada, OTHER_KEY, &[]).await;
    let bind = async |of: &BackendSignature, wanted: &[DeploymentId]| {
        let tx = store.begin().await.unwrap();
        let mut changed = backend_signatures::bind(&tx, &of.id, wanted, NOW).await.unwrap();
        tx.commit().await.unwrap();
        changed.sort();
        assert!(changed.iter().all(|(group, _)| *group == pets.id));
        changed.into_iter().map(|(_, environment)| environment).collect::<Vec<_>>()
    };
    let bound = async |of: &BackendSignature| {
        let bound = get(store, &of.id).await.bound;
        bound.into_iter().map(|one| one.environment).collect::<Vec<_>>()
    };
    use Environment::{Online, Preview, Test};
    assert_eq!(bind(&second, &ids[1..]).await, [Preview, Online]);
    assert_eq!((bound(&first).await, bound(&second).await), (vec![Test], vec![Preview, Online]));
    assert_eq!(bind(&second, &ids[1..]).await, []);
    let twice = [ids[0].clone(), ids[0].clone()];
    assert_eq!(bind(&second, &twice).await, [Test, Preview, Online]);
    assert_eq!((bound(&first).await, bound(&second).await), (vec![], vec![Test]));
    assert_eq!(bind(&second, &[]).await, [Test]);
}

async fn only_deployments_that_are_there_are_bound(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (_, ids) = pets(store, &ada).await;
    let one = signature(store, &ada, KEY, &ids[..1]).await;
    let tx = store.begin().await.unwrap();
    let wanted = [ids[1].clone(), DeploymentId::from_random(unique())];
    let refused = backend_signatures::bind(&tx, &one.id, &wanted, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    drop(tx);
    let tx = store.begin().await.unwrap();
    let nobody = new(&ada, OTHER_KEY);
    let refused = backend_signatures::bind(&tx, &nobody.id, &ids, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    drop(tx);
    assert_eq!(get(store, &one.id).await.bound.len(), 1);
}

async fn every_deployment_of_the_owner_can_be_bound_and_tells_what_signs_it(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (group, ids) = pets(store, &ada).await;
    take_offline(store, &group, Environment::Preview).await;
    let one = signature(store, &ada, KEY, &ids[..1]).await;
    let rows = backend_signatures::signable(&store.read(), &ada.id).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|(row, by)| (&row.deployment.deployment_id, row.signed_by.as_deref(), by.as_ref()))
        .collect();
    assert_eq!(
        told,
        [(&ids[0], Some(KEY), Some(&one.id)), (&ids[1], None, None), (&ids[2], None, None)]
    );
    assert_eq!(rows[1].0.deployment.revision, None);
    assert_eq!(backend_signatures::signable(&store.read(), &bob.id).await.unwrap(), []);
}

/// By environment: the AccessKey and the sealed SecretKey that the gateway signs with.
async fn signers(store: &Store) -> Vec<(Environment, SealedSigner)> {
    let all = published::all(store).await.unwrap();
    let mut told: Vec<_> = all
        .deployments
        .into_iter()
        .filter_map(|one| Some((one.environment, all.signers.get(&one.id)?.clone())))
        .collect();
    told.sort_by_key(|(environment, _)| *environment);
    told
}

fn signer(access_key: &str) -> SealedSigner {
    SealedSigner { access_key: access_key.to_owned(), secret: sealed(access_key) }
}

async fn the_gateway_is_told_what_to_sign_with(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (group, ids) = pets(store, &ada).await;
    platform_key(store, &ada, KEY).await;
    platform_key(store, &ada, OTHER_KEY).await;
    let one = signature(store, &ada, KEY, &ids[..2]).await;
    take_offline(store, &group, Environment::Preview).await;
    assert_eq!(signers(store).await, [(Environment::Test, signer(KEY))]);
    publish(store, &group, "0.0.1", Environment::Preview).await;
    let tx = store.begin().await.unwrap();
    let change =
        NewBackendSignature { access_key: OTHER_KEY.to_owned(), description: String::new() };
    backend_signatures::update(&tx, &one.id, &change).await.unwrap();
    store::changes::append(
        &tx,
        store::changes::Change::Deployment(group.id.clone(), Environment::Test),
    );
    tx.commit().await.unwrap();
    assert_eq!(
        signers(store).await,
        [(Environment::Test, signer(OTHER_KEY)), (Environment::Preview, signer(OTHER_KEY))]
    );
    let since = published::since(store, 0).await.unwrap().unwrap();
    assert_eq!(since.signers.get(&ids[0]), Some(&signer(OTHER_KEY)));
}

async fn a_key_that_is_gone_is_told_as_missing_and_signs_no_more(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (group, ids) = pets(store, &ada).await;
    platform_key(store, &ada, KEY).await;
    platform_key(store, &bob, OTHER_KEY).await;
    let one = signature(store, &ada, KEY, &ids[2..]).await;
    let foreign = signature(store, &ada, OTHER_KEY, &ids[..1]).await;
    assert_eq!(get(store, &one.id).await.key_state, SigningKeyState::Usable);
    // The key of another account is as good as none.
    assert_eq!(get(store, &foreign.id).await.key_state, SigningKeyState::Missing);
    assert_eq!(signers(store).await, [(Environment::Online, signer(KEY))]);

    let tx = store.begin().await.unwrap();
    let signed = platform_keys::delete(&tx, &KEY.parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(signed, [(group.id, Environment::Online)]);
    let left = get(store, &one.id).await;
    assert_eq!((left.key_state, left.bound.len()), (SigningKeyState::Missing, 1));
    assert_eq!(signers(store).await, []);
}

async fn a_backend_signature_is_found_changed_and_removed(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (_, ids) = pets(store, &ada).await;
    let one = signature(store, &ada, KEY, &ids[..1]).await;
    let other = signature(store, &ada, OTHER_KEY, &[]).await;
    let tx = store.begin().await.unwrap();
    let change =
        NewBackendSignature { access_key: OTHER_KEY.to_owned(), description: "Büro".to_owned() };
    backend_signatures::update(&tx, &other.id, &change).await.unwrap();
    tx.commit().await.unwrap();
    let found = async |query: PageQuery| {
        let page = backend_signatures::list(&store.read(), &ada.id, &query).await.unwrap();
        page.rows.into_iter().map(|signature| signature.id).collect::<Vec<_>>()
    };
    assert_eq!(found(searching("BÜRO")).await, from_ref(&other.id));
    assert_eq!(found(searching("636b")).await, from_ref(&one.id));
    assert_eq!(found(sorted_by("accessKey", true)).await, [other.id.clone(), one.id.clone()]);

    let tx = store.begin().await.unwrap();
    backend_signatures::delete(&tx, &one.id).await.unwrap();
    let again = backend_signatures::delete(&tx, &one.id).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
    tx.commit().await.unwrap();
    assert_eq!(found(PageQuery::default()).await, [other.id]);
    let signable = backend_signatures::signable(&store.read(), &ada.id).await.unwrap();
    assert!(signable.iter().all(|(_, by)| by.is_none()));
}
