//! Pages of version revisions: the list with its dialogs, and what differs between two of them.

mod compare;
mod dialogs;
mod list;

pub use {compare::ComparePage, list::RevisionListPage};
