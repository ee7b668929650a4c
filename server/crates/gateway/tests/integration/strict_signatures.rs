//! Groups with strict signatures: every byte of path, query and body is signed, or the call is refused.

use super::support::{Call, ONLINE, World, assert_refused, now, signed_petstore};
use domain::Environment;
use gateway::GatewaySettings;
use signing::{Algorithm, RequestDate, SignedRequest, SigningKey};
use std::time::Duration;
use testkit::TestResponse;

const HASH: &str = "x-jdcloud-content-sha256";
const BODY_UNSIGNED: &str = "x-jdcloud-content-sha256 is not the body's SHA-256";
const BYTES_UNSIGNED: &str = "sign result leaves part of the path or query unsigned";

async fn world(strict: bool) -> World {
    World::with(GatewaySettings::default(), |backend| {
        let mut group = signed_petstore(Environment::Online, backend);
        group.content.settings.strict_signatures = strict;
        vec![group]
    })
    .await
}

#[track_caller]
fn assert_denied(response: &TestResponse, message: &str) {
    assert_refused(response, 401, "ACCESS_ERROR", message);
}

/// A call whose signature is made over `signed` in the query's place, as clients in the field do that drop some of it.
fn signing_query(algorithm: Algorithm, sent: &str, signed: &str) -> http::Request<Vec<u8>> {
    let call = Call { algorithm, ..Call::get(ONLINE, &format!("/petstore/pets?{sent}")) };
    let mut request = call.request();
    let date = RequestDate::from_unix(call.date).unwrap();
    let mut headers = call.headers.clone();
    headers.push(("x-jdcloud-date".to_owned(), date.as_str().to_owned()));
    headers.push(("x-jdcloud-nonce".to_owned(), call.nonce.clone()));
    let key = SigningKey::derive(
        algorithm,
        call.secret.as_bytes(),
        date.day(),
        &call.region,
        &call.service,
    );
    let signed = SignedRequest {
        method: "GET",
        path: "/petstore/pets",
        query: signed,
        host: ONLINE,
        date: date.as_str(),
        headers: &headers,
        body_hash: signing::EMPTY_BODY_SHA256,
    };
    let names = ["content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"];
    let authorization = signing::sign(&key, &call.api_key, &signed, &names).unwrap();
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    request
}

#[tokio::test]
async fn what_the_clients_in_the_field_leave_unsigned_passes_only_where_the_group_is_not_strict() {
    // The value's tail from its second `=` on; a parameter without `=`.
    let cases =
        [(Algorithm::Jdcloud2, "a=1&b=x=y", "a=1&b=x"), (Algorithm::Jdcloud3, "a=1&flag", "a=1")];
    let (lenient, strict) = (world(false).await, world(true).await);
    for (algorithm, sent, signed) in cases {
        let request = || signing_query(algorithm, sent, signed);
        let response = lenient.client.send(request()).await;
        assert_eq!(response.status.as_u16(), 200, "{sent}: {:?}", response.body);
        assert_denied(&strict.client.send(request()).await, BYTES_UNSIGNED);
        let whole = signing_query(algorithm, signed, signed);
        assert_eq!(strict.client.send(whole).await.status.as_u16(), 200, "{signed}");
    }
    assert_eq!(strict.backend.requests(), 2);
}

#[tokio::test]
async fn a_declared_hash_must_be_the_bodys_own() {
    let world = world(true).await;
    let body = b"{\"price\":1}";
    let declaring = |hash: &str| {
        let mut call = Call::post(ONLINE, "/petstore/pets", body);
        call.headers.push((HASH.to_owned(), hash.to_owned()));
        call
    };
    let own = signing::body_hash(&[("host", "h")], body);
    assert_eq!(declaring(&own).send(&world.client).await.status.as_u16(), 200);
    let upper = own.to_uppercase();
    assert_eq!(declaring(&upper).send(&world.client).await.status.as_u16(), 200);
    for wrong in ["UNSIGNED-PAYLOAD", "UNSIGNED", signing::EMPTY_BODY_SHA256] {
        assert_denied(&declaring(wrong).send(&world.client).await, BODY_UNSIGNED);
    }
    // The right hash of another body than the one that is sent.
    let other = declaring(&own).request().map(|_| b"{\"price\":9}".to_vec());
    assert_denied(&world.client.send(other).await, BODY_UNSIGNED);
    assert_eq!(world.backend.requests(), 2);
}

#[tokio::test]
async fn a_call_without_a_body_declares_the_hash_of_nothing_or_none() {
    let world = world(true).await;
    let declaring = |hash: &str| {
        let mut call = Call::get(ONLINE, "/petstore/pets");
        call.headers.push((HASH.to_owned(), hash.to_owned()));
        call
    };
    let plain = Call::get(ONLINE, "/petstore/pets").send(&world.client).await;
    assert_eq!(plain.status.as_u16(), 200);
    let nothing = declaring(signing::EMPTY_BODY_SHA256).send(&world.client).await;
    assert_eq!(nothing.status.as_u16(), 200);
    let unsigned = declaring("UNSIGNED-PAYLOAD").send(&world.client).await;
    assert_denied(&unsigned, BODY_UNSIGNED);
}

#[tokio::test]
async fn a_body_without_a_declared_hash_is_signed_as_it_is() {
    let world = world(true).await;
    let call = Call::post(ONLINE, "/petstore/pets", b"hello");
    assert_eq!(call.send(&world.client).await.json()["body"], "hello");
    let changed = Call::post(ONLINE, "/petstore/pets", b"hello").request();
    let changed = world.client.send(changed.map(|_| b"hullo".to_vec())).await;
    assert_denied(&changed, "sign result is not same");
}

#[tokio::test]
async fn how_far_the_date_may_be_off_is_a_setting_for_both_versions() {
    let settings =
        GatewaySettings { clock_skew: Duration::from_secs(60), ..GatewaySettings::default() };
    let world =
        World::with(settings, |backend| vec![signed_petstore(Environment::Online, backend)]).await;
    for algorithm in [Algorithm::Jdcloud2, Algorithm::Jdcloud3] {
        for (off, passes) in [(-50, true), (50, true), (-90, false), (90, false)] {
            let date = now() + off;
            let call = Call { algorithm, date, ..Call::get(ONLINE, "/petstore/pets") };
            let response = call.send(&world.client).await;
            if passes {
                assert_eq!(response.status.as_u16(), 200, "{algorithm:?} {off}");
            } else {
                let message = "x-jdcloud-date is more than 60 s from the gateway's time";
                assert_denied(&response, message);
            }
        }
    }
}
