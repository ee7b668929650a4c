//! Mapping: the backend is sent what the API says instead of what was received, and the caller the like of the answer.

use super::support::{ONLINE, World, address, api, assert_refused, echoed_headers, petstore};
use domain::{
    Api, ApiMapping, BackendParameter, BackendService, BackendSigningKey, Environment,
    HeaderChange, Method, Parameter, ParameterLocation, ParameterSource, ParameterType, Secret,
};
use gateway::GatewaySettings;
use http::Request;
use testkit::{Behaviour, TestResponse};

use ParameterLocation::{Header, Path, Query};

fn parameter(location: ParameterLocation, name: &str, source: ParameterSource) -> BackendParameter {
    BackendParameter { location, name: name.to_owned(), source }
}

fn constant(value: &str) -> ParameterSource {
    ParameterSource::Constant { value: value.to_owned() }
}

fn of(location: ParameterLocation, name: &str) -> ParameterSource {
    ParameterSource::Request { location, name: name.to_owned() }
}

/// PetStore with one more API, `METHOD /path`, that maps.
async fn world(route: &str, mapping: ApiMapping) -> World {
    let mut mapped = api("mapped", route);
    mapped.definition.mapping = mapping;
    world_with(mapped, false).await
}

async fn world_with(mut mapped: Api, strip_prefix: bool) -> World {
    mapped.definition.complete_path_parameters();
    mapped.definition.validate().unwrap();
    World::with(GatewaySettings::default(), |backend| {
        let service = BackendService::Single { address: address(backend) };
        let mut deployment = petstore(Environment::Online, service);
        deployment.content.settings.strip_prefix = strip_prefix;
        deployment.content.apis = vec![mapped];
        vec![deployment]
    })
    .await
}

async fn send(world: &World, target: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::builder().uri(target).header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

async fn target(world: &World, target: &str) -> String {
    send(world, target, &[]).await.json()["target"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_backend_is_asked_by_its_own_method_and_path() {
    let mapping = ApiMapping {
        method: Some(Method::Put),
        path: Some("/v2/animals/{petId}/by/{shop}".parse().unwrap()),
        parameters: vec![parameter(Path, "shop", of(Query, "shop"))],
        ..ApiMapping::default()
    };
    let world = world("GET /pets/{petId}", mapping).await;
    let seen = send(&world, "/petstore/pets/a%20b%2Fc?shop=%E4%BD%A0+x&q=1%202", &[]).await.json();
    assert_eq!(seen["method"], "PUT");
    // What is moved to the path is in the query no more; the rest is as it was received.
    assert_eq!(seen["target"], "/v2/animals/a%20b%2Fc/by/%E4%BD%A0%20x?q=1%202");
}

#[tokio::test]
async fn a_value_that_would_lead_to_another_place_is_refused() {
    let mapping = ApiMapping {
        path: Some("/v2/{shop}/x".parse().unwrap()),
        parameters: vec![parameter(Path, "shop", of(Query, "shop"))],
        ..ApiMapping::default()
    };
    let world = world("GET /pets", mapping).await;
    for query in
        ["", "?shop=", "?shop=..", "?shop=.", "?shop=a%2F..%2Fb", "?shop=%00", "?shop=..%5Cx"]
    {
        let response = send(&world, &format!("/petstore/pets{query}"), &[]).await;
        let message = "a parameter cannot be part of the backend's path";
        assert_refused(&response, 400, "HTTP_BAD_REQUEST", message);
    }
    assert_eq!(world.backend.requests(), 0);
    assert_eq!(target(&world, "/petstore/pets?shop=a%2Fb").await, "/v2/a%2Fb/x");
}

#[tokio::test]
async fn what_follows_a_prefix_follows_the_backends_path() {
    let mapping = ApiMapping { path: Some("/v2/all".parse().unwrap()), ..ApiMapping::default() };
    let mut mapped = api("mapped", "GET /any…");
    mapped.definition.mapping = mapping;
    for strip_prefix in [false, true] {
        let world = world_with(mapped.clone(), strip_prefix).await;
        assert_eq!(target(&world, "/petstore/any/a%20b/c?x=1").await, "/v2/all/a%20b/c?x=1");
        assert_eq!(target(&world, "/petstore/any").await, "/v2/all");
        assert_eq!(target(&world, "/petstore/any/").await, "/v2/all/");
    }
}

#[tokio::test]
async fn parameters_are_moved_between_path_query_and_headers() {
    let mapping = ApiMapping {
        parameters: vec![
            parameter(Header, "X-Pet", of(Path, "petId")),
            parameter(Query, "token", of(Header, "X-Token")),
            parameter(Header, "X-Tag", of(Query, "tag")),
            parameter(Query, "new name", of(Query, "old")),
        ],
        ..ApiMapping::default()
    };
    let world = world("GET /pets/{petId}", mapping).await;
    let request = "/petstore/pets/a%20b?tag=1&keep=%2B&tag=2&old=%E4%BD%A0&new+name=forged";
    let response = send(&world, request, &[("x-token", "s/t"), ("x-pet", "forged")]).await;
    assert_eq!(
        response.json()["target"],
        "/petstore/pets/a%20b?keep=%2B&token=s%2Ft&new%20name=%E4%BD%A0"
    );
    let headers = echoed_headers(&response);
    assert_eq!(headers["x-pet"], "a b");
    assert_eq!(headers.get_all("x-tag").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert!(!headers.contains_key("x-token"));
}

#[tokio::test]
async fn a_constant_is_sent_whatever_the_caller_sends() {
    let mapping = ApiMapping {
        parameters: vec![
            parameter(Query, "version", constant("2 beta")),
            parameter(Header, "X-Source", constant("gateway")),
            parameter(Query, "debug", ParameterSource::Removed),
            parameter(Header, "X-Debug", ParameterSource::Removed),
        ],
        ..ApiMapping::default()
    };
    let world = world("GET /pets", mapping).await;
    let headers = [("x-source", "forged"), ("x-debug", "1"), ("x-other", "kept")];
    let response = send(&world, "/petstore/pets?v%65rsion=9&debug&x=1", &headers).await;
    assert_eq!(response.json()["target"], "/petstore/pets?x=1&version=2%20beta");
    let headers = echoed_headers(&response);
    assert_eq!(headers.get_all("x-source").iter().collect::<Vec<_>>(), ["gateway"]);
    assert!(!headers.contains_key("x-debug") && headers["x-other"] == "kept");
}

#[tokio::test]
async fn a_declared_default_stands_in_for_what_is_absent() {
    let mut mapped = api("mapped", "GET /pets");
    mapped.definition.parameters = vec![Parameter {
        name: "limit".to_owned(),
        location: Query,
        r#type: ParameterType::Integer,
        required: false,
        default_value: "10".to_owned(),
        description: String::new(),
        schema: None,
    }];
    mapped.definition.mapping.parameters = vec![
        parameter(Header, "X-Limit", of(Query, "limit")),
        parameter(Header, "X-Offset", of(Query, "offset")),
    ];
    let world = world_with(mapped, false).await;
    let headers = echoed_headers(&send(&world, "/petstore/pets", &[]).await);
    assert_eq!(headers["x-limit"], "10");
    assert!(!headers.contains_key("x-offset"));
    let headers = echoed_headers(&send(&world, "/petstore/pets?limit=3&offset=4", &[]).await);
    assert_eq!(
        (&headers["x-limit"].to_str().unwrap(), &headers["x-offset"].to_str().unwrap()),
        (&"3", &"4")
    );
}

#[tokio::test]
async fn a_value_that_no_header_can_have_is_refused() {
    let mapping = ApiMapping {
        parameters: vec![parameter(Header, "X-Tag", of(Query, "tag"))],
        ..ApiMapping::default()
    };
    let world = world("GET /pets", mapping).await;
    let response = send(&world, "/petstore/pets?tag=a%0d%0aHost:b", &[]).await;
    assert_refused(
        &response,
        400,
        "HTTP_BAD_REQUEST",
        "a parameter cannot be the value of a header",
    );
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn headers_of_the_answer_are_set_and_removed() {
    let change = |name: &str, value: Option<&str>| HeaderChange {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    let mapping = ApiMapping {
        response_headers: vec![change("Server", None), change("X-Version", Some("2"))],
        ..ApiMapping::default()
    };
    let world = world("GET /pets", mapping).await;
    world.backend.behave(Behaviour::Answer {
        status: 200,
        headers: vec![
            ("server".to_owned(), "secret/1.0".to_owned()),
            ("x-version".to_owned(), "1".to_owned()),
            ("x-kept".to_owned(), "yes".to_owned()),
        ],
        body: "{}".into(),
    });
    let response = send(&world, "/petstore/pets", &[]).await;
    assert_eq!(response.header("server"), "");
    assert_eq!((response.header("x-version"), response.header("x-kept")), ("2", "yes"));
}

#[tokio::test]
async fn what_is_signed_is_what_was_mapped() {
    let mut mapped = api("mapped", "GET /pets");
    mapped.definition.mapping =
        ApiMapping { path: Some("/v2".parse().unwrap()), ..ApiMapping::default() };
    let plain = api("plain", "GET /v2");
    let world = World::with(GatewaySettings::default(), |backend| {
        let service = BackendService::Single { address: address(backend) };
        let mut deployment = petstore(Environment::Online, service);
        deployment.content.settings.prefix = String::new();
        deployment.content.apis = vec![mapped, plain];
        deployment.policies.backend_signature =
            Some(BackendSigningKey { access_key: "AK".into(), secret: Secret::new("SK") });
        vec![deployment]
    })
    .await;
    let verified = async |target: &str| {
        let received = super::backend_signature::Received::echoed(&send(&world, target, &[]).await);
        assert_eq!(received.path, "/v2");
        received.verify("SK")
    };
    assert!(verified("/v2").await && verified("/pets").await);
}
