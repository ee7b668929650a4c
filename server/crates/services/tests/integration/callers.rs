//! Subscription keys, platform keys and accounts as callers: made, authorized, in force, taken back.

use crate::support::{BEGIN, Installation, all, conflict, invalid, new_auth, on_both_databases};
use domain::{
    AccessAuthType, AccountState, CallerId, DeploymentId, KeyId, NewSubscriptionKey, OwnCaller,
    subscription_key::KEYS_PER_ACCOUNT,
};
use services::Caller;

/// The only deployment there is.
async fn deployment(at: &Installation) -> DeploymentId {
    let mut published = at.services.published().snapshot().await.unwrap().deployments;
    published.remove(0).id
}

/// Authorizes a caller and binds it to the only deployment.
async fn bind(at: &Installation, provider: &Caller, kind: AccessAuthType, name: &str) -> CallerId {
    let auths = at.services.access_auths();
    let auth = auths.create(provider, new_auth(kind, name)).await.unwrap();
    auths.bind(provider, &auth.id, &[deployment(at).await]).await.unwrap();
    auth.caller
}

/// The secret of a key as the gateway has it.
async fn gateway_secret(at: &Installation, id: impl Into<KeyId>) -> Option<String> {
    let id = id.into();
    let keys = at.services.published().snapshot().await.unwrap().keys;
    let key = keys.into_iter().find(|key| key.id == id)?;
    Some(key.secret.expose().to_owned())
}

on_both_databases! {
    async fn an_account_has_at_most_thirty_subscription_keys(at: &Installation) {
        let ada = at.register("ada").await;
        let keys = at.services.subscription_keys();
        for n in 0..KEYS_PER_ACCOUNT {
            at.subscription_key(&ada, &format!("key{n}")).await;
        }
        let new = || NewSubscriptionKey { name: "more".into(), description: String::new() };
        let error = conflict(keys.create(&ada, new()).await);
        assert_eq!(error.message, "an account has at most 30 subscription keys");
        let first = keys.list(&ada, all()).await.unwrap().rows.remove(0);
        keys.delete(&ada, &first.id, "").await.unwrap();
        keys.create(&ada, new()).await.unwrap();
    }

    async fn a_subscription_key_is_what_the_gateway_has_and_its_owner_is_shown(at: &Installation) {
        let ada = at.register("ada").await;
        let key = at.subscription_key(&ada, "mine").await;
        let shown = at.services.subscription_keys().reveal(&ada, &key.id).await.unwrap();
        assert!(
            shown.key.len() == 32 && shown.key.bytes().all(|b| b"0123456789abcdef".contains(&b))
        );
        assert_eq!(gateway_secret(at, key.id.clone()).await, Some(shown.key));
        let last = at.audit_log().await.pop().unwrap();
        assert_eq!((last.verb.as_str(), last.object_id.as_str()), ("reveal", key.id.as_str()));
    }

    async fn each_kind_of_caller_is_bound_and_goes_with_what_it_names(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        at.published_group(&ada, "PetStore").await;
        let subscription = at.subscription_key(&bob, "mine").await;
        let platform = at.platform_key(&bob).await;
        let bound = [
            bind(at, &ada, AccessAuthType::SubscriptionKey, subscription.id.as_str()).await,
            bind(at, &ada, AccessAuthType::PlatformKey, platform.id.as_str()).await,
            bind(at, &ada, AccessAuthType::Account, " Bob@example.com ").await,
        ];
        assert_eq!(bound[0], subscription.id.clone().into());
        assert_eq!(bound[1], platform.id.clone().into());
        assert_eq!(bound[2], CallerId::Account(bob.id().clone()));
        let callers = async || {
            let mut now = at.services.published().snapshot().await.unwrap().deployments;
            now.remove(0).callers
        };
        assert_eq!(callers().await.len(), 3);
        let listed = at.services.access_auths().list(&ada, all()).await.unwrap().rows;
        let names: Vec<&str> = listed.iter().rev().map(|auth| auth.name.as_str()).collect();
        assert!(names.contains(&"bob@example.com") && names.contains(&platform.id.as_str()));

        let before = at.latest_change().await;
        at.services.subscription_keys().delete(&bob, &subscription.id, "mine").await.unwrap();
        let access_key = platform.id.as_str();
        at.services.platform_keys().delete(&bob, &platform.id, access_key).await.unwrap();
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        assert_eq!(
            changes.keys,
            [(subscription.id.into(), None), (platform.id.into(), None)]
        );
        assert_eq!(changes.deployments[0].1.as_ref().unwrap().callers, bound[2..]);
        assert_eq!(callers().await, bound[2..]);
    }

    async fn a_disabled_platform_key_is_taken_from_the_gateway_and_comes_back(at: &Installation) {
        let ada = at.register("ada").await;
        let key = at.platform_key(&ada).await;
        let secret = gateway_secret(at, key.id.clone()).await;
        assert!(secret.is_some());
        let before = at.latest_change().await;
        let keys = at.services.platform_keys();
        assert!(!keys.set_enabled(&ada, &key.id, false).await.unwrap().enabled);
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        assert_eq!(changes.keys, [(key.id.clone().into(), None)]);
        assert!(keys.set_enabled(&ada, &key.id, true).await.unwrap().enabled);
        assert_eq!(gateway_secret(at, key.id).await, secret);
    }

    async fn a_locked_account_calls_with_none_of_its_keys(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        at.access_key(&ada, "adas").await;
        let access = at.access_key(&bob, "mine").await;
        let subscription = at.subscription_key(&bob, "mine").await;
        let platform = at.platform_key(&bob).await;
        let of_bob: Vec<KeyId> =
            vec![access.id.into(), subscription.id.into(), platform.id.into()];
        let before = at.latest_change().await;
        let accounts = at.services.accounts();
        accounts.set_state("Bob@example.com", AccountState::Disabled).await.unwrap();
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let gone: Vec<_> = of_bob.iter().map(|id| (id.clone(), None)).collect();
        assert_eq!(changes.keys, gone);
        assert_eq!(at.services.published().snapshot().await.unwrap().keys.len(), 1);
        assert_eq!(accounts.session_account(bob.id(), 0).await.unwrap(), None);

        let before = at.latest_change().await;
        accounts.set_state("bob@example.com", AccountState::Active).await.unwrap();
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        assert!(changes.keys.iter().all(|(_, now)| now.is_some()) && changes.keys.len() == 3);
        assert!(accounts.session_account(bob.id(), 0).await.unwrap().is_some());
    }

    async fn a_caller_sees_by_what_it_is_authorized(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        at.published_group(&ada, "PetStore").await;
        let subscription = at.subscription_key(&bob, "mine").await;
        bind(at, &ada, AccessAuthType::SubscriptionKey, subscription.id.as_str()).await;
        bind(at, &ada, AccessAuthType::Account, "bob@example.com").await;
        let groups = at.services.authorized_groups();
        let page = groups.list(&bob, all()).await.unwrap();
        let mut by: Vec<_> =
            page.rows.iter().map(|row| (row.r#type, row.caller_name.as_str())).collect();
        by.sort_unstable();
        assert_eq!(
            by,
            [
                (AccessAuthType::SubscriptionKey, subscription.id.as_str()),
                (AccessAuthType::Account, "bob@example.com"),
            ]
        );
        let of_key = groups.of_key(&bob, &subscription.id.into()).await.unwrap();
        assert_eq!((of_key.len(), of_key[0].group_name.as_str()), (1, "PetStore"));
        assert_eq!(groups.list(&ada, all()).await.unwrap().total, 0);
    }
}

#[tokio::test]
async fn a_caller_that_does_not_exist_is_refused_by_its_kind() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let auths = at.services.access_auths();
    for (kind, nobody) in [
        (AccessAuthType::SubscriptionKey, "sk-000000000000"),
        (AccessAuthType::AccessKey, "000000000000"),
        (AccessAuthType::PlatformKey, "00000000000000000000000000000000"),
        (AccessAuthType::Account, "nobody@example.com"),
    ] {
        assert_eq!(invalid(auths.create(&ada, new_auth(kind, nobody)).await), ["accessKey"]);
    }
    let own = new_auth(AccessAuthType::Account, "ada@example.com");
    auths.create(&ada, own.clone()).await.unwrap();
    assert_eq!(conflict(auths.create(&ada, own).await).field, "accessKey");
}

#[tokio::test]
async fn own_callers_can_be_chosen_by_kind() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let access = at.access_key(&ada, "mine").await;
    let subscription = at.subscription_key(&ada, "Mine2").await;
    let platform = at.platform_key(&ada).await;
    let of = async |kind| at.services.access_auths().own_callers(&ada, kind).await.unwrap();
    let own = |reference: &str, name: &str| {
        vec![OwnCaller { reference: reference.into(), name: name.into() }]
    };
    assert_eq!(of(AccessAuthType::AccessKey).await, own(access.id.as_str(), "mine"));
    assert_eq!(of(AccessAuthType::SubscriptionKey).await, own(subscription.id.as_str(), "Mine2"));
    assert_eq!(of(AccessAuthType::PlatformKey).await, own(platform.id.as_str(), "scripts"));
    assert_eq!(of(AccessAuthType::Account).await, own("ada@example.com", ""));
}

#[tokio::test]
async fn a_secret_key_is_shown_for_ten_minutes_after_it_was_made() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let key = at.platform_key(&ada).await;
    assert_eq!(key.created_at, BEGIN);
    let keys = at.services.platform_keys();
    at.clock.pass_seconds(599);
    let shown = keys.reveal(&ada, &key.id).await.unwrap().unwrap();
    assert_eq!(gateway_secret(&at, key.id.clone()).await, Some(shown.secret_key));
    at.clock.pass_seconds(1);
    assert_eq!(keys.reveal(&ada, &key.id).await.unwrap(), None);
}

#[tokio::test]
async fn an_account_has_at_most_thirty_platform_keys_whoever_makes_them() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let keys = at.services.platform_keys();
    for _ in 0..domain::platform_key::KEYS_PER_ACCOUNT {
        at.platform_key(&ada).await;
    }
    conflict(keys.create(&ada, String::new()).await);
    conflict(keys.create_by_operator("ada@example.com").await);
    let long = keys.create(&ada, "x".repeat(181)).await;
    assert_eq!(invalid(long), ["description"]);
}
