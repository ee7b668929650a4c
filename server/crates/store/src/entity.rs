//! One SeaORM entity per table. None of them leaves this crate.

#![expect(unreachable_pub, reason = "SeaORM's derives implement public traits with these types")]

pub(crate) mod access_auth_bindings;
pub(crate) mod access_auths;
pub(crate) mod access_keys;
pub(crate) mod accounts;
pub(crate) mod acme_accounts;
pub(crate) mod api_groups;
pub(crate) mod apis;
pub(crate) mod audit_log;
pub(crate) mod automatic_certificates;
pub(crate) mod backend_configs;
pub(crate) mod backend_signature_bindings;
pub(crate) mod backend_signatures;
pub(crate) mod canaries;
pub(crate) mod canary_traffic;
pub(crate) mod changes;
pub(crate) mod contents;
pub(crate) mod deployments;
pub(crate) mod ip_policies;
pub(crate) mod jwt_secrets;
pub(crate) mod platform_keys;
pub(crate) mod policy_bindings;
pub(crate) mod rate_limit_policies;
pub(crate) mod releases;
pub(crate) mod revisions;
pub(crate) mod sessions;
pub(crate) mod subscription_keys;
pub(crate) mod traffic;
pub(crate) mod turns;
pub(crate) mod user_domains;
