//! The connection that a request came by.

use http::HeaderValue;
use std::{fmt, net::SocketAddr, sync::Arc};

/// The connection that a request came by. Make one per connection and clone it per request: what a request needs of it
/// is prepared once.
#[derive(Clone)]
pub struct Connection {
    peer: SocketAddr,
    local: SocketAddr,
    tls: bool,
    /// The host that the TLS handshake named.
    server_name: Option<Arc<str>>,
    forwarded_for: HeaderValue,
    place: Option<Arc<dyn Send + Sync>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { peer, local, tls, .. } = self;
        f.debug_struct("Connection")
            .field("peer", peer)
            .field("local", local)
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection from `peer` that was accepted at `local`, by TLS or not.
    #[must_use]
    pub fn new(peer: SocketAddr, local: SocketAddr, tls: bool) -> Self {
        // An IPv4 caller of a dual-stack listener is told to backends as what it is.
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let forwarded_for = HeaderValue::from_str(&peer.ip().to_string())
            .unwrap_or_else(|_never| HeaderValue::from_static("unknown"));
        Self { peer, local, tls, server_name: None, forwarded_for, place: None }
    }

    /// The same, with its place among its listener's connections.
    pub(crate) fn at(self, place: Arc<dyn Send + Sync>) -> Self {
        Self { place: Some(place), ..self }
    }

    /// The same, for the host that the TLS handshake named.
    pub(crate) fn named(self, server_name: Arc<str>) -> Self {
        Self { server_name: Some(server_name), ..self }
    }

    /// The host that the TLS handshake named; `None` without TLS.
    pub(crate) fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// What is to be kept for as long as it is in use.
    pub(crate) fn place(&self) -> Option<Arc<dyn Send + Sync>> {
        self.place.clone()
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
