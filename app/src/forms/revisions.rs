//! The form of a new revision.

use super::{field, trimmed};
use domain::{NewRevision, error::Violations};
use serde::{Deserialize, Serialize};

/// A new revision, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevisionForm {
    /// `N.N.N`.
    pub number: String,
    /// The revision it begins with.
    pub based_on: String,
    /// Free text.
    pub note: String,
}

impl RevisionForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewRevision, Violations> {
        let mut violations = Violations::new();
        let number = field("revision", self.number.trim().parse(), &mut violations);
        let based_on = field("baseRevision", self.based_on.trim().parse(), &mut violations);
        violations
            .extend(domain::revision::check_note(self.note.trim()).err().into_iter().flatten());
        match (number, based_on, violations.is_empty()) {
            (Some(number), Some(based_on), true) => {
                Ok(NewRevision { number, based_on, note: trimmed(&self.note) })
            }
            _ => Err(violations),
        }
    }
}
