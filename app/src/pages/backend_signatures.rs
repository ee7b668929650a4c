//! Backend signature: what the gateway signs forwarded requests with.

mod bind;
mod detail;
mod dialogs;
mod form;
mod list;

pub use detail::BackendSignatureDetailPage;
pub use list::BackendSignatureListPage;
