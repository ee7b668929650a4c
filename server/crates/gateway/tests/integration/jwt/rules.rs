//! What a token must be like.

use super::{
    super::support::CALLER_PIN, GROUP, ISSUER, ONLINE, Signer, assert_denied, assert_refused, call,
    call_with, claims, claims_with, echoed_headers, json, now, publish, world,
};
use domain::{CallerKey, Environment, JwtKeys, KeyId, Secret};
use http::StatusCode;

#[tokio::test]
async fn every_broken_rule_has_its_message() {
    let signer = Signer::es256();
    let world =
        world(signer.keys(), |jwt| jwt.audiences = vec!["pets".into(), "shop".into()]).await;
    let good = json!({ "aud": ["other", "shop"] });
    let response = call_with(&world, &signer.token(&claims_with(&good))).await;
    assert_eq!(response.status, StatusCode::OK, "{:?}", response.body);
    for (changes, message) in [
        (json!({ "exp": now() - 1 }), "the token has expired"),
        (json!({ "exp": now() - 1, "iss": "eve" }), "the token has expired"),
        (json!({ "exp": null }), "the token does not say when it expires"),
        (json!({ "exp": "tomorrow" }), "the token cannot be read"),
        (json!({ "nbf": now() + 600 }), "the token is not valid yet"),
        (json!({ "nbf": [] }), "the token cannot be read"),
        (json!({ "iss": "https://issuer.example.com" }), "the token is of another issuer"),
        (json!({ "iss": null }), "the token is of another issuer"),
        (json!({ "iss": [ISSUER] }), "the token is of another issuer"),
        (json!({ "aud": "pet" }), "the token is for another audience"),
        (json!({ "aud": null }), "the token is for another audience"),
        (json!({ "aud": [] }), "the token is for another audience"),
    ] {
        let mut claims = claims_with(&good);
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_denied(&call_with(&world, &signer.token(&claims)).await, message);
    }
    let other = Signer::es256().token(&claims_with(&good));
    assert_denied(&call_with(&world, &other).await, "the token's signature is wrong");
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn a_call_without_a_token_is_asked_for_one() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |_| {}).await;
    let message = "lack of a bearer token in header authorization";
    for headers in [&[][..], &[("authorization", "Basic YTpi")], &[("authorization", "Bearer")]] {
        let response = call(&world, headers).await;
        assert_refused(&response, 401, "ACCESS_ERROR", message);
        assert_eq!(response.header("www-authenticate"), "Bearer");
    }
    let good = format!("Bearer {}", signer.token(&claims()));
    let twice = [("authorization", good.as_str()), ("authorization", good.as_str())];
    assert_denied(&call(&world, &twice).await, "the token cannot be read");
    for unreadable in ["x", "x.y", "x.y.z", "....", "é"] {
        assert_denied(&call_with(&world, unreadable).await, "the token cannot be read");
    }
}

#[tokio::test]
async fn no_token_chooses_its_algorithm() {
    let signer = Signer::rs256();
    let world = world(signer.keys(), |_| {}).await;
    let message = "the token's algorithm is not accepted";
    // The public key, which everybody knows, taken for a secret.
    let confused = Signer::hs256(&signer.pem()).token(&claims());
    assert_denied(&call_with(&world, &confused).await, message);
    for name in ["none", "None", "RS384", "PS256", "HS256", "ES256", ""] {
        let token = signer.with_header(&json!({ "alg": name }), &claims());
        assert_denied(&call_with(&world, &token).await, message);
        let (unsigned, _) = token.rsplit_once('.').unwrap();
        assert_denied(&call_with(&world, &format!("{unsigned}.")).await, message);
    }
    let critical = json!({ "alg": "RS256", "crit": ["b64"], "b64": false });
    let token = signer.with_header(&critical, &claims());
    assert_denied(&call_with(&world, &token).await, "the token cannot be read");
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn clocks_may_differ_as_much_as_the_group_says() {
    let signer = Signer::hs256(&"s".repeat(32));
    let world = world(signer.keys(), |jwt| jwt.leeway_seconds = 600).await;
    for changes in [json!({ "exp": now() - 300 }), json!({ "nbf": now() + 300 })] {
        let response = call_with(&world, &signer.token(&claims_with(&changes))).await;
        assert_eq!(response.status, StatusCode::OK);
    }
    let response =
        call_with(&world, &signer.token(&claims_with(&json!({ "exp": now() - 601 })))).await;
    assert_denied(&response, "the token has expired");
    let fraction = claims_with(&json!({ "exp": (now() + 5) as f64 + 0.5 }));
    assert_eq!(call_with(&world, &signer.token(&fraction)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_must_allow_all_that_the_group_asks_for() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |jwt| jwt.scopes = vec!["read".into(), "write".into()]).await;
    for scopes in [
        json!({ "scope": "openid write read" }),
        json!({ "scp": ["read", "write"] }),
        json!({ "scp": "read write" }),
        json!({ "scope": "read", "scp": ["write"] }),
    ] {
        let response = call_with(&world, &signer.token(&claims_with(&scopes))).await;
        assert_eq!(response.status, StatusCode::OK);
    }
    for scopes in [json!({}), json!({ "scope": "read writer" }), json!({ "scope": 1 })] {
        let response = call_with(&world, &signer.token(&claims_with(&scopes))).await;
        let message = "the token lacks a scope that is required";
        assert_refused(&response, 403, "HTTP_FORBIDDEN", message);
        let challenge =
            format!(r#"Bearer error="insufficient_scope", error_description="{message}""#);
        assert_eq!(response.header("www-authenticate"), challenge);
    }
}

#[tokio::test]
async fn a_token_that_was_accepted_is_looked_at_anew_after_a_publish() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |_| {}).await;
    let token = signer.token(&claims());
    assert_eq!(call_with(&world, &token).await.status, StatusCode::OK);
    publish(&world, signer.keys(), |jwt| jwt.issuer = "another".into());
    assert_denied(&call_with(&world, &token).await, "the token is of another issuer");
    publish(&world, Signer::ed_dsa().keys(), |_| {});
    assert_denied(&call_with(&world, &token).await, "the token's signature is wrong");
    publish(&world, signer.keys(), |_| {});
    assert_eq!(call_with(&world, &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_group_whose_secret_was_lost_accepts_no_token() {
    let (keys, _) = Signer::hs256("").keys();
    assert!(matches!(keys, JwtKeys::SharedSecret { .. }));
    let world = world((keys, None), |_| {}).await;
    let response = call_with(&world, &Signer::hs256("").token(&claims())).await;
    let message = "The keys of the token's issuer cannot be fetched";
    assert_refused(&response, 503, "HTTP_SERVICE_UNAVAILABLE", message);
}

#[tokio::test]
async fn a_subscription_key_is_looked_at_first_and_no_other_token_is_forwarded_with_it() {
    let signer = Signer::ed_dsa();
    let world = world(signer.keys(), |_| {}).await;
    let secret = "0123456789abcdef0123456789abcdef";
    let id = KeyId::SubscriptionKey("sk-xu634ikbyia3".parse().unwrap());
    let key = CallerKey {
        id: id.clone(),
        owner: "acc-000000000001".parse().unwrap(),
        pin: CALLER_PIN.to_owned(),
        api_key: String::new(),
        secret: Secret::new(secret),
    };
    let keys = vec![(id.clone(), Some(key))];
    world.gateway.replace(world.gateway.snapshot().apply(Vec::new(), keys));
    let good = format!("Bearer {}", signer.token(&claims()));
    let headers =
        [("jdcloud-apim-subscription-key", secret), ("x-user", "eve"), ("authorization", &good)];
    let not_bound = call(&world, &headers).await;
    assert_refused(&not_bound, 401, "ACCESS_ERROR", "Invalid authentication credentials");

    let mut bound = super::deployment(&world.backend, signer.keys(), |_| {});
    bound.callers = vec![id.into()];
    let place = (GROUP.parse().unwrap(), Environment::Online);
    let snapshot = world.gateway.snapshot().apply(vec![(place, Some(bound))], Vec::new());
    world.gateway.replace(snapshot);
    let seen = echoed_headers(&call(&world, &headers).await);
    assert_eq!(seen["x-jdcloud-pin"], CALLER_PIN);
    assert!(!seen.contains_key("x-user") && !seen.contains_key("authorization"));
    let seen = echoed_headers(&call(&world, &[("authorization", &good)]).await);
    assert!(seen.contains_key("authorization") && !seen.contains_key("x-jdcloud-pin"));
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status, StatusCode::UNAUTHORIZED);
}
