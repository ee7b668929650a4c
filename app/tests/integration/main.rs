//! The console's router, with real services over an empty database.

mod forms_without_javascript;
mod pages;
mod preferences;
mod server_functions;
mod sessions;
mod support;
