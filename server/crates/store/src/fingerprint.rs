//! Fingerprints: what two APIs, two sets of APIs or two contents are compared by without loading them.

use domain::{ApiDefinition, ApiMapping, Body, Parameter};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Equal for two definitions exactly when [`domain::Difference`] finds no field that differs.
pub(crate) fn of_definition(definition: &ApiDefinition) -> String {
    let mut parameters: Vec<&Parameter> = definition.parameters.iter().collect();
    parameters.sort_by(|a, b| (a.location, &a.name).cmp(&(b.location, &b.name)));
    let body = |body: &Body| json!({ "type": body.media_type(), "schema": body.schema });
    let mut whole = json!({
        "name": definition.name,
        "description": definition.description,
        "method": definition.method,
        "path": definition.path,
        "match": definition.match_type,
        "parameters": parameters,
        "request": body(&definition.request_body),
        "response": body(&definition.response_body),
        "backend": definition.backend,
    });
    // Only where there is one, so that definitions from before there were any keep their fingerprints.
    if !definition.mapping.is_empty() {
        whole["mapping"] = mapping(&definition.mapping);
    }
    if !definition.limits.is_empty() {
        whole["limits"] = json!(definition.limits);
    }
    if let Some(cache) = &definition.cache {
        whole["cache"] = json!(cache);
    }
    of_bytes(sorted(whole).to_string().as_bytes())
}

/// Without the order of its rows, which does not matter.
fn mapping(mapping: &ApiMapping) -> Value {
    let parameters = mapping
        .parameters
        .iter()
        .map(|p| (format!("{}.{}", p.location.as_str(), p.name), json!(p.source)));
    let headers = mapping
        .response_headers
        .iter()
        .map(|change| (change.name.to_ascii_lowercase(), json!(change.value)));
    json!({
        "method": mapping.method,
        "path": mapping.path,
        "parameters": Map::from_iter(parameters),
        "headers": Map::from_iter(headers),
    })
}

/// Of a set of APIs, from the fingerprints of their definitions in any order.
pub(crate) fn of_apis(mut definitions: Vec<String>) -> String {
    definitions.sort_unstable();
    of_bytes(definitions.join("\n").as_bytes())
}

/// SHA-256, in hexadecimal digits.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The same value with the members of each object in the order of their names: an object is equal to another in whatever
/// order they were written.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.into_iter().map(|(name, member)| (name, sorted(member))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Api, ApiId, BodyType, Difference, GroupContent, GroupSettings, Timestamp};

    fn definition(change: impl FnOnce(&mut Value)) -> ApiDefinition {
        let mut value = json!({
            "name": "getPet", "description": "", "method": "GET", "path": "/pets/{petId}", "match_type": "absolute",
            "parameters": [
                { "name": "petId", "location": "path", "type": "string", "required": true },
                { "name": "limit", "location": "query", "type": "integer", "required": false },
            ],
            "request_body": { "type": "application/json" },
            "response_body": { "type": "application/json", "schema": { "type": "object", "properties": { "a": {}, "b": {} } } },
            "backend": { "type": "deployment" },
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn parameter(name: &str, value: &str) -> Value {
        let source = json!({ "from": "constant", "value": value });
        json!({ "location": "query", "name": name, "source": source })
    }

    fn differs(a: &ApiDefinition, b: &ApiDefinition) -> bool {
        let content = |definition: &ApiDefinition| {
            let id = ApiId::from_random([1; 12]);
            let settings = GroupSettings {
                prefix: String::new(),
                auth_type: domain::AuthType::None,
                ..GroupSettings::default()
            };
            GroupContent::new(
                settings,
                vec![Api { id, definition: definition.clone(), updated_at: Timestamp(0) }],
            )
        };
        !Difference::between(Some(&content(a)), &content(b)).is_empty()
    }

    #[test]
    fn a_definition_has_the_same_fingerprint_exactly_when_nothing_differs() {
        let plain = definition(|_| {});
        let mut changed = vec![
            definition(|d| d["name"] = "findPet".into()),
            definition(|d| d["description"] = "x".into()),
            definition(|d| d["method"] = "HEAD".into()),
            definition(|d| d["match_type"] = "prefix".into()),
            definition(|d| d["parameters"][1]["required"] = true.into()),
            definition(|d| d["parameters"][1]["default_value"] = "7".into()),
            definition(|d| d["parameters"][1]["schema"] = json!({ "minimum": 1 })),
            definition(|d| d["response_body"]["schema"]["properties"]["c"] = json!({})),
            definition(|d| d["response_body"]["schema"] = Value::Null),
            definition(|d| d["backend"] = json!({ "type": "mock" })),
            definition(|d| d["backend"] = json!({ "type": "function", "url": "http://a/b" })),
            definition(|d| d["mapping"] = json!({ "method": "POST" })),
            definition(|d| d["limits"] = json!({ "retries": 0 })),
            definition(|d| d["limits"] = json!({ "total_ms": 1000 })),
            definition(|d| d["mapping"] = json!({ "path": "/v2" })),
            definition(|d| d["mapping"] = json!({ "parameters": [parameter("a", "1")] })),
            definition(|d| d["mapping"] = json!({ "response_headers": [{ "name": "Server" }] })),
            definition(|d| d["cache"] = json!({ "seconds": 60 })),
            definition(|d| d["cache"] = json!({ "seconds": 60, "shared": true })),
            definition(|d| d["cache"] = json!({ "seconds": 60, "query": ["q"] })),
            definition(|d| d["cache"] = json!({ "seconds": 60, "headers": ["q"] })),
        ];
        changed.push(definition(|d| d["request_body"]["type"] = BodyType::Xml.as_str().into()));
        for other in &changed {
            assert!(differs(&plain, other), "{other:?}");
            assert_ne!(of_definition(&plain), of_definition(other), "{other:?}");
        }
        let alike = [
            definition(|d| d["parameters"].as_array_mut().unwrap().reverse()),
            definition(|d| {
                d["response_body"]["schema"] =
                    json!({ "properties": { "b": {}, "a": {} }, "type": "object" });
            }),
            definition(|d| d["request_body"]["content_type"] = "text/csv".into()),
            definition(|d| d["mapping"] = json!({})),
            definition(|d| d["limits"] = json!({})),
        ];
        for other in &alike {
            assert!(!differs(&plain, other), "{other:?}");
            assert_eq!(of_definition(&plain), of_definition(other), "{other:?}");
        }
        let mapped =
            |rows: [Value; 2]| definition(|d| d["mapping"] = json!({ "parameters": rows }));
        let one = mapped([parameter("a", "1"), parameter("b", "2")]);
        let other = mapped([parameter("b", "2"), parameter("a", "1")]);
        assert!(!differs(&one, &other));
        assert_eq!(of_definition(&one), of_definition(&other));
    }

    #[test]
    fn a_set_of_apis_has_no_order() {
        let set = |hashes: &[&str]| of_apis(hashes.iter().map(|hash| (*hash).to_owned()).collect());
        assert_eq!(set(&["a", "b"]), set(&["b", "a"]));
        assert_ne!(set(&["a"]), set(&["a", "b"]));
    }
}
