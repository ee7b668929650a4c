//! Who may call: keys of every kind, accounts with all their keys, and how they are told apart.

use super::support::{
    CALLER_PIN, Call, GROUP, ONLINE, OWNER, TEST, World, assert_refused, echoed_headers,
    signed_petstore,
};
use domain::{CallerId, CallerKey, Environment, KeyId, Secret};
use gateway::GatewaySettings;
use http::Request;
use signing::Algorithm;
use testkit::TestResponse;

const HEADER: &str = "jdcloud-apim-subscription-key";
const SUBSCRIPTION_ID: &str = "sk-xu634ikbyia3";
const SUBSCRIPTION_KEY: &str = "0123456789abcdef0123456789abcdef";
const PLATFORM_KEY: &str = "AAAABBBBCCCCDDDDEEEEFFFF00001111";
const PLATFORM_SECRET: &str = "11110000FFFFEEEEDDDDCCCCBBBBAAAA";

fn subscription_id() -> KeyId {
    KeyId::SubscriptionKey(SUBSCRIPTION_ID.parse().unwrap())
}

fn platform_id(access_key: &str) -> KeyId {
    KeyId::PlatformKey(access_key.parse().unwrap())
}

fn subscription_key(key: &str) -> (KeyId, Option<CallerKey>) {
    let (id, owner) = (subscription_id(), OWNER.parse().unwrap());
    let (pin, api_key, secret) = (CALLER_PIN.to_owned(), String::new(), Secret::new(key));
    let key = CallerKey { id, owner, pin, api_key, secret };
    (subscription_id(), Some(key))
}

fn platform_key(access_key: &str, owner: &str) -> (KeyId, Option<CallerKey>) {
    let key = CallerKey {
        id: platform_id(access_key),
        owner: owner.parse().unwrap(),
        pin: CALLER_PIN.to_owned(),
        api_key: access_key.to_owned(),
        secret: Secret::new(PLATFORM_SECRET),
    };
    (platform_id(access_key), Some(key))
}

/// PetStore for signed calls, with these callers bound in both environments' place: `online` online, nobody in test.
async fn world(online: Vec<CallerId>) -> World {
    World::with(GatewaySettings::default(), |backend| {
        let mut live = signed_petstore(Environment::Online, backend);
        live.callers.extend(online);
        let mut test = signed_petstore(Environment::Test, backend);
        test.callers.clear();
        vec![live, test]
    })
    .await
}

fn learn(world: &World, keys: Vec<(KeyId, Option<CallerKey>)>) {
    world.gateway.replace(world.gateway.snapshot().apply(Vec::new(), keys));
}

async fn with_header(world: &World, host: &str, values: &[&str]) -> TestResponse {
    let mut request =
        Request::builder().uri("/petstore/pets").header("host", host).header("x-own", "1");
    for value in values {
        request = request.header(HEADER, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

#[track_caller]
fn assert_denied(response: &TestResponse, message: &str) {
    assert_refused(response, 401, "ACCESS_ERROR", message);
}

fn signed_with(access_key: &str) -> Call {
    Call {
        api_key: access_key.to_owned(),
        secret: PLATFORM_SECRET.to_owned(),
        ..Call::get(ONLINE, "/petstore/pets")
    }
}

#[tokio::test]
async fn a_subscription_key_calls_without_a_signature_and_the_backend_never_sees_it() {
    let world = world(vec![subscription_id().into()]).await;
    learn(&world, vec![subscription_key(SUBSCRIPTION_KEY)]);
    let headers = echoed_headers(&with_header(&world, ONLINE, &[SUBSCRIPTION_KEY]).await);
    assert_eq!(headers["x-own"], "1");
    assert!(!headers.contains_key(HEADER));
}

#[tokio::test]
async fn a_group_for_anybody_forwards_no_subscription_key_either() {
    let world = World::start().await;
    let headers = echoed_headers(&with_header(&world, ONLINE, &[SUBSCRIPTION_KEY]).await);
    assert!(!headers.contains_key(HEADER));
}

#[tokio::test]
async fn a_subscription_key_that_is_none_or_not_bound_or_there_twice_is_refused() {
    let world = world(vec![subscription_id().into()]).await;
    learn(&world, vec![subscription_key(SUBSCRIPTION_KEY)]);
    let upper = SUBSCRIPTION_KEY.to_uppercase();
    for wrong in ["", "x", &upper, &SUBSCRIPTION_KEY[1..], SUBSCRIPTION_ID] {
        let response = with_header(&world, ONLINE, &[wrong]).await;
        assert_denied(&response, "lack of header authorization");
    }
    let response = with_header(&world, TEST, &[SUBSCRIPTION_KEY]).await;
    assert_denied(&response, "Invalid authentication credentials");
    let response = with_header(&world, ONLINE, &[SUBSCRIPTION_KEY, SUBSCRIPTION_KEY]).await;
    assert_denied(&response, "Invalid authentication credentials");
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn where_both_are_there_the_subscription_key_decides() {
    let world = world(vec![subscription_id().into()]).await;
    learn(&world, vec![subscription_key(SUBSCRIPTION_KEY)]);
    let with_key = |call: Call, key: &str| {
        let mut request = call.request();
        request.headers_mut().insert(HEADER, key.parse().unwrap());
        request
    };
    let unsigned = Call { secret: "wrong".to_owned(), ..Call::get(ONLINE, "/petstore/pets") };
    let response = world.client.send(with_key(unsigned, SUBSCRIPTION_KEY)).await;
    assert!(!echoed_headers(&response).contains_key("authorization"));
    let signed = Call::get(ONLINE, "/petstore/pets");
    let wrong = "f".repeat(32);
    let response = world.client.send(with_key(signed.clone(), &wrong)).await;
    assert_denied(&response, "lack of header authorization");
    // Without it, the same signature is good.
    assert_eq!(signed.send(&world.client).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_replaced_or_deleted_subscription_key_is_refused_at_once() {
    let world = world(vec![subscription_id().into()]).await;
    learn(&world, vec![subscription_key(SUBSCRIPTION_KEY)]);
    assert_eq!(with_header(&world, ONLINE, &[SUBSCRIPTION_KEY]).await.status.as_u16(), 200);
    let other = "f".repeat(32);
    learn(&world, vec![subscription_key(&other)]);
    let refused = with_header(&world, ONLINE, &[SUBSCRIPTION_KEY]).await;
    assert_denied(&refused, "lack of header authorization");
    assert_eq!(with_header(&world, ONLINE, &[&other]).await.status.as_u16(), 200);
    learn(&world, vec![(subscription_id(), None)]);
    let refused = with_header(&world, ONLINE, &[&other]).await;
    assert_denied(&refused, "lack of header authorization");
}

#[tokio::test]
async fn a_subscription_key_signs_nothing() {
    let world = world(vec![subscription_id().into()]).await;
    learn(&world, vec![subscription_key(SUBSCRIPTION_KEY)]);
    for name in [SUBSCRIPTION_ID, SUBSCRIPTION_KEY] {
        let call = Call {
            api_key: name.to_owned(),
            secret: SUBSCRIPTION_KEY.to_owned(),
            ..Call::get(ONLINE, "/petstore/pets")
        };
        assert_denied(&call.send(&world.client).await, "Invalid accessKey");
    }
}

#[tokio::test]
async fn a_platform_key_signs_by_either_version_where_it_is_bound() {
    let world = world(vec![platform_id(PLATFORM_KEY).into()]).await;
    learn(&world, vec![platform_key(PLATFORM_KEY, OWNER)]);
    for algorithm in [Algorithm::Jdcloud2, Algorithm::Jdcloud3] {
        let call = Call { algorithm, service: GROUP.to_owned(), ..signed_with(PLATFORM_KEY) };
        assert_eq!(call.send(&world.client).await.status.as_u16(), 200);
    }
    let elsewhere = Call { host: TEST.to_owned(), ..signed_with(PLATFORM_KEY) };
    let response = elsewhere.send(&world.client).await;
    assert_denied(&response, "Invalid authentication credentials");
    learn(&world, vec![(platform_id(PLATFORM_KEY), None)]);
    assert_denied(&signed_with(PLATFORM_KEY).send(&world.client).await, "Invalid accessKey");
}

#[tokio::test]
async fn an_account_calls_with_any_of_its_platform_keys_also_a_later_one() {
    let account = CallerId::Account(OWNER.parse().unwrap());
    let world = world(vec![account]).await;
    let (first, later, foreign) = ("A".repeat(32), "B".repeat(32), "C".repeat(32));
    learn(&world, vec![platform_key(&first, OWNER), platform_key(&foreign, "acc-000000000002")]);
    assert_eq!(signed_with(&first).send(&world.client).await.status.as_u16(), 200);
    assert_denied(&signed_with(&later).send(&world.client).await, "Invalid accessKey");
    let refused = signed_with(&foreign).send(&world.client).await;
    assert_denied(&refused, "Invalid authentication credentials");
    learn(&world, vec![platform_key(&later, OWNER)]);
    assert_eq!(signed_with(&later).send(&world.client).await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_accounts_access_keys_do_not_call_for_the_account() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut live = signed_petstore(Environment::Online, backend);
        live.callers = vec![CallerId::Account(OWNER.parse().unwrap())];
        vec![live]
    })
    .await;
    let response = Call::get(ONLINE, "/petstore/pets").send(&world.client).await;
    assert_denied(&response, "Invalid authentication credentials");
}
