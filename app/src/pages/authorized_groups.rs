//! Groups that the signed-in account may call.

mod list;
mod table;
mod usage;

pub use list::AuthorizedGroupListPage;
pub use table::AuthorizedTable;
pub(crate) use usage::KeyUsageView;
