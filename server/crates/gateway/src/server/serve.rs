//! One worker's connections: accepting, speaking HTTP, draining.

use super::{ServerSettings, Worker, caller_stream::CallerStream, proxy_protocol};
use crate::{Connection, Gateway, RequestBody};
use http::Request;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    time::{sleep, sleep_until, timeout},
};

/// How HTTP/2 with prior knowledge begins; no HTTP/1 method does.
const HTTP2_PREFACE: &[u8] = b"PRI ";
/// Requests at a time on one HTTP/2 connection.
const HTTP2_STREAMS: u32 = 128;
/// What one HTTP/2 request, and one connection, may send ahead, in bytes.
const HTTP2_STREAM_WINDOW: u32 = 256 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 1024 * 1024;
/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Smallest buffer that hyper works with.
const BUFFER_MIN: usize = 8192;

type Draining = watch::Receiver<Option<Instant>>;

/// Connections of all workers.
#[derive(Debug)]
pub(crate) struct Live {
    max: usize,
    count: AtomicUsize,
}

impl Live {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, count: AtomicUsize::new(0) }
    }
}

/// One worker's connections.
#[derive(Debug, Default)]
struct OwnLive {
    count: AtomicUsize,
    none_left: Notify,
}

/// A place among the connections, given back when it is dropped.
struct Place {
    all: Arc<Live>,
    own: Arc<OwnLive>,
}

impl Place {
    /// `None` when there are enough.
    fn take(all: &Arc<Live>, own: &Arc<OwnLive>) -> Option<Self> {
        if all.count.fetch_add(1, Ordering::Relaxed) >= all.max {
            all.count.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        own.count.fetch_add(1, Ordering::Relaxed);
        Some(Self { all: Arc::clone(all), own: Arc::clone(own) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.count.fetch_sub(1, Ordering::Relaxed);
        if self.own.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.own.none_left.notify_one();
        }
    }
}

/// One worker: where connections come in.
#[derive(Debug)]
pub(crate) struct Door {
    gateway: Gateway,
    worker: Arc<Worker>,
    settings: ServerSettings,
    all: Arc<Live>,
    own: Arc<OwnLive>,
}

impl Door {
    pub(crate) fn new(
        gateway: Gateway,
        worker: Arc<Worker>,
        settings: ServerSettings,
        all: Arc<Live>,
    ) -> Self {
        Self { gateway, worker, settings, all, own: Arc::default() }
    }

    /// Accepts connections until draining begins, then waits for those that are left; returns how many were left at its
    /// limit.
    pub(crate) async fn serve(self, listener: TcpListener, mut draining: Draining) -> usize {
        let door = Arc::new(self);
        loop {
            tokio::select! {
                biased;
                _ = draining.changed() => break,
                accepted = listener.accept() => door.accept(accepted, &draining).await,
            }
        }
        drop(listener);
        let deadline = *draining.borrow();
        // The server was dropped: nothing is waited for.
        let Some(deadline) = deadline else { return door.own.count.load(Ordering::Relaxed) };
        while door.own.count.load(Ordering::Relaxed) > 0 {
            tokio::select! {
                () = door.own.none_left.notified() => {}
                () = sleep_until(deadline.into()) => break,
            }
        }
        door.own.count.load(Ordering::Relaxed)
    }

    async fn accept(
        self: &Arc<Self>,
        accepted: io::Result<(TcpStream, SocketAddr)>,
        draining: &Draining,
    ) {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A connection that was broken off while it waited is no reason to pause; no more file handles is.
                if error.kind() != io::ErrorKind::ConnectionAborted {
                    tracing::warn!("no connection can be accepted: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
                return;
            }
        };
        let Some(place) = Place::take(&self.all, &self.own) else { return };
        let (door, draining) = (Arc::clone(self), draining.clone());
        tokio::spawn(async move {
            if let Err(error) = door.speak(stream, peer, draining).await {
                tracing::debug!("a connection ended: {error}");
            }
            drop(place);
        });
    }

    /// Speaks HTTP on a connection until it ends.
    async fn speak(
        self: Arc<Self>,
        mut stream: TcpStream,
        mut peer: SocketAddr,
        mut draining: Draining,
    ) -> Result<(), hyper::Error> {
        if self.gateway.believes_proxy_header(peer) {
            let header = tokio::select! {
                header = timeout(self.settings.head_timeout, proxy_protocol::read(&mut stream)) => header,
                _ = draining.changed() => return Ok(()),
            };
            match header {
                Ok(Ok(client)) => peer = client.unwrap_or(peer),
                Ok(Err(error)) => {
                    tracing::debug!(%peer, "a connection of a proxy was closed: {error}");
                    return Ok(());
                }
                Err(_too_late) => return Ok(()),
            }
        }
        let prepared = stream.set_nodelay(true).and_then(|()| stream.local_addr());
        let Ok(local) = prepared else { return Ok(()) };
        let begun = tokio::select! {
            begun = timeout(self.settings.head_timeout, is_http2(&stream)) => begun,
            _ = draining.changed() => return Ok(()),
        };
        let Ok(Ok(is_http2)) = begun else { return Ok(()) };
        let idle = self.gateway.settings().timeouts.body_idle;
        let io = TokioIo::new(CallerStream::new(stream, idle));
        let caller = Arc::new((self, Connection::new(peer, local, false)));
        let settings = &caller.0.settings;
        let service = service_fn(|request: Request<Incoming>| {
            let caller = Arc::clone(&caller);
            async move {
                let (door, connection) = &*caller;
                let request = request.map(RequestBody::from);
                Ok::<_, Infallible>(door.gateway.call_on(&door.worker, request, connection).await)
            }
        });
        if is_http2 {
            let mut connection = pin!(http2_builder(settings).serve_connection(io, service));
            tokio::select! {
                biased;
                ended = connection.as_mut() => return ended,
                _ = draining.changed() => connection.as_mut().graceful_shutdown(),
            }
            connection.await
        } else {
            let mut connection = pin!(http1_builder(settings).serve_connection(io, service));
            tokio::select! {
                biased;
                ended = connection.as_mut() => return ended,
                _ = draining.changed() => connection.as_mut().graceful_shutdown(),
            }
            connection.await
        }
    }
}

/// Looks at a connection's first bytes, without taking them.
async fn is_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; HTTP2_PREFACE.len()];
    loop {
        let seen = stream.peek(&mut first).await?;
        if seen == 0 || seen == first.len() || !HTTP2_PREFACE.starts_with(&first[..seen]) {
            return Ok(first == *HTTP2_PREFACE);
        }
        // The beginning of either; the rest is on its way, and peeking again does not wait for it.
        sleep(Duration::from_millis(5)).await;
    }
}

fn http1_builder(settings: &ServerSettings) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(settings.head_timeout)
        .max_header_size(settings.head_limit)
        .max_buf_size(settings.head_limit.max(BUFFER_MIN));
    builder
}

fn http2_builder(settings: &ServerSettings) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(HTTP2_STREAMS)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(settings.head_limit).unwrap_or(u32::MAX))
        .keep_alive_interval(settings.head_timeout)
        .keep_alive_timeout(settings.head_timeout);
    builder
}
