//! The answer of a mock: a sample made from the response's JSON Schema when the snapshot is compiled.

use bytes::Bytes;
use domain::{Body, BodyType};
use http::HeaderValue;
use serde_json::{Map, Number, Value, json};
use std::fmt::Write as _;

/// Deepest nesting of a sample; what lies deeper (or refers to itself) is left out.
const DEPTH_MAX: usize = 12;
/// Most values in a sample.
const VALUES_MAX: usize = 2_000;
/// Most elements of an array, whatever `minItems` says.
const ITEMS_MAX: u64 = 10;
/// Longest text, whatever `minLength` says, in characters.
const TEXT_MAX: u64 = 1_000;

/// What a mock answers.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Its media type.
    pub(crate) content_type: HeaderValue,
    /// Its body.
    pub(crate) body: Bytes,
}

impl Sample {
    /// The sample of a response body.
    pub(crate) fn of(body: &Body) -> Self {
        let value = body.schema.as_ref().map(sample_of);
        let media_type = body.media_type();
        let is_json = body.r#type == BodyType::Json || media_type.contains("json");
        let is_xml = body.r#type == BodyType::Xml || media_type.contains("xml");
        let text = match value {
            Some(value) if is_xml => to_xml(&value, body.schema.as_ref()),
            None if is_xml => "<response/>".to_owned(),
            Some(Value::String(text)) if !is_json => text,
            Some(value) => value.to_string(),
            None if is_json => "{}".to_owned(),
            None => String::new(),
        };
        let fallback = HeaderValue::from_static("application/octet-stream");
        Self {
            content_type: HeaderValue::from_str(media_type).unwrap_or(fallback),
            body: text.into(),
        }
    }
}

/// A value that a schema describes; as good as it gets for one that is no valid schema.
fn sample_of(schema: &Value) -> Value {
    Sampler { document: schema, values_left: VALUES_MAX }.sample(schema, 0).unwrap_or(Value::Null)
}

struct Sampler<'a> {
    /// Where `$ref` points into.
    document: &'a Value,
    values_left: usize,
}

impl<'a> Sampler<'a> {
    /// `None` where the bounds are reached.
    fn sample(&mut self, schema: &'a Value, depth: usize) -> Option<Value> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.values_left = self.values_left.checked_sub(1)?;
        let Some(schema) = schema.as_object() else { return Some(Value::Null) };
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target =
                target.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer))?;
            return self.sample(target, depth + 1);
        }
        if let Some(given) = given(schema) {
            return Some(given.clone());
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.merged(schema, parts, depth);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) =
                schema.get(choice).and_then(Value::as_array).and_then(|all| all.first())
            {
                return self.sample(first, depth + 1);
            }
        }
        match type_of(schema) {
            "object" => Some(self.object(schema, depth)),
            "array" => Some(self.array(schema, depth)),
            "string" => Some(Value::String(text(schema))),
            "integer" => Some(number(schema, true)),
            "number" => Some(number(schema, false)),
            "boolean" => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        }
    }

    /// All parts, and what stands beside them, in one object.
    fn merged(
        &mut self,
        schema: &'a Map<String, Value>,
        parts: &'a [Value],
        depth: usize,
    ) -> Option<Value> {
        let mut merged = Map::new();
        let mut other = None;
        for part in parts {
            match self.sample(part, depth + 1) {
                Some(Value::Object(object)) => merged.extend(object),
                part => other = other.or(part),
            }
        }
        if schema.contains_key("properties")
            && let Value::Object(object) = self.object(schema, depth)
        {
            merged.extend(object);
        }
        if merged.is_empty() { other } else { Some(Value::Object(merged)) }
    }

    fn object(&mut self, schema: &'a Map<String, Value>, depth: usize) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object);
        let members = properties.into_iter().flatten();
        Value::Object(
            members
                .filter_map(|(name, schema)| Some((name.clone(), self.sample(schema, depth + 1)?)))
                .collect(),
        )
    }

    fn array(&mut self, schema: &'a Map<String, Value>, depth: usize) -> Value {
        let items = schema.get("items");
        let tuple = schema.get("prefixItems").or(items).and_then(Value::as_array);
        if let Some(tuple) = tuple {
            return tuple.iter().filter_map(|item| self.sample(item, depth + 1)).collect();
        }
        let Some(items) = items else { return json!([]) };
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1);
        (0..least.clamp(1, ITEMS_MAX)).filter_map(|_| self.sample(items, depth + 1)).collect()
    }
}

/// A value that the schema itself gives.
fn given(schema: &Map<String, Value>) -> Option<&Value> {
    let first = |name: &str| schema.get(name).and_then(Value::as_array).and_then(|all| all.first());
    schema
        .get("example")
        .or_else(|| first("examples"))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("default"))
        .or_else(|| first("enum"))
}

fn type_of(schema: &Map<String, Value>) -> &str {
    let named = match schema.get("type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null")
        }
        _ => None,
    };
    named.unwrap_or_else(|| {
        let has = |names: &[&str]| names.iter().any(|name| schema.contains_key(*name));
        if has(&["properties", "additionalProperties", "required"]) {
            "object"
        } else if has(&["items", "prefixItems", "minItems"]) {
            "array"
        } else if has(&["format", "pattern", "minLength", "maxLength"]) {
            "string"
        } else if has(&["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"])
        {
            "number"
        } else {
            "null"
        }
    })
}

fn text(schema: &Map<String, Value>) -> String {
    let sample = match schema.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "2019-11-22T02:40:00Z",
        "date" => "2019-11-22",
        "time" => "02:40:00Z",
        "duration" => "PT1H",
        "email" => "user@example.com",
        "uuid" => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "uri" | "url" | "uri-reference" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "c3RyaW5n",
        _ => "string",
    };
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
    let least = limit("minLength").unwrap_or(0).min(TEXT_MAX);
    let most = limit("maxLength").unwrap_or(u64::MAX);
    let length = u64::try_from(sample.len()).unwrap_or(0).max(least).min(most);
    sample
        .chars()
        .chain("string".chars().cycle())
        .take(usize::try_from(length).unwrap_or(0))
        .collect()
}

/// The smallest number that the schema allows and that is not below 0, as far as its plain limits say.
fn number(schema: &Map<String, Value>, whole: bool) -> Value {
    let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
    // In JSON Schema draft 4 the exclusive limits are flags beside the limits.
    let flag = |name: &str| schema.get(name).and_then(Value::as_bool).unwrap_or(false);
    let step = limit("multipleOf").filter(|step| *step > 0.0);
    let next = step.unwrap_or(if whole { 1.0 } else { 0.1 });
    let mut value = 0.0_f64;
    if let Some(least) = limit("minimum") {
        value = if flag("exclusiveMinimum") { least + next } else { least };
    }
    if let Some(over) = limit("exclusiveMinimum") {
        value = value.max(over + next);
    }
    if let Some(step) = step {
        value = (value / step).ceil() * step;
    }
    if let Some(most) = limit("maximum") {
        value = value.min(if flag("exclusiveMaximum") { most - next } else { most });
    }
    if let Some(under) = limit("exclusiveMaximum") {
        value = value.min(under - next);
    }
    if whole || value.fract() == 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
        let whole_value = value.ceil() as i64;
        return Value::Number(whole_value.into());
    }
    Number::from_f64(value).map_or(json!(0), Value::Number)
}

/// The value as XML: members are elements, items repeat the element they stand in.
fn to_xml(value: &Value, schema: Option<&Value>) -> String {
    let name = schema
        .and_then(|schema| schema.pointer("/xml/name").or_else(|| schema.get("title")))
        .and_then(Value::as_str)
        .unwrap_or("response");
    let mut xml = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    write_element(&mut xml, name, value);
    xml
}

fn write_element(xml: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            write_element(xml, name, item);
        }
        return;
    }
    let name = element_name(name);
    let _ = write!(xml, "<{name}>");
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                write_element(xml, name, value);
            }
        }
        Value::String(text) => write_escaped(xml, text),
        Value::Null => {}
        value => {
            let _ = write!(xml, "{value}");
        }
    }
    let _ = write!(xml, "</{name}>");
}

fn write_escaped(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => xml.push(c),
        }
    }
}

/// A name that an element may have.
fn element_name(name: &str) -> String {
    let mut fitting: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' })
        .collect();
    if !fitting.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        fitting.insert(0, '_');
    }
    fitting
}

#[cfg(test)]
#[path = "sample/tests.rs"]
mod tests;
