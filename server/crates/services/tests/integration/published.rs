//! The feed that keeps a gateway up to date.

use crate::support::{Installation, on_both_databases, open};
use domain::{Environment, PublishedDeployment};
use services::{ServiceError, VaultKey};
use std::{collections::HashMap, sync::Arc};
use store::Sealed;

on_both_databases! {
    async fn a_gateway_that_follows_the_changes_has_what_a_new_one_reads(at: &Installation) {
        let ada = at.register("ada").await;
        let mut follower = at.services.published().snapshot().await.unwrap();
        let mut deployments: HashMap<_, PublishedDeployment> = HashMap::new();
        let mut keys = HashMap::new();

        let group = at.published_group(&ada, "PetStore").await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        let (kept, gone) = (at.access_key(&ada, "kept").await, at.access_key(&ada, "gone").await);
        for key in [&kept, &gone] {
            let auth = at.access_auth(&ada, key).await;
            let (available, _) = at.services.access_auths().bindable(&ada, &auth.id).await.unwrap();
            let ids: Vec<_> = available.into_iter().map(|one| one.deployment_id).collect();
            at.services.access_auths().bind(&ada, &auth.id, &ids).await.unwrap();
        }
        at.services.access_keys().delete(&ada, &gone.id, "gone").await.unwrap();
        at.services.access_keys().reset_secret(&ada, &kept.id).await.unwrap();
        at.services.deployments().take_offline(&ada, &group.id, Environment::Test, "").await.unwrap();

        let changes = at.services.published().changes_since(follower.change).await.unwrap().unwrap();
        for (place, now) in changes.deployments {
            match now {
                Some(now) => deployments.insert(place, now),
                None => deployments.remove(&place),
            };
        }
        for (id, now) in changes.keys {
            match now {
                Some(now) => keys.insert(id, now),
                None => keys.remove(&id),
            };
        }
        follower.change = changes.change;

        let fresh = at.services.published().snapshot().await.unwrap();
        assert_eq!(fresh.change, follower.change);
        assert_eq!(fresh.deployments, deployments.into_values().collect::<Vec<_>>());
        assert_eq!(fresh.deployments[0].callers, [kept.id.into()]);
        assert_eq!(fresh.keys, keys.into_values().collect::<Vec<_>>());
        let nothing = at.services.published().changes_since(fresh.change).await.unwrap().unwrap();
        assert_eq!((nothing.change, nothing.deployments.len(), nothing.keys.len()), (fresh.change, 0, 0));
    }

    async fn a_watch_wakes_with_a_change_and_not_without(at: &Installation) {
        let ada = at.register("ada").await;
        let mut watch = at.services.published().watch().await.unwrap();
        let group = at.group(&ada, "PetStore").await;
        at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        let before = at.latest_change().await;
        at.publish(&ada, &group, "0.0.1", Environment::Test).await;
        assert!(watch.changed().await > before);
    }
}

#[tokio::test]
async fn a_feed_that_does_not_reach_back_says_so() {
    let at = Installation::on_sqlite().await;
    assert_eq!(at.services.published().changes_since(1_000_000).await.unwrap(), None);
}

#[tokio::test]
async fn a_secret_that_was_moved_is_not_served_and_the_others_are() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let (good, bad) = (at.access_key(&ada, "good").await, at.access_key(&ada, "bad").await);
    let moved: Sealed =
        store::access_keys::secret(&at.store.read(), &good.id).await.unwrap().unwrap();
    let tx = at.store.begin().await.unwrap();
    store::access_keys::set_secret(&tx, &bad.id, &moved).await.unwrap();
    tx.commit().await.unwrap();
    let keys = at.services.published().snapshot().await.unwrap().keys;
    assert_eq!(keys.into_iter().map(|key| key.id).collect::<Vec<_>>(), [good.id.into()]);
    let revealed = at.services.access_keys().reveal(&ada, &bad.id).await;
    assert!(matches!(revealed, Err(ServiceError::Unavailable { .. })), "{revealed:?}");
}

#[tokio::test]
async fn without_the_vault_key_that_sealed_it_nothing_is_served() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    at.access_key(&ada, "mine").await;
    let other = VaultKey::from_bytes([8; 32]);
    let services = open(&at.store, other, Arc::clone(&at.clock)).await;
    let outcome = services.published().snapshot().await;
    assert!(matches!(outcome, Err(ServiceError::Unavailable { .. })), "{outcome:?}");
}
