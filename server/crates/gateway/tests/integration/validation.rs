//! Validation: a call that does not fit the definition of its API is refused with the parameter and the rule, or written down.

use super::{
    hostile::metric,
    observability::Logged,
    support::{ONLINE, World, address, api, assert_refused, caller_key, no_ceiling, petstore},
};
use domain::{
    Api, ApiBackend, BackendService, Environment, Parameter, ParameterLocation, ParameterType,
    PublishedDeployment, Validation,
};
use gateway::{GatewaySettings, Snapshot, SnapshotConfig};
use http::Request;
use serde_json::{Value, json};
use testkit::{MockBackend, RawConnection, TestResponse};

use ParameterLocation::{Header, Path, Query};
use ParameterType::{Boolean, Double, Integer, Long, String as Text};

fn parameter(location: ParameterLocation, name: &str, r#type: ParameterType) -> Parameter {
    Parameter {
        name: name.to_owned(),
        location,
        r#type,
        required: location == Path,
        default_value: String::new(),
        description: String::new(),
        schema: None,
    }
}

fn with_rules(parameter: Parameter, schema: Value) -> Parameter {
    Parameter { schema: Some(schema), ..parameter }
}

fn get_pet(mut parameters: Vec<Parameter>) -> Api {
    let mut api = api("get", "GET /pets/{petId}");
    parameters.insert(0, parameter(Path, "petId", Long));
    api.definition.parameters = parameters;
    api.definition.validate().unwrap();
    api
}

fn create_pet(schema: Value) -> Api {
    let mut api = api("create", "POST /pets");
    api.definition.request_body.schema = Some(schema);
    api.definition.validate().unwrap();
    api
}

fn pet() -> Value {
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": { "type": "string", "maxLength": 10 },
            "tags": { "type": "array", "items": { "type": "string" } },
            "age": { "type": "integer" },
        },
    })
}

fn deployment(backend: &MockBackend, api: Api, mode: Validation) -> PublishedDeployment {
    let service = BackendService::Single { address: address(backend) };
    let mut deployment = petstore(Environment::Online, service);
    deployment.content.settings.validation = mode;
    deployment.content.apis = vec![api];
    deployment
}

async fn world(api: Api, mode: Validation) -> World {
    World::with(no_ceiling(), |backend| vec![deployment(backend, api, mode)]).await
}

async fn get(world: &World, target: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::get(target).header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body("").unwrap()).await
}

async fn post(world: &World, content_type: &str, body: impl Into<Vec<u8>>) -> TestResponse {
    let request = Request::post("/petstore/pets").header("host", ONLINE);
    let request = request.header("content-type", content_type);
    world.client.send(request.body(body.into()).unwrap()).await
}

#[track_caller]
fn assert_misfit(response: &TestResponse, message: &str) {
    assert_refused(response, 400, "HTTP_BAD_REQUEST", message);
}

#[tokio::test]
async fn a_parameter_of_another_type_is_named_with_the_rule() {
    let api = get_pet(vec![
        parameter(Query, "limit", Integer),
        parameter(Query, "big", Long),
        parameter(Query, "ratio", Double),
        parameter(Header, "X-Dry", Boolean),
    ]);
    let world = world(api, Validation::Refuse).await;
    for (target, told) in [
        ("x1", "path parameter petId: the value is not an integer of 64 bits"),
        ("1?limit=ten", "query parameter limit: the value is not an integer of 32 bits"),
        ("1?limit=2147483648", "query parameter limit: the value is not an integer of 32 bits"),
        ("1?limit=", "query parameter limit: the value is not an integer of 32 bits"),
        ("1?limit=1&l%69mit=x", "query parameter limit: the value is not an integer of 32 bits"),
        (
            "1?big=99999999999999999999",
            "query parameter big: the value is not an integer of 64 bits",
        ),
        ("1?ratio=1e999", "query parameter ratio: the value is not a number"),
        ("1?ratio=NaN", "query parameter ratio: the value is not a number"),
        ("1?limit=%ff", "query parameter limit: the value is not UTF-8"),
    ] {
        assert_misfit(&get(&world, &format!("/petstore/pets/{target}"), &[]).await, told);
    }
    let dry = get(&world, "/petstore/pets/1", &[("x-dry", "yes")]).await;
    assert_misfit(&dry, "header parameter X-Dry: the value is neither true nor false");
    assert_eq!(world.backend.requests(), 0);
    let target = "/petstore/pets/-7?limit=%32&ratio=1e3&other=x";
    let good = get(&world, target, &[("x-dry", "true")]).await;
    assert_eq!((good.status.as_u16(), &good.json()["target"]), (200, &target.into()));
}

#[tokio::test]
async fn what_is_asked_of_a_value_besides_its_type_is_checked() {
    let api = get_pet(vec![
        with_rules(parameter(Query, "limit", Integer), json!({ "minimum": 1, "maximum": 100 })),
        with_rules(parameter(Query, "status", Text), json!({ "enum": ["available", "sold"] })),
        with_rules(parameter(Header, "X-Code", Text), json!({ "pattern": "^[A-Z]{2}[0-9]+$" })),
    ]);
    let world = world(api, Validation::Refuse).await;
    for (query, headers, told) in [
        ("limit=0", &[][..], "query parameter limit: the value is less than the minimum of 1"),
        ("limit=101", &[], "query parameter limit: the value is greater than the maximum of 100"),
        (
            "status=s3cret",
            &[],
            r#"query parameter status: the value is not one of "available" or "sold""#,
        ),
        (
            "",
            &[("x-code", "s3cret")],
            r#"header parameter X-Code: the value does not match "^[A-Z]{2}[0-9]+$""#,
        ),
    ] {
        let response = get(&world, &format!("/petstore/pets/1?{query}"), headers).await;
        assert_misfit(&response, told);
    }
    let target = "/petstore/pets/1?limit=100&status=sold";
    assert_eq!(get(&world, target, &[("x-code", "AB12")]).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_required_parameter_must_be_there_unless_a_default_stands_in_for_it() {
    let required = |location, name| Parameter { required: true, ..parameter(location, name, Text) };
    let api = get_pet(vec![
        required(Query, "shop"),
        required(Header, "X-Tenant"),
        Parameter { default_value: "en".to_owned(), ..required(Query, "lang") },
    ]);
    let world = world(api, Validation::Refuse).await;
    let both = "query parameter shop: it is required; header parameter X-Tenant: it is required";
    assert_misfit(&get(&world, "/petstore/pets/1", &[]).await, both);
    let there = get(&world, "/petstore/pets/1?shop", &[("x-tenant", "")]).await;
    assert_eq!(there.status.as_u16(), 200);
}

#[tokio::test]
async fn an_answer_tells_of_a_few_parameters_only() {
    let parameters = (0..20).map(|n| parameter(Query, &format!("n{n}"), Integer)).collect();
    let world = world(get_pet(parameters), Validation::Refuse).await;
    let query: Vec<String> = (0..20).map(|n| format!("n{n}=x")).collect();
    let response = get(&world, &format!("/petstore/pets/1?{}", query.join("&")), &[]).await;
    let told = response.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(told.contains("n4") && !told.contains("n5") && told.ends_with("; and more"), "{told}");
}

#[tokio::test]
async fn a_json_body_is_checked_by_its_schema_and_forwarded_as_it_came() {
    let world = world(create_pet(pet()), Validation::Refuse).await;
    for (body, told) in [
        ("{}", r#"request body: "name" is a required property"#),
        (
            r#"{"name":"Tom","tags":["a",7]}"#,
            r#"request body /tags/1: the value is not of type "string""#,
        ),
        (
            r#"{"name":"a name of s3cret length"}"#,
            "request body /name: the value is longer than 10 characters",
        ),
        (r#"{"name":"Tom","age":1.5}"#, r#"request body /age: the value is not of type "integer""#),
        ("", "request body: it is required"),
        ("{\n\"name\": }", "request body: it is not JSON: line 2, column 9"),
        (r#"{"name":"a","name":7}"#, "request body: a member is named twice: line 1, column 21"),
        ("\u{feff}{}", "request body: it is not JSON: line 1, column 1"),
    ] {
        assert_misfit(&post(&world, "application/json", body).await, told);
    }
    assert_eq!(world.backend.requests(), 0);
    let body = "{ \"name\" : \"Tom\",\n \"more\": 1 }";
    for content_type in
        ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"]
    {
        let good = post(&world, content_type, body).await;
        assert_eq!((good.status.as_u16(), &good.json()["body"]), (200, &body.into()));
    }
    assert_eq!(world.backend.last().unwrap().body_length, body.len() as u64);
}

#[tokio::test]
async fn a_body_that_cannot_be_checked_is_refused() {
    let world = world(create_pet(pet()), Validation::Refuse).await;
    let unsupported = |response: &TestResponse, told: &str| {
        assert_refused(response, 415, "HTTP_UNSUPPORTED_MEDIA_TYPE", told);
    };
    let no_json = "request body: its Content-Type is not application/json";
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
    {
        unsupported(&post(&world, content_type, "{}").await, no_json);
    }
    let request = Request::post("/petstore/pets").header("host", ONLINE);
    let request = request.header("content-type", "application/json");
    let coded = request.header("content-encoding", "gzip").body("\u{1f}x").unwrap();
    unsupported(
        &world.client.send(coded).await,
        "request body: it is compressed, and so cannot be checked",
    );
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn hostile_bodies_are_refused_like_all_others() {
    let limit = GatewaySettings { body_limit: 512 * 1024, ..no_ceiling() };
    let world = World::with(limit, |backend| {
        vec![deployment(backend, create_pet(pet()), Validation::Refuse)]
    })
    .await;
    let nested = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let wide = format!(r#"{{"name":"x","tags":[{}1]}}"#, "1,".repeat(100_000));
    for (body, told) in [
        (nested, "request body: it is not JSON: line 1, column 128"),
        (b"{\"name\":\"\xff\"}".to_vec(), "request body: it is not JSON: line 1, column 10"),
        (
            br#"{"name":"x","age":1e999}"#.to_vec(),
            "request body: it is not JSON: line 1, column 23",
        ),
        (wide.into_bytes(), "request body: does not fit its JSON Schema"),
    ] {
        assert_misfit(&post(&world, "application/json", body).await, told);
    }
    let many = vec![b' '; 600 * 1024];
    let too_large = post(&world, "application/json", many).await;
    assert_refused(&too_large, 413, "HTTP_REQUEST_ENTITY_TOO_LARGE", "Payload too large");
    let name = "n".repeat(50_000);
    let response = post(&world, "application/json", format!(r#"{{"name":{{"{name}":1}}}}"#)).await;
    assert!(response.body.len() < 1000, "{} bytes", response.body.len());
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_body_without_a_length_is_checked_too() {
    let world = world(create_pet(pet()), Validation::Refuse).await;
    let send = async |chunks: &[&str]| {
        let mut connection = RawConnection::open(world.address()).await;
        let head = format!(
            "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        );
        connection.send(head).await;
        for chunk in chunks {
            connection.send(format!("{:x}\r\n{chunk}\r\n", chunk.len())).await;
        }
        connection.send("0\r\n\r\n").await;
        connection.read_to_end().await
    };
    let bad = send(&[r#"{"na"#, r#"me":7}"#]).await;
    assert!(bad.starts_with("HTTP/1.1 400 ") && bad.contains("request body /name"), "{bad}");
    let good = send(&[r#"{"na"#, r#"me":"Tom"}"#]).await;
    assert!(good.starts_with("HTTP/1.1 200 "), "{good}");
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn without_validation_and_without_a_schema_everything_passes() {
    let world_off = world(create_pet(pet()), Validation::Off).await;
    assert_eq!(post(&world_off, "text/plain", "no JSON").await.status.as_u16(), 200);
    let mut untyped = api("create", "POST /pets");
    untyped.definition.parameters = vec![parameter(Query, "q", Text)];
    let world = world(untyped, Validation::Refuse).await;
    assert_eq!(post(&world, "text/plain", "no JSON").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_mock_checks_as_its_backend_will() {
    let mut mocked = create_pet(pet());
    mocked.definition.backend = ApiBackend::Mock;
    let world = world(mocked, Validation::Refuse).await;
    let bad = post(&world, "application/json", "[]").await;
    assert_misfit(&bad, r#"request body: the value is not of type "object""#);
    assert_eq!(post(&world, "application/json", r#"{"name":"Tom"}"#).await.status.as_u16(), 200);
}

#[tokio::test]
async fn whoever_may_not_call_is_told_so_first() {
    let world = World::with(no_ceiling(), |backend| {
        let mut signed = deployment(backend, create_pet(pet()), Validation::Refuse);
        signed.content.settings.auth_type = domain::AuthType::Signature;
        vec![signed]
    })
    .await;
    assert_eq!(post(&world, "application/json", "[]").await.status.as_u16(), 401);
}

#[tokio::test]
async fn in_log_mode_nothing_is_refused_and_the_line_says_what_is_wrong() {
    let logged =
        Logged::with(|backend| deployment(backend, create_pet(pet()), Validation::Log)).await;
    let world = &logged.world;
    for (content_type, body, told) in [
        (
            "application/json",
            r#"{"name":7}"#,
            Some(r#"request body /name: the value is not of type "string""#),
        ),
        ("text/plain", "x", Some("request body: its Content-Type is not application/json")),
        ("application/json", r#"{"name":"Tom"}"#, None),
    ] {
        let response = post(world, content_type, body).await;
        assert_eq!((response.status.as_u16(), &response.json()["body"]), (200, &body.into()));
        let line = logged.line().await;
        assert_eq!(line["validation"].as_str(), told);
        assert_eq!(line["request_content_length"], body.len().to_string());
    }
    let name = r#"paifang_validation_failures_total{outcome="logged"}"#;
    assert_eq!(metric(world, name), 2);
}

#[tokio::test]
async fn what_is_refused_is_counted_and_written_down() {
    let logged =
        Logged::with(|backend| deployment(backend, create_pet(pet()), Validation::Refuse)).await;
    post(&logged.world, "application/json", "{ }").await;
    let line = logged.line().await;
    assert_eq!(line["validation"], r#"request body: "name" is a required property"#);
    assert_eq!(
        (&line["response_status"], &line["request_content_length"]),
        (&"400".into(), &"3".into())
    );
    let name = r#"paifang_validation_failures_total{outcome="refused"}"#;
    assert_eq!(metric(&logged.world, name), 1);
}

#[tokio::test]
async fn a_schema_that_is_none_never_replaces_what_is_served() {
    let backend = MockBackend::start().await;
    let config = SnapshotConfig { domain: "localhost".to_owned() };
    let bad = create_pet(json!({ "$ref": "https://example.com/pet.json" }));
    let published = deployment(&backend, bad, Validation::Refuse);
    let snapshot = Snapshot::compile(config, vec![published], vec![caller_key()]).unwrap();
    let reason = &snapshot.refused()[0].reason;
    assert!(
        reason.contains("create: reqBody /$ref") && reason.contains("nothing is fetched"),
        "{reason}"
    );
}
