//! IP policies: from which addresses the account's groups may be called.

mod bind;
mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::IpPolicyDetailPage;
pub use list::IpPolicyListPage;
