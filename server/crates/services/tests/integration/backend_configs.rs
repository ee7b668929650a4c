//! The rules of dynamic routing: their order, where they act, and what the gateway is told.

use crate::support::{Installation, backend, conflict, invalid, on_both_databases};
use domain::{
    ApiBackend, ApiGroup, BackendConfig, BackendService, Environment, EnvironmentRoutes,
    NewBackendConfig, SimpleParameter,
    backend_config::{Direction, RULES_MAX},
};
use services::{Caller, Noun, ServiceError};

const TEST: Environment = Environment::Test;

fn new(value: &str) -> NewBackendConfig {
    NewBackendConfig {
        header_params: vec![SimpleParameter { name: "X-Canary".into(), value: value.into() }],
        query_params: Vec::new(),
        backend: backend(9001),
        description: String::new(),
    }
}

async fn create(at: &Installation, caller: &Caller, group: &ApiGroup, name: &str) -> BackendConfig {
    at.services.backend_configs().create(caller, &group.id, TEST, new(name)).await.unwrap()
}

async fn test_routes(at: &Installation, caller: &Caller, group: &ApiGroup) -> EnvironmentRoutes {
    let all = at.services.backend_configs().list(caller, &group.id).await.unwrap();
    assert_eq!(all.iter().map(|one| one.environment).collect::<Vec<_>>(), Environment::ALL);
    all.into_iter().next().unwrap()
}

/// The values that the rules of the test environment ask for, in their order, and their places.
async fn order(at: &Installation, caller: &Caller, group: &ApiGroup) -> Vec<(u32, String)> {
    let told = |rule: BackendConfig| (rule.sort, rule.header_params[0].value.clone());
    test_routes(at, caller, group).await.rules.into_iter().map(told).collect()
}

/// The rules of each environment, as a gateway that starts now is told.
async fn told(at: &Installation, environment: Environment) -> Vec<BackendConfig> {
    let all = at.services.published().snapshot().await.unwrap().deployments;
    let found = all.into_iter().find(|one| one.environment == environment);
    found.map(|one| one.policies.routes).unwrap_or_default()
}

on_both_databases! {
    async fn each_change_of_a_rule_is_told_to_the_gateway_in_its_environment(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        let routes = at.services.backend_configs();
        let places = async |before: i64| {
            let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
            let told = changes.deployments.into_iter();
            told.map(|((_, environment), now)| (environment, now.unwrap().policies.routes.len()))
                .collect::<Vec<_>>()
        };
        let mut before = at.latest_change().await;
        let first = create(at, &ada, &group, "1").await;
        let second = create(at, &ada, &group, "2").await;
        assert_eq!(places(before).await, [(TEST, 2)]);
        assert_eq!(told(at, Environment::Online).await, []);

        before = at.latest_change().await;
        routes.move_one(&ada, &group.id, &second.id, Direction::Up).await.unwrap();
        assert_eq!(places(before).await, [(TEST, 2)]);
        assert_eq!(told(at, TEST).await[0].id, second.id);

        before = at.latest_change().await;
        routes.update(&ada, &group.id, &first.id, new("changed")).await.unwrap();
        assert_eq!(places(before).await, [(TEST, 2)]);
        assert_eq!(told(at, TEST).await[1].header_params, new("changed").header_params);

        before = at.latest_change().await;
        routes.delete(&ada, &group.id, &second.id).await.unwrap();
        assert_eq!(places(before).await, [(TEST, 1)]);
    }

    async fn rules_keep_their_order_and_have_no_gaps(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let routes = at.services.backend_configs();
        let a = create(at, &ada, &group, "a").await;
        let b = create(at, &ada, &group, "b").await;
        let c = create(at, &ada, &group, "c").await;
        let placed = |names: &[&str]| {
            (1..).zip(names.iter().map(|name| (*name).to_owned())).collect::<Vec<(u32, String)>>()
        };
        assert_eq!(order(at, &ada, &group).await, placed(&["a", "b", "c"]));
        for (id, direction, expected) in [
            (&c.id, Direction::Up, ["a", "c", "b"]),
            (&a.id, Direction::Up, ["a", "c", "b"]),
            (&a.id, Direction::Down, ["c", "a", "b"]),
            (&b.id, Direction::Down, ["c", "a", "b"]),
        ] {
            routes.move_one(&ada, &group.id, id, direction).await.unwrap();
            assert_eq!(order(at, &ada, &group).await, placed(&expected));
        }
        routes.delete(&ada, &group.id, &a.id).await.unwrap();
        create(at, &ada, &group, "d").await;
        assert_eq!(order(at, &ada, &group).await, placed(&["c", "b", "d"]));
    }

    async fn rules_outlive_publishes(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        // Before the first publish, too.
        let rule = create(at, &ada, &group, "1").await;
        at.publish(&ada, &group, "0.0.1", TEST).await;
        assert_eq!(told(at, TEST).await, std::slice::from_ref(&rule));
        at.services.deployments().take_offline(&ada, &group.id, TEST, "").await.unwrap();
        at.publish(&ada, &group, "0.0.1", TEST).await;
        assert_eq!(told(at, TEST).await, [rule]);
    }
}

#[tokio::test]
async fn the_default_backend_and_the_apis_that_no_rule_touches_are_told() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let offline = test_routes(&at, &ada, &group).await;
    assert_eq!((offline.default_backend, offline.apis_with_own_backend), (None, 0));
    at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    let mut own = crate::support::definition("own", domain::Method::Get, "/own");
    own.backend = ApiBackend::Mock;
    at.services.apis().create(&ada, &group.id, "0.0.1".parse().unwrap(), own).await.unwrap();
    at.publish(&ada, &group, "0.0.1", TEST).await;
    let live = test_routes(&at, &ada, &group).await;
    assert_eq!((live.default_backend, live.apis_with_own_backend), (Some(backend(9000)), 1));
}

#[tokio::test]
async fn a_rule_without_conditions_and_one_too_many_are_refused() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let routes = at.services.backend_configs();
    let empty =
        NewBackendConfig { header_params: Vec::new(), backend: BackendService::Mock, ..new("1") };
    assert_eq!(invalid(routes.create(&ada, &group.id, TEST, empty.clone()).await), ["params"]);
    let rule = create(&at, &ada, &group, "1").await;
    assert_eq!(invalid(routes.update(&ada, &group.id, &rule.id, empty).await), ["params"]);
    for number in 1..RULES_MAX {
        create(&at, &ada, &group, &number.to_string()).await;
    }
    let refused = conflict(routes.create(&ada, &group.id, TEST, new("more")).await);
    assert_eq!(refused.message, "an environment has at most 100 rules");
    let elsewhere = routes.create(&ada, &group.id, Environment::Online, new("1")).await;
    assert_eq!(elsewhere.unwrap().sort, 1);
}

#[tokio::test]
async fn rules_of_another_accounts_group_are_not_found() {
    let at = Installation::on_sqlite().await;
    let (ada, eve) = (at.register("ada").await, at.register("eve").await);
    let group = at.group(&ada, "PetStore").await;
    let rule = create(&at, &ada, &group, "1").await;
    let routes = at.services.backend_configs();
    let none = Some(ServiceError::NotFound { what: Noun::ApiGroup });
    let id = &group.id;
    assert_eq!(routes.list(&eve, id).await.err(), none);
    assert_eq!(routes.get(&eve, id, &rule.id).await.err(), none);
    assert_eq!(routes.create(&eve, id, TEST, new("1")).await.err(), none);
    assert_eq!(routes.update(&eve, id, &rule.id, new("1")).await.err(), none);
    assert_eq!(routes.move_one(&eve, id, &rule.id, Direction::Up).await.err(), none);
    assert_eq!(routes.delete(&eve, id, &rule.id).await.err(), none);
    // Nor by way of a group of her own.
    let own = at.group(&eve, "Own").await;
    let none = Some(ServiceError::NotFound { what: Noun::BackendConfig });
    assert_eq!(routes.get(&eve, &own.id, &rule.id).await.err(), none);
    assert_eq!(routes.delete(&eve, &own.id, &rule.id).await.err(), none);
    assert_eq!(routes.get(&ada, id, &rule.id).await.unwrap(), rule);
}
