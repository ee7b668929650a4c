//! The gateway's own listener.

mod caller_stream;
mod http2;
mod places;
mod proxy_protocol;
mod serve;
mod socket;
mod tls;
mod transport;

use crate::{Gateway, worker::Worker};
use places::Live;
use serve::Door;
use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
};
use tokio_rustls::TlsAcceptor;

/// Settings of a listener.
#[derive(Clone, Copy, Debug)]
pub struct ServerSettings {
    /// Worker threads; 0 for one a core. Default 0.
    pub workers: usize,
    /// Connections at a time; further ones are closed at once. Default 16,384.
    pub max_connections: usize,
    /// Connections at a time of one caller's address (of IPv6: of one network of 2^64); further ones are closed at once. 0
    /// for no such limit. Default 4,096.
    pub max_connections_per_address: usize,
    /// Calls at a time on one HTTP/2 connection. Default 128.
    pub http2_streams: u32,
    /// How long a caller may take to send a request's head, or leave a connection idle. Default 30 s.
    pub head_timeout: Duration,
    /// Longest head of a request, in bytes; longer ones get 431. Default 64 KiB, at least 8 KiB.
    pub head_limit: usize,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            workers: 0,
            max_connections: 16_384,
            max_connections_per_address: 4_096,
            http2_streams: 128,
            head_timeout: Duration::from_secs(30),
            head_limit: 64 * 1024,
        }
    }
}

/// How a shutdown went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut because they were still busy at the limit.
    pub cut: usize,
}

/// The gateway's own listener: each worker is a thread with its own single-threaded runtime, socket and upstream
/// connections, so that nothing of a call moves between cores. HTTP/1.1 with WebSocket, and HTTP/2 with
/// prior knowledge.
#[derive(Debug)]
pub struct GatewayServer {
    address: SocketAddr,
    /// When draining must have ended; `None` until it begins.
    drain: watch::Sender<Option<Instant>>,
    /// How many connections each worker cut.
    ended: Vec<oneshot::Receiver<usize>>,
}

impl GatewayServer {
    /// Listens at `address` (port 0: any free one) and serves at once.
    ///
    /// # Errors
    /// When the address is taken or not ours, or a thread cannot be started.
    pub fn bind(
        address: SocketAddr,
        gateway: &Gateway,
        settings: ServerSettings,
    ) -> io::Result<Self> {
        Self::open(address, gateway, settings, None)
    }

    /// As [`bind`](Self::bind), and speaks TLS 1.2 and 1.3, with the certificates of the custom domains that are published.
    /// HTTP/2 where the caller agrees on it.
    ///
    /// # Errors
    /// As [`bind`](Self::bind); when there is no randomness.
    pub fn bind_tls(
        address: SocketAddr,
        gateway: &Gateway,
        settings: ServerSettings,
    ) -> io::Result<Self> {
        Self::open(address, gateway, settings, Some(&tls::acceptor(gateway)?))
    }

    fn open(
        address: SocketAddr,
        gateway: &Gateway,
        settings: ServerSettings,
        tls: Option<&TlsAcceptor>,
    ) -> io::Result<Self> {
        let workers = match settings.workers {
            0 => thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        };
        let sockets = socket::listen(address, workers)?;
        let address = sockets.first().map_or(Ok(address), std::net::TcpListener::local_addr)?;
        let (drain, draining) = watch::channel(None);
        let live = Arc::new(Live::new(
            settings.max_connections,
            settings.max_connections_per_address,
            gateway.connections(),
        ));
        let mut ended = Vec::with_capacity(workers);
        for (index, socket) in sockets.into_iter().enumerate() {
            let (tell, told) = oneshot::channel();
            let door =
                Door::new(gateway.clone(), gateway.new_worker(), settings, Arc::clone(&live))
                    .with_tls(tls.cloned());
            let draining = draining.clone();
            let run = move || {
                let cut = run_worker(socket, door, draining).unwrap_or_else(|error| {
                    tracing::error!("a worker of the gateway cannot run: {error}");
                    0
                });
                // Nobody may be waiting any more.
                let _ = tell.send(cut);
            };
            thread::Builder::new().name(format!("gateway-{index}")).spawn(run)?;
            ended.push(told);
        }
        Ok(Self { address, drain, ended })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening at once, lets calls in flight finish for at most `limit`, then cuts what is left. Idle connections
    /// are closed, and busy ones are told to close after their answer. Dropping the server instead cuts everything.
    pub async fn shutdown(self, limit: Duration) -> Drained {
        self.drain.send_replace(Some(Instant::now() + limit));
        let mut cut = 0;
        for worker in self.ended {
            cut += worker.await.unwrap_or_default();
        }
        Drained { cut }
    }
}

/// Runs one worker until it is drained; returns how many connections were cut.
fn run_worker(
    socket: std::net::TcpListener,
    door: Door,
    draining: watch::Receiver<Option<Instant>>,
) -> io::Result<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // They only resolve names.
        .max_blocking_threads(4)
        .build()?;
    let cut = runtime.block_on(async {
        let listener = TcpListener::from_std(socket)?;
        io::Result::Ok(door.serve(listener, draining).await)
    })?;
    // Drops the connections that are left, and does not wait for names that are still being resolved.
    runtime.shutdown_background();
    Ok(cut)
}
