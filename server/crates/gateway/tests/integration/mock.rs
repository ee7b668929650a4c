//! Mocks answer samples, to anybody, and are never forwarded.

use super::support::{ONLINE, World, address, api, signed_petstore};
use domain::{ApiBackend, BackendService, Environment};
use gateway::GatewaySettings;
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_mock_answers_a_sample_of_the_response_to_anybody() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut deployment = signed_petstore(Environment::Online, backend);
        deployment.backend = BackendService::Mock;
        let get = &mut deployment.content.apis.iter_mut().find(|api| api.definition.name == "get").unwrap().definition;
        get.response_body.schema = Some(json!({"type": "object", "properties": {
            "id": {"type": "integer", "example": 7}, "name": {"type": "string", "default": "Tom"}}}));
        vec![deployment]
    })
    .await;
    let response = world.client.get(ONLINE, "/petstore/pets/1").await;
    assert_eq!(
        (response.status.as_u16(), response.header("content-type")),
        (200, "application/json")
    );
    assert_eq!(response.json(), json!({"id": 7, "name": "Tom"}));
    assert_eq!(response.header("x-jdcloud-request-id").len(), 32);
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.json(), json!({}));
    let head = world.client.request(Method::HEAD, ONLINE, "/petstore/pets").await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length"), head.body.len()),
        (200, "2", 0)
    );
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn one_api_may_be_a_mock_and_one_may_be_real() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut mixed = signed_petstore(Environment::Online, backend);
        let mut mock = api("mock", "GET /mock");
        mock.definition.backend = ApiBackend::Mock;
        mixed.content.apis.push(mock);
        let mut mocked = signed_petstore(Environment::Test, backend);
        mocked.backend = BackendService::Mock;
        mocked.content.settings.auth_type = domain::AuthType::None;
        let mut real = api("real", "GET /real");
        real.definition.backend = ApiBackend::Http { address: address(backend) };
        mocked.content.apis.push(real);
        vec![mixed, mocked]
    })
    .await;
    assert_eq!(world.client.get(ONLINE, "/petstore/mock").await.json(), json!({}));
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 401);
    assert_eq!(world.client.get(super::support::TEST, "/petstore/pets").await.json(), json!({}));
    assert_eq!(world.backend.requests(), 0);
    assert_eq!(
        world.client.get(super::support::TEST, "/petstore/real").await.json()["target"],
        "/petstore/real"
    );
}
