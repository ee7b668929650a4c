//! Access keys: what a caller signs with.

mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::AccessKeyDetailPage;
pub use list::AccessKeyListPage;
