//! Subscription keys: what a caller shows instead of signing.

mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::SubscriptionKeyDetailPage;
pub use list::SubscriptionKeyListPage;
