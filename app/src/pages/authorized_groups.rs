//! Groups that the signed-in account may call.

mod list;

pub use list::AuthorizedGroupListPage;
