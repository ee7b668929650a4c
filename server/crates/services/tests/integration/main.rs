//! What a person may do, on real databases. One file a noun; `support` has what they share.

#![expect(clippy::unwrap_used, reason = "a test that gets what it did not expect ends there")]

mod support;
mod targets;

mod access;
mod accounts;
mod api_groups;
mod apis;
mod audit;
mod automatic_certificates;
mod backend_configs;
mod backend_signatures;
mod callers;
mod canaries;
mod deployments;
mod import;
mod jwt;
mod monitoring;
mod ownership;
mod policies;
mod published;
mod revisions;
mod search;
mod secrets;
mod user_domains;
