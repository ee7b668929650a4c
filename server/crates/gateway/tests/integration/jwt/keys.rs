//! Keys that an issuer publishes, on a server of its own.

use super::{
    Signer, address, assert_denied, assert_refused, call_with, claims, deployment, json,
    no_ceiling, petstore, publish, world,
};
use bytes::Bytes;
use domain::{BackendService, Environment, JwtKeys, Secret};
use http::StatusCode;
use serde_json::Value;
use std::time::Duration;
use testkit::{Behaviour, MockBackend, TestResponse};

const UNKNOWN: &str = "no key of the issuer fits the token";

/// An issuer that publishes these keys.
async fn issuer(keys: &[Value]) -> MockBackend {
    let server = MockBackend::start().await;
    publishes(&server, keys);
    server
}

fn publishes(server: &MockBackend, keys: &[Value]) {
    answers(server, 200, json!({ "keys": keys }).to_string());
}

fn answers(server: &MockBackend, status: u16, body: impl Into<Bytes>) {
    let headers = vec![("location".to_owned(), "/elsewhere".to_owned())];
    server.behave(Behaviour::Answer { status, headers, body: body.into() });
}

fn keys_at(server: &MockBackend) -> (JwtKeys, Option<Secret>) {
    let url = format!("{}/.well-known/jwks.json?tenant=1", server.url()).parse().unwrap();
    (JwtKeys::Jwks { url }, None)
}

#[track_caller]
fn assert_no_keys(response: &TestResponse) {
    let message = "The keys of the token's issuer cannot be fetched";
    assert_refused(response, 503, "HTTP_SERVICE_UNAVAILABLE", message);
}

#[tokio::test]
async fn the_first_call_waits_for_the_keys_and_all_deployments_share_them() {
    let (rsa, p256, ed) = (Signer::rs256(), Signer::es256(), Signer::ed_dsa());
    let server = issuer(&[rsa.jwk("1"), p256.jwk("2"), ed.jwk("3")]).await;
    let world = super::World::with(no_ceiling(), |backend| {
        let online = deployment(backend, keys_at(&server), |_| {});
        let mut test =
            petstore(Environment::Test, BackendService::Single { address: address(backend) });
        test.content = online.content.clone();
        vec![online, test]
    })
    .await;
    for (signer, id) in [(&rsa, "1"), (&p256, "2"), (&ed, "3")] {
        for token in [signer.token_of(id, &claims()), signer.token(&claims())] {
            assert_eq!(call_with(&world, &token).await.status, StatusCode::OK);
            let request =
                http::Request::get("/petstore/pets").header("host", super::super::support::TEST);
            let request = request.header("authorization", format!("Bearer {token}"));
            let response = world.client.send(request.body(Vec::new()).unwrap()).await;
            assert_eq!(response.status, StatusCode::OK);
        }
    }
    assert_eq!(server.requests(), 1);
    let asked = server.last().unwrap();
    assert_eq!(asked.target, "/.well-known/jwks.json?tenant=1");
    assert!(world.gateway.metrics().contains("paifang_jwks_fetches_total{outcome=\"good\"} 1\n"));
    // Who publishes public keys signs nothing with a secret.
    let confused = Signer::hs256(&rsa.pem()).token(&claims());
    assert_denied(&call_with(&world, &confused).await, "the token's algorithm is not accepted");
}

#[tokio::test]
async fn a_token_that_names_a_new_key_has_the_keys_fetched_at_once_but_not_again_and_again() {
    let (first, second, third) = (Signer::ed_dsa(), Signer::ed_dsa(), Signer::ed_dsa());
    let server = issuer(&[first.jwk("1")]).await;
    let world = world(keys_at(&server), |_| {}).await;
    let old = first.token_of("1", &claims());
    assert_eq!(call_with(&world, &old).await.status, StatusCode::OK);

    publishes(&server, &[second.jwk("2")]);
    let new = second.token_of("2", &claims());
    assert_eq!(call_with(&world, &new).await.status, StatusCode::OK);
    assert_eq!(server.requests(), 2);
    // It was known, but its key is no longer published.
    assert_denied(&call_with(&world, &old).await, UNKNOWN);

    publishes(&server, &[third.jwk("3")]);
    for _ in 0..3 {
        let response = call_with(&world, &third.token_of("3", &claims())).await;
        assert_denied(&response, UNKNOWN);
    }
    assert_eq!(server.requests(), 2);
    assert_eq!(call_with(&world, &new).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_newest_good_keys_stay_while_the_issuer_is_down() {
    let signer = Signer::es256();
    let server = issuer(&[signer.jwk("1")]).await;
    let world = world(keys_at(&server), |_| {}).await;
    let good = signer.token_of("1", &claims());
    assert_eq!(call_with(&world, &good).await.status, StatusCode::OK);
    answers(&server, 500, "down");
    assert_denied(&call_with(&world, &signer.token_of("2", &claims())).await, UNKNOWN);
    assert_eq!(server.requests(), 2);
    assert_eq!(call_with(&world, &good).await.status, StatusCode::OK);
    // Also over a publish.
    publish(&world, keys_at(&server), |jwt| jwt.forward_token = false);
    assert_eq!(call_with(&world, &good).await.status, StatusCode::OK);
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn without_any_keys_the_answer_is_503_and_says_why() {
    let signer = Signer::es256();
    let token = signer.token(&claims());
    let nothing = vec![
        (500, Bytes::from_static(b"down")),
        (302, Bytes::new()),
        (200, Bytes::from_static(b"<html>")),
        (200, Bytes::from_static(br#"{"keys":[]}"#)),
        (200, Bytes::from(vec![b' '; 1 << 20])),
    ];
    for (status, body) in nothing {
        let server = MockBackend::start().await;
        answers(&server, status, body);
        let world = world(keys_at(&server), |_| {}).await;
        assert_no_keys(&call_with(&world, &token).await);
        assert_eq!(world.backend.requests(), 0);
        let metrics = world.gateway.metrics();
        assert!(metrics.contains("paifang_jwks_fetches_total{outcome=\"good\"} 0\n"), "{status}");
        assert!(!metrics.contains("{outcome=\"failed\"} 0\n"), "{status}");
    }
    let closed = MockBackend::start().await;
    let keys = keys_at(&closed);
    drop(closed);
    let world = world(keys, |_| {}).await;
    assert_no_keys(&call_with(&world, &token).await);
}

#[tokio::test]
async fn keys_are_fetched_by_a_call_that_finds_none() {
    let signer = Signer::ed_dsa();
    let server = MockBackend::start().await;
    answers(&server, 500, "starting");
    let world = world(keys_at(&server), |_| {}).await;
    let token = signer.token_of("1", &claims());
    assert_no_keys(&call_with(&world, &token).await);
    publishes(&server, &[signer.jwk("1")]);
    // The call before may have had them fetched just now; then it is a later one that has.
    while call_with(&world, &token).await.status != StatusCode::OK {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
