//! What schemas are refused, what values are, and what is told of either.

use super::*;
use serde_json::{Map, json};

fn schema(schema: &Value) -> Schema {
    Schema::compile(schema).unwrap()
}

fn refused(schema: &Value) -> (String, SchemaProblem) {
    let SchemaError { pointer, problem } = Schema::compile(schema).unwrap_err();
    (pointer, problem)
}

fn told(schema: &Schema, value: &Value) -> (String, String) {
    let Mismatch { pointer, rule } = schema.check(value, true).unwrap_err();
    (pointer, rule)
}

#[test]
fn tells_where_a_value_breaks_which_rule() {
    let pet = schema(&json!({
        "type": "object",
        "required": ["name"],
        "properties": { "name": { "type": "string" }, "tags": { "items": { "maxLength": 3 } } },
        "additionalProperties": false,
    }));
    assert_eq!(pet.check(&json!({ "name": "Tom", "tags": ["a"] }), true), Ok(()));
    let pairs = [
        (json!({}), "", r#""name" is a required property"#),
        (json!({ "name": 7 }), "/name", r#"the value is not of type "string""#),
        (
            json!({ "name": "x", "tags": ["a", "long"] }),
            "/tags/1",
            "the value is longer than 3 characters",
        ),
        (
            json!({ "name": "x", "a/b": 1 }),
            "",
            "Additional properties are not allowed ('a/b' was unexpected)",
        ),
    ];
    for (value, pointer, rule) in pairs {
        assert_eq!(told(&pet, &value), (pointer.to_owned(), rule.to_owned()), "{value}");
    }
    assert_eq!(pet.check(&json!({}), false).unwrap_err().rule, "does not fit its JSON Schema");
}

#[test]
fn never_tells_the_value_and_never_more_than_a_line() {
    let secret = "s3cret-".repeat(1000);
    for rule in [
        json!({ "maxLength": 3 }),
        json!({ "pattern": "^[0-9]+$" }),
        json!({ "enum": ["a"] }),
        json!({ "const": 1 }),
        json!({ "type": "integer" }),
        json!({ "not": { "type": "string" } }),
        json!({ "format": "email" }),
        json!({ "anyOf": [{ "type": "null" }, { "type": "array" }] }),
    ] {
        let (_, told) = told(&schema(&rule), &json!(secret));
        assert!(!told.contains("s3cret"), "{rule}: {told}");
    }
    let mut named = Map::new();
    named.insert(format!("a\r\n{secret}"), json!(1));
    let (_, unexpected) =
        told(&schema(&json!({ "additionalProperties": false })), &named.clone().into());
    assert!(unexpected.len() <= TOLD_MAX + '…'.len_utf8(), "{unexpected}");
    assert!(!unexpected.contains(['\r', '\n']));
    let (_, name) = told(&schema(&json!({ "propertyNames": { "maxLength": 3 } })), &named.into());
    assert_eq!(name, "the name of a property is not allowed");
}

#[test]
fn references_are_followed_within_the_schema_only() {
    let order = schema(&json!({
        "$ref": "#/definitions/Order",
        "definitions": {
            "Order": { "properties": { "pet": { "$ref": "#/definitions/A%20pet" }, "$ref": { "type": "string" } } },
            "A pet": { "type": "object", "required": ["name"] },
        },
    }));
    assert_eq!(order.check(&json!({ "pet": { "name": "Tom" }, "$ref": "#/x" }), true), Ok(()));
    assert_eq!(told(&order, &json!({ "pet": {} })).0, "/pet");
    assert_eq!(told(&order, &json!({ "$ref": 1 })).0, "/$ref");
    let remote = |name: &str| SchemaProblem::Remote(name.to_owned());
    for name in ["https://example.com/pet.json", "pet.json#/a", "file:///etc/passwd", "#pet"] {
        let (pointer, problem) = refused(&json!({ "properties": { "a/b": { "$ref": name } } }));
        assert_eq!((pointer.as_str(), problem), ("/properties/a~1b/$ref", remote(name)));
    }
    assert_eq!(refused(&json!({ "$ref": "#/a" })).1, SchemaProblem::Dangling("#/a".to_owned()));
    let dynamic = refused(&json!({ "items": { "$dynamicRef": "#node" } }));
    assert_eq!(dynamic, ("/items/$dynamicRef".to_owned(), remote("#node")));
}

#[test]
fn a_schema_can_take_neither_time_nor_stack() {
    let recursive = |name: &str| SchemaProblem::Recursive(name.to_owned());
    assert_eq!(refused(&json!({ "$ref": "#" })).1, recursive("#"));
    let tree = json!({ "$ref": "#/$defs/node", "$defs": { "node": { "items": { "$ref": "#/$defs/node" } } } });
    assert_eq!(refused(&tree), ("/$defs/node/items/$ref".to_owned(), recursive("#/$defs/node")));
    // Each names the next one twice: 2²⁰ in the end.
    let mut definitions = Map::new();
    for level in 0..20 {
        let next = json!({ "$ref": format!("#/$defs/{}", level + 1) });
        definitions.insert(level.to_string(), json!({ "allOf": [next, next] }));
    }
    definitions.insert("20".to_owned(), json!(true));
    let bomb = json!({ "$ref": "#/$defs/0", "$defs": definitions });
    assert_eq!(refused(&bomb).1, SchemaProblem::TooLarge);
    let mut chain = Map::new();
    for level in 0..5_000 {
        chain.insert(level.to_string(), json!({ "$ref": format!("#/$defs/{}", level + 1) }));
    }
    chain.insert("5000".to_owned(), json!(true));
    let chain = json!({ "$ref": "#/$defs/0", "$defs": chain });
    assert_eq!(refused(&chain).1, SchemaProblem::TooDeep);
}

#[test]
fn patterns_are_matched_in_linear_time_or_not_at_all() {
    let evil = schema(&json!({ "pattern": "^(a+)+$" }));
    assert!(evil.check(&json!(format!("{}!", "a".repeat(100_000))), true).is_err());
    for pattern in ["(?=a)b", r"(a)\1", "(", "(a{1000}){1000}"] {
        let (pointer, problem) = refused(&json!({ "properties": { "a": { "pattern": pattern } } }));
        assert_eq!(pointer, "/properties/a/pattern", "{pattern}");
        assert!(matches!(problem, SchemaProblem::Invalid(_)), "{problem:?}");
    }
}

#[test]
fn what_is_no_schema_is_refused_with_the_place() {
    for (wrong, place) in [
        (json!({ "type": "strin" }), "/type"),
        (json!({ "properties": { "a": { "minimum": "1" } } }), "/properties/a/minimum"),
        (json!({ "required": "name" }), "/required"),
        (json!([]), ""),
    ] {
        let (pointer, problem) = refused(&wrong);
        assert_eq!(pointer, place, "{wrong} {problem:?}");
    }
    let unknown = refused(&json!({ "$schema": "https://example.com/my" }));
    assert_eq!(unknown, ("/$schema".to_owned(), SchemaProblem::Draft));
    let wrong = Schema::compile(&json!({ "$ref": "x" })).unwrap_err();
    assert!(wrong.to_string().starts_with("/$ref: \"x\" is not a reference"), "{wrong}");
    assert!(wrong.message_zh().contains("不支持外部引用"));
}

#[test]
fn a_schema_of_an_older_draft_is_read_as_it_was_meant() {
    let exclusive = schema(&json!({ "minimum": 0, "exclusiveMinimum": true }));
    assert!(exclusive.check(&json!(0), true).is_err() && exclusive.check(&json!(1), true).is_ok());
    let newer = schema(&json!({ "exclusiveMinimum": 0 }));
    assert!(newer.check(&json!(0), true).is_err());
    let tuple = schema(&json!({ "items": [{ "type": "string" }, { "type": "integer" }] }));
    assert!(tuple.check(&json!(["a", "b"]), true).is_err());
    let named =
        json!({ "$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": 0 });
    assert_eq!(refused(&named).0, "/exclusiveMinimum");
    // What OpenAPI adds has no meaning here.
    let openapi =
        schema(&json!({ "type": "integer", "format": "int64", "nullable": true, "example": 1 }));
    assert_eq!(openapi.check(&json!(7), true), Ok(()));
    let date = schema(&json!({ "type": "string", "format": "date-time" }));
    assert!(date.check(&json!("2026-11-22T10:00:00Z"), true).is_ok());
    assert!(date.check(&json!("yesterday"), true).is_err());
}

#[test]
fn a_text_is_a_value_or_says_where_it_is_none() {
    assert_eq!(
        parse(br#" {"a":[1,-2,0.5,null,true,"b"]} "#),
        Ok(json!({"a":[1,-2,0.5,null,true,"b"]}))
    );
    let syntax = |line, column| Err(JsonProblem::Syntax { line, column });
    assert_eq!(parse(b""), syntax(1, 0));
    assert_eq!(parse(b"{\n \"a\": }"), syntax(2, 7));
    assert_eq!(parse(b"{} {}"), syntax(1, 4));
    assert!(matches!(parse(b"\"\xff\""), Err(JsonProblem::Syntax { .. })));
    assert!(matches!(parse(b"1e999"), Err(JsonProblem::Syntax { .. })));
    assert!(matches!(parse("[".repeat(100_000).as_bytes()), Err(JsonProblem::Syntax { .. })));
    assert_eq!(parse(b"{\"a\":1,\n\"a\":2}"), Err(JsonProblem::Duplicate { line: 2, column: 6 }));
    assert!(matches!(parse(br#"{"a":{"b":1,"\u0062":2}}"#), Err(JsonProblem::Duplicate { .. })));
}
