use super::*;
use crate::i18n::Locale;
use domain::{
    ActiveCheck, ApiBackend, ApiDefinition, ApiMapping, BackendParameter, BackendService,
    BalancedBackend, Balancing, Body, CacheSettings, CallLimits, CorsSettings, Difference,
    GroupContent, GroupSettings, HeaderChange, Method, Parameter, ParameterLocation,
    ParameterSource, ParameterType, PassiveCheck, Validation, answer::AnswerSettings,
    api::BodyType, difference,
};
use std::num::NonZeroU32;

/// Nothing that can be left out.
fn plain_definition() -> ApiDefinition {
    ApiDefinition {
        name: "getPet".into(),
        description: String::new(),
        method: Method::Get,
        path: "/pets".parse().unwrap(),
        match_type: MatchType::Absolute,
        parameters: vec![parameter("limit", ParameterType::String)],
        request_body: Body::default(),
        response_body: Body::default(),
        backend: ApiBackend::Deployment,
        mapping: ApiMapping::default(),
        limits: CallLimits::default(),
        cache: None,
    }
}

fn parameter(name: &str, r#type: ParameterType) -> Parameter {
    Parameter {
        name: name.into(),
        location: ParameterLocation::Query,
        r#type,
        required: false,
        default_value: String::new(),
        description: String::new(),
        schema: None,
    }
}

/// Every field is another one than in [`plain_definition`].
fn full_definition() -> ApiDefinition {
    let body = |r#type, schema: serde_json::Value| Body {
        r#type,
        content_type: String::new(),
        schema: Some(schema),
    };
    ApiDefinition {
        name: "findPet".into(),
        description: "all".into(),
        method: Method::Post,
        path: "/animals".parse().unwrap(),
        match_type: MatchType::Prefix,
        parameters: vec![
            Parameter {
                required: true,
                default_value: "7".into(),
                description: "how many".into(),
                schema: Some(serde_json::json!({"minimum": 1})),
                ..parameter("limit", ParameterType::Integer)
            },
            parameter("more", ParameterType::String),
        ],
        request_body: body(BodyType::Xml, serde_json::json!({"type": "object"})),
        response_body: body(BodyType::Xml, serde_json::json!({"type": "object"})),
        backend: ApiBackend::Http { address: "http://a:1".parse().unwrap() },
        mapping: ApiMapping {
            method: Some(Method::Put),
            path: Some("/v2".parse().unwrap()),
            parameters: vec![BackendParameter {
                location: ParameterLocation::Header,
                name: "x-limit".into(),
                source: ParameterSource::Constant { value: "7".into() },
            }],
            response_headers: vec![HeaderChange { name: "Server".into(), value: None }],
        },
        limits: CallLimits {
            connect_ms: Some(1),
            first_byte_ms: Some(2),
            total_ms: Some(3),
            retries: Some(4),
        },
        cache: Some(CacheSettings {
            seconds: 60,
            query: vec!["limit".into()],
            headers: vec!["accept".into()],
            shared: true,
        }),
    }
}

fn plain_settings() -> GroupSettings {
    GroupSettings { prefix: "old".into(), auth_type: AuthType::None, ..GroupSettings::default() }
}

fn full_settings() -> GroupSettings {
    let jwt = serde_json::json!({
        "issuer": "issuer", "audiences": ["a"], "scopes": ["s"], "leeway_seconds": 60, "forward_token": true,
        "keys": { "type": "shared_secret", "id": "jwts-000000000001" },
        "claims": [{ "claim": "sub", "header": "X-User" }],
    });
    GroupSettings {
        prefix: "new".into(),
        auth_type: AuthType::Jwt,
        strip_prefix: true,
        strict_signatures: true,
        answers: AnswerSettings {
            cors: Some(CorsSettings {
                origins: vec!["https://a.com".parse().unwrap()],
                methods: vec![Method::Get],
                headers: vec!["x-a".into()],
                exposed_headers: vec!["x-b".into()],
                credentials: true,
                max_age: 5,
            }),
            compression: true,
        },
        jwt: Some(serde_json::from_value(jwt).unwrap()),
        validation: Validation::Refuse,
    }
}

fn full_backend() -> BackendService {
    BackendService::Balanced(BalancedBackend {
        targets: BalancedBackend::of("http://b:2".parse().unwrap()).targets,
        balancing: Balancing::Header { name: "x-user".into() },
        limits: full_definition().limits,
        retry_statuses: true,
        max_calls: NonZeroU32::new(9),
        passive: Some(PassiveCheck::default()),
        active: Some(ActiveCheck::default()),
    })
}

/// The names of all fields that can differ.
fn all_fields() -> Vec<String> {
    let (plain, full) = (plain_definition(), full_definition());
    let mut changes = difference::fields(&plain, &full);
    let with_format = |definition: &ApiDefinition| {
        let mut other = definition.clone();
        other.response_body.schema = Some(serde_json::json!({"type": "array"}));
        other.request_body.schema = other.response_body.schema.clone();
        other
    };
    changes.extend(difference::fields(&full, &with_format(&full)));
    let content = |settings| GroupContent::new(settings, Vec::new());
    let (before, after) = (content(plain_settings()), content(full_settings()));
    let single = BackendService::Single { address: "http://a:1".parse().unwrap() };
    let groups =
        Difference::between(Some(&before), &after).with_backend(Some(&single), &full_backend());
    changes.into_iter().chain(groups.settings).map(|change| change.field).collect()
}

#[test]
fn every_field_that_can_differ_has_a_name_in_both_languages() {
    let fields = all_fields();
    for name in ["response", "response.type", "jwt.claims", "backend.checkStatus", "cache.shared"] {
        assert!(fields.iter().any(|field| field == name), "{name} does not differ: {fields:?}");
    }
    for field in fields {
        for locale in Locale::ALL {
            let label = label(locale.texts(), &field);
            assert!(label.is_some_and(|label| label != field), "{field} has no name");
        }
    }
}

fn shown(field: &str, after: &str) -> (String, String) {
    let change = FieldChange { field: field.into(), before: None, after: Some(after.into()) };
    let told = told(Locale::En.texts(), change);
    assert_eq!(told.before, None);
    (told.field, told.after.unwrap())
}

#[test]
fn a_changed_field_is_told_in_the_words_of_its_form() {
    for (field, value, name, words) in [
        ("authType", "jd_cloud", "Authorization type", "Access authorization"),
        (
            "backend.balancing",
            "header x-user",
            "Who gets a call",
            "The same for each value of a header: x-user",
        ),
        ("backend.type", "deployment", "Backend service", "The backend given at publish"),
        ("cache.seconds", "60", "Keep for (seconds)", "60"),
        ("parameters.query.limit.required", "true", "Parameter limit (query): Required", "Yes"),
        ("parameters.header.x.y", "string", "Parameter x.y (header)", "string"),
        (
            "mapping.parameters.query.max",
            "path limit",
            "Backend parameter max (query)",
            "Path: limit",
        ),
        ("mapping.responseHeaders.server", "remove", "Answer header server", "Remove"),
        (
            "response.properties.price.type",
            "string",
            "Normal response format: properties.price.type",
            "string",
        ),
    ] {
        assert_eq!(shown(field, value), (name.to_owned(), words.to_owned()));
    }
}

#[test]
fn a_field_that_nothing_knows_any_more_is_told_as_it_was_kept() {
    assert_eq!(shown("colour", "red"), ("colour".to_owned(), "red".to_owned()));
}
