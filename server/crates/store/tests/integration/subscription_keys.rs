//! Subscription keys of callers.

use crate::support::{
    Database, account, on_both_databases, sealed, searching, sorted_by, subscription_key, unique,
};
use domain::{NewSubscriptionKey, PageQuery, SubscriptionKey, SubscriptionKeyId};
use std::slice::from_ref;
use store::{StoreError, Unique, subscription_keys};

on_both_databases![
    a_name_is_unique_among_the_subscription_keys_of_an_account,
    a_key_is_listed_found_changed_and_removed,
];

async fn a_name_is_unique_among_the_subscription_keys_of_an_account(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let key = subscription_key(store, &ada, "phone").await;
    subscription_key(store, &bob, "phone").await;
    let again = SubscriptionKey { id: SubscriptionKeyId::from_random(unique()), ..key };
    let tx = store.begin().await.unwrap();
    let refused = subscription_keys::insert(&tx, &again, &sealed("x")).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate(Unique::SubscriptionKeyName))),
        "{refused:?}"
    );
    drop(tx);
    assert_eq!(subscription_keys::count(&store.read(), &ada.id).await.unwrap(), 1);
}

async fn a_key_is_listed_found_changed_and_removed(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let b = subscription_key(store, &ada, "B").await;
    let a = subscription_key(store, &ada, "a").await;
    subscription_key(store, &bob, "his").await;
    let list = async |query: PageQuery| {
        subscription_keys::list(&store.read(), &ada.id, &query).await.unwrap().rows
    };
    assert_eq!(list(sorted_by("name", false)).await, [a.clone(), b.clone()]);
    assert_eq!(list(searching(b.id.as_str())).await, from_ref(&b));

    let change = NewSubscriptionKey { name: "c".into(), description: "Büro".into() };
    let tx = store.begin().await.unwrap();
    let changed = subscription_keys::update(&tx, &b.id, &change).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.id), ("c", &b.id));
    assert_eq!(list(searching("BÜRO")).await, [changed]);
    let secret = subscription_keys::secret(&store.read(), &b.id).await.unwrap();
    assert_eq!(secret, Some(sealed("secret")));

    let tx = store.begin().await.unwrap();
    assert_eq!(subscription_keys::delete(&tx, &b.id).await.unwrap(), []);
    let again = subscription_keys::delete(&tx, &b.id).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    assert_eq!(list(PageQuery::default()).await, [a]);
}
