//! A client of a server that speaks TLS, which trusts what it is told to and nothing else.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::{io, net::SocketAddr, sync::Arc};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// A client of one server.
#[derive(Clone)]
pub struct HttpsClient {
    server: SocketAddr,
    connector: TlsConnector,
}

/// A connection that is kept.
pub struct HttpsConnection {
    sender: http1::SendRequest<Full<Bytes>>,
    host: String,
    /// The certificate that the handshake got (DER).
    pub leaf: Vec<u8>,
}

impl HttpsClient {
    /// A client of `server` that trusts the certificates in `roots` (PEM).
    ///
    /// # Panics
    /// When these cannot be read.
    #[must_use]
    pub fn new(server: SocketAddr, roots: &str) -> Self {
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(roots.as_bytes()) {
            trusted.add(certificate.expect("PEM")).expect("a certificate");
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Self { server, connector: TlsConnector::from(Arc::new(config)) }
    }

    /// Shakes hands for `host`.
    ///
    /// # Errors
    /// When that fails.
    pub async fn connect(&self, host: &str) -> io::Result<HttpsConnection> {
        let stream = TcpStream::connect(self.server).await?;
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = self.connector.connect(name, stream).await?;
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let leaf = chain.first().map(|leaf| leaf.to_vec()).unwrap_or_default();
        let shaken = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(HttpsConnection { sender, host: host.to_owned(), leaf })
    }
}

impl HttpsConnection {
    /// Gets `target`.
    ///
    /// # Errors
    /// When the connection does not go on.
    pub async fn get(&mut self, target: &str) -> io::Result<(StatusCode, Bytes)> {
        let request = Request::get(target).header("host", &self.host).body(Full::default());
        let request = request.map_err(io::Error::other)?;
        self.sender.ready().await.map_err(io::Error::other)?;
        let (head, body) =
            self.sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok((head.status, body))
    }
}
