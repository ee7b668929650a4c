//! Access keys of callers.

use crate::support::{
    Database, access_key, account, api, authorize, group, on_both_databases, publish, put, sealed,
    searching, sorted_by, try_access_key,
};
use domain::{AccessKey, Environment, NewAccessKey, PageQuery};
use std::slice::from_ref;
use store::{StoreError, Unique, access_auths, access_keys};

on_both_databases![
    a_name_is_unique_among_the_keys_of_an_account,
    a_key_is_changed_but_never_its_secret_by_that,
    lists_the_keys_of_one_account,
    a_key_that_is_removed_takes_its_authorizations_along,
];

async fn a_name_is_unique_among_the_keys_of_an_account(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    access_key(store, &ada, "phone").await;
    let refused = try_access_key(store, &ada, "phone").await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::AccessKeyName))), "{refused:?}");
    access_key(store, &bob, "phone").await;
    assert_eq!(access_keys::count(&store.read(), &ada.id).await.unwrap(), 1);

    let key = access_key(store, &ada, "desk").await;
    let tx = store.begin().await.unwrap();
    let taken = AccessKey { id: "0000aaaa0000".parse().unwrap(), name: "new".to_owned(), ..key };
    let refused = access_keys::insert(&tx, &taken, &sealed("x")).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::Id))), "{refused:?}");
}

async fn a_key_is_changed_but_never_its_secret_by_that(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let before = access_key(store, &ada, "phone").await;
    let change = NewAccessKey { name: "pad".to_owned(), description: "Größe".to_owned() };
    let tx = store.begin().await.unwrap();
    let after = access_keys::update(&tx, &before.id, &change).await.unwrap();
    tx.commit().await.unwrap();
    let expected = AccessKey { name: change.name, description: change.description, ..before };
    assert_eq!(after, expected);
    let reader = store.read();
    assert_eq!(access_keys::get(&reader, &after.id).await.unwrap(), Some(expected.clone()));
    assert_eq!(access_keys::secret(&reader, &after.id).await.unwrap(), Some(sealed("secret")));
    let found = access_keys::list(&reader, &ada.id, &searching("GRÖSSE")).await.unwrap();
    assert_eq!(found.total, 0, "ß is not SS");
    let found = access_keys::list(&reader, &ada.id, &searching("GRÖ")).await.unwrap();
    assert_eq!(found.rows, [expected]);

    let tx = store.begin().await.unwrap();
    access_keys::set_secret(&tx, &after.id, &sealed("another")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(access_keys::secret(&reader, &after.id).await.unwrap(), Some(sealed("another")));
}

async fn lists_the_keys_of_one_account(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (b, a) = (access_key(store, &ada, "B").await, access_key(store, &ada, "a").await);
    access_key(store, &bob, "his").await;
    let reader = store.read();
    let found =
        async |query: PageQuery| access_keys::list(&reader, &ada.id, &query).await.unwrap().rows;
    assert_eq!(found(sorted_by("keyName", false)).await, [a.clone(), b.clone()]);
    assert_eq!(found(sorted_by("keyName", true)).await, [b.clone(), a.clone()]);
    assert_eq!(found(searching(&b.api_key.to_lowercase())).await, [b]);
    assert_eq!(found(searching(a.id.as_str())).await, [a]);
}

async fn a_key_that_is_removed_takes_its_authorizations_along(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let (test, _) = publish(store, &pets, "0.0.1", Environment::Test).await;
    let (phone, desk) =
        (access_key(store, &bob, "phone").await, access_key(store, &bob, "desk").await);
    let gone = authorize(store, &ada, phone.id.clone(), from_ref(&test)).await;
    let also_gone = authorize(store, &bob, phone.id.clone(), &[]).await;
    let stays = authorize(store, &ada, desk.id.clone(), &[test]).await;
    let tx = store.begin().await.unwrap();
    let bound = access_keys::delete(&tx, &phone.id).await.unwrap();
    assert!(matches!(access_keys::delete(&tx, &phone.id).await, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    assert_eq!(bound, [(pets.id.clone(), Environment::Test)]);
    let reader = store.read();
    for auth in [gone, also_gone] {
        assert_eq!(access_auths::get(&reader, &auth.id).await.unwrap(), None);
    }
    assert_eq!(access_auths::get(&reader, &stays.id).await.unwrap().unwrap().bound.len(), 1);
    assert_eq!(access_keys::get(&reader, &phone.id).await.unwrap(), None);
}
