//! The connection that a request came by.

use http::HeaderValue;
use std::net::SocketAddr;

/// The connection that a request came by. Make one per connection and clone it per request: what a request needs of it
/// is prepared once.
#[derive(Clone, Debug)]
pub struct Connection {
    peer: SocketAddr,
    local: SocketAddr,
    tls: bool,
    forwarded_for: HeaderValue,
}

impl Connection {
    /// A connection from `peer` that was accepted at `local`, by TLS or not.
    #[must_use]
    pub fn new(peer: SocketAddr, local: SocketAddr, tls: bool) -> Self {
        // An IPv4 caller of a dual-stack listener is told to backends as what it is.
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let forwarded_for = HeaderValue::from_str(&peer.ip().to_string())
            .unwrap_or_else(|_never| HeaderValue::from_static("unknown"));
        Self { peer, local, tls, forwarded_for }
    }

    /// Who called.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Whether it was accepted at a loopback address, so that the caller is on this machine; not when a proxy on this machine
    /// says that it connects for somebody else.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.local.ip().to_canonical().is_loopback() && self.peer.ip().is_loopback()
    }

    /// Whether it is encrypted.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The caller's address, as `x-forwarded-for` has it.
    pub(crate) fn forwarded_for(&self) -> &HeaderValue {
        &self.forwarded_for
    }
}
