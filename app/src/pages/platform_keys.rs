//! Platform keys: AccessKey and SecretKey of the account.

mod dialogs;
mod list;

pub use list::PlatformKeyListPage;
