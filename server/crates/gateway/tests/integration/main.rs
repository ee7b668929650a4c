//! The gateway as its callers and backends see it: real sockets, real backends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backend_routes;
mod backend_signature;
mod bodies;
mod failures;
mod forwarding;
mod headers;
mod listener;
mod mapping;
mod mock;
mod routing;
mod signature;
mod support;
mod swap;
mod tls;
mod traffic;
