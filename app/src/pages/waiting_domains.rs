//! Domains of all groups that wait for an operator's word.

mod dialogs;
mod list;

pub use list::WaitingDomainListPage;
