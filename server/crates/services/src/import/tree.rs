//! A document as a tree whose nodes know their lines.
//!
//! It is built from the parser's events, so that depth and number of nodes are bounded while it grows. Aliases share the
//! node they name instead of copying it, so a document cannot grow by them.

use super::{Reason, json};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use serde_json::{Number, Value as Json};
use std::{borrow::Cow, collections::HashMap, collections::HashSet, rc::Rc};

/// Deepest nesting, aliases included.
pub(crate) const DEPTH_MAX: usize = 64;
/// Most nodes. A document of two megabytes that somebody wrote has a fifth of it.
const NODES_MAX: usize = 400_000;

/// One node of a document.
#[derive(Debug)]
pub(crate) struct Node {
    /// 1-based line that it begins in.
    pub(crate) line: u32,
    /// What it is.
    pub(crate) value: Value,
    /// Nodes on the longest way down.
    height: usize,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Value {
    /// A text; `plain` when it may mean a number, a truth or nothing.
    Scalar { text: String, plain: bool },
    /// A list.
    Sequence(Vec<Rc<Node>>),
    /// Keys and values, in the document's order. Below `paths` a key may stand twice.
    Mapping(Vec<(Key, Rc<Node>)>),
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The key.
    pub(crate) text: String,
    /// 1-based line.
    pub(crate) line: u32,
}

impl Node {
    /// The value of `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(there, _)| there.text == key).map(|(_, node)| &**node)
    }

    /// The entries of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[(Key, Rc<Node>)] {
        if let Value::Mapping(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Rc<Node>] {
        if let Value::Sequence(items) = &self.value { items } else { &[] }
    }

    /// Whether this is a mapping.
    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.value, Value::Mapping(_))
    }

    /// The text of a scalar that is not null.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, plain } if !(*plain && is_null(text)) => Some(text),
            _ => None,
        }
    }

    /// The text of a member that is a scalar and not null.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The value of a scalar, by YAML's core schema; null of anything else.
    pub(crate) fn scalar(&self) -> Json {
        match &self.value {
            Value::Scalar { text, plain: false } => Json::String(text.clone()),
            Value::Scalar { text, plain: true } => plain(text),
            _ => Json::Null,
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn plain(text: &str) -> Json {
    match text {
        "true" | "True" | "TRUE" => Json::Bool(true),
        "false" | "False" | "FALSE" => Json::Bool(false),
        _ if is_null(text) => Json::Null,
        _ => number(text).map_or_else(|| Json::String(text.to_owned()), Json::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    // Rust reads `inf`, `nan` and the like as numbers too; YAML writes those with a dot, and JSON has none.
    let begins = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !begins.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let whole =
        text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    whole.ok().or_else(|| Number::from_f64(text.parse::<f64>().ok()?))
}

/// Reads a document of YAML or JSON.
pub(crate) fn parse(text: &str) -> Result<Rc<Node>, Reason> {
    let text = json::as_yaml(text);
    let mut parser = Parser::new_from_str(&text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax(&error, &text))?;
        builder.take(event, line(&span.start))?;
    }
    builder.root.ok_or_else(|| Reason::new(1, "the document is empty", "文件为空"))
}

fn syntax(error: &ScanError, text: &str) -> Reason {
    // What is missing at the end is missing after the last line.
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let at = line(error.marker()).min(lines);
    let info = error.info();
    Reason::new(
        at,
        format!("neither YAML nor JSON: {info}"),
        format!("不是有效的YAML或JSON：{info}"),
    )
}

fn line(marker: &Marker) -> u32 {
    u32::try_from(marker.line()).unwrap_or(u32::MAX).max(1)
}

/// A list or mapping whose end has not come yet.
struct Open {
    line: u32,
    anchor: usize,
    items: Items,
}

enum Items {
    Sequence(Vec<Rc<Node>>),
    Mapping { entries: Vec<(Key, Rc<Node>)>, key: Option<Key> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), Reason> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !is_text(tag.as_ref());
                let value = Value::Scalar { text: text.into_owned(), plain };
                self.count(line, 1)?;
                self.put(Rc::new(Node { line, value, height: 1 }), anchor)
            }
            Event::SequenceStart(anchor, _) => {
                self.begin(line, anchor, Items::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, _) => {
                self.begin(line, anchor, Items::Mapping { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let named = self.anchors.get(&anchor).map(Rc::clone);
                let unknown = || Reason::new(line, "an alias of nothing", "别名未定义");
                self.count(line, 1)?;
                self.put(named.ok_or_else(unknown)?, 0)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Reason::new(line, "the file has a second document", "文件只能包含一个文档"))
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, line: u32, nodes: usize) -> Result<(), Reason> {
        self.nodes += nodes;
        if self.nodes <= NODES_MAX {
            return Ok(());
        }
        Err(Reason::new(line, "the document has too many parts", "文件内容过多"))
    }

    fn begin(&mut self, line: u32, anchor: usize, items: Items) -> Result<(), Reason> {
        self.count(line, 1)?;
        if self.open.len() >= DEPTH_MAX {
            return Err(too_deep(line));
        }
        if let Some(Open { items: Items::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err(Reason::new(line, "a key is a text", "键必须为文本"));
        }
        self.open.push(Open { line, anchor, items });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Reason> {
        let Some(Open { line, anchor, items }) = self.open.pop() else { return Ok(()) };
        let value = match items {
            Items::Sequence(items) => Value::Sequence(items),
            Items::Mapping { entries, .. } => {
                let entries = self.merge(entries)?;
                if !self.is_below_paths() {
                    refuse_twice(&entries)?;
                }
                Value::Mapping(entries)
            }
        };
        let height = 1 + match &value {
            Value::Sequence(items) => items.iter().map(|node| node.height).max(),
            Value::Mapping(entries) => entries.iter().map(|(_, node)| node.height).max(),
            Value::Scalar { .. } => None,
        }
        .unwrap_or(0);
        // Through aliases, what is deep can be put deeper still.
        if height > DEPTH_MAX {
            return Err(too_deep(line));
        }
        self.put(Rc::new(Node { line, value, height }), anchor)
    }

    fn put(&mut self, node: Rc<Node>, anchor: usize) -> Result<(), Reason> {
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(node),
            Some(Items::Sequence(items)) => items.push(node),
            Some(Items::Mapping { entries, key }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    let Value::Scalar { text, .. } = &node.value else {
                        return Err(Reason::new(node.line, "a key is a text", "键必须为文本"));
                    };
                    *key = Some(Key { text: text.clone(), line: node.line });
                }
            },
        }
        Ok(())
    }

    /// Whether the mapping that just ended is `paths`, or an item of it. There a key that stands twice is refused with its
    /// operation, and the rest of the document can be imported.
    fn is_below_paths(&self) -> bool {
        let root = self.open.first().map(|open| &open.items);
        self.open.len() <= 2
            && matches!(root, Some(Items::Mapping { key: Some(key), .. }) if key.text == "paths")
    }

    /// `<<: *other` takes the entries of another mapping, or of several, where there are none of the same key.
    fn merge(&mut self, entries: Vec<(Key, Rc<Node>)>) -> Result<Vec<(Key, Rc<Node>)>, Reason> {
        if !entries.iter().any(|(key, _)| key.text == "<<") {
            return Ok(entries);
        }
        let (merges, mut own): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| key.text == "<<");
        let mut taken: HashSet<String> = own.iter().map(|(key, _)| key.text.clone()).collect();
        for (key, merged) in &merges {
            let sources = std::iter::once(merged).chain(merged.items());
            for (other, node) in sources.flat_map(|source| source.entries()) {
                self.count(key.line, 1)?;
                if taken.insert(other.text.clone()) {
                    own.push((other.clone(), Rc::clone(node)));
                }
            }
        }
        Ok(own)
    }
}

fn is_text(tag: Option<&Cow<'_, Tag>>) -> bool {
    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str")
}

fn refuse_twice(entries: &[(Key, Rc<Node>)]) -> Result<(), Reason> {
    let mut seen = HashSet::with_capacity(entries.len());
    let twice = entries.iter().find(|(key, _)| !seen.insert(key.text.as_str()));
    twice.map_or(Ok(()), |(key, _)| {
        let name = &key.text;
        Err(Reason::new(key.line, format!("{name:?} stands twice"), format!("{name:?}重复")))
    })
}

fn too_deep(line: u32) -> Reason {
    Reason::new(line, "the document is nested too deeply", "文件嵌套过深")
}
