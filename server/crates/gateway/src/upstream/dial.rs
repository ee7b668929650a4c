//! Making connections to backends: name resolution, TCP, TLS.

use super::{
    Upstream, UpstreamConnection, http2,
    stream::{Received, Stream},
};
use crate::refusal::Refusal;
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};
use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

/// The names of the versions in TLS.
const HTTP1: &[u8] = b"http/1.1";
const HTTP2: &[u8] = b"h2";

/// Makes connections to backends.
pub(crate) struct Dialer {
    /// Trusted besides the system's certificates.
    extra_roots: RootCertStore,
    /// Made for the first HTTPS backend: reading the system's certificates takes a while.
    tls: OnceLock<Result<Tls, rustls::Error>>,
}

/// Speaks TLS to backends.
struct Tls {
    /// Offers HTTP/2 and HTTP/1.1.
    any: TlsConnector,
    /// Offers HTTP/1.1 only.
    http1: TlsConnector,
}

/// Which versions of HTTP a connection may be spoken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    /// HTTP/2 where the backend can, or is said to; else HTTP/1.1.
    Any,
    /// HTTP/1.1: only there a connection can switch to another protocol.
    Http1,
}

/// A certificate that cannot be trusted: which, and why.
pub(crate) struct BadCertificate {
    pub(crate) index: usize,
    pub(crate) reason: String,
}

impl Dialer {
    /// A dialer that trusts these certificates (DER) besides the system's.
    ///
    /// # Errors
    /// When one of them is none.
    pub(crate) fn new(trusted: &[Vec<u8>]) -> Result<Self, BadCertificate> {
        let mut extra_roots = RootCertStore::empty();
        for (index, der) in trusted.iter().enumerate() {
            extra_roots
                .add(CertificateDer::from(der.clone()))
                .map_err(|error| BadCertificate { index, reason: error.to_string() })?;
        }
        Ok(Self { extra_roots, tls: OnceLock::new() })
    }

    /// A new connection.
    ///
    /// # Errors
    /// When there is none within `limit`.
    pub(crate) async fn dial(
        &self,
        upstream: &Upstream,
        versions: Versions,
        limit: Duration,
    ) -> Result<Box<UpstreamConnection>, Refusal> {
        // Boxed, so that the future of calls on kept connections does not have to have room for it.
        match tokio::time::timeout(limit, Box::pin(self.connect(upstream, versions))).await {
            Ok(connection) => connection,
            Err(_elapsed) => Err(Refusal::UpstreamTimedOut("there is no connection in time")),
        }
    }

    async fn connect(
        &self,
        upstream: &Upstream,
        versions: Versions,
    ) -> Result<Box<UpstreamConnection>, Refusal> {
        let stream = connect_tcp(upstream).await?;
        // What is written is whole requests and large pieces: waiting for more only adds latency.
        stream.set_nodelay(true).map_err(|error| unavailable(&error))?;
        let received = Received::default();
        let (stream, is_http2) = match &upstream.server_name {
            None => {
                let is_http2 = upstream.address.is_h2c() && versions == Versions::Any;
                (Stream::plain(stream, received.clone()), is_http2)
            }
            Some(name) => {
                let connected = self.tls(versions)?.connect(name.clone(), stream).await;
                let stream = connected
                    .map_err(|error| Refusal::UpstreamInvalid(format!("TLS: {error}").into()))?;
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(HTTP2);
                (Stream::tls(stream, received.clone()), is_http2)
            }
        };
        let connection = if is_http2 {
            let is_tls = upstream.server_name.is_some();
            http2::Sender::handshake(stream, is_tls).await.map(UpstreamConnection::shared)
        } else {
            UpstreamConnection::handshake(stream, received).await
        };
        connection.map_err(|error| Refusal::UpstreamInvalid(error.into()))
    }

    fn tls(&self, versions: Versions) -> Result<&TlsConnector, Refusal> {
        let tls = self.tls.get_or_init(|| tls_connectors(self.extra_roots.clone()));
        match tls {
            Ok(tls) if versions == Versions::Any => Ok(&tls.any),
            Ok(tls) => Ok(&tls.http1),
            Err(error) => Err(Refusal::UpstreamUnavailable(format!("TLS: {error}").into())),
        }
    }
}

/// Tries all addresses of a backend, one after the other.
async fn connect_tcp(upstream: &Upstream) -> Result<TcpStream, Refusal> {
    let (host, port) = (upstream.address.host(), upstream.address.port());
    let addresses = lookup_host((host, port)).await.map_err(|error| unavailable(&error))?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(unavailable(&last))
}

fn unavailable(error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::TimedOut {
        Refusal::UpstreamTimedOut("there is no connection in time")
    } else {
        Refusal::UpstreamUnavailable(error.to_string().into())
    }
}

fn tls_connectors(mut roots: RootCertStore) -> Result<Tls, rustls::Error> {
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!("a certificate of the system cannot be read: {error}");
    }
    let (added, ignored) = roots.add_parsable_certificates(system.certs);
    tracing::debug!(added, ignored, "trusts the system's certificates for HTTPS backends");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![HTTP1.to_vec()];
    let http1 = TlsConnector::from(Arc::new(config.clone()));
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(Tls { any: TlsConnector::from(Arc::new(config)), http1 })
}
