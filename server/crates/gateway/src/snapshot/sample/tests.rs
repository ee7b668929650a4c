//! Samples, by schema.

use super::*;

#[track_caller]
fn check(schema: &Value, sample: &Value) {
    assert_eq!(&sample_of(schema), sample, "{schema}");
}

#[test]
fn an_object_has_all_its_properties_in_their_order() {
    let schema = json!({"type": "object", "properties": {
        "id": {"type": "integer", "format": "int64"},
        "name": {"type": "string"},
        "price": {"type": "number", "minimum": 0.5},
        "sold": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "born": {"type": "string", "format": "date"}
    }, "required": ["id"]});
    let sample = json!({"id": 0, "name": "string", "price": 0.5, "sold": true, "tags": ["string"], "born": "2019-11-22"});
    assert_eq!(sample_of(&schema).to_string(), sample.to_string());
}

#[test]
fn what_the_schema_gives_is_taken_before_anything_is_made_up() {
    check(&json!({"type": "string", "example": "cat", "default": "dog"}), &json!("cat"));
    check(&json!({"type": "string", "examples": ["a", "b"]}), &json!("a"));
    check(&json!({"const": 7}), &json!(7));
    check(&json!({"type": "integer", "default": 20}), &json!(20));
    check(&json!({"enum": ["available", "sold"]}), &json!("available"));
    check(
        &json!({"type": "object", "example": {"a": 1}, "properties": {"b": {}}}),
        &json!({"a": 1}),
    );
}

#[test]
fn references_within_the_document_are_followed() {
    check(
        &json!({"$ref": "#/definitions/Pet", "definitions": {"Pet": {"properties": {"id": {"type": "integer"}}}}}),
        &json!({"id": 0}),
    );
    check(
        &json!({"properties": {"a": {"$ref": "#/nowhere"}, "b": {"type": "boolean"}}}),
        &json!({"b": true}),
    );
    check(&json!({"$ref": "https://example.com/schema"}), &Value::Null);
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    let schema = json!({"properties": {"name": {"type": "string"}, "child": {"$ref": "#"}}});
    let sample = sample_of(&schema);
    assert_eq!(sample["child"]["child"]["name"], "string");
    let wide = json!({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}, "c": {"$ref": "#"}, "d": {"$ref": "#"}}});
    assert!(sample_of(&wide).to_string().len() < 64 * 1024);
    check(&json!({"$ref": "#"}), &Value::Null);
}

#[test]
fn combined_schemas_are_merged_and_of_choices_the_first_is_taken() {
    check(
        &json!({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "string"}}}],
            "properties": {"c": {"type": "boolean"}}}),
        &json!({"a": 0, "b": "string", "c": true}),
    );
    check(&json!({"oneOf": [{"type": "boolean"}, {"type": "string"}]}), &json!(true));
    check(&json!({"anyOf": [{"type": "integer"}]}), &json!(0));
    check(&json!({"allOf": [{"type": "string"}]}), &json!("string"));
}

#[test]
fn numbers_keep_to_their_limits() {
    check(&json!({"type": "integer", "minimum": 5}), &json!(5));
    check(&json!({"type": "integer", "exclusiveMinimum": 5}), &json!(6));
    check(&json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}), &json!(6));
    check(&json!({"type": "integer", "minimum": 5, "multipleOf": 4}), &json!(8));
    check(&json!({"type": "integer", "maximum": -3}), &json!(-3));
    check(&json!({"type": "number", "exclusiveMaximum": -3}), &json!(-3.1));
    check(&json!({"type": "integer", "minimum": 1e300}), &json!(i64::MAX));
}

#[test]
fn texts_keep_to_their_format_and_length() {
    check(&json!({"type": "string", "format": "date-time"}), &json!("2019-11-22T02:40:00Z"));
    check(&json!({"type": "string", "minLength": 8}), &json!("stringst"));
    check(&json!({"type": "string", "maxLength": 2}), &json!("st"));
    check(
        &json!({"type": ["null", "string"], "format": "uuid"}),
        &json!("3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    );
    let sample = sample_of(&json!({"type": "string", "minLength": 1_000_000_000_000u64}));
    assert_eq!(sample.as_str().unwrap().len(), 1000);
}

#[test]
fn arrays_have_as_many_items_as_they_must_within_reason() {
    check(
        &json!({"type": "array", "items": {"type": "integer"}, "minItems": 3}),
        &json!([0, 0, 0]),
    );
    check(&json!({"type": "array"}), &json!([]));
    check(
        &json!({"prefixItems": [{"type": "integer"}, {"type": "string"}]}),
        &json!([0, "string"]),
    );
    let sample = sample_of(&json!({"items": {"type": "integer"}, "minItems": u64::MAX}));
    assert_eq!(sample.as_array().unwrap().len(), 10);
}

#[test]
fn nonsense_is_answered_with_null() {
    for schema in [
        json!(true),
        json!({}),
        json!({"type": 7}),
        json!({"type": "nothing"}),
        json!({"enum": []}),
    ] {
        check(&schema, &Value::Null);
    }
}

fn body(kind: BodyType, content_type: &str, schema: Option<Value>) -> Sample {
    Sample::of(&Body { r#type: kind, content_type: content_type.to_owned(), schema })
}

#[test]
fn the_media_type_is_the_bodys() {
    let pet = json!({"title": "Pet", "properties": {"name": {"default": "<Tom & co>"}, "tag": {"items": {"default": 1}, "minItems": 2}}});
    let json = body(BodyType::Json, "", Some(pet.clone()));
    assert_eq!(
        (json.content_type.to_str().unwrap(), &json.body[..]),
        ("application/json", &br#"{"name":"<Tom & co>","tag":[1,1]}"#[..])
    );
    let xml = body(BodyType::Xml, "", Some(pet));
    assert_eq!(xml.content_type, "text/xml");
    assert_eq!(
        std::str::from_utf8(&xml.body).unwrap(),
        r#"<?xml version="1.0" encoding="UTF-8"?><Pet><name>&lt;Tom &amp; co&gt;</name><tag>1</tag><tag>1</tag></Pet>"#
    );
    let other = body(BodyType::Other, "text/csv", Some(json!({"example": "a,b"})));
    assert_eq!((other.content_type.to_str().unwrap(), &other.body[..]), ("text/csv", &b"a,b"[..]));
}

#[test]
fn without_a_schema_the_answer_is_empty_of_its_kind() {
    assert_eq!(&body(BodyType::Json, "", None).body[..], b"{}");
    assert_eq!(&body(BodyType::Xml, "", None).body[..], b"<response/>");
    assert!(body(BodyType::Other, "image/png", None).body.is_empty());
}
