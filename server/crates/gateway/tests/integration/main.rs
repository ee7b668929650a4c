//! The gateway as its callers and backends see it: real sockets, real backends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backend_routes;
mod backend_signature;
mod bodies;
mod callers;
mod failures;
mod forwarding;
mod headers;
mod hostile;
mod http2;
mod http2_backend;
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
mod websocket;
mod wire;
