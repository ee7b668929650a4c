#![doc = include_str!("../README.md")]
#![expect(clippy::needless_pass_by_value, reason = "components own their props")]
#![expect(
    unreachable_pub,
    reason = "the component macro makes the props of every component public"
)]

pub mod components;
pub mod contexts;
pub mod error;
pub mod forms;
pub mod i18n;
pub mod layout;
pub mod pages;
pub mod paths;
pub mod routes;
pub mod server_fns;

#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod ssr;

pub use error::AppError;
pub use routes::App;
#[cfg(feature = "ssr")]
pub use {document::Bundle, ssr::router};
