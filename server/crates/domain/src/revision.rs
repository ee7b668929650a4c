//! Revisions: versions of a group's APIs, and the content that a publish takes from one.

use crate::{
    api::Api,
    api_group::GroupSettings,
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    text::check_length,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest note of a revision, in characters.
pub const NOTE_MAX: usize = 1024;
/// Largest value of each of a version's three fields.
pub const FIELD_MAX: u16 = 999;

/// `N.N.N`, each 0–999; ordered by number, so 0.0.10 comes after 0.0.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RevisionNumber {
    major: u16,
    minor: u16,
    patch: u16,
}

impl RevisionNumber {
    /// 0.0.1: the revision that a group is made with.
    pub const FIRST: Self = Self { major: 0, minor: 0, patch: 1 };

    /// The number after this one: the last field grows, and carries at [`FIELD_MAX`]. `None` after 999.999.999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::from_ordinal(self.ordinal() + 1)
    }

    /// A whole number with the same order, for sorting in a database.
    #[must_use]
    pub fn ordinal(self) -> i64 {
        (i64::from(self.major) * 1000 + i64::from(self.minor)) * 1000 + i64::from(self.patch)
    }

    /// The inverse of [`ordinal`](Self::ordinal).
    #[must_use]
    pub fn from_ordinal(ordinal: i64) -> Option<Self> {
        let field = |value: i64| u16::try_from(value).ok().filter(|v| *v <= FIELD_MAX);
        Some(Self {
            major: field(ordinal.div_euclid(1_000_000))?,
            minor: field(ordinal.div_euclid(1000).rem_euclid(1000))?,
            patch: field(ordinal.rem_euclid(1000))?,
        })
    }
}

impl FromStr for RevisionNumber {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let wrong = || {
            DomainError::new(
                ErrorKind::Format,
                "revision",
                "N.N.N, each 0 to 999",
                "格式为{主版本号}.{子版本号}.{小更新编号}，每个字段范围0-999",
            )
        };
        if text.is_empty() {
            return Err(DomainError::required("revision"));
        }
        let field = |part: &str| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten().ok_or_else(wrong)
        };
        let mut parts = text.split('.').map(field);
        let mut next = || parts.next().unwrap_or_else(|| Err(wrong()));
        let number = Self { major: next()?, minor: next()?, patch: next()? };
        if parts.next().is_some() { Err(wrong()) } else { Ok(number) }
    }
}

impl TryFrom<String> for RevisionNumber {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<RevisionNumber> for String {
    fn from(number: RevisionNumber) -> String {
        number.to_string()
    }
}

impl fmt::Display for RevisionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A revision of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Unique in its group.
    pub number: RevisionNumber,
    /// Free text.
    pub note: String,
    /// The revision it was made from.
    pub based_on: Option<RevisionNumber>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its note or one of its APIs was changed last.
    pub revised_at: Timestamp,
}

/// A revision as a row of the version list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionView {
    /// The revision.
    pub revision: Revision,
    /// How many APIs it has.
    pub api_count: u64,
    /// Where it runs; not empty means that it is read-only.
    pub published_to: Vec<Environment>,
    /// APIs added, changed and removed since the revision it is based on.
    pub changes: (u32, u32, u32),
}

/// What is given to make a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRevision {
    /// Its number; must be free.
    pub number: RevisionNumber,
    /// The revision whose APIs it begins with.
    pub based_on: RevisionNumber,
    /// Free text.
    pub note: String,
}

impl NewRevision {
    /// # Errors
    /// The broken rule of `revisionNote`.
    pub fn validate(&self) -> Result<(), Violations> {
        check_note(&self.note)
    }
}

/// # Errors
/// When the note is longer than [`NOTE_MAX`].
pub fn check_note(note: &str) -> Result<(), Violations> {
    let mut violations = Violations::new();
    check_length("revisionNote", note, NOTE_MAX, &mut violations);
    check(violations)
}

/// What a publish takes along: the group's settings and a revision's APIs, as they were at that moment. A release keeps
/// it, so that it can be compared with and switched back to whatever becomes of the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupContent {
    /// Prefix, authorization, path forwarding.
    pub settings: GroupSettings,
    /// The APIs, ordered by path and method.
    pub apis: Vec<Api>,
}

impl GroupContent {
    /// Orders the APIs, so that equal contents are equal in bytes too.
    #[must_use]
    pub fn new(settings: GroupSettings, mut apis: Vec<Api>) -> Self {
        apis.sort_by(|a, b| {
            let key = |api: &Api| (api.definition.path.as_str().to_owned(), api.definition.method);
            key(a).cmp(&key(b))
        });
        Self { settings, apis }
    }

    /// Whether both serve the same (when an API was edited does not matter).
    #[must_use]
    pub fn serves_same_as(&self, other: &Self) -> bool {
        self.settings == other.settings
            && self.apis.len() == other.apis.len()
            && self.apis.iter().zip(&other.apis).all(|(a, b)| a.definition == b.definition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_three_numbers_up_to_999_ordered_by_number() {
        let number = |text: &str| text.parse::<RevisionNumber>().unwrap();
        assert!(number("0.0.10") > number("0.0.9"));
        assert!(number("1.0.0") > number("0.999.999"));
        assert_eq!(number("0.0.999").next().unwrap().to_string(), "0.1.0");
        assert_eq!(number("999.999.999").next(), None);
        assert_eq!(
            RevisionNumber::from_ordinal(number("12.3.456").ordinal()),
            Some(number("12.3.456"))
        );
    }

    #[test]
    fn refuses_every_other_form() {
        for bad in
            ["", "1", "1.2", "1.2.3.4", "1.2.1000", "1.2.-3", "a.b.c", "1..3", " 1.2.3", "1.2.+3"]
        {
            assert!(bad.parse::<RevisionNumber>().is_err(), "{bad}");
        }
    }
}
