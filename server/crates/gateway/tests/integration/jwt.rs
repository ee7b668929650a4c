//! Groups whose callers are checked by tokens.

pub(crate) mod issuer;
mod keys;
mod rules;

use super::support::{
    GROUP, ONLINE, World, address, assert_refused, echoed_headers, no_ceiling, now, petstore,
};
use domain::{
    AuthType, BackendService, ClaimHeader, Environment, JwtKeys, JwtSettings, PublishedDeployment,
    Secret,
};
use http::Request;
use issuer::Signer;
use serde_json::{Value, json};
use testkit::{MockBackend, TestResponse};

const ISSUER: &str = "https://issuer.example.com/";

/// PetStore online, for tokens that these keys verify.
pub(crate) fn deployment(
    backend: &MockBackend,
    (keys, jwt_secret): (JwtKeys, Option<Secret>),
    change: impl FnOnce(&mut JwtSettings),
) -> PublishedDeployment {
    let backend = BackendService::Single { address: address(backend) };
    let mut deployment = petstore(Environment::Online, backend);
    let mut jwt = JwtSettings {
        issuer: ISSUER.to_owned(),
        audiences: Vec::new(),
        scopes: Vec::new(),
        keys,
        leeway_seconds: 0,
        claims: vec![claim("sub", "X-User"), claim("roles", "x-user-roles")],
        forward_token: true,
    };
    change(&mut jwt);
    let settings = &mut deployment.content.settings;
    (settings.auth_type, settings.jwt) = (AuthType::Jwt, Some(jwt));
    deployment.policies.jwt_secret = jwt_secret;
    deployment
}

fn claim(claim: &str, header: &str) -> ClaimHeader {
    ClaimHeader { claim: claim.to_owned(), header: header.to_owned() }
}

async fn world(keys: (JwtKeys, Option<Secret>), change: impl FnOnce(&mut JwtSettings)) -> World {
    World::with(no_ceiling(), |backend| vec![deployment(backend, keys, change)]).await
}

/// Publishes PetStore anew.
fn publish(world: &World, keys: (JwtKeys, Option<Secret>), change: impl FnOnce(&mut JwtSettings)) {
    let place = (GROUP.parse().unwrap(), Environment::Online);
    let deployment = deployment(&world.backend, keys, change);
    let snapshot = world.gateway.snapshot().apply(vec![(place, Some(deployment))], Vec::new());
    assert_eq!(snapshot.refused(), []);
    world.gateway.replace(snapshot);
}

/// Claims that every group of these tests accepts.
pub(crate) fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "ada", "exp": now() + 600 })
}

/// The same with some of them changed; null takes one away.
fn claims_with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

async fn call(world: &World, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::get("/petstore/pets").header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

pub(crate) async fn call_with(world: &World, token: &str) -> TestResponse {
    call(world, &[("authorization", &format!("Bearer {token}"))]).await
}

#[track_caller]
fn assert_denied(response: &TestResponse, message: &str) {
    assert_refused(response, 401, "ACCESS_ERROR", message);
    let challenge = format!(r#"Bearer error="invalid_token", error_description="{message}""#);
    assert_eq!(response.header("www-authenticate"), challenge);
}

#[tokio::test]
async fn a_token_of_each_algorithm_is_accepted_and_the_backend_learns_its_claims() {
    for signer in Signer::all() {
        let world = world(signer.keys(), |_| {}).await;
        let token = signer.token(&claims_with(&json!({ "roles": ["admin", "owner"] })));
        // Twice: the second time it is known.
        for _ in 0..2 {
            let headers = echoed_headers(&call_with(&world, &token).await);
            assert_eq!(headers["x-user"], "ada", "{}", signer.algorithm());
            assert_eq!(headers["x-user-roles"], "admin,owner");
            assert_eq!(headers["authorization"], format!("Bearer {token}"));
        }
    }
}

#[tokio::test]
async fn the_backend_is_not_sent_the_token_where_the_group_says_so() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |jwt| jwt.forward_token = false).await;
    let headers = echoed_headers(&call_with(&world, &signer.token(&claims())).await);
    assert!(!headers.contains_key("authorization"));
    assert_eq!(headers["x-user"], "ada");
}

#[tokio::test]
async fn what_a_caller_says_in_the_place_of_a_claim_never_reaches_the_backend() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |_| {}).await;
    let authorization = format!("bearer {}", signer.token(&claims()));
    let forged = [
        ("authorization", authorization.as_str()),
        ("X-User", "eve"),
        ("x-user-roles", "admin"),
        ("x_user", "eve"),
        ("x_user-roles", "admin"),
        ("x-user-name", "own"),
        // Who names a header here would have it taken away on the next hop.
        ("connection", "keep-alive, x-user"),
    ];
    let headers = echoed_headers(&call(&world, &forged).await);
    assert_eq!(headers.get_all("x-user").iter().collect::<Vec<_>>(), ["ada"]);
    assert_eq!(headers["x-user-name"], "own");
    for name in ["x_user", "x-user-roles", "x_user-roles"] {
        assert!(!headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn claims_of_every_kind_become_one_header_each_or_none() {
    let signer = Signer::hs256(&"s".repeat(32));
    let world = world(signer.keys(), |jwt| jwt.claims = vec![claim("c", "x-c")]).await;
    for (value, header) in [
        (json!("a b"), Some("a b")),
        (json!("宠物"), Some("宠物")),
        (json!(7), Some("7")),
        (json!(true), Some("true")),
        (json!(["a", 1]), Some("a,1")),
        (json!({ "a": [1] }), Some(r#"{"a":[1]}"#)),
        (json!([{ "a": 1 }]), Some(r#"[{"a":1}]"#)),
        (json!(null), None),
    ] {
        let mut claims = claims();
        claims["c"] = value;
        let headers = echoed_headers(&call_with(&world, &signer.token(&claims)).await);
        let told = headers.get("x-c").map(|value| value.as_bytes());
        assert_eq!(told, header.map(str::as_bytes));
    }
    let claims = claims_with(&json!({ "c": "a\r\nx-user: eve" }));
    let response = call_with(&world, &signer.token(&claims)).await;
    assert_denied(&response, "a claim of the token cannot be sent in a header");
}
