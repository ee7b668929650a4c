//! Making connections to backends: name resolution, TCP, TLS.

use super::{
    Upstream, UpstreamConnection,
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

/// Makes connections to backends.
pub(crate) struct Dialer {
    /// Trusted besides the system's certificates.
    extra_roots: RootCertStore,
    /// Made for the first HTTPS backend: reading the system's certificates takes a while.
    tls: OnceLock<Result<TlsConnector, rustls::Error>>,
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
        limit: Duration,
    ) -> Result<Box<UpstreamConnection>, Refusal> {
        match tokio::time::timeout(limit, self.connect(upstream)).await {
            Ok(connection) => connection,
            Err(_elapsed) => Err(Refusal::UpstreamTimedOut("there is no connection in time")),
        }
    }

    async fn connect(&self, upstream: &Upstream) -> Result<Box<UpstreamConnection>, Refusal> {
        let stream = connect_tcp(upstream).await?;
        // What is written is whole requests and large pieces: waiting for more only adds latency.
        stream.set_nodelay(true).map_err(|error| unavailable(&error))?;
        let received = Received::default();
        let stream = match &upstream.server_name {
            None => Stream::plain(stream, received.clone()),
            Some(name) => {
                let connected = self.tls()?.connect(name.clone(), stream).await;
                let stream = connected
                    .map_err(|error| Refusal::UpstreamInvalid(format!("TLS: {error}").into()))?;
                Stream::tls(stream, received.clone())
            }
        };
        UpstreamConnection::handshake(stream, received)
            .await
            .map_err(|error| Refusal::UpstreamInvalid(error.into()))
    }

    fn tls(&self) -> Result<&TlsConnector, Refusal> {
        let tls = self.tls.get_or_init(|| tls_connector(self.extra_roots.clone()));
        tls.as_ref().map_err(|error| Refusal::UpstreamUnavailable(format!("TLS: {error}").into()))
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

fn tls_connector(mut roots: RootCertStore) -> Result<TlsConnector, rustls::Error> {
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
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
