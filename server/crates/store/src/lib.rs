#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod connection;
mod entity;
mod error;
mod fingerprint;
mod places;
mod query;
mod sealed;

// In the order a reader meets them; each holds the functions of one noun, from domain types to domain types.
pub mod accounts;
pub mod platform_keys;
pub mod sessions;

pub mod api_groups;
pub mod apis;
pub mod revisions;

pub mod canaries;
pub mod deployments;
pub mod releases;

pub mod access_auths;
pub mod access_keys;
pub mod authorized_groups;
pub mod jwt_secrets;
pub mod subscription_keys;

pub mod ip_policies;
pub mod policy_bindings;
pub mod rate_limit_policies;

pub mod backend_configs;
pub mod backend_signatures;

pub mod acme_accounts;
pub mod automatic_certificates;
pub mod user_domains;

pub mod audit;
pub mod changes;
pub mod published;
pub mod traffic;

pub use connection::{Connection, ReadSnapshot, Reader, Store, Tx};
pub use error::{StoreError, Unique};
pub use sealed::Sealed;
