#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod inline;
mod json;

pub use json::{JsonProblem, parse};

use jsonschema::{Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;
use std::fmt;

/// Most bytes of what is told of a value or a schema: of the pointer, and of the rule.
const TOLD_MAX: usize = 200;
/// How large a compiled pattern may become, in bytes.
const PATTERN_MAX: usize = 1024 * 1024;

/// The drafts that a schema is read by which does not name one, the first that it is right in. The older ones are those of
/// OpenAPI 3.0 and Swagger 2.0, where `exclusiveMinimum` is `true` or `false`.
const DRAFTS: [Draft; 3] = [Draft::Draft202012, Draft::Draft7, Draft::Draft4];

/// A JSON Schema, compiled.
pub struct Schema(Validator);

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

/// Why a schema cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", at(.pointer))]
pub struct SchemaError {
    /// Where in the schema, as a JSON pointer; empty for all of it.
    pub pointer: String,
    /// What is wrong there.
    pub problem: SchemaProblem,
}

/// What is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// `$schema` names no draft from 4 to 2020-12.
    #[error("$schema is none of the drafts 4, 6, 7, 2019-09, 2020-12")]
    Draft,
    /// A reference leads out of the schema, or to a place by its name.
    #[error("{0:?} is not a reference within the schema (#/…): nothing is fetched")]
    Remote(String),
    /// A reference leads nowhere.
    #[error("{0:?} names nothing in the schema")]
    Dangling(String),
    /// A reference leads back to where it stands.
    #[error("{0:?} leads back to itself: a schema that contains itself cannot be checked")]
    Recursive(String),
    /// It is larger than it may be, once references are replaced by what they name.
    #[error("with its references resolved, the schema is too large")]
    TooLarge,
    /// It is nested more deeply than it may be.
    #[error("the schema is nested too deeply")]
    TooDeep,
    /// It is no JSON Schema.
    #[error("{0}")]
    Invalid(String),
}

impl SchemaError {
    /// The error in Chinese.
    #[must_use]
    pub fn message_zh(&self) -> String {
        let problem = match &self.problem {
            SchemaProblem::Draft => "$schema只支持草案4、6、7、2019-09、2020-12".to_owned(),
            SchemaProblem::Remote(name) => {
                format!("{name:?}不是Schema内的引用（#/…），不支持外部引用")
            }
            SchemaProblem::Dangling(name) => format!("Schema中没有{name:?}"),
            SchemaProblem::Recursive(name) => {
                format!("{name:?}引用了自身，不支持包含自身的Schema")
            }
            SchemaProblem::TooLarge => "引用展开后，Schema过大".to_owned(),
            SchemaProblem::TooDeep => "Schema嵌套过深".to_owned(),
            SchemaProblem::Invalid(rule) => format!("不是有效的JSON Schema：{rule}"),
        };
        format!("{}{problem}", at(&self.pointer))
    }
}

/// `/properties/a: `; nothing for the whole.
fn at(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!("{pointer}: ") }
}

/// A value that does not fit its schema: where, and which rule it breaks. Nothing of the value itself but the names of its
/// members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the value, as a JSON pointer; empty for all of it.
    pub pointer: String,
    /// The rule, in words for a person.
    pub rule: String,
}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// When it is none, leads out of itself, or is too large.
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        let (draft, whole) = inline::resolve(schema)?;
        let drafts = draft.as_ref().map_or(&DRAFTS[..], std::slice::from_ref);
        let mut first = None;
        for draft in drafts {
            match build(&whole, *draft) {
                Ok(validator) => return Ok(Self(validator)),
                Err(wrong) => _ = first.get_or_insert_with(|| invalid(&wrong)),
            }
        }
        Err(first.unwrap_or_else(|| SchemaError {
            pointer: String::new(),
            problem: SchemaProblem::Draft,
        }))
    }

    /// Whether a value fits. Takes memory only for what it tells of one that does not.
    ///
    /// # Errors
    /// The first rule that the value breaks. Where `explains` is false only that it breaks one: finding out which can take
    /// some hundred times the memory of the value.
    pub fn check(&self, value: &Value, explains: bool) -> Result<(), Mismatch> {
        if self.0.is_valid(value) {
            return Ok(());
        }
        let untold =
            || Mismatch { pointer: String::new(), rule: "does not fit its JSON Schema".to_owned() };
        if !explains {
            return Err(untold());
        }
        let wrong = self.0.validate(value).err();
        Err(wrong.map_or_else(untold, |wrong| Mismatch {
            pointer: cut(wrong.instance_path().as_str()),
            rule: rule(&wrong),
        }))
    }
}

fn build(schema: &Value, draft: Draft) -> Result<Validator, ValidationError<'static>> {
    let patterns = PatternOptions::regex().size_limit(PATTERN_MAX).dfa_size_limit(PATTERN_MAX);
    jsonschema::options()
        .offline()
        .with_draft(draft)
        .should_validate_formats(true)
        .with_pattern_options(patterns)
        .build(schema)
}

fn invalid(wrong: &ValidationError<'_>) -> SchemaError {
    let problem = match wrong.kind() {
        ValidationErrorKind::Format { format } if format == "regex" => {
            "it is no pattern that can be matched in linear time: a regular expression without look-around and back references, of moderate size".to_owned()
        }
        _ => rule(wrong),
    };
    // The value that is wrong is the schema.
    SchemaError {
        pointer: cut(wrong.instance_path().as_str()),
        problem: SchemaProblem::Invalid(problem),
    }
}

fn rule(wrong: &ValidationError<'_>) -> String {
    match wrong.kind() {
        // It would tell the name, which can be long.
        ValidationErrorKind::PropertyNames { .. } => {
            "the name of a property is not allowed".to_owned()
        }
        _ => cut(&wrong.masked_with("the value").to_string()),
    }
}

/// At most [`TOLD_MAX`] bytes of a text, without what would break a line.
fn cut(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    if text.len() <= TOLD_MAX {
        return text.chars().map(clean).collect();
    }
    let mut end = TOLD_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut cut: String = text[..end].chars().map(clean).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests;
