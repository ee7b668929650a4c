//! What belongs to another account is not found, by every function there is, also for an operator.

use crate::support::{Installation, all, definition, new_publish, number, on_both_databases};
use domain::{
    AccessAuth, AccessAuthType, AccessKey, ApiGroup, ApiGroupPatch, ApiId, Environment, IpAction,
    IpRules, Method, MonitorQuery, NewAccessKey, NewIpPolicy, NewRateLimitPolicy, NewRevision,
    NewSubscriptionKey, PlatformKey, RateLimits, ReleaseId, SubscriptionKey, TimeUnit,
};
use services::{Caller, Noun, ServiceError};

const TEST: Environment = Environment::Test;

#[track_caller]
fn not_found<T: std::fmt::Debug>(outcome: Result<T, ServiceError>, noun: Noun) {
    match outcome {
        Err(ServiceError::NotFound { what }) => assert_eq!(what, noun),
        other => panic!("{noun}: {other:?}"),
    }
}

/// All that belongs to Ada.
struct Adas {
    ada: Caller,
    group: ApiGroup,
    api: ApiId,
    release: ReleaseId,
    key: AccessKey,
    subscription_key: SubscriptionKey,
    platform_key: PlatformKey,
    auth: AccessAuth,
}

async fn adas(at: &Installation) -> Adas {
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let api = at.api(&ada, &group, "getPet", "/pets/{petId}").await.id;
    let published = at.publish(&ada, &group, "0.0.1", TEST).await;
    at.revision(&ada, &group, "0.0.2", "0.0.1").await;
    let key = at.access_key(&ada, "mine").await;
    let subscription_key = at.subscription_key(&ada, "mine").await;
    let platform_key = at.platform_key(&ada).await;
    let auth = at.access_auth(&ada, &key).await;
    let release = published.deployment.deployment.release_id;
    Adas { ada, group, api, release, key, subscription_key, platform_key, auth }
}

async fn groups(at: &Installation, eve: &Caller, of: &Adas) {
    let (groups, id) = (at.services.api_groups(), &of.group.id);
    let patch = ApiGroupPatch {
        name: "Stolen".into(),
        description: String::new(),
        settings: of.group.settings.clone(),
        jwt_secret: None,
    };
    not_found(groups.get(eve, id).await, Noun::ApiGroup);
    not_found(groups.update(eve, id, patch).await, Noun::ApiGroup);
    not_found(groups.delete(eve, id, "PetStore").await, Noun::ApiGroup);
    not_found(groups.calls_24h(eve, id, None).await, Noun::ApiGroup);
    let report = at.services.monitoring().report(eve, id, MonitorQuery::default()).await;
    not_found(report, Noun::ApiGroup);
}

async fn revisions(at: &Installation, eve: &Caller, of: &Adas) {
    let (revisions, id) = (at.services.revisions(), &of.group.id);
    let new =
        NewRevision { number: number("0.0.3"), based_on: number("0.0.1"), note: String::new() };
    not_found(revisions.list(eve, id, all()).await, Noun::ApiGroup);
    not_found(revisions.numbers(eve, id).await, Noun::ApiGroup);
    not_found(revisions.create(eve, id, new).await, Noun::ApiGroup);
    not_found(revisions.suggest_next(eve, id).await, Noun::ApiGroup);
    let note = revisions.update_note(eve, id, number("0.0.2"), "eve".into()).await;
    not_found(note, Noun::ApiGroup);
    not_found(revisions.delete(eve, id, number("0.0.2")).await, Noun::ApiGroup);
    let compared = revisions.compare(eve, id, number("0.0.1"), number("0.0.2")).await;
    not_found(compared, Noun::ApiGroup);
}

async fn apis(at: &Installation, eve: &Caller, of: &Adas) {
    let (apis, id, second) = (at.services.apis(), &of.group.id, number("0.0.2"));
    let another = || definition("stolen", Method::Get, "/stolen");
    let document = "swagger: '2.0'\npaths: {/stolen: {get: {}}}";
    not_found(apis.list(eve, id, second, all()).await, Noun::ApiGroup);
    not_found(apis.get(eve, id, second, &of.api).await, Noun::ApiGroup);
    not_found(apis.create(eve, id, second, another()).await, Noun::ApiGroup);
    not_found(apis.update(eve, id, second, &of.api, another()).await, Noun::ApiGroup);
    not_found(apis.delete(eve, id, second, &of.api).await, Noun::ApiGroup);
    not_found(apis.plan_import(eve, id, second, document).await, Noun::ApiGroup);
    not_found(apis.import(eve, id, second, document).await, Noun::ApiGroup);
}

async fn deployments(at: &Installation, eve: &Caller, of: &Adas) {
    let (deployments, id, second) = (at.services.deployments(), &of.group.id, number("0.0.2"));
    not_found(deployments.list(eve, id).await, Noun::ApiGroup);
    not_found(deployments.preview(eve, id, second, TEST).await, Noun::ApiGroup);
    not_found(deployments.publish(eve, id, new_publish("0.0.2", TEST)).await, Noun::ApiGroup);
    not_found(deployments.earlier(eve, id, TEST).await, Noun::ApiGroup);
    not_found(deployments.preview_switch(eve, id, &of.release).await, Noun::ApiGroup);
    not_found(deployments.switch_to_release(eve, id, &of.release).await, Noun::ApiGroup);
    not_found(deployments.take_offline(eve, id, TEST, "PetStore").await, Noun::ApiGroup);
    not_found(deployments.history(eve, id, TEST, all()).await, Noun::ApiGroup);
    // Nor by way of a group of her own.
    let own = at.published_group(eve, "Own").await;
    not_found(deployments.switch_to_release(eve, &own.id, &of.release).await, Noun::Release);
    not_found(deployments.preview_switch(eve, &own.id, &of.release).await, Noun::Release);
    let api = at.services.apis().get(eve, &own.id, number("0.0.1"), &of.api).await;
    not_found(api, Noun::Api);
}

async fn access(at: &Installation, eve: &Caller, of: &Adas) {
    let (keys, key) = (at.services.access_keys(), &of.key.id);
    let new = NewAccessKey { name: "stolen".into(), description: String::new() };
    not_found(keys.get(eve, key).await, Noun::AccessKey);
    not_found(keys.update(eve, key, new).await, Noun::AccessKey);
    not_found(keys.delete(eve, key, "").await, Noun::AccessKey);
    let used = at.services.authorized_groups().usage_of_key(eve, &key.clone().into()).await;
    not_found(used, Noun::AccessKey);
    not_found(keys.reveal(eve, key).await, Noun::AccessKey);
    not_found(keys.reset_secret(eve, key).await, Noun::AccessKey);
    let groups = at.services.authorized_groups();
    not_found(groups.of_key(eve, &key.clone().into()).await, Noun::AccessKey);

    let (keys, key) = (at.services.subscription_keys(), &of.subscription_key.id);
    let new = NewSubscriptionKey { name: "stolen".into(), description: String::new() };
    not_found(keys.get(eve, key).await, Noun::SubscriptionKey);
    not_found(keys.update(eve, key, new).await, Noun::SubscriptionKey);
    not_found(keys.delete(eve, key, "").await, Noun::SubscriptionKey);
    let used = at.services.authorized_groups().usage_of_key(eve, &key.clone().into()).await;
    not_found(used, Noun::SubscriptionKey);
    not_found(keys.reveal(eve, key).await, Noun::SubscriptionKey);
    not_found(groups.of_key(eve, &key.clone().into()).await, Noun::SubscriptionKey);

    let (keys, key) = (at.services.platform_keys(), &of.platform_key.id);
    not_found(keys.get(eve, key).await, Noun::PlatformKey);
    not_found(keys.set_enabled(eve, key, false).await, Noun::PlatformKey);
    not_found(keys.delete(eve, key, "").await, Noun::PlatformKey);
    let used = at.services.authorized_groups().usage_of_key(eve, &key.clone().into()).await;
    not_found(used, Noun::PlatformKey);
    not_found(keys.reveal(eve, key).await, Noun::PlatformKey);
    not_found(groups.of_key(eve, &key.clone().into()).await, Noun::PlatformKey);

    let (auths, auth) = (at.services.access_auths(), &of.auth.id);
    not_found(auths.get(eve, auth).await, Noun::AccessAuth);
    not_found(auths.update_description(eve, auth, "eve".into()).await, Noun::AccessAuth);
    not_found(auths.delete(eve, auth).await, Noun::AccessAuth);
    not_found(auths.bindable(eve, auth).await, Noun::AccessAuth);
    not_found(auths.bind(eve, auth, &[]).await, Noun::AccessAuth);
    // Her own authorization cannot be bound to Ada's deployment.
    let own = at.access_auth(eve, &of.key).await;
    let live = at.services.deployments().list(&of.ada, &of.group.id).await.unwrap();
    let foreign = [live[0].deployment.id.clone()];
    not_found(auths.bind(eve, &own.id, &foreign).await, Noun::Deployment);
}

async fn policies(at: &Installation, eve: &Caller, of: &Adas) {
    let limits =
        RateLimits { unit: TimeUnit::Minute, group: 1, access_key: None, api: None, address: None };
    let slow = NewRateLimitPolicy { name: "p".into(), description: String::new(), limits };
    let rules = IpRules { action: IpAction::Deny, ranges: vec!["::1".parse().unwrap()] };
    let deny = NewIpPolicy { name: "p".into(), description: String::new(), rules };
    let (region, all_of) = (of.group.region, at.services.rate_limit_policies());
    let id = &all_of.create(&of.ada, region, slow.clone()).await.unwrap().id;
    not_found(all_of.get(eve, id).await, Noun::RateLimitPolicy);
    not_found(all_of.update(eve, id, slow.clone()).await, Noun::RateLimitPolicy);
    not_found(all_of.delete(eve, id).await, Noun::RateLimitPolicy);
    not_found(all_of.bindable(eve, id).await, Noun::RateLimitPolicy);
    not_found(all_of.bind(eve, id, &[]).await, Noun::RateLimitPolicy);
    assert_eq!(all_of.list(eve, region, all()).await.unwrap().total, 0);
    let all_of_ip = at.services.ip_policies();
    let id = &all_of_ip.create(&of.ada, region, deny.clone()).await.unwrap().id;
    not_found(all_of_ip.get(eve, id).await, Noun::IpPolicy);
    not_found(all_of_ip.update(eve, id, deny.clone()).await, Noun::IpPolicy);
    not_found(all_of_ip.delete(eve, id).await, Noun::IpPolicy);
    not_found(all_of_ip.bindable(eve, id).await, Noun::IpPolicy);
    not_found(all_of_ip.bind(eve, id, &[]).await, Noun::IpPolicy);
    assert_eq!(all_of_ip.list(eve, region, all()).await.unwrap().total, 0);
    // Her own policies cannot be bound to Ada's deployment.
    let live = at.services.deployments().list(&of.ada, &of.group.id).await.unwrap();
    let foreign = [live[0].deployment.id.clone()];
    let own = all_of.create(eve, region, slow).await.unwrap();
    not_found(all_of.bind(eve, &own.id, &foreign).await, Noun::Deployment);
    let own = all_of_ip.create(eve, region, deny).await.unwrap();
    not_found(all_of_ip.bind(eve, &own.id, &foreign).await, Noun::Deployment);
}

on_both_databases! {
    async fn an_account_cannot_see_another_accounts_group_or_anything_else_of_it(at: &Installation) {
        // Eve registers first: she is the operator.
        let eve = at.register("eve").await;
        let of = adas(at).await;
        let before = at.services.published().snapshot().await.unwrap().deployments;

        groups(at, &eve, &of).await;
        revisions(at, &eve, &of).await;
        apis(at, &eve, &of).await;
        let region = of.group.region;
        assert_eq!(at.services.api_groups().list(&eve, region, all()).await.unwrap().total, 0);
        assert_eq!(at.services.access_keys().list(&eve, all()).await.unwrap().total, 0);
        assert_eq!(at.services.access_auths().list(&eve, all()).await.unwrap().total, 0);
        assert_eq!(at.services.subscription_keys().list(&eve, all()).await.unwrap().total, 0);
        assert_eq!(at.services.platform_keys().list(&eve, all()).await.unwrap().total, 0);
        for kind in [AccessAuthType::AccessKey, AccessAuthType::SubscriptionKey, AccessAuthType::PlatformKey] {
            let own = at.services.access_auths().own_callers(&eve, kind).await.unwrap();
            assert_eq!(own, []);
        }
        let authorized = at.services.authorized_groups().list(&eve, all()).await;
        assert_eq!(authorized.unwrap().total, 0);
        deployments(at, &eve, &of).await;
        access(at, &eve, &of).await;
        policies(at, &eve, &of).await;

        // And nothing of Ada's changed.
        let after = at.services.published().snapshot().await.unwrap().deployments;
        assert!(before.iter().all(|deployment| after.contains(deployment)));
        let summary = at.services.api_groups().get(&of.ada, &of.group.id).await.unwrap();
        assert_eq!((summary.group, summary.latest_revision), (of.group, number("0.0.2")));
        assert_eq!(at.services.access_keys().get(&of.ada, &of.key.id).await.unwrap(), of.key);
        let (ada, id) = (&of.ada, &of.platform_key.id);
        assert_eq!(at.services.platform_keys().get(ada, id).await.unwrap(), of.platform_key);
        let (ada, id) = (&of.ada, &of.subscription_key.id);
        assert_eq!(at.services.subscription_keys().get(ada, id).await.unwrap(), of.subscription_key);
        assert_eq!(at.services.access_auths().get(&of.ada, &of.auth.id).await.unwrap(), of.auth);
    }
}
