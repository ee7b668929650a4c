//! What is wrong with an input: shown unchanged in a form, a REST answer and the command line.

use serde::{Deserialize, Serialize};

/// The class of a broken rule; the console and the REST API translate by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A value that must be given is missing.
    Required,
    /// The value is too long or too short.
    Length,
    /// The value has characters that are not allowed, or not the expected form.
    Format,
    /// The number is out of its range, or the choice is not on the list.
    Range,
    /// The value is taken already.
    Duplicate,
    /// The state of the object does not allow this now.
    State,
}

/// A broken rule: which field, which rule, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {message}")]
pub struct DomainError {
    /// The class of the rule.
    pub kind: ErrorKind,
    /// The field's name as in the REST API (`groupName`, `path`, …); empty when it concerns the whole object.
    pub field: String,
    /// The rule in one English sentence.
    pub message: String,
    /// The same sentence in Chinese.
    pub message_zh: String,
}

impl DomainError {
    /// A broken rule of `field`, told in English and Chinese.
    pub fn new(
        kind: ErrorKind,
        field: &str,
        message: impl Into<String>,
        message_zh: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            field: field.to_owned(),
            message: message.into(),
            message_zh: message_zh.into(),
        }
    }

    /// `field` must not be empty.
    pub fn required(field: &str) -> Self {
        Self::new(ErrorKind::Required, field, "this field is required", "此项必填")
    }

    /// `field` may have at most `max` characters.
    pub fn too_long(field: &str, max: usize) -> Self {
        Self::new(
            ErrorKind::Length,
            field,
            format!("at most {max} characters"),
            format!("不能超过{max}个字符"),
        )
    }
}

/// All broken rules of one input, in the order of its fields.
pub type Violations = Vec<DomainError>;

/// `Ok` when nothing was collected.
///
/// # Errors
/// The violations, if there are any.
pub fn check(violations: Violations) -> Result<(), Violations> {
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}
