//! Server functions: who is calling → ask the service → return its type. They hold no rules. All have the prefix `/console`
//! and are public HTTP endpoints, so each goes through [`context::caller`], those of signing in excepted.

pub mod access_auths;
pub mod access_keys;
pub mod accounts;
pub mod api_groups;
pub mod apis;
pub mod authorized_groups;
pub mod backend_configs;
pub mod backend_signatures;
pub mod canaries;
pub mod deployments;
pub mod ip_policies;
pub mod monitoring;
pub mod overview;
pub mod platform_keys;
pub mod preferences;
pub mod rate_limit_policies;
pub mod revisions;
pub mod search;
pub mod subscription_keys;
pub mod user_domains;
pub mod waiting_domains;

#[cfg(feature = "ssr")]
pub mod context;
