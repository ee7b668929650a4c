//! HTTPS: real handshakes with the gateway's own listener.

use super::{
    custom_domains::{plain, publish, with_domains},
    hostile::assert_counted,
    support::{World, no_ceiling},
};
use bytes::Bytes;
use domain::{Environment, Secret, ServedCertificate, ServedDomain};
use gateway::{GatewayServer, GatewaySettings, ServerSettings, Timeouts};
use http::{Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::{Authority, Behaviour, Issued};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion, crypto::ring,
        pki_types::CertificateDer, version,
    },
};

const SHOP: &str = "shop.example.com";
const WWW: &str = "www.example.com";

pub(crate) fn secured(name: &str, issued: &Issued) -> ServedDomain {
    let certificate = ServedCertificate {
        chain: issued.certificate.clone(),
        private_key: Secret::new(issued.private_key.clone()),
    };
    ServedDomain {
        name: name.to_owned(),
        redirect_http: false,
        certificate: Some(certificate),
        challenge: None,
    }
}

/// A gateway with these domains online, and its listener for HTTPS.
pub(crate) async fn world(
    settings: ServerSettings,
    domains: Vec<ServedDomain>,
) -> (World, GatewayServer) {
    world_with(no_ceiling(), settings, domains).await
}

async fn world_with(
    gateway: GatewaySettings,
    settings: ServerSettings,
    domains: Vec<ServedDomain>,
) -> (World, GatewayServer) {
    let world =
        World::with(gateway, |backend| vec![with_domains(Environment::Online, backend, domains)])
            .await;
    let settings = ServerSettings { workers: 2, ..settings };
    let any = "127.0.0.1:0".parse().unwrap();
    let server = GatewayServer::bind_tls(any, &world.gateway, settings).unwrap();
    (world, server)
}

/// A client that trusts one authority.
#[derive(Clone)]
pub(crate) struct Client {
    config: ClientConfig,
    server: SocketAddr,
}

impl Client {
    pub(crate) fn new(authority: &Authority, server: &GatewayServer) -> Self {
        Self::of(authority, server, &[&version::TLS13, &version::TLS12])
    }

    fn of(
        authority: &Authority,
        server: &GatewayServer,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.der().to_vec())).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { config, server: server.local_addr() }
    }

    pub(crate) fn offering(mut self, protocols: &[&[u8]]) -> Self {
        self.config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        self
    }

    pub(crate) async fn connect(&self, name: &'static str) -> io::Result<TlsStream<TcpStream>> {
        self.connect_on(TcpStream::connect(self.server).await?, name).await
    }

    /// Shakes hands on a connection that there is.
    async fn connect_on(
        &self,
        stream: TcpStream,
        name: &'static str,
    ) -> io::Result<TlsStream<TcpStream>> {
        let connector = TlsConnector::from(Arc::new(self.config.clone()));
        connector.connect(name.try_into().unwrap(), stream).await
    }

    pub(crate) async fn get(&self, name: &'static str) -> Response<Bytes> {
        let stream = self.connect(name).await.unwrap();
        Http1::new(stream).await.get(name).await
    }
}

/// A connection that is kept.
struct Http1(conn::http1::SendRequest<Full<Bytes>>);

impl Http1 {
    async fn new(stream: TlsStream<TcpStream>) -> Self {
        let (sender, connection) = conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    async fn get(&mut self, host: &str) -> Response<Bytes> {
        let request = Request::get("/petstore/pets").header("host", host);
        self.0.ready().await.unwrap();
        whole(self.0.send_request(request.body(Full::default()).unwrap()).await.unwrap()).await
    }
}

async fn whole(response: Response<Incoming>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// The certificate that a handshake got.
pub(crate) fn leaf(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test]
async fn the_handshakes_name_picks_the_certificate_and_the_backend_is_told_https() {
    let authority = Authority::new();
    let (shop, www) = (authority.issue(&[SHOP]), authority.issue(&[WWW]));
    let domains = vec![secured(SHOP, &shop), secured(WWW, &www)];
    let (world, server) = world(ServerSettings::default(), domains).await;
    let client = Client::new(&authority, &server);
    assert_ne!(
        leaf(&client.connect(SHOP).await.unwrap()),
        leaf(&client.connect(WWW).await.unwrap())
    );
    assert_eq!(client.get(SHOP).await.status(), 200);
    let sent = world.backend.last().unwrap();
    assert_eq!(sent.header("x-forwarded-proto"), ["https"]);
    assert_eq!(sent.header("x-forwarded-host"), [SHOP]);
}

#[tokio::test]
async fn a_name_that_is_unknown_or_has_no_certificate_gets_no_handshake() {
    let authority = Authority::new();
    let issued = authority.issue(&[SHOP]);
    let domains = vec![secured(SHOP, &issued), plain(WWW)];
    let (world, server) = world(ServerSettings::default(), domains).await;
    let client = Client::new(&authority, &server);
    for name in [WWW, "other.example.com", "127.0.0.1", "xv3xbwah945y.cn-north-1.localhost"] {
        assert!(client.connect(name).await.is_err(), "{name}");
    }
    assert_counted(&world, r#"paifang_connections_closed_total{why="handshake"}"#, 4).await;
    publish(&world, Environment::Online, Some(Vec::new()));
    assert!(client.connect(SHOP).await.is_err(), "it is gone");
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_and_http2_is_preferred() {
    let authority = Authority::new();
    let domains = vec![secured("*.example.com", &authority.issue(&["*.example.com"]))];
    let (_world, server) = world(ServerSettings::default(), domains).await;
    let client = Client::new(&authority, &server).offering(&[b"http/1.1", b"h2"]);
    let stream = client.connect(SHOP).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let get = |host: &str| {
        let uri = format!("https://{host}/petstore/pets");
        Request::get(uri).version(Version::HTTP_2).body(Full::<Bytes>::default()).unwrap()
    };
    assert_eq!(whole(sender.send_request(get(SHOP)).await.unwrap()).await.status(), 200);
    // The certificate covers this name too, but the handshake was for another.
    assert_eq!(whole(sender.send_request(get(WWW)).await.unwrap()).await.status(), 421);

    let only_one = Client::new(&authority, &server).offering(&[b"http/1.1"]);
    let stream = only_one.connect(SHOP).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let response = Http1::new(stream).await.get(WWW).await;
    assert_eq!(response.status(), 421);
    let told: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(told["error"]["status"], "HTTP_MISDIRECTED_REQUEST");
}

#[tokio::test]
async fn only_tls_1_2_and_1_3_are_spoken() {
    let authority = Authority::new();
    let domains = vec![secured(SHOP, &authority.issue(&[SHOP]))];
    let (_world, server) = world(ServerSettings::default(), domains).await;
    for (version, spoken) in
        [(&version::TLS12, ProtocolVersion::TLSv1_2), (&version::TLS13, ProtocolVersion::TLSv1_3)]
    {
        let client = Client::of(&authority, &server, &[version]);
        let stream = client.connect(SHOP).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(spoken));
    }
    for minor in [0, 1, 2] {
        let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
        stream.write_all(&client_hello(minor)).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        // A fatal alert: protocol_version.
        assert_eq!((answer.first(), answer.get(5..)), (Some(&21), Some(&[2, 70][..])));
    }
}

/// A handshake by SSL 3.0 (0), TLS 1.0 (1) or 1.1 (2), with AES_128_CBC_SHA.
fn client_hello(minor: u8) -> Vec<u8> {
    // ECDSA with SHA-256, which the certificate could sign with.
    let signatures = [0, 13, 0, 4, 0, 2, 4, 3];
    let hello =
        [&[3, minor][..], &[7; 32], &[0, 0, 2, 0, 0x2f, 1, 0], &[0, 8], &signatures].concat();
    let length = u8::try_from(hello.len()).unwrap();
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat()
}

#[tokio::test]
async fn plain_http_on_the_port_of_https_is_closed() {
    let (_world, server) = world(ServerSettings::default(), Vec::new()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: shop.example.com\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // Closed after an alert, or reset as there was more to read.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"));
}

#[tokio::test]
async fn slow_handshakes_hold_up_nobody_and_end() {
    let authority = Authority::new();
    let domains = vec![secured(SHOP, &authority.issue(&[SHOP]))];
    let settings =
        ServerSettings { head_timeout: Duration::from_millis(500), ..ServerSettings::default() };
    let (world, server) = world(settings, domains).await;
    let mut slow = Vec::new();
    for sent in [&b""[..], b"\x16\x03", b"\x16\x03\x01\x00\x40\x01"] {
        for _ in 0..10 {
            let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
            stream.write_all(sent).await.unwrap();
            slow.push(stream);
        }
    }
    assert_eq!(Client::new(&authority, &server).get(SHOP).await.status(), 200);
    for mut stream in slow {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
    assert_counted(&world, r#"paifang_connections_closed_total{why="handshake"}"#, 30).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_swapped_under_load_and_no_call_fails() {
    let authority = Authority::new();
    let (one, other) = (authority.issue(&[SHOP]), authority.issue(&[SHOP]));
    let (world, server) = world(ServerSettings::default(), vec![secured(SHOP, &one)]).await;
    let client = Client::new(&authority, &server);
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let callers: Vec<_> = (0..4)
        .map(|number| {
            let (client, is_over, served) =
                (client.clone(), Arc::clone(&is_over), Arc::clone(&served));
            tokio::spawn(async move {
                let mut kept = Http1::new(client.connect(SHOP).await.unwrap()).await;
                while !is_over.load(Ordering::Relaxed) {
                    // Half of them on connections that are kept over all swaps, half on new ones.
                    let response = match number % 2 {
                        0 => kept.get(SHOP).await,
                        _ => client.get(SHOP).await,
                    };
                    assert_eq!(response.status(), 200);
                    served.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for round in 0..50 {
        let next = if round % 2 == 0 { &other } else { &one };
        let begun = served.load(Ordering::Relaxed);
        publish(&world, Environment::Online, Some(vec![secured(SHOP, next)]));
        let fresh = Client::new(&authority, &server).connect(SHOP).await.unwrap();
        let der = CertificateDer::from(leaf(&fresh));
        assert_eq!(pem_of(next), der, "the new one is in force with the next handshake");
        while served.load(Ordering::Relaxed) < begun + 5 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    is_over.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
}

fn pem_of(issued: &Issued) -> CertificateDer<'static> {
    use tokio_rustls::rustls::pki_types::pem::PemObject as _;
    CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_proxy_says_whom_it_connects_for_before_the_handshake() {
    let authority = Authority::new();
    let domains = vec![secured(SHOP, &authority.issue(&[SHOP]))];
    let gateway = GatewaySettings {
        proxy_protocol: true,
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..no_ceiling()
    };
    let (world, server) = world_with(gateway, ServerSettings::default(), domains).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(b"PROXY TCP4 192.0.2.7 10.0.0.1 4711 443\r\n").await.unwrap();
    let stream = Client::new(&authority, &server).connect_on(stream, SHOP).await.unwrap();
    assert_eq!(Http1::new(stream).await.get(SHOP).await.status(), 200);
    assert_eq!(world.backend.last().unwrap().header("x-real-ip"), ["192.0.2.7"]);
}

#[tokio::test]
async fn a_caller_that_takes_nothing_is_cut_though_tls_holds_some_of_it() {
    let authority = Authority::new();
    let domains = vec![secured(SHOP, &authority.issue(&[SHOP]))];
    let timeouts = Timeouts { body_idle: Duration::from_millis(300), ..Timeouts::default() };
    let gateway = GatewaySettings { timeouts, ..no_ceiling() };
    let (world, server) = world_with(gateway, ServerSettings::default(), domains).await;
    world.backend.behave(Behaviour::Stream(1 << 30));
    let mut stream = Client::new(&authority, &server).connect(SHOP).await.unwrap();
    let get = format!("GET /petstore/pets HTTP/1.1\r\nhost: {SHOP}\r\n\r\n");
    stream.write_all(get.as_bytes()).await.unwrap();
    assert_counted(&world, "paifang_connections", 1).await;
    assert_counted(&world, "paifang_connections", 0).await;
    assert!(world.backend.streamed() < 64 << 20, "{}", world.backend.streamed());
}
