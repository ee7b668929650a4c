//! Access keys of callers, authorizations of providers, and how they meet.

use crate::support::{
    BEGIN, Installation, all, conflict, invalid, new_auth, new_group, on_both_databases,
};
use domain::{
    AccessAuthType, AccessKey, AccessKeyId, DeploymentId, Environment, KeyId, NewAccessKey,
    access_key::KEYS_PER_ACCOUNT, api_group::AuthType,
};
use services::{Caller, Noun, ServiceError};

fn new_key(name: &str) -> NewAccessKey {
    NewAccessKey { name: name.into(), description: String::new() }
}

/// The secret of a key as the gateway has it.
async fn gateway_secret(at: &Installation, id: &AccessKeyId) -> Option<String> {
    let keys = at.services.published().snapshot().await.unwrap().keys;
    let id = KeyId::AccessKey(id.clone());
    let key = keys.into_iter().find(|key| key.id == id)?;
    Some(key.secret.expose().to_owned())
}

/// The deployments of everybody.
async fn deployments(at: &Installation) -> Vec<DeploymentId> {
    let published = at.services.published().snapshot().await.unwrap().deployments;
    published.into_iter().map(|deployment| deployment.id).collect()
}

on_both_databases! {
    async fn an_account_has_at_most_thirty_keys_also_when_they_are_made_at_once(at: &Installation) {
        let ada = at.register("ada").await;
        let creations: Vec<_> = (0..KEYS_PER_ACCOUNT + 6)
            .map(|n| {
                let (services, ada) = (at.services.clone(), ada.clone());
                tokio::spawn(async move {
                    services.access_keys().create(&ada, new_key(&format!("key_{n}"))).await
                })
            })
            .collect();
        let mut refused = 0;
        for creation in creations {
            if let Err(error) = creation.await.unwrap() {
                let error = conflict::<()>(Err(error));
                assert_eq!(error.message, "an account has at most 30 access keys");
                refused += 1;
            }
        }
        assert_eq!(refused, 6);
        let listed = at.services.access_keys().list(&ada, all()).await.unwrap();
        assert_eq!(listed.total, KEYS_PER_ACCOUNT);
    }

    async fn a_key_is_revealed_to_its_owner_and_the_log_says_so(at: &Installation) {
        let ada = at.register("ada").await;
        let key = at.access_key(&ada, "mine").await;
        let shown = at.services.access_keys().reveal(&ada, &key.id).await.unwrap();
        assert_eq!(shown.api_key, key.api_key);
        assert_eq!(shown.api_secret.len(), 32);
        assert_eq!(gateway_secret(at, &key.id).await, Some(shown.api_secret.clone()));
        let last = at.audit_log().await.pop().unwrap();
        assert_eq!((last.verb.as_str(), last.object_id.as_str()), ("reveal", key.id.as_str()));
        assert_eq!((last.account.as_ref(), last.at), (Some(ada.id()), BEGIN));

        let before = at.latest_change().await;
        let reset = at.services.access_keys().reset_secret(&ada, &key.id).await.unwrap();
        assert_ne!(reset.api_secret, shown.api_secret);
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let [(id, Some(now))] = &changes.keys[..] else { panic!("{changes:?}") };
        assert_eq!((id, now.secret.expose()), (&key.id.into(), reset.api_secret.as_str()));
    }

    async fn a_key_that_is_bound_is_deleted_only_by_who_types_its_name(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        let group = at.published_group(&ada, "PetStore").await;
        let (own, foreign) = (at.access_key(&ada, "own").await, at.access_key(&bob, "bobs").await);
        let unbound = at.access_key(&ada, "unbound").await;
        for key in [&own, &foreign] {
            let auth = at.access_auth(&ada, key).await;
            at.services.access_auths().bind(&ada, &auth.id, &deployments(at).await).await.unwrap();
        }
        let used = async |caller: &Caller, key: &AccessKey| {
            let groups = at.services.authorized_groups();
            let usage = groups.usage_of_key(caller, &key.id.clone().into()).await.unwrap();
            let bound = usage.bound.into_iter().map(|it| (it.api_group_id, it.environment));
            (bound.collect::<Vec<_>>(), usage.calls_24h)
        };
        let here = vec![(group.id.clone(), Environment::Test)];
        assert_eq!(used(&ada, &own).await, (here.clone(), Some(0)));
        // How much a group of another serves is not for everybody who may call it.
        assert_eq!(used(&bob, &foreign).await, (here, None));
        assert_eq!(used(&ada, &unbound).await, (vec![], None));

        let keys = at.services.access_keys();
        for typed in ["", "Own", "unbound"] {
            assert_eq!(invalid(keys.delete(&ada, &own.id, typed).await), ["confirmName"]);
        }
        assert_eq!(keys.delete(&ada, &own.id, " own ").await, Ok(()));
        assert_eq!(keys.delete(&ada, &unbound.id, "").await, Ok(()));
    }

    async fn a_deleted_key_is_told_to_the_gateway_with_what_it_was_bound_to(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        let group = at.published_group(&ada, "PetStore").await;
        let key = at.access_key(&bob, "mine").await;
        let auth = at.access_auth(&ada, &key).await;
        at.services.access_auths().bind(&ada, &auth.id, &deployments(at).await).await.unwrap();
        let before = at.latest_change().await;

        at.services.access_keys().delete(&bob, &key.id, "mine").await.unwrap();

        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        assert_eq!(changes.keys, [(key.id.clone().into(), None)]);
        let [((id, Environment::Test), Some(now))] = &changes.deployments[..] else { panic!() };
        assert_eq!((id, now.callers.len()), (&group.id, 0));
        let gone = at.services.access_auths().get(&ada, &auth.id).await;
        assert_eq!(gone, Err(ServiceError::NotFound { what: Noun::AccessAuth }));
    }

    async fn binding_replaces_the_whole_set_and_the_gateway_is_told(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        let key = at.access_key(&ada, "mine").await;
        let auth = at.access_auth(&ada, &key).await;
        let auths = at.services.access_auths();
        let (available, bound) = auths.bindable(&ada, &auth.id).await.unwrap();
        assert_eq!((available.len(), bound.len()), (2, 0));
        let (test, online) = (&available[0].deployment_id, &available[1].deployment_id);

        auths.bind(&ada, &auth.id, std::slice::from_ref(test)).await.unwrap();
        let before = at.latest_change().await;
        let now = auths.bind(&ada, &auth.id, &[online.clone(), online.clone()]).await.unwrap();
        assert_eq!(now.bound.iter().map(|one| &one.deployment_id).collect::<Vec<_>>(), [online]);
        let (available, bound) = auths.bindable(&ada, &auth.id).await.unwrap();
        assert_eq!((&available[0].deployment_id, &bound[0].deployment_id), (test, online));

        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let mut callers: Vec<_> = changes
            .deployments
            .into_iter()
            .map(|((_, environment), now)| (environment, now.unwrap().callers))
            .collect();
        callers.sort_unstable();
        let bound = vec![key.id.into()];
        assert_eq!(callers, [(Environment::Test, vec![]), (Environment::Online, bound)]);

        let before = at.latest_change().await;
        auths.delete(&ada, &auth.id).await.unwrap();
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        assert!(changes.deployments[0].1.as_ref().unwrap().callers.is_empty());
    }

    async fn a_caller_sees_the_groups_of_others_that_its_keys_may_call(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        let group = at.published_group(&ada, "PetStore").await;
        let key = at.access_key(&bob, "mine").await;
        let groups = at.services.authorized_groups();
        let id = KeyId::AccessKey(key.id.clone());
        assert_eq!(groups.of_key(&bob, &id).await.unwrap(), []);
        let auth = at.access_auth(&ada, &key).await;
        at.clock.pass_seconds(5);
        at.services.access_auths().bind(&ada, &auth.id, &deployments(at).await).await.unwrap();

        let authorized = groups.of_key(&bob, &id).await.unwrap();
        assert_eq!(authorized.len(), 1);
        assert_eq!((&authorized[0].api_group_id, authorized[0].group_name.as_str()), (&group.id, "PetStore"));
        assert_eq!(
            authorized[0].access_url,
            format!("http://{}-test.cn-north-1.localhost:8000/petstore", group.id)
        );
        assert_eq!(authorized[0].authorized_at, BEGIN.plus_ms(5000));
        let page = groups.list(&bob, all()).await.unwrap();
        assert_eq!((page.total, page.rows), (1, authorized));
        assert_eq!(groups.list(&ada, all()).await.unwrap().total, 0);
    }
}

#[tokio::test]
async fn a_keys_name_is_unique_among_its_owners() {
    let at = Installation::on_sqlite().await;
    let (ada, bob) = (at.register("ada").await, at.register("bob").await);
    at.access_key(&ada, "mine").await;
    at.access_key(&bob, "mine").await;
    let other = at.access_key(&ada, "other").await;
    let keys = at.services.access_keys();
    assert_eq!(conflict(keys.create(&ada, new_key("mine")).await).field, "keyName");
    assert_eq!(conflict(keys.update(&ada, &other.id, new_key("mine")).await).field, "keyName");
    let renamed = keys.update(&ada, &other.id, new_key("renamed")).await.unwrap();
    assert_eq!((renamed.name.as_str(), &renamed.api_key), ("renamed", &other.api_key));
    assert_eq!(invalid(keys.create(&ada, new_key("has-hyphen")).await), ["keyName"]);
}

#[tokio::test]
async fn an_authorization_names_a_key_that_is_there_once() {
    let at = Installation::on_sqlite().await;
    let (ada, bob) = (at.register("ada").await, at.register("bob").await);
    let key = at.access_key(&bob, "mine").await;
    let auths = at.services.access_auths();
    let create = |id: &str| auths.create(&ada, new_auth(AccessAuthType::AccessKey, id));
    assert_eq!(invalid(create("000000000000").await), ["accessKey"]);
    assert_eq!(invalid(create("not a key").await), ["accessKey"]);
    let auth = create(&format!(" {} ", key.id)).await.unwrap();
    assert_eq!(conflict(create(key.id.as_str()).await).field, "accessKey");
    // Another provider authorizes the same key on its own.
    at.access_auth(&bob, &key).await;

    let described = auths.update_description(&ada, &auth.id, "bob's app".into()).await.unwrap();
    assert_eq!(auths.list(&ada, all()).await.unwrap().rows, [described]);
    let long = auths.update_description(&ada, &auth.id, "x".repeat(257)).await;
    assert_eq!(invalid(long), ["description"]);
}

#[tokio::test]
async fn only_own_deployments_that_check_signatures_can_be_bound() {
    let at = Installation::on_sqlite().await;
    let (ada, bob) = (at.register("ada").await, at.register("bob").await);
    at.published_group(&bob, "Foreign").await;
    let mut open = new_group("Open");
    open.settings.auth_type = AuthType::None;
    let open = at.services.api_groups().create(&ada, open).await.unwrap();
    at.api(&ada, &open, "getPet", "/pets/{petId}").await;
    at.publish(&ada, &open, "0.0.1", Environment::Test).await;
    let signed = at.published_group(&ada, "Signed").await;

    let key = at.access_key(&ada, "mine").await;
    let auth = at.access_auth(&ada, &key).await;
    let auths = at.services.access_auths();
    let (available, _) = auths.bindable(&ada, &auth.id).await.unwrap();
    let [only] = &available[..] else { panic!("{available:?}") };
    assert_eq!((&only.api_group_id, only.group_name.as_str()), (&signed.id, "Signed"));

    for foreign in deployments(&at).await.iter().filter(|id| **id != only.deployment_id) {
        let outcome = auths.bind(&ada, &auth.id, std::slice::from_ref(foreign)).await;
        assert_eq!(outcome, Err(ServiceError::NotFound { what: Noun::Deployment }));
    }
    assert_eq!(auths.get(&ada, &auth.id).await.unwrap().bound, []);
}
