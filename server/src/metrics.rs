//! The listener of Prometheus: `/metrics`, and nothing else.

use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    routing::get,
};
use gateway::Gateway;
use std::{
    fmt::Write as _,
    fs,
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the text is.
const CONTENT_TYPE: HeaderValue =
    HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
/// How long a shutdown waits for whoever reads the figures.
const PATIENCE: Duration = Duration::from_secs(1);

/// The metrics' listener.
pub(crate) struct MetricsServer {
    listener: TcpListener,
    address: SocketAddr,
}

impl MetricsServer {
    /// Takes over a port.
    ///
    /// # Errors
    /// When it does not fit into the runtime.
    pub(crate) fn new(listener: std::net::TcpListener) -> std::io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stopping`.
    pub(crate) async fn serve(self, gateway: Gateway, stopping: CancellationToken) {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let figures = async move |State(gateway): State<Gateway>| -> ([(HeaderName, HeaderValue); 1], String) {
            ([(header::CONTENT_TYPE, CONTENT_TYPE)], gateway.metrics() + &process(started))
        };
        let router = Router::new().route("/metrics", get(figures)).with_state(gateway);
        let stop = stopping.clone();
        let serving = axum::serve(self.listener, router)
            .with_graceful_shutdown(async move { stop.cancelled().await });
        let late = async {
            stopping.cancelled().await;
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            served = serving => if let Err(error) = served {
                tracing::error!("the metrics are not served any more: {error}");
            },
            () = late => {}
        }
    }
}

/// The program's own figures, by the names that Prometheus' libraries give them.
fn process(started: Duration) -> String {
    let mut text = String::new();
    let mut sample = |name: &str, kind: &str, help: &str, value: Option<u64>| {
        if let Some(value) = value {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
    };
    sample(
        "process_start_time_seconds",
        "gauge",
        "When the program started, in seconds since 1970.",
        Some(started.as_secs()),
    );
    sample(
        "process_resident_memory_bytes",
        "gauge",
        "Memory of the program.",
        resident_kib().map(|kib| kib * 1024),
    );
    let files = fs::read_dir("/proc/self/fd").ok();
    sample(
        "process_open_fds",
        "gauge",
        "Open files and sockets.",
        files.map(|files| files.count() as u64),
    );
    let version = env!("CARGO_PKG_VERSION");
    let name = "paifang_build_info";
    let _ = writeln!(
        text,
        "# HELP {name} The program's version.\n# TYPE {name} gauge\n{name}{{version=\"{version}\"}} 1"
    );
    text
}

/// The resident memory, where the system tells it.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
