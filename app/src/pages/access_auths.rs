//! Access authorization: whom a provider lets call what.

mod bind;
mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::AccessAuthDetailPage;
pub use list::AccessAuthListPage;
