//! Signed calls: which pass, and how the others are refused.

use super::support::{
    CALLER_PIN, Call, GROUP, KEY_ID, ONLINE, OWNER, TEST, World, access_key, address,
    assert_refused, caller_key, echoed_headers, fresh_nonce, now, petstore, signed_petstore,
};
use domain::{BackendService, Environment};
use gateway::{GatewaySettings, Timeouts};
use http::{Method, Request};
use signing::Algorithm;
use std::time::Duration;
use testkit::{TestClient, TestResponse, client::raw};

#[track_caller]
fn assert_denied(response: &TestResponse, message: &str) {
    assert_refused(response, 401, "ACCESS_ERROR", message);
}

#[tokio::test]
async fn a_call_signed_by_either_version_passes() {
    let world = World::signed().await;
    for algorithm in [Algorithm::Jdcloud2, Algorithm::Jdcloud3] {
        let call =
            Call { algorithm, ..Call::get(ONLINE, "/petstore/pets/a%20b?q=%E4%BD%A0&q=1&flag=") };
        let response = call.send(&world.client).await;
        assert_eq!(response.json()["target"], "/petstore/pets/a%20b?q=%E4%BD%A0&q=1&flag=");
    }
}

#[tokio::test]
async fn region_and_service_of_the_scope_are_the_clients_choice() {
    let world = World::signed().await;
    for (region, service) in [("cn-north-1", "test"), ("cn-north-1", "simpleclient"), ("x", "y")] {
        let call = Call {
            region: region.to_owned(),
            service: service.to_owned(),
            ..Call::get(ONLINE, "/petstore/pets")
        };
        assert_eq!(call.send(&world.client).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn the_backend_sees_nothing_of_the_signature() {
    let world = World::signed().await;
    let headers = echoed_headers(&Call::get(ONLINE, "/petstore/pets").send(&world.client).await);
    for name in ["authorization", "x-jdcloud-date", "x-jdcloud-nonce", "jdcloud2-hmac-sha256"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn the_backend_is_told_whose_key_signed_and_believes_nobody_else() {
    let world = World::signed().await;
    let mut call = Call::get(ONLINE, "/petstore/pets");
    for name in ["x-jdcloud-pin", "X-JDCloud-UserId"] {
        call.headers.push((name.to_owned(), "forged".to_owned()));
    }
    let headers = echoed_headers(&call.send(&world.client).await);
    assert_eq!(headers["x-jdcloud-pin"], CALLER_PIN);
    assert_eq!(headers["x-jdcloud-userid"], OWNER);
    assert_eq!(headers.get_all("x-jdcloud-pin").iter().count(), 1);
    // With its body checked first, too.
    let headers =
        echoed_headers(&Call::post(ONLINE, "/petstore/pets", b"{}").send(&world.client).await);
    assert_eq!(headers["x-jdcloud-userid"], OWNER);

    // Where nobody is asked who they are, nobody is told.
    let open = World::start().await;
    let call = Call { headers: call.headers, ..Call::get(ONLINE, "/petstore/pets") };
    let headers = echoed_headers(&call.send(&open.client).await);
    assert!(!headers.contains_key("x-jdcloud-pin") && !headers.contains_key("x-jdcloud-userid"));
}

#[tokio::test]
async fn a_body_is_signed_with_its_length_known_or_not() {
    let world = World::signed().await;
    let body = vec![b'b'; 300_000];
    let call = Call::post(ONLINE, "/petstore/pets", &body);
    assert_eq!(call.send(&world.client).await.json()["bodyLength"], 300_000);
    let call = Call::post(ONLINE, "/petstore/pets", b"hello");
    let headers: String =
        call.signed_headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n\
         2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
    );
    let answer = raw(world.address(), request).await;
    assert!(answer.contains(r#""body":"hello""#), "{answer}");
    assert_eq!(world.backend.last().unwrap().header("content-length"), ["5"]);
}

#[tokio::test]
async fn a_changed_body_does_not_match() {
    let world = World::signed().await;
    let call = Call::post(ONLINE, "/petstore/pets", b"{\"price\":1}");
    let request = call.request().map(|_| b"{\"price\":9}".to_vec());
    assert_denied(&world.client.send(request).await, "sign result is not same");
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_declared_hash_stands_for_the_body_which_is_streamed() {
    let world = World::signed().await;
    world.backend.behave(testkit::Behaviour::StreamEcho);
    let mut call = Call::post(ONLINE, "/petstore/pets", b"first part");
    call.headers.push(("x-jdcloud-content-sha256".to_owned(), "UNSIGNED-PAYLOAD".to_owned()));
    let headers: String =
        call.signed_headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut connection = testkit::RawConnection::open(world.address()).await;
    connection.send(format!("POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{headers}content-length: 10\r\n\r\nfirst")).await;
    // The first part is back before the second is sent.
    connection.read_until("5\r\nfirst\r\n").await;
    connection.send(" part").await;
    connection.read_until("5\r\n part\r\n").await;
}

#[tokio::test]
async fn a_signed_body_over_the_limit_is_refused_whether_announced_or_not() {
    let settings = GatewaySettings { body_limit: 1000, ..GatewaySettings::default() };
    let world =
        World::with(settings, |backend| vec![signed_petstore(Environment::Online, backend)]).await;
    let call = Call::post(ONLINE, "/petstore/pets", &[0; 1001]);
    let too_large = (413, "HTTP_REQUEST_ENTITY_TOO_LARGE", "Payload too large");
    assert_refused(&call.send(&world.client).await, too_large.0, too_large.1, too_large.2);
    let headers: String =
        call.signed_headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    let request = format!(
        "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n"
    );
    let answer = raw(world.address(), request).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("Payload too large"),
        "{answer}"
    );
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_caller_that_stops_sending_a_signed_body_is_told_so() {
    let timeouts = Timeouts { body_idle: Duration::from_millis(100), ..Timeouts::default() };
    let settings = GatewaySettings { timeouts, ..GatewaySettings::default() };
    let world =
        World::with(settings, |backend| vec![signed_petstore(Environment::Online, backend)]).await;
    let call = Call::post(ONLINE, "/petstore/pets", b"0123456789");
    let headers: String =
        call.signed_headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n{headers}content-length: 10\r\n\r\n01234"
    );
    assert!(raw(world.address(), request).await.starts_with("HTTP/1.1 408 "));
}

/// Sends a call with one of its headers changed; `None` takes it out.
async fn with_header(world: &World, name: &str, value: Option<&str>) -> TestResponse {
    let mut request = Call::get(ONLINE, "/petstore/pets").request();
    match value {
        Some(value) => drop(
            request
                .headers_mut()
                .insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap()),
        ),
        None => drop(request.headers_mut().remove(name)),
    }
    world.client.send(request).await
}

#[tokio::test]
async fn each_missing_part_is_named() {
    let world = World::signed().await;
    for (name, value, message) in [
        ("authorization", None, "lack of header authorization"),
        ("authorization", Some(""), "lack of header authorization"),
        ("authorization", Some("Bearer token"), "lack of credential in the header authorization"),
        (
            "authorization",
            Some("JDCLOUD2-HMAC-SHA256 SignedHeaders=a, Signature=b"),
            "lack of credential in the header authorization",
        ),
        (
            "authorization",
            Some("JDCLOUD2-HMAC-SHA256 Credential=K/20191122/r/s/jdcloud2_request, Signature=b"),
            "lack of header signedHeaders",
        ),
        ("x-jdcloud-date", None, "lack of header x-jdcloud-date"),
        ("x-jdcloud-date", Some(" "), "lack of header x-jdcloud-date"),
        ("x-jdcloud-date", Some("2019-11-22"), "Invalid authentication credentials"),
        ("x-jdcloud-nonce", None, "lack of header x-jdcloud-nonce"),
        ("x-jdcloud-nonce", Some(" "), "lack of header x-jdcloud-nonce"),
    ] {
        assert_denied(&with_header(&world, name, value).await, message);
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_missing_date_is_named_before_missing_signed_headers() {
    let world = World::signed().await;
    let request = Request::builder().uri("/petstore/pets").header("host", ONLINE);
    let request = request
        .header("authorization", "JDCLOUD2-HMAC-SHA256 Credential=K/20191122/r/s/jdcloud2_request");
    assert_denied(
        &world.client.send(request.body("").unwrap()).await,
        "lack of header x-jdcloud-date",
    );
}

#[tokio::test]
async fn two_authorizations_are_none() {
    let world = World::signed().await;
    let mut request = Call::get(ONLINE, "/petstore/pets").request();
    request.headers_mut().append("authorization", "Bearer token".parse().unwrap());
    assert_denied(&world.client.send(request).await, "Invalid authentication credentials");
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let world = World::signed().await;
    let call = Call { api_key: "0".repeat(32), ..Call::get(ONLINE, "/petstore/pets") };
    assert_denied(&call.send(&world.client).await, "Invalid accessKey");
}

#[tokio::test]
async fn a_wrong_secret_does_not_match() {
    let world = World::signed().await;
    let call = Call { secret: "0".repeat(32), ..Call::get(ONLINE, "/petstore/pets") };
    assert_denied(&call.send(&world.client).await, "sign result is not same");
}

#[tokio::test]
async fn a_key_that_is_not_bound_to_the_deployment_is_refused() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let mut unbound = signed_petstore(Environment::Test, backend);
        unbound.callers = vec![access_key("000000000000").into()];
        vec![signed_petstore(Environment::Online, backend), unbound]
    })
    .await;
    assert_eq!(Call::get(ONLINE, "/petstore/pets").send(&world.client).await.status.as_u16(), 200);
    let response = Call::get(TEST, "/petstore/pets").send(&world.client).await;
    assert_denied(&response, "Invalid authentication credentials");
}

#[tokio::test]
async fn a_call_for_another_host_method_path_or_query_does_not_match() {
    let world = World::signed().await;
    let headers = |call: &Call, request: &mut Request<Vec<u8>>| {
        for (name, value) in call.signed_headers() {
            request
                .headers_mut()
                .insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        }
    };
    let signed = Call::get(ONLINE, "/petstore/pets?a=1");
    for (method, host, target) in [
        (Method::GET, TEST, "/petstore/pets?a=1"),
        (Method::HEAD, ONLINE, "/petstore/pets?a=1"),
        (Method::GET, ONLINE, "/petstore/pets/1?a=1"),
        (Method::GET, ONLINE, "/petstore/pets?a=2"),
        (Method::GET, ONLINE, "/petstore/pets"),
    ] {
        let mut request = Request::builder()
            .method(&method)
            .uri(target)
            .header("host", host)
            .body(Vec::new())
            .unwrap();
        headers(&signed, &mut request);
        let response = world.client.send(request).await;
        assert_eq!(response.status.as_u16(), 401, "{method} {host}{target}");
    }
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn a_date_more_than_fifteen_minutes_off_is_refused_either_way() {
    let world = World::signed().await;
    for (off, passes) in [(-880, true), (880, true), (-920, false), (920, false), (-86_400, false)]
    {
        let call = Call { date: now() + off, ..Call::get(ONLINE, "/petstore/pets") };
        let response = call.send(&world.client).await;
        if passes {
            assert_eq!(response.status.as_u16(), 200, "{off}");
        } else {
            assert_denied(&response, "x-jdcloud-date is more than 900 s from the gateway's time");
        }
    }
}

#[tokio::test]
async fn a_date_of_another_day_than_the_scopes_does_not_match() {
    let world = World::signed().await;
    let call = Call::get(ONLINE, "/petstore/pets");
    let mut request = call.request();
    let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
    let day = signing::RequestDate::from_unix(call.date).unwrap().day().to_owned();
    let other = authorization.replace(&format!("/{day}/"), "/20191122/");
    assert_ne!(other, authorization);
    request.headers_mut().insert("authorization", other.parse().unwrap());
    assert_denied(&world.client.send(request).await, "sign result is not same");
}

#[tokio::test]
async fn a_nonce_is_good_for_one_call() {
    let world = World::signed().await;
    let call = Call::get(ONLINE, "/petstore/pets");
    assert_eq!(call.send(&world.client).await.status.as_u16(), 200);
    assert_denied(&call.send(&world.client).await, "x-jdcloud-nonce was used before");
    let later = Call { date: call.date + 1, ..call };
    assert_denied(&later.send(&world.client).await, "x-jdcloud-nonce was used before");
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn a_call_that_was_refused_uses_up_no_nonce() {
    let world = World::signed().await;
    let nonce = fresh_nonce();
    let call = Call { nonce: nonce.clone(), ..Call::get(ONLINE, "/petstore/pets") };
    let forged = Call { secret: "0".repeat(32), ..call.clone() };
    assert_denied(&forged.send(&world.client).await, "sign result is not same");
    assert_eq!(call.send(&world.client).await.status.as_u16(), 200);
}

#[tokio::test]
async fn of_a_call_repeated_many_times_at_once_exactly_one_passes() {
    let world = World::signed().await;
    for _ in 0..5 {
        let call = Call::get(ONLINE, "/petstore/pets");
        let copies: Vec<_> = (0..24)
            .map(|_| {
                // Each on a connection of its own, so that both workers take part.
                let (client, call) = (TestClient::new(world.address()), call.clone());
                tokio::spawn(async move { call.send(&client).await.status.as_u16() })
            })
            .collect();
        let mut passed = 0;
        for copy in copies {
            match copy.await.unwrap() {
                200 => passed += 1,
                status => assert_eq!(status, 401),
            }
        }
        assert_eq!(passed, 1);
    }
    assert_eq!(world.backend.requests(), 5);
}

#[tokio::test]
async fn outside_online_a_mismatch_shows_what_the_gateway_computed() {
    let world = World::signed().await;
    let wrong = |host| Call { secret: "0".repeat(32), ..Call::get(host, "/petstore/pets?b=2&a=1") };
    let call = wrong(TEST);
    let response = call.send(&world.client).await;
    assert_denied(&response, "sign result is not same");
    let details = response.json()["error"]["details"][0].clone();
    let canonical = details["canonicalRequest"].as_str().unwrap();
    assert!(canonical.starts_with("GET\n/petstore/pets\n"), "{canonical}");
    assert!(
        canonical.contains(&format!("host:{TEST}\n"))
            && canonical.contains(&format!("x-jdcloud-nonce:{}\n", call.nonce))
    );
    let to_sign = details["stringToSign"].as_str().unwrap();
    assert!(
        to_sign.starts_with("JDCLOUD2-HMAC-SHA256\n")
            && to_sign.contains(&format!("/jdcloud-api/{GROUP}/jdcloud2_request\n"))
    );
    assert_eq!(details.as_object().unwrap().len(), 2);
    // The signature that was expected is what would let anybody in.
    let right = Call { secret: super::support::SECRET.to_owned(), ..call };
    let headers = right.signed_headers();
    let authorization = &headers.iter().find(|(name, _)| name == "authorization").unwrap().1;
    let expected = authorization.rsplit_once('=').unwrap().1;
    assert!(!String::from_utf8_lossy(&response.body).contains(expected));
    let online = wrong(ONLINE).send(&world.client).await;
    assert!(online.json()["error"].get("details").is_none());
}

#[tokio::test]
async fn the_service_of_a_signature_names_the_group_where_the_host_cannot() {
    let world = World::signed().await;
    let call = Call::get("127.0.0.1:8000", "/petstore/pets");
    assert_eq!(call.send(&world.client).await.status.as_u16(), 200);
    let other = Call {
        service: "x00000000000".to_owned(),
        ..Call::get("127.0.0.1:8000", "/petstore/pets")
    };
    assert_eq!(other.send(&world.client).await.status.as_u16(), 404);
    let preview = World::with(GatewaySettings::default(), |backend| {
        let single = BackendService::Single { address: address(backend) };
        let mut online = petstore(Environment::Test, single.clone());
        online.content.apis.clear();
        vec![online, petstore(Environment::Preview, single)]
    })
    .await;
    // Of the environments there are, the one nearest to everybody.
    assert_eq!(
        Call::get("localhost", "/petstore/pets").send(&preview.client).await.status.as_u16(),
        200
    );
}

#[tokio::test]
async fn a_key_is_in_force_from_one_call_to_the_next() {
    let world = World::signed().await;
    let id = || access_key(KEY_ID);
    let call = || Call::get(ONLINE, "/petstore/pets");
    assert_eq!(call().send(&world.client).await.status.as_u16(), 200);
    world.gateway.replace(world.gateway.snapshot().apply(Vec::new(), vec![(id(), None)]));
    assert_denied(&call().send(&world.client).await, "Invalid accessKey");
    let reset = domain::CallerKey { secret: domain::Secret::new("new secret"), ..caller_key() };
    world.gateway.replace(world.gateway.snapshot().apply(Vec::new(), vec![(id(), Some(reset))]));
    assert_denied(&call().send(&world.client).await, "sign result is not same");
    let resigned = Call { secret: "new secret".to_owned(), ..call() };
    assert_eq!(resigned.send(&world.client).await.status.as_u16(), 200);
}
