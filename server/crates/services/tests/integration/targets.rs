//! Several backends of a deployment: what is published of them, and how they do.

use crate::support::{Installation, invalid, new_publish, on_both_databases};
use domain::{
    ActiveCheck, BackendService, BalancedBackend, Balancing, CallLimits, Environment, NewPublish,
    PassiveCheck, Target, TargetHealth, TargetStatus,
};

fn several() -> BalancedBackend {
    let target = |port: u16| Target {
        address: format!("http://10.0.0.7:{port}").parse().unwrap(),
        weight: 2,
    };
    BalancedBackend {
        targets: vec![target(9001), target(9002)],
        balancing: Balancing::Header { name: "x-user".into() },
        limits: CallLimits { total_ms: Some(900), ..CallLimits::default() },
        retry_statuses: true,
        passive: Some(PassiveCheck::default()),
        active: Some(ActiveCheck::default()),
        ..BalancedBackend::of("http://10.0.0.7:9001".parse().unwrap())
    }
}

fn publish(backend: BalancedBackend) -> NewPublish {
    let backend = BackendService::Balanced(backend);
    NewPublish { backend, ..new_publish("0.0.1", Environment::Test) }
}

on_both_databases! {
    async fn the_gateway_is_told_all_that_was_published_of_several_backends(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        let deployments = at.services.deployments();
        deployments.publish(&ada, &group.id, publish(several())).await.unwrap();
        let served = at.services.published().snapshot().await.unwrap().deployments;
        assert_eq!(served[0].backend, BackendService::Balanced(several()));
        let query = domain::PageQuery::default();
        let history = deployments.history(&ada, &group.id, Environment::Test, query).await.unwrap();
        let fields = history.rows[0].difference.settings.iter();
        let fields: Vec<&str> = fields.map(|change| change.field.as_str()).collect();
        assert_eq!(fields[..4], ["backend", "backend.balancing", "backend.totalMs", "backend.retryStatuses"]);
        assert_eq!(history.rows[0].backend, served[0].backend);
    }
}

#[tokio::test]
async fn addresses_that_break_a_rule_are_not_published() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let mut twice = several();
    twice.targets[1] = twice.targets[0].clone();
    twice.limits.retries = Some(6);
    let refused = at.services.deployments().publish(&ada, &group.id, publish(twice)).await;
    assert_eq!(invalid(refused), ["targets[1].address", "retries"]);
}

#[tokio::test]
async fn a_deployment_is_listed_with_how_its_backends_do() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let deployments = at.services.deployments();
    let list = async || deployments.list(&ada, &group.id).await.unwrap().remove(0).targets;
    assert_eq!(list().await, []);
    let status = TargetStatus {
        address: "http://10.0.0.7:9001".parse().unwrap(),
        health: TargetHealth::Ejected,
        calls: 3,
    };
    let (known, told) = (group.id.clone(), status.clone());
    at.services.targets().told_by(move |group, environment| {
        let is_it = *group == known && environment == Environment::Test;
        if is_it { vec![told.clone()] } else { Vec::new() }
    });
    assert_eq!(list().await, [status]);
}
