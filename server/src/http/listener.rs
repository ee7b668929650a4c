//! Accepts connections, serves HTTP/1.1 and HTTP/2 on them, and stops gracefully.

use super::HostSwitch;
use gateway::Connection;
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// How long a client may take to begin, and then to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Rest after a failed accept: the process is out of file descriptors, and trying again at once would only spin.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// How a shutdown went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drained {
    /// Connections that were cut because they were still busy at the limit.
    pub(crate) cut: usize,
}

/// The running listener. Dropping it cuts everything.
pub(crate) struct ConsoleServer {
    address: SocketAddr,
    connections: TaskTracker,
    stopping: CancellationToken,
    _cutting: DropGuard,
}

impl ConsoleServer {
    /// Serves at once.
    ///
    /// # Errors
    /// When the listener does not fit into the runtime.
    pub(crate) fn start(listener: std::net::TcpListener, switch: HostSwitch) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let (connections, cutting) = (TaskTracker::new(), CancellationToken::new());
        let stopping = cutting.child_token();
        let accepting = Accepting {
            switch,
            connections: connections.clone(),
            stopping: stopping.clone(),
            cutting: cutting.clone(),
        };
        tokio::spawn(accepting.run(listener));
        Ok(Self { address, connections, stopping, _cutting: cutting.drop_guard() })
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening at once, lets requests in flight finish for at most `limit`, then cuts what is left.
    pub(crate) async fn shutdown(self, limit: Duration) -> Drained {
        self.stopping.cancel();
        self.connections.close();
        let finished = tokio::time::timeout(limit, self.connections.wait()).await;
        Drained { cut: if finished.is_ok() { 0 } else { self.connections.len() } }
    }
}

/// What accepting a connection needs.
struct Accepting {
    switch: HostSwitch,
    connections: TaskTracker,
    stopping: CancellationToken,
    cutting: CancellationToken,
}

impl Accepting {
    async fn run(self, listener: TcpListener) {
        // Dropped with this function, which closes the port.
        while let Some(accepted) = self.stopping.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, peer)) => self.spawn(stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection of the console");
                    tokio::time::sleep(ACCEPT_REST).await;
                }
            }
        }
    }

    fn spawn(&self, stream: TcpStream, peer: SocketAddr) {
        let (switch, stopping, cutting) =
            (self.switch.clone(), self.stopping.clone(), self.cutting.clone());
        self.connections.spawn(async move {
            let serving = serve(stream, peer, switch, &stopping);
            if let Some(Err(error)) = cutting.run_until_cancelled(serving).await {
                // The client's doing as a rule: it went away, or does not speak HTTP.
                tracing::debug!(error, "a connection of the console broke off");
            }
        });
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    switch: HostSwitch,
    stopping: &CancellationToken,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Browsers open connections ahead of need. One that never said anything must not hold up a shutdown.
    let mut first = [0];
    let begun = tokio::time::timeout(HEAD_TIMEOUT, stream.peek(&mut first));
    let Some(Ok(Ok(1..))) = stopping.run_until_cancelled(begun).await else { return Ok(()) };

    stream.set_nodelay(true)?;
    let by = Connection::new(peer, stream.local_addr()?, false);
    let service = service_fn(move |request| {
        let (switch, by) = (switch.clone(), by.clone());
        async move { Ok::<_, Infallible>(switch.answer(request, &by).await) }
    });
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    http.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_TIMEOUT);
    let mut connection = pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
    if let Some(ended) = stopping.run_until_cancelled(connection.as_mut()).await {
        return ended;
    }
    connection.as_mut().graceful_shutdown();
    connection.await
}
