//! One worker's connections: accepting, speaking HTTP, draining.

use super::{
    ServerSettings, Worker,
    caller_stream::CallerStream,
    http2::Calls,
    places::{Live, OwnLive, Place},
    proxy_protocol, tls,
    transport::Transport,
};
use crate::{Connection, Gateway, RequestBody, metrics::Closed};
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
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

/// How HTTP/2 with prior knowledge begins; no HTTP/1 method does.
const HTTP2_PREFACE: &[u8] = b"PRI ";
/// What one HTTP/2 request, and one connection, may send ahead, in bytes.
const HTTP2_STREAM_WINDOW: u32 = 256 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 1024 * 1024;
/// What is held of one HTTP/2 answer that the caller does not take, in bytes.
const HTTP2_SEND_BUFFER: usize = 256 * 1024;
/// Calls that one HTTP/2 connection may reset before the gateway has begun them, or by what it sends wrong.
const HTTP2_RESETS: usize = 20;
const HTTP2_LOCAL_RESETS: usize = 100;
/// Longest TLS handshake, however long a request's head may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Smallest buffer that hyper works with.
const BUFFER_MIN: usize = 8192;

type Draining = watch::Receiver<Option<Instant>>;

/// One worker: where connections come in.
pub(crate) struct Door {
    gateway: Gateway,
    worker: Arc<Worker>,
    settings: ServerSettings,
    all: Arc<Live>,
    own: Arc<OwnLive>,
    /// `None` for plain HTTP.
    tls: Option<TlsAcceptor>,
}

impl Door {
    pub(crate) fn new(
        gateway: Gateway,
        worker: Arc<Worker>,
        settings: ServerSettings,
        all: Arc<Live>,
    ) -> Self {
        Self { gateway, worker, settings, all, own: Arc::default(), tls: None }
    }

    /// The same, behind which TLS is spoken.
    pub(crate) fn with_tls(self, tls: Option<TlsAcceptor>) -> Self {
        Self { tls, ..self }
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
        let Some(deadline) = deadline else { return door.own.count() };
        while door.own.count() > 0 {
            tokio::select! {
                () = door.own.none_left() => {}
                () = sleep_until(deadline.into()) => break,
            }
        }
        door.own.count()
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
        let Some(place) = Place::take(&self.all, &self.own, peer.ip()) else { return };
        let (door, draining) = (Arc::clone(self), draining.clone());
        tokio::spawn(async move {
            let all = Arc::clone(&door.all);
            if let Err(error) = door.speak(stream, (peer, place), draining).await {
                if error.is_parse() {
                    all.counted().close(Closed::Unreadable);
                } else if error.is_timeout() {
                    all.counted().close(Closed::Silent);
                }
                tracing::debug!("a connection ended: {error}");
            }
        });
    }

    /// Speaks HTTP on a connection until it ends.
    async fn speak(
        self: Arc<Self>,
        mut stream: TcpStream,
        (mut peer, place): (SocketAddr, Place),
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
        let begun = match &self.tls {
            None => self.begin(stream, &mut draining).await,
            // Boxed, so that plain connections do not have to have room for it.
            Some(acceptor) => Box::pin(self.begin_tls(acceptor, stream, &mut draining)).await,
        };
        let Some(Begun { transport, is_http2, server_name }) = begun else { return Ok(()) };
        let idle = self.gateway.settings().timeouts.body_idle;
        let io = TokioIo::new(CallerStream::new(transport, idle));
        let connection = Connection::new(peer, local, server_name.is_some()).at(Arc::new(place));
        let connection = match server_name {
            Some(name) => connection.named(name),
            None => connection,
        };
        let caller = Arc::new((self, connection));
        if is_http2 {
            speak_http2(io, caller, draining).await
        } else {
            speak_http1(io, caller, draining).await
        }
    }

    /// Waits for a plain connection's first bytes; `None` when there are none in time, or draining begins.
    async fn begin(&self, stream: TcpStream, draining: &mut Draining) -> Option<Begun> {
        let begun = tokio::select! {
            begun = timeout(self.settings.head_timeout, is_http2(&stream)) => begun,
            _ = draining.changed() => return None,
        };
        match begun {
            Ok(Ok(is_http2)) => {
                Some(Begun { transport: Transport::Plain(stream), is_http2, server_name: None })
            }
            Ok(Err(_gone)) => None,
            Err(_too_late) => {
                self.all.counted().close(Closed::Silent);
                None
            }
        }
    }

    /// Shakes hands; `None` when that fails or takes too long, or draining begins.
    async fn begin_tls(
        &self,
        acceptor: &TlsAcceptor,
        stream: TcpStream,
        draining: &mut Draining,
    ) -> Option<Begun> {
        let limit = self.settings.head_timeout.min(HANDSHAKE_TIMEOUT);
        let shaken = tokio::select! {
            shaken = timeout(limit, acceptor.accept(stream)) => shaken,
            _ = draining.changed() => return None,
        };
        let stream = match shaken {
            Ok(Ok(stream)) => stream,
            failed => {
                self.all.counted().close(Closed::Handshake);
                if let Ok(Err(error)) = failed {
                    tracing::debug!("a handshake failed: {error}");
                }
                return None;
            }
        };
        let session = stream.get_ref().1;
        if tls::is_challenge(session.alpn_protocol()) {
            return None;
        }
        let is_http2 = tls::is_http2(session.alpn_protocol());
        // There is no certificate for a handshake that names nobody.
        let server_name = Some(Arc::from(session.server_name()?));
        Some(Begun { transport: Transport::Tls(Box::new(stream)), is_http2, server_name })
    }
}

/// A connection whose first bytes are there.
struct Begun {
    transport: Transport,
    is_http2: bool,
    /// The host that the TLS handshake named; `None` without TLS.
    server_name: Option<Arc<str>>,
}

type Io = TokioIo<CallerStream>;

async fn speak_http1(
    io: Io,
    caller: Arc<(Arc<Door>, Connection)>,
    mut draining: Draining,
) -> Result<(), hyper::Error> {
    let builder = http1_builder(&caller.0.settings);
    let service = service_fn(|request: Request<Incoming>| {
        let caller = Arc::clone(&caller);
        async move {
            let (door, connection) = &*caller;
            let (mut head, body) = request.into_parts();
            let answering =
                door.gateway.call_on(&door.worker, &mut head, RequestBody::from(body), connection);
            Ok::<_, Infallible>(answering.await)
        }
    });
    let mut connection = pin!(builder.serve_connection(io, service).with_upgrades());
    tokio::select! {
        biased;
        ended = connection.as_mut() => return ended,
        _ = draining.changed() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

async fn speak_http2(
    io: Io,
    caller: Arc<(Arc<Door>, Connection)>,
    mut draining: Draining,
) -> Result<(), hyper::Error> {
    let door = &caller.0;
    let (builder, calls) = (http2_builder(&door.settings), Calls::new());
    let service = service_fn(|request: Request<Incoming>| {
        let (caller, call) = (Arc::clone(&caller), calls.begin());
        async move {
            let (door, connection) = &*caller;
            let (mut head, body) = request.into_parts();
            let answering =
                door.gateway.call_on(&door.worker, &mut head, RequestBody::from(body), connection);
            Ok::<_, Infallible>(call.answer(answering.await))
        }
    });
    let mut connection = pin!(builder.serve_connection(io, service));
    let patience = door.gateway.settings().timeouts.body_idle;
    let mut is_ending = false;
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended,
            _ = draining.changed(), if !is_ending => {}
            why = calls.watch(door.settings.head_timeout, patience) => {
                if why != Closed::Silent {
                    tracing::debug!(?why, "a connection was cut");
                    door.all.counted().close(why);
                    return Ok(());
                }
                // It was told before, and is still there.
                if is_ending {
                    return Ok(());
                }
                door.all.counted().close(why);
            }
        }
        is_ending = true;
        connection.as_mut().graceful_shutdown();
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
        .max_concurrent_streams(settings.http2_streams)
        .max_pending_accept_reset_streams(HTTP2_RESETS)
        .max_local_error_reset_streams(HTTP2_LOCAL_RESETS)
        .max_send_buf_size(HTTP2_SEND_BUFFER)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(settings.head_limit).unwrap_or(u32::MAX))
        .keep_alive_interval(settings.head_timeout)
        .keep_alive_timeout(settings.head_timeout);
    builder
}
