//! One phase step a file.

pub(crate) mod access_auth;
pub(crate) mod backend_route;
pub(crate) mod backend_signature;
pub(crate) mod cache;
pub(crate) mod canary;
pub(crate) mod challenge;
pub(crate) mod compression;
pub(crate) mod cors;
pub(crate) mod https;
pub(crate) mod ip_list;
pub(crate) mod mapping;
pub(crate) mod mock;
pub(crate) mod rate_limit;
pub(crate) mod validation;
