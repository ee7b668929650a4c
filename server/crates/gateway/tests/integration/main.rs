//! The gateway as its callers and backends see it: real sockets, real backends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod failures;
mod forwarding;
mod headers;
mod hostile;
mod http2;
mod http2_backend;
mod listener;
mod mock;
mod observability;
mod routing;
mod signature;
mod support;
mod swap;
mod tls;
mod traffic;
mod websocket;
mod wire;
