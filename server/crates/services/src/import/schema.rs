//! Schemas of a document as JSON, with references replaced by what they name.

use super::{
    Reason,
    tree::{DEPTH_MAX, Node, Value},
};
use domain::api::SCHEMA_MAX;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};
use std::rc::Rc;

/// Most bytes of all schemas of a document together, once references are resolved.
const TOTAL_MAX: usize = 16 * 1024 * 1024;

/// Resolves references of one document, and keeps count of what they add up to.
pub(crate) struct Schemas<'d> {
    root: &'d Node,
    left: usize,
}

impl<'d> Schemas<'d> {
    pub(crate) fn new(root: &'d Node) -> Self {
        Self { root, left: TOTAL_MAX }
    }

    /// `node` itself, or what it refers to if it is `{"$ref": …}`.
    pub(crate) fn follow(&self, node: &'d Node) -> Result<&'d Node, Reason> {
        let mut node = node;
        // A reference may name another one; more in a row than this go in a circle.
        for _ in 0..DEPTH_MAX {
            let Some(reference) = node.get("$ref") else { return Ok(node) };
            node = self.target(reference)?.1;
        }
        Err(Reason::new(node.line, "a reference to itself", "引用指向自身"))
    }

    /// The schema at `node` as JSON.
    pub(crate) fn convert(&mut self, node: &'d Node) -> Result<Json, Reason> {
        // A bit more than an API may have, so that the rule of APIs is the one that speaks.
        let left = (SCHEMA_MAX * 2).min(self.left);
        let mut conversion = Conversion { schemas: self, left, within: Vec::new() };
        let converted = conversion.schema(node, 0);
        let used = left - conversion.left;
        self.left -= used;
        converted
    }

    /// What a reference names: its last part, and the node.
    fn target(&self, reference: &'d Node) -> Result<(String, &'d Node), Reason> {
        let text = reference.text().unwrap_or_default();
        let Some(pointer) = text.strip_prefix("#/") else {
            return Err(Reason::new(
                reference.line,
                format!("{text:?} is not a reference within the document (#/definitions/…)"),
                format!("{text:?}不是文件内的引用（#/definitions/…）"),
            ));
        };
        let mut node = self.root;
        let mut name = String::new();
        for part in pointer.split('/') {
            name =
                percent_decode_str(part).decode_utf8_lossy().replace("~1", "/").replace("~0", "~");
            let item = || node.items().get(name.parse::<usize>().ok()?).map(Rc::as_ref);
            node = node.get(&name).or_else(item).ok_or_else(|| {
                Reason::new(
                    reference.line,
                    format!("{text:?} names nothing in the document"),
                    format!("文件中没有{text:?}"),
                )
            })?;
        }
        Ok((name, node))
    }
}

/// One schema on its way to JSON.
struct Conversion<'s, 'd> {
    schemas: &'s Schemas<'d>,
    left: usize,
    /// The nodes that references led to, from the outermost to where we are.
    within: Vec<*const Node>,
}

impl<'d> Conversion<'_, 'd> {
    fn schema(&mut self, node: &'d Node, depth: usize) -> Result<Json, Reason> {
        if let Some(reference) = node.get("$ref").filter(|reference| reference.text().is_some()) {
            return self.reference(reference, depth);
        }
        let Value::Mapping(entries) = &node.value else { return self.literal(node, depth) };
        self.enter(node, depth)?;
        let mut object = Map::with_capacity(entries.len());
        for (key, child) in entries {
            if key.text.starts_with("x-") {
                continue;
            }
            self.spend(key.line, key.text.len())?;
            let converted = match key.text.as_str() {
                "properties" | "patternProperties" | "definitions" => self.named(child, depth + 1),
                "items" | "allOf" | "anyOf" | "oneOf" | "not" | "additionalProperties" => {
                    self.schema_or_list(child, depth + 1)
                }
                _ => self.literal(child, depth + 1),
            };
            object.insert(key.text.clone(), converted?);
        }
        Ok(Json::Object(object))
    }

    fn reference(&mut self, reference: &'d Node, depth: usize) -> Result<Json, Reason> {
        let (name, target) = self.schemas.target(reference)?;
        let address: *const Node = target;
        if self.within.contains(&address) {
            self.spend(reference.line, name.len() + 32)?;
            let r#type = target.text_of("type").unwrap_or("object");
            return Ok(serde_json::json!({ "type": r#type, "title": name }));
        }
        self.enter(reference, depth)?;
        self.within.push(address);
        let converted = self.schema(target, depth + 1);
        self.within.pop();
        converted
    }

    fn schema_or_list(&mut self, node: &'d Node, depth: usize) -> Result<Json, Reason> {
        let Value::Sequence(items) = &node.value else { return self.schema(node, depth) };
        self.enter(node, depth)?;
        items
            .iter()
            .map(|item| self.schema(item, depth + 1))
            .collect::<Result<Vec<_>, _>>()
            .map(Json::Array)
    }

    /// A mapping whose keys are names: none of them is a keyword.
    fn named(&mut self, node: &'d Node, depth: usize) -> Result<Json, Reason> {
        self.enter(node, depth)?;
        let mut object = Map::with_capacity(node.entries().len());
        for (key, child) in node.entries() {
            self.spend(key.line, key.text.len())?;
            object.insert(key.text.clone(), self.schema(child, depth + 1)?);
        }
        Ok(Json::Object(object))
    }

    /// A value that is no schema: an example, a default, a list of required names.
    fn literal(&mut self, node: &'d Node, depth: usize) -> Result<Json, Reason> {
        self.enter(node, depth)?;
        match &node.value {
            Value::Scalar { text, .. } => {
                self.spend(node.line, text.len())?;
                Ok(node.scalar())
            }
            Value::Sequence(items) => {
                let items = items.iter().map(|item| self.literal(item, depth + 1));
                items.collect::<Result<Vec<_>, _>>().map(Json::Array)
            }
            Value::Mapping(entries) => {
                let mut object = Map::with_capacity(entries.len());
                for (key, child) in entries {
                    self.spend(key.line, key.text.len())?;
                    object.insert(key.text.clone(), self.literal(child, depth + 1)?);
                }
                Ok(Json::Object(object))
            }
        }
    }

    fn enter(&mut self, node: &Node, depth: usize) -> Result<(), Reason> {
        if depth > DEPTH_MAX {
            return Err(Reason::new(node.line, "the schema is nested too deeply", "格式嵌套过深"));
        }
        self.spend(node.line, 0)
    }

    /// Counts a part of `bytes` bytes, and what JSON writes around it.
    fn spend(&mut self, line: u32, bytes: usize) -> Result<(), Reason> {
        let left = self.left.checked_sub(bytes + 4);
        self.left = left.unwrap_or(0);
        left.map(drop).ok_or_else(|| {
            Reason::new(
                line,
                format!("with its references resolved, the schema is larger than {} KiB, or those of the document are larger than {} MiB", SCHEMA_MAX / 1024, TOTAL_MAX / 1024 / 1024),
                format!("引用展开后，格式超过{}KiB，或文件总计超过{}MiB", SCHEMA_MAX / 1024, TOTAL_MAX / 1024 / 1024),
            )
        })
    }
}
