//! Dynamic routing: which backend a request reaches, by its header and query parameters.

use super::support::{GROUP, ONLINE, TEST, World, address, api, petstore, signed_petstore};
use domain::{
    ApiBackend, BackendConfig, BackendService, Environment, PublishedDeployment, SimpleParameter,
    Timestamp,
};
use gateway::GatewaySettings;
use http::{Method, Request};
use testkit::{MockBackend, TestResponse};

/// Conditions: `x-name: value` is one on a header, `name=value` one on a query parameter.
pub(crate) fn rule(sort: u32, conditions: &[&str], backend: BackendService) -> BackendConfig {
    let of = |separator: &str| -> Vec<SimpleParameter> {
        let pairs = conditions.iter().filter_map(|condition| condition.split_once(separator));
        pairs
            .map(|(name, value)| SimpleParameter { name: name.into(), value: value.into() })
            .collect()
    };
    BackendConfig {
        id: format!("route-{sort:012}").parse().unwrap(),
        api_group_id: GROUP.parse().unwrap(),
        environment: Environment::Online,
        sort,
        header_params: of(": "),
        query_params: of("="),
        backend,
        description: String::new(),
        created_at: Timestamp(0),
    }
}

fn single(backend: &MockBackend) -> BackendService {
    BackendService::Single { address: address(backend) }
}

/// PetStore with these rules.
fn routed(backend: BackendService, rules: Vec<BackendConfig>) -> PublishedDeployment {
    let mut deployment = petstore(Environment::Online, backend);
    deployment.policies.routes = rules;
    deployment
}

async fn send(world: &World, target: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::builder().method(Method::GET).uri(target).header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

#[tokio::test]
async fn the_first_rule_that_fits_decides_and_else_the_default_backend() {
    let (first, second) = (MockBackend::start().await, MockBackend::start().await);
    let world = World::with(GatewaySettings::default(), |default| {
        let rules = vec![
            rule(1, &["X-Canary: yes", "version=v 2"], single(&first)),
            rule(2, &["x-canary: yes"], single(&second)),
        ];
        vec![routed(single(default), rules)]
    })
    .await;
    let canary = [("x-canary", "yes")];
    for (target, headers, reached) in [
        ("/petstore/pets?version=v%202", &canary[..], 1),
        ("/petstore/pets?version=v+2&x=1", &canary, 1),
        ("/petstore/pets?version=v1&%76ersion=v%202", &canary, 1),
        ("/petstore/pets?version=v%201", &canary, 2),
        ("/petstore/pets", &[("X-CANARY", "yes")], 2),
        ("/petstore/pets", &[("x-canary", "no"), ("x-canary", "yes")], 2),
        ("/petstore/pets", &[("x-canary", "YES")], 0),
        ("/petstore/pets", &[("x-canary", "yes, no")], 0),
        ("/petstore/pets?version=v%202", &[], 0),
        ("/petstore/pets?Version=v%202", &[], 0),
        ("/petstore/pets", &[], 0),
    ] {
        let before = [world.backend.requests(), first.requests(), second.requests()];
        let response = send(&world, target, headers).await;
        // Only the backend is another: the request is what it was.
        assert_eq!(response.json()["target"], target);
        let after = [world.backend.requests(), first.requests(), second.requests()];
        let asked: Vec<usize> = (0..3).filter(|n| after[*n] != before[*n]).collect();
        assert_eq!(asked, [reached], "{target} {headers:?}");
    }
}

#[tokio::test]
async fn an_api_with_a_backend_of_its_own_keeps_it() {
    let (own, canary) = (MockBackend::start().await, MockBackend::start().await);
    let world = World::with(GatewaySettings::default(), |default| {
        let rules = vec![rule(1, &["x-canary: yes"], single(&canary))];
        let mut deployment = routed(single(default), rules);
        let mut special = api("special", "GET /special");
        special.definition.backend = ApiBackend::Http { address: address(&own) };
        let mut mocked = api("mocked", "GET /mocked");
        mocked.definition.backend = ApiBackend::Mock;
        deployment.content.apis.extend([special, mocked]);
        vec![deployment]
    })
    .await;
    let headers = [("x-canary", "yes")];
    assert_eq!(send(&world, "/petstore/special", &headers).await.status.as_u16(), 200);
    assert_eq!(send(&world, "/petstore/mocked", &headers).await.status.as_u16(), 200);
    assert_eq!((own.requests(), canary.requests(), world.backend.requests()), (1, 0, 0));
    send(&world, "/petstore/pets", &headers).await;
    assert_eq!((own.requests(), canary.requests(), world.backend.requests()), (1, 1, 0));
}

#[tokio::test]
async fn a_rule_leads_to_a_mock_and_away_from_one() {
    let real = MockBackend::start().await;
    let world = World::with(GatewaySettings::default(), |default| {
        vec![routed(single(default), vec![rule(1, &["mock=1"], BackendService::Mock)])]
    })
    .await;
    let mocked = send(&world, "/petstore/pets?mock=1", &[]).await;
    assert_eq!((mocked.status.as_u16(), world.backend.requests()), (200, 0));
    send(&world, "/petstore/pets?mock=0", &[]).await;
    assert_eq!(world.backend.requests(), 1);

    let world = World::with(GatewaySettings::default(), |_| {
        vec![routed(BackendService::Mock, vec![rule(1, &["real=1"], single(&real))])]
    })
    .await;
    send(&world, "/petstore/pets", &[]).await;
    assert_eq!(real.requests(), 0);
    send(&world, "/petstore/pets?real=1", &[]).await;
    assert_eq!(real.requests(), 1);
}

#[tokio::test]
async fn a_rule_opens_no_way_around_the_signature() {
    let canary = MockBackend::start().await;
    let world = World::with(GatewaySettings::default(), |default| {
        let mut deployment = signed_petstore(Environment::Online, default);
        deployment.policies.routes = vec![rule(1, &["x-canary: yes"], single(&canary))];
        vec![deployment]
    })
    .await;
    let refused = send(&world, "/petstore/pets", &[("x-canary", "yes")]).await;
    assert_eq!((refused.status.as_u16(), canary.requests()), (401, 0));
}

#[tokio::test]
async fn rules_act_in_their_environment_alone_and_from_one_call_to_the_next() {
    let canary = MockBackend::start().await;
    let world = World::with(GatewaySettings::default(), |default| {
        let mut test = petstore(Environment::Test, single(default));
        test.policies.routes = vec![rule(1, &["x=1"], single(&canary))];
        vec![test, petstore(Environment::Online, single(default))]
    })
    .await;
    world.client.get(ONLINE, "/petstore/pets?x=1").await;
    assert_eq!((canary.requests(), world.backend.requests()), (0, 1));
    world.client.get(TEST, "/petstore/pets?x=1").await;
    assert_eq!((canary.requests(), world.backend.requests()), (1, 1));

    let without = petstore(Environment::Test, single(&world.backend));
    let place = (GROUP.parse().unwrap(), Environment::Test);
    let next = world.gateway.snapshot().apply(vec![(place, Some(without))], Vec::new());
    world.gateway.replace(next);
    world.client.get(TEST, "/petstore/pets?x=1").await;
    assert_eq!((canary.requests(), world.backend.requests()), (1, 2));
}
