//! Functions: a call is posted to one as an event, and its answer is the caller's.

use super::support::{
    API_KEY, CALLER_PIN, Call, ONLINE, OWNER, World, api, assert_refused, no_ceiling, petstore,
    signed_petstore,
};
use domain::{ApiBackend, ApiMapping, BackendService, Environment};
use http::{Method, Request};
use serde_json::{Value, json};
use testkit::{Behaviour, MockBackend, TestResponse};

/// An API `METHOD /path` whose backend is the function at `/fn?v=LATEST` of `backend`.
fn function(route: &str, backend: &MockBackend) -> domain::Api {
    let mut api = api("function", route);
    let url = format!("{}/fn?v=LATEST", backend.url()).parse().unwrap();
    api.definition.backend = ApiBackend::Function { url };
    api.definition.complete_path_parameters();
    api
}

/// PetStore for anybody with one API, which is a function, changed by `change`.
async fn world(route: &str, change: impl FnOnce(&mut domain::Api)) -> World {
    World::with(no_ceiling(), |backend| {
        let mut deployment = petstore(Environment::Online, BackendService::Mock);
        let mut api = function(route, backend);
        change(&mut api);
        deployment.content.apis = vec![api];
        vec![deployment]
    })
    .await
}

fn answers(world: &World, answer: &Value) {
    world.backend.behave(Behaviour::Answer {
        status: 200,
        headers: Vec::new(),
        body: answer.to_string().into(),
    });
}

async fn post(world: &World, target: &str, body: impl Into<Vec<u8>>) -> TestResponse {
    let request = Request::post(target).header("host", ONLINE).header("x-tag", "1");
    let request = request.header("x-tag", "2").header("content-type", "text/plain");
    world.client.send(request.body(body.into()).unwrap()).await
}

fn event(world: &World) -> Value {
    serde_json::from_slice(&world.backend.last().unwrap().body).unwrap()
}

#[tokio::test]
async fn a_call_is_posted_as_an_event_and_the_functions_answer_is_the_callers() {
    let world = world("POST /pets/{petId}", |_| {}).await;
    answers(
        &world,
        &json!({
            "statusCode": 201,
            "headers": { "X-Made": "7", "Content-Type": "text/plain", "Content-Length": 99, "Connection": "close" },
            "body": "你好",
        }),
    );
    let response = post(&world, "/petstore/pets/a%20b?q=1&q=%32&flag", "Grüße").await;
    assert_eq!((response.status.as_u16(), &response.body[..]), (201, "你好".as_bytes()));
    assert_eq!((response.header("x-made"), response.header("content-type")), ("7", "text/plain"));
    assert_eq!(response.header("content-length"), "6");
    assert!(response.header("x-jdcloud-upstream-latency").parse::<u64>().is_ok());

    let received = world.backend.last().unwrap();
    assert_eq!((received.method.as_str(), received.target.as_str()), ("POST", "/fn?v=LATEST"));
    assert_eq!(received.header("content-type"), ["application/json"]);
    let event = event(&world);
    assert_eq!(
        (&event["version"], &event["source"], &event["detailType"]),
        (&"0".into(), &"apigateway".into(), &"ApiGatewayReceived".into())
    );
    assert_eq!(
        (&event["region"], &event["resources"]),
        (&"cn-north-1".into(), &json!(["jrn:apigateway:cn-north-1::api/function"]))
    );
    assert!(event["time"].as_str().unwrap().ends_with('Z'), "{event}");
    let detail = &event["detail"];
    assert_eq!(
        (&detail["path"], &detail["httpMethod"]),
        (&"/petstore/pets/a%20b".into(), &"POST".into())
    );
    assert_eq!(detail["pathParameters"], json!({ "petId": "a b" }));
    assert_eq!(detail["queryParameters"], json!({ "q": "1,2", "flag": "" }));
    assert_eq!((&detail["headers"]["x-tag"], &detail["body"]), (&"1,2".into(), &"Grüße".into()));
    let about = &detail["requestContext"];
    assert_eq!((&about["stage"], &about["sourceIp"]), (&"online".into(), &"127.0.0.1".into()));
    assert_eq!(about["requestId"], response.header("x-jdcloud-request-id"));
    assert_eq!(
        about["identity"],
        json!({ "accountId": "", "apiKey": "", "user": "", "authType": "None" })
    );
}

#[tokio::test]
async fn a_function_is_told_who_calls_and_not_what_it_was_signed_with() {
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = signed_petstore(Environment::Online, backend);
        deployment.content.apis = vec![function("POST /pets", backend)];
        vec![deployment]
    })
    .await;
    answers(&world, &json!({ "statusCode": 200 }));
    let call = Call::post(ONLINE, "/petstore/pets", b"hello");
    let response = call.send(&world.client).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (200, 0));
    let event = event(&world);
    let identity = json!({ "accountId": OWNER, "apiKey": API_KEY, "user": CALLER_PIN, "authType": "jd_cloud" });
    assert_eq!(event["detail"]["requestContext"]["identity"], identity);
    assert_eq!(event["detail"]["headers"].get("authorization"), None);
    let unsigned = world.client.request(Method::POST, ONLINE, "/petstore/pets").await;
    assert_eq!((unsigned.status.as_u16(), world.backend.requests()), (401, 1));
}

#[tokio::test]
async fn a_mapping_changes_the_event_and_the_answer() {
    let world = world("GET /pets/{petId}", |api| {
        api.definition.mapping = ApiMapping {
            method: Some(domain::Method::Put),
            path: Some("/v2/{petId}".parse().unwrap()),
            response_headers: vec![domain::HeaderChange { name: "X-Made".into(), value: None }],
            ..ApiMapping::default()
        };
    })
    .await;
    answers(&world, &json!({ "statusCode": 200, "headers": { "x-made": "1" }, "body": null }));
    let response = world.client.get(ONLINE, "/petstore/pets/7").await;
    assert_eq!((response.status.as_u16(), response.header("x-made")), (200, ""));
    let detail = &event(&world)["detail"];
    assert_eq!((&detail["path"], &detail["httpMethod"]), (&"/v2/7".into(), &"PUT".into()));
    assert_eq!(detail["pathParameters"], json!({ "petId": "7" }));
}

#[tokio::test]
async fn what_is_no_answer_of_a_function_is_502() {
    let world = world("GET /pets", |_| {}).await;
    let bad_gateway = |response: &TestResponse| {
        let message = "An invalid response was received from the upstream server";
        assert_refused(response, 502, "HTTP_BAD_GATEWAY", message);
    };
    for answer in [
        json!("text"),
        json!({}),
        json!({ "statusCode": "200" }),
        json!({ "statusCode": 101 }),
        json!({ "statusCode": 600 }),
        json!({ "statusCode": 65_736 }),
        json!({ "statusCode": 200, "body": { "a": 1 } }),
        json!({ "statusCode": 200, "headers": [] }),
        json!({ "statusCode": 200, "headers": { "a b": "1" } }),
        json!({ "statusCode": 200, "headers": { "a": "1\r\nb: 2" } }),
        json!({ "statusCode": 200, "headers": { "a": ["1"] } }),
    ] {
        answers(&world, &answer);
        bad_gateway(&world.client.get(ONLINE, "/petstore/pets").await);
    }
    for (status, body) in [(200, "no JSON"), (500, r#"{"statusCode":200}"#), (204, "")] {
        world.backend.behave(Behaviour::Answer { status, headers: Vec::new(), body: body.into() });
        bad_gateway(&world.client.get(ONLINE, "/petstore/pets").await);
    }
    world.backend.behave(Behaviour::DieMidBody);
    bad_gateway(&world.client.get(ONLINE, "/petstore/pets").await);
    world.backend.behave(Behaviour::Stream(20 * 1024 * 1024));
    bad_gateway(&world.client.get(ONLINE, "/petstore/pets").await);
    answers(&world, &json!({ "statusCode": 404, "body": "gone" }));
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 404);
}

#[tokio::test]
async fn bytes_that_are_no_text_and_conversations_are_refused() {
    let world = world("POST /pets", |_| {}).await;
    let told = "request body: it is not UTF-8, and a function is sent texts";
    let binary = post(&world, "/petstore/pets", b"\xff\xfe".to_vec()).await;
    assert_refused(&binary, 415, "HTTP_UNSUPPORTED_MEDIA_TYPE", told);
    assert_eq!(world.backend.requests(), 0);
}
