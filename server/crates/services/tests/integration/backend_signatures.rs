//! Backend signatures: whose keys they name, what they are bound to, and what the gateway is told.

use crate::support::{Installation, all, conflict, invalid, on_both_databases};
use domain::{
    BackendSignature, DeploymentId, Environment, NewBackendSignature, PublishedDeployment, Secret,
    SigningKeyState,
};
use services::{Caller, Noun, ServiceError};

fn new(access_key: &str) -> NewBackendSignature {
    NewBackendSignature { access_key: access_key.to_owned(), description: String::new() }
}

async fn platform_key(at: &Installation, email: &str) -> (String, Secret) {
    let made = at.services.platform_keys().create_by_operator(email).await.unwrap();
    (made.id.to_string(), Secret::new(made.secret_key))
}

async fn create(at: &Installation, caller: &Caller, access_key: &str) -> BackendSignature {
    at.services.backend_signatures().create(caller, new(access_key)).await.unwrap()
}

/// What is published of the environment that is bound first, as the gateway is told after `before`.
async fn told_since(at: &Installation, before: i64) -> Vec<PublishedDeployment> {
    let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
    changes.deployments.into_iter().filter_map(|(_, now)| now).collect()
}

/// Whose key signs, and with which secret.
fn signer(deployment: &PublishedDeployment) -> Option<(&str, &str)> {
    let key = deployment.policies.backend_signature.as_ref()?;
    Some((key.access_key.as_str(), key.secret.expose()))
}

async fn deployments(at: &Installation) -> Vec<DeploymentId> {
    let published = at.services.published().snapshot().await.unwrap().deployments;
    published.into_iter().map(|deployment| deployment.id).collect()
}

on_both_databases! {
    async fn binding_changing_and_unbinding_are_told_to_the_gateway_at_once(at: &Installation) {
        let ada = at.register("ada").await;
        at.published_group(&ada, "PetStore").await;
        let ids = deployments(at).await;
        let (first, first_secret) = platform_key(at, "ada@example.com").await;
        let (second, second_secret) = platform_key(at, "ada@example.com").await;
        let signatures = at.services.backend_signatures();
        let signature = create(at, &ada, &first).await;

        let before = at.latest_change().await;
        let bound = signatures.bind(&ada, &signature.id, &ids).await.unwrap().bound;
        assert_eq!(bound[0].environment, Environment::Test);
        let told = told_since(at, before).await;
        assert_eq!(signer(&told[0]), Some((first.as_str(), first_secret.expose())));
        // A gateway that starts now is told the same.
        let fresh = at.services.published().snapshot().await.unwrap().deployments;
        assert_eq!(fresh, told);

        let before = at.latest_change().await;
        signatures.update(&ada, &signature.id, new(&second)).await.unwrap();
        let told = told_since(at, before).await;
        assert_eq!(signer(&told[0]), Some((second.as_str(), second_secret.expose())));

        let before = at.latest_change().await;
        assert_eq!(conflict(signatures.delete(&ada, &signature.id).await).field, "");
        signatures.bind(&ada, &signature.id, &[]).await.unwrap();
        let told = told_since(at, before).await;
        assert_eq!((told.len(), signer(&told[0])), (1, None));
        signatures.delete(&ada, &signature.id).await.unwrap();
    }

    async fn a_deployment_is_signed_by_one_and_says_by_which(at: &Installation) {
        let ada = at.register("ada").await;
        at.published_group(&ada, "PetStore").await;
        let ids = deployments(at).await;
        let (first, _) = platform_key(at, "ada@example.com").await;
        let (second, _) = platform_key(at, "ada@example.com").await;
        let signatures = at.services.backend_signatures();
        let (one, other) = (create(at, &ada, &first).await, create(at, &ada, &second).await);
        signatures.bind(&ada, &one.id, &ids).await.unwrap();
        let (available, bound) = signatures.bindable(&ada, &other.id).await.unwrap();
        assert_eq!((available[0].signed_by.as_deref(), bound.len()), (Some(first.as_str()), 0));
        signatures.bind(&ada, &other.id, &ids).await.unwrap();
        assert_eq!(signatures.get(&ada, &one.id).await.unwrap().bound, []);
        let (available, bound) = signatures.bindable(&ada, &other.id).await.unwrap();
        assert_eq!((available.len(), bound.len()), (0, 1));
    }

    async fn a_backend_signature_outlives_publishes(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        let (key, _) = platform_key(at, "ada@example.com").await;
        let signature = create(at, &ada, &key).await;
        let signatures = at.services.backend_signatures();
        signatures.bind(&ada, &signature.id, &deployments(at).await).await.unwrap();
        let services = &at.services.deployments();
        services.take_offline(&ada, &group.id, Environment::Test, "").await.unwrap();
        at.publish(&ada, &group, "0.0.1", Environment::Test).await;
        let now = at.services.published().snapshot().await.unwrap().deployments;
        assert_eq!(signer(&now[0]).map(|(access_key, _)| access_key), Some(key.as_str()));
    }
}

#[tokio::test]
async fn only_a_key_of_ones_own_is_named_and_only_once() {
    let at = Installation::on_sqlite().await;
    let (ada, bob) = (at.register("ada").await, at.register("bob").await);
    let (of_ada, _) = platform_key(&at, "ada@example.com").await;
    let (of_bob, _) = platform_key(&at, "bob@example.com").await;
    let signatures = at.services.backend_signatures();
    assert_eq!(signatures.access_keys(&ada).await.unwrap(), std::slice::from_ref(&of_ada));
    for wrong in [of_bob.as_str(), "0000", "not a key", ""] {
        assert_eq!(invalid(signatures.create(&ada, new(wrong)).await), ["accessKey"], "{wrong}");
    }
    let signature = create(&at, &ada, &of_ada).await;
    let twice = conflict(signatures.create(&ada, new(&of_ada)).await);
    assert_eq!(
        (twice.field.as_str(), twice.message_zh.as_str()),
        ("accessKey", "签名访问密钥重复")
    );
    assert_eq!(invalid(signatures.update(&ada, &signature.id, new(&of_bob)).await), ["accessKey"]);
    create(&at, &bob, &of_bob).await;
    assert_eq!(signatures.list(&ada, all()).await.unwrap().rows, [signature]);
}

#[tokio::test]
async fn a_disabled_key_signs_nothing_until_it_is_enabled_and_the_gateway_is_told_at_once() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    at.published_group(&ada, "PetStore").await;
    let (key, secret) = platform_key(&at, "ada@example.com").await;
    let signature = create(&at, &ada, &key).await;
    let signatures = at.services.backend_signatures();
    signatures.bind(&ada, &signature.id, &deployments(&at).await).await.unwrap();
    for (enabled, signs) in [(false, None), (true, Some((key.as_str(), secret.expose())))] {
        let before = at.latest_change().await;
        at.services
            .platform_keys()
            .set_enabled(&ada, &key.parse().unwrap(), enabled)
            .await
            .unwrap();
        assert_eq!(signer(&told_since(&at, before).await[0]), signs);
        let state = signatures.get(&ada, &signature.id).await.unwrap().key_state;
        assert_eq!(state == SigningKeyState::Usable, enabled);
    }
}

#[tokio::test]
async fn what_is_bound_to_a_deleted_key_says_so_and_is_not_signed() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    at.published_group(&ada, "PetStore").await;
    let (key, _) = platform_key(&at, "ada@example.com").await;
    let signature = create(&at, &ada, &key).await;
    let signatures = at.services.backend_signatures();
    signatures.bind(&ada, &signature.id, &deployments(&at).await).await.unwrap();

    let tx = at.store.begin().await.unwrap();
    store::platform_keys::delete(&tx, &key.parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();

    let left = signatures.get(&ada, &signature.id).await.unwrap();
    assert_eq!((left.key_state, left.bound.len()), (SigningKeyState::Missing, 1));
    let now = at.services.published().snapshot().await.unwrap().deployments;
    assert_eq!(signer(&now[0]), None);
    // Its description can still be changed, and another key named.
    let described = NewBackendSignature { description: "old".into(), ..new(&key) };
    let left = signatures.update(&ada, &signature.id, described).await.unwrap();
    assert_eq!((left.description.as_str(), left.key_state), ("old", SigningKeyState::Missing));
    let (next, _) = platform_key(&at, "ada@example.com").await;
    let whole = signatures.update(&ada, &signature.id, new(&next)).await.unwrap();
    assert_eq!(whole.key_state, SigningKeyState::Usable);
}

#[tokio::test]
async fn what_belongs_to_another_account_is_not_found() {
    let at = Installation::on_sqlite().await;
    let (ada, eve) = (at.register("ada").await, at.register("eve").await);
    at.published_group(&ada, "PetStore").await;
    let (of_ada, _) = platform_key(&at, "ada@example.com").await;
    let (of_eve, _) = platform_key(&at, "eve@example.com").await;
    let signature = create(&at, &ada, &of_ada).await;
    let signatures = at.services.backend_signatures();
    let none = Some(ServiceError::NotFound { what: Noun::BackendSignature });
    assert_eq!(signatures.get(&eve, &signature.id).await.err(), none);
    assert_eq!(signatures.update(&eve, &signature.id, new(&of_eve)).await.err(), none);
    assert_eq!(signatures.delete(&eve, &signature.id).await.err(), none);
    assert_eq!(signatures.bindable(&eve, &signature.id).await.err(), none);
    assert_eq!(signatures.bind(&eve, &signature.id, &[]).await.err(), none);
    assert_eq!(signatures.list(&eve, all()).await.unwrap().total, 0);
    // Her own cannot be bound to Ada's deployment.
    let own = create(&at, &eve, &of_eve).await;
    let refused = signatures.bind(&eve, &own.id, &deployments(&at).await).await;
    assert_eq!(refused.err(), Some(ServiceError::NotFound { what: Noun::Deployment }));
}

#[tokio::test]
async fn every_change_stands_in_the_audit_log() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let (key, _) = platform_key(&at, "ada@example.com").await;
    let signatures = at.services.backend_signatures();
    let signature = create(&at, &ada, &key).await;
    signatures.update(&ada, &signature.id, new(&key)).await.unwrap();
    signatures.bind(&ada, &signature.id, &[]).await.unwrap();
    signatures.delete(&ada, &signature.id).await.unwrap();
    let log = at.audit_log().await;
    let ours = log.iter().filter(|line| line.object_kind == "backend_signature");
    let verbs: Vec<&str> = ours.map(|line| line.verb.as_str()).collect();
    assert_eq!(verbs, ["create", "update", "bind", "delete"]);
}
