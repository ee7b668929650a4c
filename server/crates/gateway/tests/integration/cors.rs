//! CORS: what browsers are told before a call and on its answer.

use super::support::{
    Call, ONLINE, World, address, api, assert_refused, no_ceiling, petstore, signed_petstore,
};
use domain::{AuthType, BackendService, CorsSettings, Environment, Method as ApiMethod};
use http::{Method, Request, header};
use testkit::{Behaviour, TestResponse};

const SHOP: &str = "https://shop.example.com";

fn cors(origins: &[&str]) -> CorsSettings {
    let origins = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    CorsSettings { origins, ..CorsSettings::default() }
}

async fn world(cors: Option<CorsSettings>) -> World {
    World::with(no_ceiling(), |backend| {
        let to = BackendService::Single { address: address(backend) };
        let mut deployment = petstore(Environment::Online, to);
        deployment.content.apis.push(api("own", "OPTIONS /own"));
        deployment.content.settings.answers.cors = cors;
        vec![deployment]
    })
    .await
}

async fn send(world: &World, method: Method, path: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = Request::builder().method(method).uri(path).header("host", ONLINE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.client.send(request.body(Vec::new()).unwrap()).await
}

/// What a browser asks before a call.
async fn ask(world: &World, path: &str, origin: &str, method: &str) -> TestResponse {
    let question = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", "authorization,x-jdcloud-date"),
    ];
    send(world, Method::OPTIONS, path, &question).await
}

fn allowed(response: &TestResponse) -> Option<&str> {
    response.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_browsers_question_is_answered_by_the_gateway_without_a_signature() {
    let world = World::with(no_ceiling(), |backend| {
        let mut deployment = signed_petstore(Environment::Online, backend);
        deployment.content.settings.answers.cors =
            Some(CorsSettings { max_age: 77, ..cors(&[SHOP]) });
        vec![deployment]
    })
    .await;
    let response = ask(&world, "/petstore/pets/1", SHOP, "PUT").await;
    assert_eq!((response.status.as_u16(), response.body.len()), (204, 0));
    assert_eq!(allowed(&response), Some(SHOP));
    assert_eq!(response.header("access-control-allow-methods"), "GET, PUT, DELETE");
    assert_eq!(response.header("access-control-allow-headers"), "authorization,x-jdcloud-date");
    assert_eq!(response.header("access-control-max-age"), "77");
    assert!(!response.headers.contains_key("access-control-allow-credentials"));
    let vary: Vec<_> = response.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["origin", "access-control-request-headers"]);
    assert_eq!(world.backend.requests(), 0);
    // The call itself is checked as ever; and the page can read why it is refused.
    let response = send(&world, Method::GET, "/petstore/pets/1", &[("origin", SHOP)]).await;
    assert_refused(&response, 401, "ACCESS_ERROR", "lack of header authorization");
    assert_eq!((allowed(&response), response.header("vary")), (Some(SHOP), "origin"));
    let mut call = Call::get(ONLINE, "/petstore/pets/1");
    call.headers.push(("origin".to_owned(), SHOP.to_owned()));
    let response = call.send(&world.client).await;
    assert_eq!((response.status.as_u16(), allowed(&response)), (200, Some(SHOP)));
}

#[tokio::test]
async fn a_page_of_another_origin_is_told_nothing() {
    let world = world(Some(cors(&[SHOP, "https://*.example.org"]))).await;
    for origin in ["https://evil.com", "null", "http://shop.example.com", "https://example.org"] {
        let response = ask(&world, "/petstore/pets", origin, "GET").await;
        assert_refused(&response, 403, "HTTP_FORBIDDEN", "This origin is not allowed");
        assert_eq!((allowed(&response), response.header("vary")), (None, "origin"), "{origin}");
        assert!(!response.headers.contains_key("access-control-allow-methods"));
        // Its call is a call like any other, but the page cannot read the answer.
        let response = send(&world, Method::GET, "/petstore/pets", &[("origin", origin)]).await;
        assert_eq!((response.status.as_u16(), allowed(&response)), (200, None));
        assert_eq!(response.header("vary"), "origin");
    }
    let response = ask(&world, "/petstore/pets", "https://a.b.example.org", "GET").await;
    assert_eq!(allowed(&response), Some("https://a.b.example.org"));
}

#[tokio::test]
async fn what_the_settings_name_is_told_instead_of_what_is_asked_for() {
    let world = world(Some(CorsSettings {
        methods: vec![ApiMethod::Get, ApiMethod::Patch],
        headers: vec!["Authorization".to_owned(), "X-Tenant".to_owned()],
        exposed_headers: vec!["x-jdcloud-request-id".to_owned()],
        credentials: true,
        max_age: 0,
        ..cors(&[SHOP])
    }))
    .await;
    let response = ask(&world, "/petstore/pets", SHOP, "GET").await;
    assert_eq!(response.header("access-control-allow-methods"), "GET, PATCH");
    assert_eq!(response.header("access-control-allow-headers"), "Authorization, X-Tenant");
    assert_eq!(response.header("access-control-allow-credentials"), "true");
    assert_eq!(response.header("access-control-max-age"), "0");
    let response = send(&world, Method::GET, "/petstore/pets", &[("origin", SHOP)]).await;
    assert_eq!(response.header("access-control-expose-headers"), "x-jdcloud-request-id");
    assert_eq!(response.header("access-control-allow-credentials"), "true");
}

#[tokio::test]
async fn any_origin_may_be_allowed_and_answers_are_then_the_same_for_all() {
    let world = world(Some(cors(&["*"]))).await;
    for headers in [&[][..], &[("origin", "https://anywhere.net")], &[("origin", "null")]] {
        let response = send(&world, Method::GET, "/petstore/pets", headers).await;
        assert_eq!((allowed(&response), response.header("vary")), (Some("*"), ""));
    }
    assert_eq!(allowed(&ask(&world, "/petstore/pets", SHOP, "GET").await), Some("*"));
}

#[tokio::test]
async fn what_the_backend_says_of_it_is_replaced() {
    let world = world(Some(cors(&[SHOP]))).await;
    let headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "x-secret"),
        ("vary", "Origin, Accept"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    world.backend.behave(Behaviour::Answer { status: 200, headers, body: "a".into() });
    let response = send(&world, Method::GET, "/petstore/pets", &[("origin", SHOP)]).await;
    assert_eq!((allowed(&response), response.header("vary")), (Some(SHOP), "Origin, Accept"));
    assert!(!response.headers.contains_key("access-control-allow-credentials"));
    assert!(!response.headers.contains_key("access-control-expose-headers"));
    let response = send(&world, Method::GET, "/petstore/pets", &[("origin", "null")]).await;
    assert_eq!(allowed(&response), None);
}

#[tokio::test]
async fn only_a_browsers_question_is_answered_here() {
    let world = world(Some(cors(&[SHOP]))).await;
    // An API's own OPTIONS is called by whoever does not ask for a browser.
    let response = send(&world, Method::OPTIONS, "/petstore/own", &[("origin", SHOP)]).await;
    assert_eq!(
        (response.json()["method"].clone(), allowed(&response)),
        ("OPTIONS".into(), Some(SHOP))
    );
    let response = send(&world, Method::OPTIONS, "/petstore/pets", &[("origin", SHOP)]).await;
    assert_eq!(response.status.as_u16(), 404);
    let asked = ask(&world, "/petstore/own", SHOP, "OPTIONS").await;
    assert_eq!(asked.header("access-control-allow-methods"), "OPTIONS");
    let response = ask(&world, "/petstore/nowhere", SHOP, "GET").await;
    assert_refused(&response, 404, "NOT_FOUND", "no route and no API found with those values");
    assert_eq!(allowed(&response), Some(SHOP));
    let response = ask(&world, "/petstore/a/../pets", SHOP, "GET").await;
    assert_eq!(response.status.as_u16(), 400);
}

#[tokio::test]
async fn without_settings_the_backend_sees_to_it() {
    let world = world(None).await;
    let response = ask(&world, "/petstore/own", SHOP, "OPTIONS").await;
    assert_eq!(response.json()["method"], "OPTIONS");
    let headers = vec![("access-control-allow-origin".to_owned(), "*".to_owned())];
    world.backend.behave(Behaviour::Answer { status: 200, headers, body: "a".into() });
    let response = send(&world, Method::GET, "/petstore/pets", &[("origin", SHOP)]).await;
    assert_eq!((allowed(&response), response.header("vary")), (Some("*"), ""));
    assert_eq!(ask(&world, "/petstore/pets", SHOP, "GET").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_limit_that_refuses_a_call_can_be_read_and_does_not_count_questions() {
    let world = World::with(no_ceiling(), |backend| {
        let to = BackendService::Single { address: address(backend) };
        let mut deployment = petstore(Environment::Online, to);
        assert_eq!(deployment.content.settings.auth_type, AuthType::None);
        deployment.content.settings.answers.cors = Some(cors(&[SHOP]));
        deployment.policies.rate_limits = Some(domain::RateLimits {
            unit: domain::TimeUnit::Day,
            group: 1,
            access_key: None,
            api: None,
            address: None,
        });
        vec![deployment]
    })
    .await;
    for _ in 0..3 {
        assert_eq!(ask(&world, "/petstore/pets", SHOP, "GET").await.status.as_u16(), 204);
    }
    let page = [("origin", SHOP)];
    assert_eq!(send(&world, Method::GET, "/petstore/pets", &page).await.status.as_u16(), 200);
    let response = send(&world, Method::GET, "/petstore/pets", &page).await;
    assert_eq!((response.status.as_u16(), allowed(&response)), (429, Some(SHOP)));
}
