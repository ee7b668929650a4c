//! The response cache: which calls are answered with what another one was, and which never are.

use super::backend_routes::rule;
use super::support::{
    Call, GROUP, KEY_ID, ONLINE, World, access_key, address, assert_refused, caller_key,
    no_ceiling, petstore, signed_petstore,
};
use bytes::Bytes;
use domain::{
    AuthType, BackendService, CacheSettings, CallerKey, Environment, PublishedDeployment, Secret,
};
use gateway::GatewaySettings;
use http::{Method, Request};
use testkit::{Behaviour, MockBackend, TestResponse};

fn settings() -> CacheSettings {
    CacheSettings { seconds: 60, query: Vec::new(), headers: Vec::new(), shared: false }
}

fn cached(mut deployment: PublishedDeployment, settings: &CacheSettings) -> PublishedDeployment {
    for api in &mut deployment.content.apis {
        if api.definition.method == domain::Method::Get {
            api.definition.cache = Some(settings.clone());
        }
    }
    deployment
}

fn open(backend: &MockBackend, settings: &CacheSettings) -> PublishedDeployment {
    let to = BackendService::Single { address: address(backend) };
    cached(petstore(Environment::Online, to), settings)
}

async fn world(settings: &CacheSettings) -> World {
    World::with(no_ceiling(), |backend| vec![open(backend, settings)]).await
}

async fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::builder().uri(path).header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

/// A path, and headers.
type Asked<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// How each of these calls stood to the cache.
async fn outcomes(world: &World, calls: &[Asked<'_>]) -> Vec<String> {
    let mut outcomes = Vec::new();
    for (path, headers) in calls {
        let response = get(world, path, headers).await;
        assert_eq!(response.status.as_u16(), 200);
        outcomes.push(response.header("x-jdcloud-cache").to_owned());
    }
    outcomes
}

fn replace(world: &World, deployment: PublishedDeployment) {
    let key = (GROUP.parse().unwrap(), deployment.environment);
    let next = world.gateway.snapshot().apply(vec![(key, Some(deployment))], Vec::new());
    world.gateway.replace(next);
}

fn answer(world: &World, headers: &[(&str, &str)], body: impl Into<Bytes>) {
    let headers =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.backend.behave(Behaviour::Answer { status: 200, headers, body: body.into() });
}

#[tokio::test]
async fn the_second_call_gets_the_answer_of_the_first() {
    let world = world(&settings()).await;
    answer(&world, &[("content-type", "text/plain"), ("x-own", "1")], "pets");
    let first = get(&world, "/petstore/pets?a=1", &[]).await;
    assert_eq!((first.header("x-jdcloud-cache"), first.header("age")), ("MISS", ""));
    answer(&world, &[], "others");
    let second = get(&world, "/petstore/pets?a=1", &[]).await;
    assert_eq!((second.header("x-jdcloud-cache"), second.header("age")), ("HIT", "0"));
    assert_eq!((&second.body, second.header("x-own")), (&first.body, "1"));
    assert_eq!(second.header("content-type"), "text/plain");
    assert_eq!(second.header("content-length"), "4");
    assert!(!second.headers.contains_key("x-jdcloud-upstream-latency"));
    assert_ne!(second.header("x-jdcloud-request-id"), first.header("x-jdcloud-request-id"));
    assert_eq!(world.backend.requests(), 1);
    let figures = world.gateway.metrics();
    for line in [
        r#"paifang_cache_requests_total{outcome="hit"} 1"#,
        r#"paifang_cache_requests_total{outcome="miss"} 1"#,
        "paifang_cache_entries 1",
    ] {
        assert!(figures.contains(line), "{line}: {figures}");
    }
}

#[tokio::test]
async fn an_api_without_it_is_always_asked() {
    let world = World::start().await;
    for _ in 0..2 {
        let response = get(&world, "/petstore/pets", &[]).await;
        assert!(!response.headers.contains_key("x-jdcloud-cache"));
    }
    assert_eq!(world.backend.requests(), 2);
}

#[tokio::test]
async fn requests_that_may_be_answered_otherwise_are_told_apart() {
    let world = world(&settings()).await;
    let calls: &[Asked<'_>] = &[
        ("/petstore/pets", &[]),
        ("/petstore/pets?", &[]),
        ("/petstore/pets?a=1", &[]),
        ("/petstore/pets?a=2", &[]),
        ("/petstore/pets/1", &[]),
        ("/petstore/pets/2", &[]),
        ("/petstore/pets", &[("cookie", "session=1")]),
        ("/petstore/pets", &[("cookie", "session=2")]),
        ("/petstore/pets", &[("authorization", "Bearer 1")]),
        ("/petstore/pets", &[("authorization", "Bearer 2")]),
        ("/petstore/pets", &[("accept-encoding", "gzip")]),
        ("/petstore/pets", &[("accept-encoding", "br")]),
    ];
    let mut expected = vec!["MISS"; calls.len()];
    // An empty query is none.
    expected[1] = "HIT";
    assert_eq!(outcomes(&world, calls).await, expected);
    assert_eq!(outcomes(&world, calls).await, vec!["HIT"; calls.len()]);
    let other_port = format!("{ONLINE}:1");
    let response = world.client.get(&other_port, "/petstore/pets").await;
    assert_eq!(response.header("x-jdcloud-cache"), "MISS", "backends are told the host");
}

#[tokio::test]
async fn what_the_settings_name_tells_requests_apart_and_nothing_else_of_its_kind() {
    let world = world(&CacheSettings {
        query: vec!["page".to_owned()],
        headers: vec!["accept-language".to_owned()],
        shared: true,
        ..settings()
    })
    .await;
    let (en, zh) = (&[("accept-language", "en")][..], &[("accept-language", "zh")][..]);
    let calls: [Asked<'_>; 7] = [
        ("/petstore/pets?page=1&utm=a", en),
        ("/petstore/pets?utm=b&p%61ge=%31", en),
        ("/petstore/pets?page=1&page=2", en),
        ("/petstore/pets?page=1", zh),
        ("/petstore/pets", en),
        ("/petstore/pets?page=", en),
        ("/petstore/pets?page=1", &[("accept-language", "en"), ("cookie", "a=b")]),
    ];
    let expected = ["MISS", "HIT", "MISS", "MISS", "MISS", "MISS", "HIT"];
    assert_eq!(outcomes(&world, &calls).await, expected);
}

#[tokio::test]
async fn an_answer_that_forbids_it_is_not_kept() {
    let world = world(&settings()).await;
    for header in [
        ("cache-control", "no-store"),
        ("cache-control", "private"),
        ("cache-control", "max-age=0"),
        ("set-cookie", "a=b"),
        ("vary", "accept-language"),
        ("vary", "*"),
    ] {
        answer(&world, &[header], "mine");
        let calls: &[Asked<'_>] = &[("/petstore/pets", &[]), ("/petstore/pets", &[])];
        assert_eq!(outcomes(&world, calls).await, ["MISS", "MISS"], "{header:?}");
    }
    for status in [404, 500] {
        world.backend.behave(Behaviour::Answer { status, headers: vec![], body: "no".into() });
        for _ in 0..2 {
            let response = get(&world, "/petstore/pets", &[]).await;
            assert_eq!(response.header("x-jdcloud-cache"), "MISS", "{status}");
        }
    }
    answer(&world, &[], vec![b'x'; (1 << 20) + 1]);
    let calls: &[Asked<'_>] = &[("/petstore/pets", &[]), ("/petstore/pets", &[])];
    assert_eq!(outcomes(&world, calls).await, ["MISS", "MISS"], "too long");
    answer(&world, &[], vec![b'x'; 1 << 20]);
    assert_eq!(outcomes(&world, calls).await, ["MISS", "HIT"], "just short enough");
}

#[tokio::test]
async fn callers_cannot_go_past_it() {
    let world = world(&settings()).await;
    let calls: &[Asked<'_>] = &[
        ("/petstore/pets", &[]),
        ("/petstore/pets", &[("cache-control", "no-cache")]),
        ("/petstore/pets", &[("cache-control", "no-store"), ("pragma", "no-cache")]),
        ("/petstore/pets", &[("range", "bytes=0-1")]),
    ];
    assert_eq!(outcomes(&world, calls).await, ["MISS", "HIT", "HIT", "HIT"]);
}

#[tokio::test]
async fn a_request_with_a_body_is_never_answered_from_it_nor_kept() {
    let world = world(&settings()).await;
    for _ in 0..2 {
        let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
        let response = world.client.send(request.body("poison").unwrap()).await;
        assert_eq!(response.header("x-jdcloud-cache"), "");
    }
    let response = get(&world, "/petstore/pets", &[]).await;
    assert_eq!(
        (response.header("x-jdcloud-cache"), &response.json()["body"]),
        ("MISS", &"".into())
    );
}

#[tokio::test]
async fn conditions_are_judged_by_the_gateway() {
    let world = world(&settings()).await;
    answer(&world, &[("etag", "\"v1\""), ("cache-control", "max-age=30")], "pets");
    // What is kept is the whole answer, whoever asks first.
    let response = get(&world, "/petstore/pets", &[("if-none-match", "\"v1\"")]).await;
    assert_eq!((response.status.as_u16(), response.header("x-jdcloud-cache")), (200, "MISS"));
    let sent = world.backend.last().unwrap().to_json();
    assert!(!String::from_utf8_lossy(&sent).contains("if-none-match"));
    for known in ["\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"] {
        let response = get(&world, "/petstore/pets", &[("if-none-match", known)]).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (304, 0), "{known}");
        assert_eq!(response.header("etag"), "\"v1\"");
        assert_eq!(response.header("cache-control"), "max-age=30");
    }
    let response = get(&world, "/petstore/pets", &[("if-none-match", "\"v2\"")]).await;
    assert_eq!((response.status.as_u16(), &response.body[..]), (200, &b"pets"[..]));
    assert_eq!(world.backend.requests(), 1);
}

fn signed(backend: &MockBackend, settings: &CacheSettings) -> PublishedDeployment {
    let mut deployment = cached(signed_petstore(Environment::Online, backend), settings);
    deployment.callers.push(access_key("000000000002").into());
    deployment
}

/// A gateway that two accounts may call, and a call of each.
async fn two_callers(settings: &CacheSettings) -> (World, [Call; 2]) {
    let world = World::with(no_ceiling(), |backend| vec![signed(backend, settings)]).await;
    let other = CallerKey {
        id: access_key("000000000002"),
        owner: "acc-000000000002".parse().unwrap(),
        api_key: "2".repeat(32),
        secret: Secret::new("S".repeat(32)),
        ..caller_key()
    };
    let (id, key) = (other.id.clone(), Some(other));
    world.gateway.replace(world.gateway.snapshot().apply(Vec::new(), vec![(id, key)]));
    let first = Call::get(ONLINE, "/petstore/pets");
    let second = Call { api_key: "2".repeat(32), secret: "S".repeat(32), ..first.clone() };
    (world, [first, second])
}

async fn outcome(world: &World, call: &Call) -> String {
    let call = Call { nonce: super::support::fresh_nonce(), ..call.clone() };
    let response = call.send(&world.client).await;
    assert_eq!(response.status.as_u16(), 200, "{response:?}");
    response.header("x-jdcloud-cache").to_owned()
}

#[tokio::test]
async fn an_account_is_never_answered_what_another_one_was() {
    let (world, [first, second]) = two_callers(&settings()).await;
    assert_eq!(outcome(&world, &first).await, "MISS");
    assert_eq!(outcome(&world, &first).await, "HIT");
    assert_eq!(outcome(&world, &second).await, "MISS");
    assert_eq!(outcome(&world, &second).await, "HIT");
}

#[tokio::test]
async fn accounts_share_answers_where_the_settings_say_so() {
    let (world, [first, second]) = two_callers(&CacheSettings { shared: true, ..settings() }).await;
    assert_eq!(outcome(&world, &first).await, "MISS");
    assert_eq!(outcome(&world, &second).await, "HIT");
}

#[tokio::test]
async fn whoever_may_not_call_gets_no_answer_from_it_either() {
    let (world, [first, _]) = two_callers(&CacheSettings { shared: true, ..settings() }).await;
    assert_eq!(outcome(&world, &first).await, "MISS");
    let response = get(&world, "/petstore/pets", &[]).await;
    assert_refused(&response, 401, "ACCESS_ERROR", "lack of header authorization");
    let mut unbound = signed(&world.backend, &CacheSettings { shared: true, ..settings() });
    unbound.callers.retain(|caller| *caller != access_key(KEY_ID).into());
    replace(&world, unbound);
    let call = Call { nonce: super::support::fresh_nonce(), ..first };
    assert_eq!(call.send(&world.client).await.status.as_u16(), 401);
}

#[tokio::test]
async fn limits_count_calls_that_it_answers() {
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = open(backend, &settings());
        deployment.policies.rate_limits = Some(domain::RateLimits {
            unit: domain::TimeUnit::Day,
            group: 2,
            access_key: None,
            api: None,
            address: None,
        });
        vec![deployment]
    })
    .await;
    let calls: &[Asked<'_>] = &[("/petstore/pets", &[]), ("/petstore/pets", &[])];
    assert_eq!(outcomes(&world, calls).await, ["MISS", "HIT"]);
    assert_eq!(get(&world, "/petstore/pets", &[]).await.status.as_u16(), 429);
}

#[tokio::test]
async fn a_publish_begins_anew_and_a_changed_policy_does_not() {
    let world = world(&settings()).await;
    let call: &[Asked<'_>] = &[("/petstore/pets", &[])];
    assert_eq!(outcomes(&world, call).await, ["MISS"]);
    let mut changed = open(&world.backend, &settings());
    changed.policies.ip_rules = Some(domain::IpRules {
        action: domain::IpAction::Deny,
        ranges: vec!["10.0.0.0/8".parse().unwrap()],
    });
    replace(&world, changed.clone());
    assert_eq!(outcomes(&world, call).await, ["HIT"]);
    changed.release_id = "rel-000000000002".parse().unwrap();
    replace(&world, changed);
    assert!(world.gateway.metrics().contains("paifang_cache_entries 0"), "swept");
    assert_eq!(outcomes(&world, call).await, ["MISS"]);
}

#[tokio::test]
async fn where_a_rule_leads_elsewhere_nothing_is_kept() {
    let other = MockBackend::start().await;
    let to = BackendService::Single { address: address(&other) };
    let rule = rule(1, &["x-canary: yes"], to);
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = open(backend, &settings());
        deployment.policies.routes = vec![rule];
        vec![deployment]
    })
    .await;
    let canary: &[(&str, &str)] = &[("x-canary", "yes")];
    let calls: [Asked<'_>; 3] =
        [("/petstore/pets", &[]), ("/petstore/pets", canary), ("/petstore/pets", canary)];
    assert_eq!(outcomes(&world, &calls).await, ["MISS", "", ""]);
    assert_eq!((world.backend.requests(), other.requests()), (1, 2));
}

#[tokio::test]
async fn compressed_answers_are_kept_compressed() {
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = open(backend, &settings());
        deployment.content.settings.answers.compression = true;
        deployment.content.settings.answers.cors = Some(domain::CorsSettings {
            origins: vec!["https://a.com".parse().unwrap()],
            ..Default::default()
        });
        vec![deployment]
    })
    .await;
    answer(&world, &[("content-type", "text/plain")], vec![b'x'; 100_000]);
    let headers: &[(&str, &str)] = &[("accept-encoding", "gzip, br;q=0.5")];
    let first = get(&world, "/petstore/pets", headers).await;
    let page = [headers, &[("origin", "https://a.com")]].concat();
    let second = get(&world, "/petstore/pets", &page).await;
    assert_eq!(
        (first.header("x-jdcloud-cache"), second.header("x-jdcloud-cache")),
        ("MISS", "HIT")
    );
    assert_eq!((second.header("content-encoding"), &second.body), ("gzip", &first.body));
    // What a page may read is told for each call anew.
    assert_eq!(first.header("access-control-allow-origin"), "");
    assert_eq!(second.header("access-control-allow-origin"), "https://a.com");
    let plain = get(&world, "/petstore/pets", &[]).await;
    assert_eq!((plain.header("x-jdcloud-cache"), plain.body.len()), ("MISS", 100_000));
}

#[tokio::test]
async fn a_backend_that_compresses_is_asked_for_one_coding() {
    let world = world(&settings()).await;
    answer(&world, &[("content-encoding", "br"), ("vary", "Accept-Encoding")], "coded");
    let accept = &[("accept-encoding", "gzip;q=0.5, zstd;q=0, br")][..];
    assert_eq!(outcomes(&world, &[("/petstore/pets", accept)]).await, ["MISS"]);
    let sent = world.backend.last().unwrap().to_json();
    let sent: serde_json::Value = serde_json::from_slice(&sent).unwrap();
    let headers = sent["headers"].as_array().unwrap();
    assert!(headers.contains(&serde_json::json!(["accept-encoding", "br"])), "{headers:?}");
    let alike = &[("accept-encoding", "br, deflate")][..];
    assert_eq!(outcomes(&world, &[("/petstore/pets", alike)]).await, ["HIT"]);
}

#[tokio::test]
async fn an_answer_that_broke_off_is_not_kept() {
    let world = world(&settings()).await;
    world.backend.behave(Behaviour::DieMidBody);
    let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
    assert!(world.client.try_send(request.body(Vec::new()).unwrap()).await.is_err());
    world.backend.behave(Behaviour::Echo);
    let calls: &[Asked<'_>] = &[("/petstore/pets", &[]), ("/petstore/pets", &[])];
    assert_eq!(outcomes(&world, calls).await, ["MISS", "HIT"]);
}

#[tokio::test]
async fn with_no_memory_for_it_nothing_is_kept() {
    let settings_of_gateway = GatewaySettings { cache_size: 0, ..no_ceiling() };
    let world = World::with(settings_of_gateway, |backend| vec![open(backend, &settings())]).await;
    let calls: &[Asked<'_>] = &[("/petstore/pets", &[]), ("/petstore/pets", &[])];
    assert_eq!(outcomes(&world, calls).await, ["", ""]);
}

#[tokio::test]
async fn only_get_is_kept() {
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = open(backend, &settings());
        assert_eq!(deployment.content.settings.auth_type, AuthType::None);
        deployment.content.apis.retain(|api| api.definition.name != "head");
        vec![deployment]
    })
    .await;
    for _ in 0..2 {
        let response = world.client.request(Method::POST, ONLINE, "/petstore/pets").await;
        assert!(!response.headers.contains_key("x-jdcloud-cache"));
    }
    assert_eq!(world.backend.requests(), 2);
}
