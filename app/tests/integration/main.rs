//! The console's router, with real services over an empty database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod forms_without_javascript;
mod pages;
mod preferences;
mod server_functions;
mod sessions;
mod support;
