//! Server functions: who is calling → ask the service → return its type. They hold no rules. All have the prefix `/console`
//! and are public HTTP endpoints, so each goes through [`context::caller`], those of signing in excepted.

pub mod access_auths;
pub mod access_keys;
pub mod accounts;
pub mod api_groups;
pub mod apis;
pub mod backend_configs;
pub mod backend_signatures;
pub mod deployments;
pub mod monitoring;
pub mod overview;
pub mod preferences;
pub mod revisions;

#[cfg(feature = "ssr")]
pub mod context;
