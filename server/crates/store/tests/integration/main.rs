//! The store on both databases: each rule is tried on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod access_auths;
mod access_keys;
mod accounts;
mod api_groups;
mod apis;
mod authorized_groups;
mod automatic_certificates;
mod backend_configs;
mod backend_signatures;
mod canaries;
mod changes;
mod connection;
mod deployments;
mod policies;
mod published;
mod revisions;
mod subscription_keys;
mod traffic;
mod user_domains;
