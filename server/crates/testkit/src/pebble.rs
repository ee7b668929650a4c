//! A real authority for tests: Pebble, from Debian's package of that name. It speaks ACME, looks at domains as an authority
//! does, refuses some good nonces, and issues certificates that nobody trusts.

use crate::{Authority, HttpsClient};
use serde_json::json;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

/// Of a hundred good nonces, how many it refuses: clients have to get along with that.
const REFUSED_NONCES: &str = "15";
const START_POLL: Duration = Duration::from_millis(50);
const START_POLLS: u32 = 600;

/// An authority: known from the beginning, reached once it is [started](Self::start). Ends when it is dropped.
pub struct Pebble {
    folder: TempDir,
    ports: [u16; 2],
    root: String,
    child: Option<Child>,
}

/// What it works with.
#[derive(Clone, Copy, Debug)]
pub struct PebbleSettings {
    /// Where it looks at domains by plain HTTP: a port of the loopback interface.
    pub http: u16,
    /// Where it looks at them by TLS.
    pub tls: u16,
    /// Who tells it addresses of domains.
    pub names: SocketAddr,
    /// How long its certificates are valid.
    pub validity: Duration,
}

impl Default for Pebble {
    fn default() -> Self {
        Self::new()
    }
}

impl Pebble {
    /// Chooses its address, and makes what its own server is trusted by.
    ///
    /// # Panics
    /// When there is no port, or no folder.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::new();
        let own = authority.issue(&["localhost"]);
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
        write("root.pem", authority.pem()).expect("a file");
        write("cert.pem", &own.certificate).expect("a file");
        write("key.pem", &own.private_key).expect("a file");
        // Held until both are known, so that they differ.
        let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let ports = [free(), free()].map(|held| held.local_addr().expect("an address").port());
        Self { root: authority.pem().to_owned(), folder, ports, child: None }
    }

    /// The address of its directory.
    #[must_use]
    pub fn directory(&self) -> String {
        format!("https://localhost:{}/dir", self.ports[0])
    }

    /// The file with what its server is trusted by.
    #[must_use]
    pub fn root_file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// Starts it, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub async fn start(&mut self, settings: PebbleSettings) {
        let at = |port: u16| format!("127.0.0.1:{port}");
        let file = |name: &str| self.folder.path().join(name);
        let config = json!({ "pebble": {
            "listenAddress": at(self.ports[0]),
            "managementListenAddress": at(self.ports[1]),
            "certificate": file("cert.pem"),
            "privateKey": file("key.pem"),
            "httpPort": settings.http,
            "tlsPort": settings.tls,
            "certificateValidityPeriod": settings.validity.as_secs(),
        }});
        fs::write(file("config.json"), config.to_string()).expect("a file");
        let log = fs::File::create(file("log")).expect("a file");
        let child = Command::new("pebble")
            .arg("-config")
            .arg(file("config.json"))
            .arg("-dnsserver")
            .arg(settings.names.to_string())
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", REFUSED_NONCES)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("pebble: apt-get install pebble (scripts/setup test does)");
        self.child = Some(child);
        for _ in 0..START_POLLS {
            if self.issuers().await.is_some() {
                return;
            }
            sleep(START_POLL).await;
        }
        panic!("pebble does not answer: {}", self.log());
    }

    /// The certificates (PEM) that lead to its certificates; `None` while it does not answer.
    pub async fn issuers(&self) -> Option<String> {
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, self.ports[1]));
        let mut connection =
            HttpsClient::new(server, &self.root).connect("localhost").await.ok()?;
        let (_, root) = connection.get("/roots/0").await.ok()?;
        String::from_utf8(root.to_vec()).ok()
    }

    /// What it has said so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}
