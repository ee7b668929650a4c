//! Groups whose callers are checked by tokens: their settings, and the secrets that they share with issuers.

use crate::support::{Installation, invalid, new_group, on_both_databases};
use domain::{
    ApiGroup, ApiGroupPatch, AuthType, Environment, GroupSettings, JwtKeys, JwtSecretId,
    JwtSettings, NewApiGroup, Secret,
};
use services::Caller;
use std::{fs, path::Path};

const SECRET: &str = "correct horse battery staple, twice";
const OTHER: &str = "another horse, and another battery staple";

fn settings(keys: JwtKeys) -> GroupSettings {
    let jwt = JwtSettings {
        issuer: "https://issuer.example.com/".into(),
        audiences: vec!["petstore".into()],
        scopes: Vec::new(),
        keys,
        leeway_seconds: 60,
        claims: Vec::new(),
        forward_token: true,
    };
    GroupSettings { auth_type: AuthType::Jwt, jwt: Some(jwt), ..GroupSettings::default() }
}

fn shared() -> GroupSettings {
    settings(JwtKeys::SharedSecret { id: None })
}

fn jwks() -> GroupSettings {
    settings(JwtKeys::Jwks { url: "https://issuer.example.com/keys".parse().unwrap() })
}

fn new(settings: GroupSettings, secret: Option<&str>) -> NewApiGroup {
    NewApiGroup { settings, jwt_secret: secret.map(Secret::new), ..new_group("Tokens") }
}

fn named(settings: &GroupSettings) -> Option<JwtSecretId> {
    match &settings.jwt.as_ref()?.keys {
        JwtKeys::SharedSecret { id } => id.clone(),
        _ => None,
    }
}

async fn change(
    at: &Installation,
    owner: &Caller,
    group: &ApiGroup,
    settings: GroupSettings,
    secret: Option<&str>,
) -> Result<ApiGroup, services::ServiceError> {
    let patch = ApiGroupPatch {
        name: group.name.clone(),
        description: String::new(),
        settings,
        jwt_secret: secret.map(Secret::new),
    };
    at.services.api_groups().update(owner, &group.id, patch).await
}

async fn served(at: &Installation) -> (GroupSettings, Option<Secret>) {
    let mut deployments = at.services.published().snapshot().await.unwrap().deployments;
    let deployment = deployments.remove(0);
    (deployment.content.settings, deployment.policies.jwt_secret)
}

on_both_databases! {
    async fn what_runs_keeps_the_secret_that_it_was_published_with(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.services.api_groups().create(&ada, new(shared(), Some(SECRET))).await.unwrap();
        let first = named(&group.settings).unwrap();
        at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        assert_eq!(served(at).await, (group.settings.clone(), Some(Secret::new(SECRET))));

        let kept = change(at, &ada, &group, shared(), None).await.unwrap();
        assert_eq!(named(&kept.settings), Some(first.clone()));
        let changed = change(at, &ada, &group, shared(), Some(OTHER)).await.unwrap();
        assert_ne!(named(&changed.settings).unwrap(), first);
        assert_eq!(served(at).await.1, Some(Secret::new(SECRET)));
        assert!(at.services.api_groups().get(&ada, &group.id).await.unwrap().unpublished_changes);

        let before = at.latest_change().await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        assert_eq!(served(at).await, (changed.settings, Some(Secret::new(OTHER))));
        let since = at.services.published().changes_since(before).await.unwrap().unwrap();
        let now = since.deployments.into_iter().next().unwrap().1.unwrap();
        assert_eq!(now.policies.jwt_secret, Some(Secret::new(OTHER)));
    }

    async fn a_group_that_never_had_a_secret_needs_one(at: &Installation) {
        let ada = at.register("ada").await;
        let groups = at.services.api_groups();
        let fields = invalid(groups.create(&ada, new(shared(), None)).await);
        assert_eq!(fields, ["jwtSecret"]);
        let group = groups.create(&ada, new(jwks(), None)).await.unwrap();
        let fields = invalid(change(at, &ada, &group, shared(), None).await);
        assert_eq!(fields, ["jwtSecret"]);
        let fields = invalid(change(at, &ada, &group, shared(), Some("short")).await);
        assert_eq!(fields, ["jwtSecret"]);
    }

    async fn nobody_takes_the_secret_of_another_group_by_naming_it(at: &Installation) {
        let (ada, eve) = (at.register("ada").await, at.register("eve").await);
        let theirs = at.services.api_groups().create(&ada, new(shared(), Some(SECRET))).await.unwrap();
        let stolen = theirs.settings.clone();
        let outcome = at.services.api_groups().create(&eve, new(stolen.clone(), None)).await;
        assert_eq!(invalid(outcome), ["jwtSecret"]);
        let own = at.services.api_groups().create(&eve, new(shared(), Some(OTHER))).await.unwrap();
        let after = change(at, &eve, &own, stolen, None).await.unwrap();
        assert_eq!(after.settings, own.settings);
    }

    async fn secrets_go_with_their_group(at: &Installation) {
        let ada = at.register("ada").await;
        let groups = at.services.api_groups();
        let group = groups.create(&ada, new(shared(), Some(SECRET))).await.unwrap();
        groups.delete(&ada, &group.id, "Tokens").await.unwrap();
        groups.create(&ada, new(shared(), Some(SECRET))).await.unwrap();
    }
}

#[tokio::test]
async fn no_shared_secret_lies_in_the_database_in_clear() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.services.api_groups().create(&ada, new(shared(), Some(SECRET))).await.unwrap();
    at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    at.publish(&ada, &group, "0.0.1", Environment::Online).await;
    let path = at.database.url().trim_start_matches("sqlite://").trim_end_matches("?mode=rwc");
    let mut bytes = Vec::new();
    for file in fs::read_dir(Path::new(path).parent().unwrap()).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let contains = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains("https://issuer.example.com/"));
    assert!(!contains(SECRET));
}
