//! Rate limit and IP policies: made, bound, replaced, deleted; and the gateway is told.

use crate::support::{Installation, all, conflict, invalid, on_both_databases};
use domain::{
    ApiGroup, DeploymentId, DeploymentPolicies, Environment, IpAction, IpRules, NewIpPolicy,
    NewRateLimitPolicy, PolicyKind, RateLimits, Region, TimeUnit,
};
use services::{Caller, Noun, ServiceError};

const REGION: Region = Region::CnNorth1;

fn slow(name: &str, group: u32) -> NewRateLimitPolicy {
    NewRateLimitPolicy {
        name: name.into(),
        description: String::new(),
        limits: RateLimits {
            unit: TimeUnit::Minute,
            group,
            access_key: None,
            api: None,
            address: None,
        },
    }
}

fn office(range: &str) -> NewIpPolicy {
    let ranges = vec![range.parse().unwrap()];
    let rules = IpRules { action: IpAction::Allow, ranges };
    NewIpPolicy { name: "office".into(), description: String::new(), rules }
}

/// PetStore in test, with the id of that deployment.
async fn published(at: &Installation, caller: &Caller) -> (ApiGroup, DeploymentId) {
    let group = at.published_group(caller, "PetStore").await;
    let live = at.services.deployments().list(caller, &group.id).await.unwrap();
    (group, live[0].deployment.id.clone())
}

/// What the gateway is told since `before` about the only deployment that changed.
async fn told(at: &Installation, before: i64) -> DeploymentPolicies {
    let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
    let [(_, Some(now))] = &changes.deployments[..] else { panic!("{changes:?}") };
    now.policies.clone()
}

on_both_databases! {
    async fn what_is_bound_updated_or_unbound_is_told_to_the_gateway(at: &Installation) {
        let ada = at.register("ada").await;
        let (_, test) = published(at, &ada).await;
        let policies = at.services.rate_limit_policies();
        let policy = policies.create(&ada, REGION, slow("slow", 100)).await.unwrap();
        let before = at.latest_change().await;
        let bound = policies.bind(&ada, &policy.id, std::slice::from_ref(&test)).await.unwrap();
        assert_eq!(bound.bound[0].deployment_id, test);
        assert_eq!(told(at, before).await.rate_limits, Some(policy.limits));

        let before = at.latest_change().await;
        policies.update(&ada, &policy.id, slow("slower", 50)).await.unwrap();
        assert_eq!(told(at, before).await.rate_limits.map(|limits| limits.group), Some(50));

        let before = at.latest_change().await;
        policies.bind(&ada, &policy.id, &[]).await.unwrap();
        assert_eq!(told(at, before).await, DeploymentPolicies::default());
    }

    async fn an_ip_policy_is_told_beside_a_rate_limit(at: &Installation) {
        let ada = at.register("ada").await;
        let (_, test) = published(at, &ada).await;
        let (limits, ips) = (at.services.rate_limit_policies(), at.services.ip_policies());
        let slow = limits.create(&ada, REGION, slow("office", 100)).await.unwrap();
        let office = ips.create(&ada, REGION, office("10.0.0.0/8")).await.unwrap();
        let wanted = std::slice::from_ref(&test);
        limits.bind(&ada, &slow.id, wanted).await.unwrap();
        let before = at.latest_change().await;
        ips.bind(&ada, &office.id, wanted).await.unwrap();
        let expected = DeploymentPolicies {
            rate_limits: Some(slow.limits),
            ip_rules: Some(office.rules),
            ..DeploymentPolicies::default()
        };
        assert_eq!(told(at, before).await, expected);
    }

    async fn binding_another_policy_replaces_the_first_at_once(at: &Installation) {
        let ada = at.register("ada").await;
        let (group, test) = published(at, &ada).await;
        let policies = at.services.rate_limit_policies();
        let first = policies.create(&ada, REGION, slow("first", 100)).await.unwrap();
        let second = policies.create(&ada, REGION, slow("second", 200)).await.unwrap();
        policies.bind(&ada, &first.id, std::slice::from_ref(&test)).await.unwrap();
        let (available, bound) = policies.bindable(&ada, &second.id).await.unwrap();
        assert_eq!((available.len(), bound.len()), (1, 0));
        assert_eq!(available[0].replaces.as_deref(), Some("first"));

        policies.bind(&ada, &second.id, std::slice::from_ref(&test)).await.unwrap();
        assert_eq!(policies.get(&ada, &first.id).await.unwrap().bound, []);
        let (available, bound) = policies.bindable(&ada, &second.id).await.unwrap();
        assert_eq!((available.len(), bound.len()), (0, 1));
        assert_eq!(bound[0].replaces, None);
        let live = at.services.deployments().list(&ada, &group.id).await.unwrap();
        let [shown] = &live[0].policies[..] else { panic!("{live:?}") };
        assert_eq!((shown.kind, shown.name.as_str()), (PolicyKind::RateLimit, "second"));
    }

    async fn a_binding_stays_over_publish_switch_and_offline(at: &Installation) {
        let ada = at.register("ada").await;
        let (group, test) = published(at, &ada).await;
        let policies = at.services.rate_limit_policies();
        let policy = policies.create(&ada, REGION, slow("slow", 100)).await.unwrap();
        policies.bind(&ada, &policy.id, std::slice::from_ref(&test)).await.unwrap();
        at.revision(&ada, &group, "0.0.2", "0.0.1").await;
        let before = at.latest_change().await;
        at.publish(&ada, &group, "0.0.2", Environment::Test).await;
        assert_eq!(told(at, before).await.rate_limits, Some(policy.limits));
        let deployments = at.services.deployments();
        deployments.take_offline(&ada, &group.id, Environment::Test, "").await.unwrap();
        assert_eq!(policies.get(&ada, &policy.id).await.unwrap().bound.len(), 1);
        let before = at.latest_change().await;
        at.publish(&ada, &group, "0.0.1", Environment::Test).await;
        assert_eq!(told(at, before).await.rate_limits, Some(policy.limits));
    }

    async fn what_is_bound_cannot_be_deleted(at: &Installation) {
        let ada = at.register("ada").await;
        let (_, test) = published(at, &ada).await;
        let ips = at.services.ip_policies();
        let policy = ips.create(&ada, REGION, office("10.0.0.0/8")).await.unwrap();
        ips.bind(&ada, &policy.id, &[test]).await.unwrap();
        let refused = conflict(ips.delete(&ada, &policy.id).await);
        assert_eq!(refused.message_zh, "删除前需要先解除所有绑定关系，否则无法删除。");
        ips.bind(&ada, &policy.id, &[]).await.unwrap();
        ips.delete(&ada, &policy.id).await.unwrap();
        let gone = ips.get(&ada, &policy.id).await;
        assert_eq!(gone, Err(ServiceError::NotFound { what: Noun::IpPolicy }));
        let last = at.audit_log().await.pop().unwrap();
        assert_eq!((last.verb.as_str(), last.object_kind.as_str()), ("delete", "ip_policy"));
    }

    async fn a_policy_is_bound_in_its_own_region_only(at: &Installation) {
        let ada = at.register("ada").await;
        let (_, test) = published(at, &ada).await;
        let policies = at.services.rate_limit_policies();
        let policy = policies.create(&ada, Region::CnEast1, slow("far", 100)).await.unwrap();
        assert_eq!(policies.bindable(&ada, &policy.id).await.unwrap(), (vec![], vec![]));
        let refused = policies.bind(&ada, &policy.id, &[test]).await;
        assert_eq!(refused, Err(ServiceError::NotFound { what: Noun::Deployment }));
        assert_eq!(policies.list(&ada, REGION, all()).await.unwrap().total, 0);
        assert_eq!(policies.list(&ada, Region::CnEast1, all()).await.unwrap().total, 1);
    }

    async fn broken_rules_and_taken_names_are_refused(at: &Installation) {
        let ada = at.register("ada").await;
        let policies = at.services.rate_limit_policies();
        assert_eq!(
            invalid(policies.create(&ada, REGION, slow("a b", 0)).await),
            ["policyName", "apiLimitCount"]
        );
        let policy = policies.create(&ada, REGION, slow("slow", 1)).await.unwrap();
        policies.create(&ada, REGION, slow("fast", 2)).await.unwrap();
        let taken = conflict(policies.create(&ada, REGION, slow("slow", 1)).await);
        assert_eq!(taken.field, "policyName");
        let taken = conflict(policies.update(&ada, &policy.id, slow("fast", 1)).await);
        assert_eq!(taken.field, "policyName");
    }
}
