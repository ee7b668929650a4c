//! Traffic control: how often the account's groups may be called.

mod bind;
mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::RateLimitPolicyDetailPage;
pub use list::RateLimitPolicyListPage;
