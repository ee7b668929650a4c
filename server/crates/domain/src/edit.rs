//! Edits: what somebody writes over a state that they have seen, so that nobody's work is overwritten unseen.

use crate::timestamp::Timestamp;

/// A new value, and when the state that its writer saw had been changed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit<T> {
    /// What is written.
    pub value: T,
    /// `updated_at` of the state that was seen; `None`: whatever is there is overwritten.
    pub seen: Option<Timestamp>,
}

impl<T> Edit<T> {
    /// Whether the writer has not seen the state that was changed last at `updated_at`.
    #[must_use]
    pub fn is_outdated(&self, updated_at: Timestamp) -> bool {
        self.seen.is_some_and(|seen| seen != updated_at)
    }
}

impl<T> From<T> for Edit<T> {
    fn from(value: T) -> Self {
        Self { value, seen: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_outdated_by_any_change_that_its_writer_has_not_seen() {
        let edit = Edit { value: (), seen: Some(Timestamp(5)) };
        assert!(!edit.is_outdated(Timestamp(5)));
        assert!(edit.is_outdated(Timestamp(6)) && edit.is_outdated(Timestamp(4)));
        assert!(!Edit::from(()).is_outdated(Timestamp(6)));
    }
}
