//! HTTPS backends.

use super::support::{ONLINE, World, assert_refused, petstore};
use domain::{BackendService, Environment};
use gateway::{Gateway, GatewayError, GatewaySettings, Timeouts};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use testkit::MockBackend;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const CERTIFICATE: &[u8] = include_bytes!("tls/localhost.der");
const KEY: &[u8] = include_bytes!("tls/localhost-key.der");

/// Takes TLS off in front of a backend that speaks one of `protocols`; its certificate is made out to `localhost`.
pub(crate) async fn tls_in_front_of(backend: SocketAddr, protocols: &[&[u8]]) -> SocketAddr {
    let key = PrivateKeyDer::try_from(KEY.to_vec()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CERTIFICATE.to_vec().into()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut inside) = acceptor.accept(stream).await else { return };
                let mut outside = TcpStream::connect(backend).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
            });
        }
    });
    address
}

async fn world(url: String, trusted: &[&[u8]]) -> World {
    let settings = GatewaySettings {
        trusted_certificates: trusted.iter().map(|der| der.to_vec()).collect(),
        timeouts: Timeouts { connect: Duration::from_secs(10), ..Timeouts::default() },
        ..GatewaySettings::default()
    };
    World::with(settings, |_| {
        vec![petstore(
            Environment::Online,
            BackendService::Single { address: url.parse().unwrap() },
        )]
    })
    .await
}

#[tokio::test]
async fn an_https_backend_with_a_trusted_certificate_is_called_on_kept_connections() {
    let backend = MockBackend::start().await;
    let address = tls_in_front_of(backend.address(), &[]).await;
    let world = world(format!("https://localhost:{}", address.port()), &[AUTHORITY]).await;
    for _ in 0..5 {
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!(response.json()["target"], "/petstore/pets");
    }
    assert_eq!(backend.last().unwrap().header("host"), [format!("localhost:{}", address.port())]);
    assert_eq!(backend.connections(), 1);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_or_of_another_name_is_refused() {
    let backend = MockBackend::start().await;
    let address = tls_in_front_of(backend.address(), &[]).await;
    for (host, trusted) in [("localhost", &[][..]), ("127.0.0.1", &[AUTHORITY][..])] {
        let world = world(format!("https://{host}:{}", address.port()), trusted).await;
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_refused(
            &response,
            502,
            "HTTP_BAD_GATEWAY",
            "An invalid response was received from the upstream server",
        );
    }
    assert_eq!(backend.requests(), 0);
}

#[tokio::test]
async fn a_plain_backend_called_by_https_is_refused() {
    let backend = MockBackend::start().await;
    let world =
        world(format!("https://localhost:{}", backend.address().port()), &[AUTHORITY]).await;
    assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 502);
}

#[test]
fn a_certificate_that_is_none_is_an_error_that_names_it() {
    let settings = GatewaySettings {
        trusted_certificates: vec![AUTHORITY.to_vec(), b"nonsense".to_vec()],
        ..GatewaySettings::default()
    };
    let error = Gateway::new(settings, super::support::snapshot(Vec::new())).unwrap_err();
    assert!(matches!(error, GatewayError::TrustedCertificate { index: 1, .. }), "{error}");
}

#[test]
fn a_setting_out_of_its_range_is_an_error_that_names_it() {
    for (settings, name) in [
        (
            GatewaySettings {
                clock_skew: Duration::from_secs(86_401),
                ..GatewaySettings::default()
            },
            "clock_skew",
        ),
        (
            GatewaySettings { nonce_capacity: usize::MAX, ..GatewaySettings::default() },
            "nonce_capacity",
        ),
        (
            GatewaySettings {
                timeouts: Timeouts { connect: Duration::ZERO, ..Timeouts::default() },
                ..GatewaySettings::default()
            },
            "timeouts",
        ),
    ] {
        let error = Gateway::new(settings, super::support::snapshot(Vec::new())).unwrap_err();
        assert!(
            matches!(error, GatewayError::Setting { setting, .. } if setting == name),
            "{error}"
        );
    }
}
