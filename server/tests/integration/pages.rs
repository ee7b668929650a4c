//! Every page of the console, on an installation that has something to show.

use crate::{
    accounts::{call, page, session},
    support::{Output, config_in, paifang},
};
use app::server_fns::accounts::SignIn;
use domain::{
    BackendService, Environment, IpAction, IpRules, NewBackendConfig, NewBackendSignature,
    NewIpPolicy, NewRateLimitPolicy, PageQuery, RateLimits, Region, Secret, SimpleParameter,
    TimeUnit,
};
use leptos::server_fn::ServerFn;
use serde_json::Value;
use services::Caller;
use std::net::Ipv4Addr;
use testkit::Watchdog;

/// The parameters of routes, in the order in which they are filled in: where a route begins, its parameter, a value.
type Values = Vec<(&'static str, &'static str, String)>;

async fn values(services: &services::Services, caller: &Caller) -> Values {
    let query = PageQuery::default;
    let groups = services.api_groups().list(caller, Region::CnNorth1, query()).await.unwrap();
    let group = groups.rows.iter().find(|summary| summary.group.name == "PetStore").unwrap();
    let (id, revision) = (&group.group.id, group.latest_revision);
    let apis = services.apis().list(caller, id, revision, query()).await.unwrap();
    let keys = services.access_keys().list(caller, query()).await.unwrap();
    let auths = services.access_auths().list(caller, query()).await.unwrap();
    let subscriptions = services.subscription_keys().list(caller, query()).await.unwrap();
    let limits = RateLimits {
        unit: TimeUnit::Minute,
        group: 100,
        access_key: Some(10),
        api: None,
        address: None,
    };
    let slow = NewRateLimitPolicy { name: "slow".into(), description: String::new(), limits };
    let slow = services.rate_limit_policies().create(caller, Region::CnNorth1, slow).await.unwrap();
    let rules = IpRules { action: IpAction::Deny, ranges: vec!["192.0.2.0/24".parse().unwrap()] };
    let deny = NewIpPolicy { name: "deny".into(), description: String::new(), rules };
    let deny = services.ip_policies().create(caller, Region::CnNorth1, deny).await.unwrap();
    let platform = services.platform_keys().create(caller, String::new()).await.unwrap();
    let access_key = platform.id.to_string();
    let signature = NewBackendSignature { access_key, description: String::new() };
    let signature = services.backend_signatures().create(caller, signature).await.unwrap();
    let condition = SimpleParameter { name: "x-canary".to_owned(), value: "1".to_owned() };
    let route = NewBackendConfig {
        header_params: vec![condition],
        query_params: Vec::new(),
        backend: BackendService::Mock,
        description: String::new(),
    };
    let routes = services.backend_configs();
    let route = routes.create(caller, id, Environment::Online, route).await.unwrap();
    vec![
        ("/groups", "{route}", route.id.to_string()),
        ("/backend-signatures", "{id}", signature.id.to_string()),
        ("/groups", "{id}", id.to_string()),
        ("/groups", "{api}", apis.rows[0].id.to_string()),
        ("/groups", "{environment}", "online".to_owned()),
        ("/access-keys", "{id}", keys.rows[0].id.to_string()),
        ("/access-auths", "{id}", auths.rows[0].id.to_string()),
        ("/subscription-keys", "{id}", subscriptions.rows[0].id.to_string()),
        ("/rate-limit-policies", "{id}", slow.id.to_string()),
        ("/ip-policies", "{id}", deny.id.to_string()),
    ]
}

#[tokio::test]
async fn every_page_is_shown_to_the_account_that_owns_what_is_on_it() {
    let _watchdog = Watchdog::start();
    let folder = tempfile::tempdir().unwrap();
    let filled =
        Output::of(paifang().args(["demo", "--exit", "--data-dir"]).arg(folder.path()), b"");
    let made: Value = serde_json::from_str(&filled.stdout).unwrap();
    let (email, password) = (made["email"].as_str().unwrap(), made["password"].as_str().unwrap());
    let running = server::run(&config_in(folder.path())).await.unwrap();
    let (services, at) = (running.services(), running.console_addr());
    let here = Ipv4Addr::LOCALHOST.into();
    let account = services.accounts().sign_in(email, Secret::new(password), here).await.unwrap();
    let values = values(services, &Caller::new(account)).await;
    let fields = format!("form[email]={email}&form[password]={password}");
    let cookie = session(&call(at, SignIn::PATH, "", &fields).await);

    let mut shown = 0;
    for route in leptos_axum::generate_route_list(app::App) {
        let mut path = route.path().to_owned();
        for (begin, parameter, value) in &values {
            if path.starts_with(begin) {
                path = path.replace(parameter, value);
            }
        }
        assert!(!path.contains('{'), "no value for {path}");
        let answer = page(at, &cookie, &path).await;
        // Those who are signed in need not sign in.
        if matches!(path.as_str(), "/sign-in" | "/register") {
            assert_eq!(answer.header("location"), "/", "{path}");
            continue;
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(
            answer.body.contains("</html>") && answer.body.contains(email),
            "{path}: {}",
            answer.body
        );
        shown += 1;
    }
    assert!(shown > 20, "only {shown} pages are registered");
    assert_eq!(page(at, &cookie, "/no/such/page").await.status, 404);
    running.shutdown().await;
}
