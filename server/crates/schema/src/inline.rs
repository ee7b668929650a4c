//! References replaced by what they name, so that a schema's size and depth are known before it is compiled.

use crate::{SchemaError, SchemaProblem};
use jsonschema::Draft;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Most values in a schema once its references are resolved.
const SIZE_MAX: usize = 20_000;
/// How deeply schemas may stand in each other. Checking a value goes as deep into the stack.
const DEPTH_MAX: usize = 64;

/// The schema without references, and the draft that it names.
pub(crate) fn resolve(schema: &Value) -> Result<(Option<Draft>, Value), SchemaError> {
    let named = schema.get("$schema");
    let draft = named.map(|name| name.as_str().and_then(draft).ok_or(SchemaProblem::Draft));
    let draft = draft
        .transpose()
        .map_err(|problem| SchemaError { pointer: "/$schema".to_owned(), problem })?;
    let mut resolver =
        Resolver { root: schema, left: SIZE_MAX, within: Vec::new(), at: String::new() };
    let whole = resolver.schema(schema, 0);
    let whole = whole.map_err(|problem| SchemaError { pointer: resolver.at, problem })?;
    Ok((draft, whole))
}

fn draft(name: &str) -> Option<Draft> {
    let name = name.strip_suffix('#').unwrap_or(name);
    let name = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"))?;
    match name.strip_prefix("json-schema.org/")? {
        "draft-04/schema" => Some(Draft::Draft4),
        "draft-06/schema" => Some(Draft::Draft6),
        "draft-07/schema" => Some(Draft::Draft7),
        "draft/2019-09/schema" => Some(Draft::Draft201909),
        "draft/2020-12/schema" | "schema" => Some(Draft::Draft202012),
        _ => None,
    }
}

struct Resolver<'s> {
    root: &'s Value,
    /// How many more values there may be.
    left: usize,
    /// The references that led to where we are.
    within: Vec<&'s str>,
    /// Where we are; after an error, where that is.
    at: String,
}

impl<'s> Resolver<'s> {
    fn schema(&mut self, schema: &'s Value, depth: usize) -> Result<Value, SchemaProblem> {
        self.spend(1)?;
        // `true` and `false` are schemas; what else is none is told when it is compiled.
        let Value::Object(members) = schema else { return Ok(schema.clone()) };
        if depth > DEPTH_MAX {
            return Err(SchemaProblem::TooDeep);
        }
        let mut whole = Map::with_capacity(members.len());
        for (name, member) in members {
            if is_resolved(name, member) {
                continue;
            }
            let resolved = self.below(name, |this| this.member(name, member, depth))?;
            whole.insert(name.clone(), resolved);
        }
        let Some(Value::String(reference)) = members.get("$ref") else {
            return Ok(Value::Object(whole));
        };
        let target = self.reference(reference, depth)?;
        if whole.is_empty() {
            return Ok(target);
        }
        // What stands beside a reference is asked as well.
        let mut all = match whole.remove("allOf") {
            Some(Value::Array(all)) => all,
            _ => Vec::new(),
        };
        all.push(target);
        whole.insert("allOf".to_owned(), Value::Array(all));
        Ok(Value::Object(whole))
    }

    fn member(
        &mut self,
        name: &str,
        member: &'s Value,
        depth: usize,
    ) -> Result<Value, SchemaProblem> {
        match name {
            "$dynamicRef" | "$recursiveRef" => {
                Err(SchemaProblem::Remote(member.as_str().unwrap_or_default().to_owned()))
            }
            "properties" | "patternProperties" | "dependentSchemas" | "dependencies" => {
                self.named(member, depth + 1)
            }
            "items"
            | "prefixItems"
            | "additionalItems"
            | "unevaluatedItems"
            | "contains"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "propertyNames"
            | "allOf"
            | "anyOf"
            | "oneOf"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contentSchema" => self.one_or_more(member, depth + 1),
            _ => {
                self.spend(count(member))?;
                Ok(member.clone())
            }
        }
    }

    fn one_or_more(&mut self, member: &'s Value, depth: usize) -> Result<Value, SchemaProblem> {
        let Value::Array(items) = member else { return self.schema(member, depth) };
        let mut resolved = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            resolved.push(self.below(&index.to_string(), |this| this.schema(item, depth))?);
        }
        Ok(Value::Array(resolved))
    }

    /// Schemas by names, none of which is a keyword.
    fn named(&mut self, member: &'s Value, depth: usize) -> Result<Value, SchemaProblem> {
        let Value::Object(schemas) = member else {
            self.spend(count(member))?;
            return Ok(member.clone());
        };
        let mut resolved = Map::with_capacity(schemas.len());
        for (name, schema) in schemas {
            let schema = self.below(name, |this| this.schema(schema, depth))?;
            resolved.insert(name.clone(), schema);
        }
        Ok(Value::Object(resolved))
    }

    /// What a reference names.
    fn reference(&mut self, reference: &'s str, depth: usize) -> Result<Value, SchemaProblem> {
        self.at.push_str("/$ref");
        let pointer = reference.strip_prefix('#').filter(|it| it.is_empty() || it.starts_with('/'));
        let pointer = pointer.ok_or_else(|| SchemaProblem::Remote(reference.to_owned()))?;
        if pointer.is_empty() || self.within.contains(&reference) {
            return Err(SchemaProblem::Recursive(reference.to_owned()));
        }
        let pointer = percent_decode_str(pointer).decode_utf8_lossy();
        let root = self.root;
        let target = root.pointer(&pointer);
        let target = target.ok_or_else(|| SchemaProblem::Dangling(reference.to_owned()))?;
        let here = std::mem::replace(&mut self.at, pointer.into_owned());
        self.within.push(reference);
        let resolved = self.schema(target, depth + 1)?;
        self.within.pop();
        self.at = here;
        self.at.truncate(self.at.len() - "/$ref".len());
        Ok(resolved)
    }

    /// Does `then` one step below; the place stays there when it fails.
    fn below<T>(
        &mut self,
        name: &str,
        then: impl FnOnce(&mut Self) -> Result<T, SchemaProblem>,
    ) -> Result<T, SchemaProblem> {
        let begin = self.at.len();
        self.at.push('/');
        self.at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let done = then(self)?;
        self.at.truncate(begin);
        Ok(done)
    }

    fn spend(&mut self, values: usize) -> Result<(), SchemaProblem> {
        self.left = self.left.checked_sub(values).ok_or(SchemaProblem::TooLarge)?;
        Ok(())
    }
}

/// Whether a member has nothing more to say once references are resolved.
fn is_resolved(name: &str, member: &Value) -> bool {
    match name {
        "$ref" | "$id" | "id" | "$schema" | "$anchor" | "$dynamicAnchor" => member.is_string(),
        "$recursiveAnchor" | "$defs" | "definitions" => true,
        _ => false,
    }
}

/// How many values there are in a value.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}
