//! Access keys: what a caller signs with.

mod authorized_table;
mod detail;
mod dialogs;
mod form;
mod list;

pub use authorized_table::AuthorizedTable;
pub use detail::AccessKeyDetailPage;
pub use list::AccessKeyListPage;
