//! TLS of callers: versions 1.2 and 1.3, and the certificate of the custom domain that the handshake names.

use crate::Gateway;
use rustls::{
    ServerConfig,
    crypto::ring::{Ticketer, default_provider},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{fmt, io, sync::Arc};
use tokio_rustls::TlsAcceptor;

/// The names of the versions of HTTP in TLS, the one that is preferred first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// What an authority speaks that looks whether a domain leads here (RFC 8737): a handshake, and nothing after it.
const ACME: &[u8] = b"acme-tls/1";

/// Whether there is nothing to follow the handshake.
pub(crate) fn is_challenge(protocol: Option<&[u8]>) -> bool {
    protocol == Some(ACME)
}

/// Whether HTTP/2 was agreed on.
pub(crate) fn is_http2(protocol: Option<&[u8]>) -> bool {
    protocol == Some(PROTOCOLS[0])
}

/// Finds certificates in what the gateway serves at that moment: a new one is in force with the next handshake, and
/// connections that there are go on.
struct Certificates {
    gateway: Gateway,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates")
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // A handshake that names nobody, or a name without a certificate, is refused.
        let name = hello.server_name()?;
        let mut offered = hello.alpn().into_iter().flatten();
        if offered.next() == Some(ACME) && offered.next().is_none() {
            return self.gateway.challenge_certificate(name);
        }
        self.gateway.certificate(name)
    }
}

/// Takes the callers' side of handshakes.
///
/// # Errors
/// When there is no randomness to encrypt tickets with.
pub(crate) fn acceptor(gateway: &Gateway) -> io::Result<TlsAcceptor> {
    let certificates = Certificates { gateway: gateway.clone() };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates));
    // The last is agreed on by nobody who speaks HTTP too.
    config.alpn_protocols = PROTOCOLS.into_iter().chain([ACME]).map(<[u8]>::to_vec).collect();
    // A caller that comes back need not prove everything again; without early data, which could be replayed.
    config.ticketer = Ticketer::new().map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
