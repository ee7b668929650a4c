//! Alphabets and lengths of names, prefixes and descriptions: the rules that several nouns share.

use crate::error::{DomainError, ErrorKind, Violations};

/// Longest description of a group, an API or an authorization, in characters.
pub const DESCRIPTION_MAX: usize = 256;

/// Adds a violation if `text` has more than `max` characters, or a NUL, which no database keeps in a text.
pub fn check_length(field: &str, text: &str, max: usize, violations: &mut Violations) {
    if text.chars().count() > max {
        violations.push(DomainError::too_long(field, max));
    } else if text.contains('\0') {
        violations.push(DomainError::new(
            ErrorKind::Format,
            field,
            "no NUL character",
            "不能包含NUL字符",
        ));
    }
}

/// A required name of at most `max` characters, all of which `allowed` accepts; `rule` tells the alphabet (English, Chinese).
pub fn check_name(
    field: &str,
    text: &str,
    max: usize,
    allowed: impl Fn(char) -> bool,
    rule: (&str, &str),
) -> Option<DomainError> {
    if text.is_empty() {
        Some(DomainError::required(field))
    } else if text.chars().count() > max {
        Some(DomainError::too_long(field, max))
    } else if text.chars().all(allowed) {
        None
    } else {
        Some(DomainError::new(ErrorKind::Format, field, rule.0, rule.1))
    }
}
