//! The gateway as its callers and backends see it: real sockets, real backends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backend_routes;
mod backend_signature;
mod balancing;
mod bodies;
mod cache;
mod callers;
mod canary;
mod challenges;
mod compression;
mod cors;
mod custom_domains;
mod failures;
mod forwarding;
mod functions;
mod headers;
mod hostile;
mod http2;
mod http2_backend;
mod https;
mod ip_list;
mod jwt;
mod listener;
mod mapping;
mod mock;
mod observability;
mod rate_limit;
mod routing;
mod signature;
mod strict_signatures;
mod support;
mod swap;
mod tls;
mod traffic;
mod tries;
mod validation;
mod websocket;
mod wire;
