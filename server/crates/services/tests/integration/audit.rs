//! Every write leaves a line in the audit log, with who did it; what fails leaves none.

use crate::support::{Installation, PASSWORD, definition, new_group, number, on_both_databases};
use domain::{
    AccountState, ApiGroupPatch, Environment, Method, NewAccessKey, NewSubscriptionKey, Secret,
};

/// What the writes below leave, in their order.
const LINES: [&str; 37] = [
    "register account",
    "create api_group",
    "update api_group",
    "create api",
    "update api",
    "import revision",
    "publish deployment",
    "create revision",
    "update revision",
    "delete api",
    "publish deployment",
    "switch deployment",
    "take_offline deployment",
    "delete revision",
    "create access_key",
    "update access_key",
    "reveal access_key",
    "reset_secret access_key",
    "create access_auth",
    "update access_auth",
    "bind access_auth",
    "delete access_auth",
    "delete access_key",
    "create platform_key",
    "create platform_key",
    "reveal platform_key",
    "disable platform_key",
    "enable platform_key",
    "delete platform_key",
    "create subscription_key",
    "update subscription_key",
    "reveal subscription_key",
    "delete subscription_key",
    "lock account",
    "unlock account",
    "delete api_group",
    "change_password account",
];

on_both_databases! {
    async fn every_write_leaves_one_line(at: &Installation) {
        let ada = at.register("ada").await;
        let services = &at.services;
        let group = at.group(&ada, "PetStore").await;
        let patch = ApiGroupPatch {
            name: "PetStore".into(),
            description: "all pets".into(),
            settings: group.settings.clone(),
            jwt_secret: None,
        };
        services.api_groups().update(&ada, &group.id, patch).await.unwrap();
        let first = number("0.0.1");
        let api = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        let changed = definition("getPet", Method::Get, "/animals/{petId}");
        services.apis().update(&ada, &group.id, first, &api.id, changed).await.unwrap();
        let document = "swagger: '2.0'\npaths: {/toys: {get: {}}}";
        services.apis().import(&ada, &group.id, first, document).await.unwrap();
        at.publish(&ada, &group, "0.0.1", Environment::Test).await;
        at.revision(&ada, &group, "0.0.2", "0.0.1").await;
        services.revisions().update_note(&ada, &group.id, number("0.0.2"), "b".into()).await.unwrap();
        services.apis().delete(&ada, &group.id, number("0.0.2"), &api.id).await.unwrap();
        let deployments = services.deployments();
        let second = at.publish(&ada, &group, "0.0.2", Environment::Test).await;
        let (first, _) = second.previous.unwrap();
        deployments.switch_to_release(&ada, &group.id, &first).await.unwrap();
        deployments.take_offline(&ada, &group.id, Environment::Test, "").await.unwrap();
        services.revisions().delete(&ada, &group.id, number("0.0.2")).await.unwrap();
        let key = at.access_key(&ada, "mine").await;
        let renamed = NewAccessKey { name: "renamed".into(), description: String::new() };
        services.access_keys().update(&ada, &key.id, renamed).await.unwrap();
        services.access_keys().reveal(&ada, &key.id).await.unwrap();
        services.access_keys().reset_secret(&ada, &key.id).await.unwrap();
        let auth = at.access_auth(&ada, &key).await;
        services.access_auths().update_description(&ada, &auth.id, "me".into()).await.unwrap();
        services.access_auths().bind(&ada, &auth.id, &[]).await.unwrap();
        services.access_auths().delete(&ada, &auth.id).await.unwrap();
        services.access_keys().delete(&ada, &key.id, "").await.unwrap();
        services.platform_keys().create_by_operator("ada@example.com").await.unwrap();
        let platform = at.platform_key(&ada).await;
        services.platform_keys().reveal(&ada, &platform.id).await.unwrap().unwrap();
        services.platform_keys().set_enabled(&ada, &platform.id, false).await.unwrap();
        services.platform_keys().set_enabled(&ada, &platform.id, true).await.unwrap();
        services.platform_keys().delete(&ada, &platform.id, "").await.unwrap();
        let subscription = at.subscription_key(&ada, "mine").await;
        let renamed = NewSubscriptionKey { name: "renamed".into(), description: String::new() };
        services.subscription_keys().update(&ada, &subscription.id, renamed).await.unwrap();
        services.subscription_keys().reveal(&ada, &subscription.id).await.unwrap();
        services.subscription_keys().delete(&ada, &subscription.id, "").await.unwrap();
        services.accounts().set_state("ada@example.com", AccountState::Disabled).await.unwrap();
        services.accounts().set_state("ada@example.com", AccountState::Active).await.unwrap();
        services.api_groups().delete(&ada, &group.id, "PetStore").await.unwrap();
        let (old, new) = (Secret::new(PASSWORD), Secret::new("a wholly new password"));
        services.accounts().change_password(&ada, old, new).await.unwrap();

        let log = at.audit_log().await;
        let lines: Vec<String> =
            log.iter().map(|entry| format!("{} {}", entry.verb, entry.object_kind)).collect();
        assert_eq!(lines, LINES);
        // Registering and the command line have nobody who is signed in.
        let by_nobody: Vec<&str> =
            log.iter().filter(|entry| entry.account.is_none()).map(|entry| entry.object_kind.as_str()).collect();
        assert_eq!(by_nobody, ["account", "platform_key", "account", "account"]);
        assert!(log.iter().all(|entry| entry.account.as_ref().is_none_or(|id| id == ada.id())));
    }
}

#[tokio::test]
async fn what_is_refused_leaves_none() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    at.group(&ada, "PetStore").await;
    let before = (at.audit_log().await, at.latest_change().await);
    assert!(at.services.api_groups().create(&ada, new_group("PetStore")).await.is_err());
    assert_eq!((at.audit_log().await, at.latest_change().await), before);
}
