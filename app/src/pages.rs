//! The console's pages, noun by noun: `list.rs`, `form.rs`, `detail.rs` in each.

pub mod access_auths;
pub mod access_keys;
pub mod accounts;
pub mod api_groups;
pub mod apis;
pub mod authorized_groups;
pub mod backend_configs;
pub mod backend_signatures;
pub mod deployments;
pub mod ip_policies;
pub mod monitoring;
pub mod not_found;
pub mod overview;
pub mod platform_keys;
pub mod policies;
pub mod rate_limit_policies;
pub mod revisions;
pub mod search;
pub mod subscription_keys;
pub mod user_domains;
pub mod waiting_domains;
