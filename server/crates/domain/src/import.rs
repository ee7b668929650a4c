//! What importing a document would do, shown before it is done.

use crate::{api::ApiDefinition, difference::FieldChange};
use serde::{Deserialize, Serialize};

/// Largest document, in bytes.
pub const DOCUMENT_MAX: usize = 2 * 1024 * 1024;

/// An operation of the document that cannot become an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRefusal {
    /// `GET /pets/{petId}`, or the part of the document it concerns.
    pub route: String,
    /// 1-based line of the document.
    pub line: u32,
    /// Why, in English.
    pub reason: String,
    /// Why, in Chinese.
    pub reason_zh: String,
}

/// What happens to one operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It becomes a new API.
    Added {
        /// The API.
        definition: ApiDefinition,
        /// 1-based line of the document.
        line: u32,
    },
    /// The API with its method and path (or name) is replaced.
    Changed {
        /// The API afterwards.
        definition: ApiDefinition,
        /// What differs.
        fields: Vec<FieldChange>,
        /// 1-based line of the document.
        line: u32,
    },
    /// The revision has it just so.
    Unchanged {
        /// `GET /pets/{petId}`.
        route: String,
    },
    /// It cannot become an API.
    Refused(ImportRefusal),
}

/// What importing a document would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// One entry an operation, in the document's order.
    pub outcomes: Vec<ImportOutcome>,
}

impl ImportPlan {
    /// How many are added, changed, unchanged and refused.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize, usize) {
        self.outcomes.iter().fold((0, 0, 0, 0), |(a, c, u, r), outcome| match outcome {
            ImportOutcome::Added { .. } => (a + 1, c, u, r),
            ImportOutcome::Changed { .. } => (a, c + 1, u, r),
            ImportOutcome::Unchanged { .. } => (a, c, u + 1, r),
            ImportOutcome::Refused(_) => (a, c, u, r + 1),
        })
    }
}
