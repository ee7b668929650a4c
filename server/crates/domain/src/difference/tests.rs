//! What the publish dialog says about two contents.

use super::*;
use crate::{
    api::{ApiBackend, MatchType, Method},
    api_group::{AuthType, GroupSettings},
    id::ApiId,
    timestamp::Timestamp,
};
use serde_json::json;

fn api(name: &str, method: Method, path: &str) -> Api {
    let mut definition = ApiDefinition {
        name: name.into(),
        description: String::new(),
        method,
        path: path.parse().unwrap(),
        match_type: MatchType::Absolute,
        parameters: vec![],
        request_body: Body::default(),
        response_body: Body::default(),
        backend: ApiBackend::Deployment,
        mapping: crate::ApiMapping::default(),
        limits: crate::CallLimits::default(),
        cache: None,
    };
    definition.complete_path_parameters();
    Api { id: ApiId::from_random([1; 12]), definition, updated_at: Timestamp(0) }
}

fn content(apis: Vec<Api>) -> GroupContent {
    let settings = GroupSettings {
        prefix: "petstore".into(),
        auth_type: AuthType::Signature,
        ..GroupSettings::default()
    };
    GroupContent::new(settings, apis)
}

#[test]
fn everything_is_added_where_nothing_ran() {
    let after = content(vec![api("getPet", Method::Get, "/pets/{petId}")]);
    let difference = Difference::between(None, &after);
    assert_eq!(difference.counts(), (1, 0, 0));
    assert_eq!(difference.apis[0].route(), "GET /pets/{petId}");
}

#[test]
fn names_each_changed_field_with_both_values() {
    let mut before = api("createPet", Method::Post, "/pets");
    before.definition.request_body.schema =
        Some(json!({"properties": {"price": {"type": "string"}}}));
    let mut after = before.clone();
    after.definition.request_body.schema =
        Some(json!({"properties": {"price": {"type": "number"}}}));
    after.updated_at = Timestamp(9);
    let difference = Difference::between(Some(&content(vec![before])), &content(vec![after]));
    let ApiChange::Changed { fields, .. } = &difference.apis[0] else { panic!("{difference:?}") };
    assert_eq!(
        fields,
        &[FieldChange {
            field: "request.properties.price.type".into(),
            before: Some("string".into()),
            after: Some("number".into()),
        }]
    );
}

#[test]
fn an_api_that_moved_is_found_by_its_name() {
    let before =
        content(vec![api("getPet", Method::Get, "/pets/{petId}"), api("old", Method::Get, "/old")]);
    let after = content(vec![api("getPet", Method::Get, "/animals/{petId}")]);
    let difference = Difference::between(Some(&before), &after);
    assert_eq!(difference.counts(), (0, 1, 1));
}

#[test]
fn an_api_keeps_its_partner_when_another_takes_its_old_name() {
    let before = content(vec![api("a", Method::Get, "/one"), api("b", Method::Get, "/two")]);
    let after = content(vec![api("b", Method::Get, "/one"), api("a", Method::Get, "/two")]);
    let difference = Difference::between(Some(&before), &after);
    assert_eq!(difference.counts(), (0, 2, 0));
    let ApiChange::Changed { fields, .. } = &difference.apis[0] else { panic!("{difference:?}") };
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].field, "name");
}

#[test]
fn tells_settings_that_the_publish_takes_along() {
    let before = content(vec![]);
    let mut after = content(vec![]);
    after.settings.auth_type = AuthType::None;
    let difference = Difference::between(Some(&before), &after);
    assert_eq!(difference.settings[0].field, "authType");
    after.settings.strict_signatures = true;
    let difference = Difference::between(Some(&before), &after);
    assert_eq!(difference.settings[1].field, "strictSignatures");
    assert!(!difference.is_empty());
}

#[test]
fn tells_how_calls_are_answered_setting_by_setting() {
    let before = content(vec![]);
    let mut after = content(vec![]);
    after.settings.answers.compression = true;
    after.settings.answers.cors = Some(crate::CorsSettings {
        origins: vec!["https://a.com".parse().unwrap(), "https://*.b.com".parse().unwrap()],
        methods: vec![Method::Get, Method::Put],
        ..crate::CorsSettings::default()
    });
    let told: Vec<(String, Option<String>, Option<String>)> =
        Difference::between(Some(&before), &after)
            .settings
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            ("corsOrigins".to_owned(), None, text("https://a.com, https://*.b.com")),
            ("corsMethods".to_owned(), None, text("GET, PUT")),
            ("corsHeaders".to_owned(), None, text("*")),
            ("corsMaxAge".to_owned(), None, text("600")),
            ("compression".to_owned(), text("false"), text("true")),
        ]
    );
}

#[test]
fn tells_how_tokens_are_checked_setting_by_setting_and_of_a_secret_only_its_id() {
    let with = |jwt: serde_json::Value| {
        let mut content = content(vec![]);
        content.settings.jwt = Some(serde_json::from_value(jwt).unwrap());
        content
    };
    let settings = |issuer: &str, secret: &str| {
        serde_json::json!({
            "issuer": issuer, "audiences": ["a", "b"], "scopes": [], "leeway_seconds": 60, "forward_token": true,
            "keys": { "type": "shared_secret", "id": secret },
            "claims": [{ "claim": "sub", "header": "X-User" }],
        })
    };
    let (one, other) = ("jwts-000000000001", "jwts-000000000002");
    let before = with(settings("issuer", one));
    let fields = |before: &GroupContent, after: &GroupContent| -> Vec<(String, Option<String>)> {
        let difference = Difference::between(Some(before), after);
        difference.settings.into_iter().map(|change| (change.field, change.after)).collect()
    };
    assert_eq!(
        fields(&before, &with(settings("issuer", other))),
        [("jwt.keys".to_owned(), Some(format!("HS256 {other}")))]
    );
    assert_eq!(
        fields(&before, &with(settings("another", one))),
        [("jwt.issuer".to_owned(), Some("another".to_owned()))]
    );
    let first: Vec<String> =
        fields(&content(vec![]), &before).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        first,
        ["audiences", "claims", "forwardToken", "issuer", "keys", "leeway"]
            .map(|name| format!("jwt.{name}"))
    );
}

#[test]
fn tells_each_setting_of_a_cache() {
    let before = api("getPet", Method::Get, "/pets/{petId}");
    let mut after = before.clone();
    let query = vec!["limit".to_owned()];
    after.definition.cache =
        Some(crate::CacheSettings { seconds: 60, query, headers: vec![], shared: false });
    let changes = fields(&before.definition, &after.definition);
    let told: Vec<(&str, Option<&str>)> =
        changes.iter().map(|change| (change.field.as_str(), change.after.as_deref())).collect();
    assert_eq!(told, [("cache.query", Some("limit")), ("cache.seconds", Some("60")),]);
}

#[test]
fn equal_contents_do_not_differ() {
    let one = content(vec![api("getPet", Method::Get, "/pets/{petId}")]);
    let difference = Difference::between(Some(&one), &one.clone());
    assert!(difference.is_empty());
    assert_eq!(difference.unchanged, 1);
}

#[test]
fn tells_what_changes_of_several_addresses_field_by_field() {
    use crate::{BackendService, BalancedBackend, CallLimits, PassiveCheck, Target};
    let single = BackendService::Single { address: "http://a:1".parse().unwrap() };
    let of = |change: fn(&mut BalancedBackend)| {
        let mut balanced = BalancedBackend::of("http://a:1".parse().unwrap());
        balanced.targets.push(Target { address: "http://b:2".parse().unwrap(), weight: 3 });
        change(&mut balanced);
        BackendService::Balanced(balanced)
    };
    let fields = |before: &BackendService, after: &BackendService| -> Vec<String> {
        let changes = Difference::default().with_backend(Some(before), after).settings.into_iter();
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        changes.map(|c| format!("{}: {} → {}", c.field, text(c.before), text(c.after))).collect()
    };
    let two = of(|_| {});
    assert_eq!(fields(&two, &two.clone()), Vec::<String>::new());
    assert_eq!(fields(&single, &two), ["backend: http://a:1 → http://a:1, http://b:2 ×3"]);
    let limited = of(|balanced| {
        balanced.limits = CallLimits { retries: Some(2), ..CallLimits::default() };
        balanced.passive = Some(PassiveCheck { failures: 3, eject_ms: 1000, share: None });
    });
    assert_eq!(
        fields(&two, &limited),
        ["backend.retries: - → 2", "backend.passiveFailures: - → 3", "backend.ejectMs: - → 1000"]
    );
    assert_eq!(fields(&limited, &two)[0], "backend.retries: 2 → -");
}
