//! Groups that the signed-in account may call.

mod list;
mod table;

pub use list::AuthorizedGroupListPage;
pub use table::AuthorizedTable;
