//! The access log: one line a call, written sideways.
//!
//! A call only notes what is to be written and hands it over; a thread of its own makes the line and writes it. When that
//! thread does not keep up, lines are dropped and counted: a call never waits for the log.

mod line;

use crate::{context::RequestContext, log_limit::LogLimit, snapshot::Deployment, trace::Trace};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use std::{
    fmt,
    io::{self, Write},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Calls whose lines are still to be written, at most. Some 600 bytes each.
const CAPACITY: usize = 16_384;
/// How long [`AccessLog::flush`] waits for what is still to be written.
const FLUSH_PATIENCE: Duration = Duration::from_secs(5);

/// Where calls are written down. Cheap to clone; all clones are the same log.
#[derive(Clone)]
pub struct AccessLog(Arc<Shared>);

struct Shared {
    sender: SyncSender<Message>,
    dropped: AtomicU64,
    /// Of what is said about lines that were dropped.
    log_limit: LogLimit,
}

enum Message {
    Call(Box<Entry>),
    Flush(SyncSender<()>),
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

impl AccessLog {
    /// A log that is written to `writer`, by a thread of its own, one JSON object a line. It ends when all clones are gone.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(writer: impl Write + Send + 'static) -> io::Result<Self> {
        Self::with_capacity(writer, CAPACITY)
    }

    fn with_capacity(writer: impl Write + Send + 'static, capacity: usize) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(capacity);
        let shared =
            Shared { sender, dropped: AtomicU64::new(0), log_limit: LogLimit::new(60_000) };
        thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || write_all(writer, &receiver))?;
        Ok(Self(Arc::new(shared)))
    }

    /// How many lines were dropped because the writer did not keep up.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was handed over is written, for five seconds at most.
    pub fn flush(&self) {
        let (tell, told) = sync_channel(1);
        if self.0.sender.send(Message::Flush(tell)).is_ok() {
            // Late, or the writer is gone: there is nothing more to wait for.
            let _ = told.recv_timeout(FLUSH_PATIENCE);
        }
    }

    fn hand_over(&self, entry: Box<Entry>) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.0.sender.try_send(Message::Call(entry))
        {
            let dropped = self.0.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            if self.0.log_limit.admits() {
                tracing::warn!(dropped, "the access log is not written fast enough");
            }
        }
    }
}

/// Writes until nobody is left who could say something.
fn write_all(writer: impl Write, receiver: &Receiver<Message>) {
    let mut writer = io::BufWriter::with_capacity(64 * 1024, writer);
    let limit = LogLimit::new(60_000);
    let mut line = Vec::new();
    let mut next = receiver.recv().ok();
    while let Some(message) = next {
        let written = match message {
            Message::Call(entry) => {
                line.clear();
                line::write(&entry, &mut line);
                writer.write_all(&line)
            }
            Message::Flush(tell) => {
                let flushed = writer.flush();
                // Whoever asked may have given up waiting.
                let _ = tell.send(());
                flushed
            }
        };
        let (written, following) = match receiver.try_recv() {
            Ok(message) => (written, Some(message)),
            // Nothing more for now: what there is can be read.
            Err(TryRecvError::Empty) => {
                (written.and_then(|()| writer.flush()), receiver.recv().ok())
            }
            Err(TryRecvError::Disconnected) => (written.and_then(|()| writer.flush()), None),
        };
        if let Err(error) = written
            && limit.admits()
        {
            tracing::error!("the access log cannot be written: {error}");
        }
        next = following;
    }
}

/// What is written of one call, as far as it is known yet.
pub(crate) struct Entry {
    log: AccessLog,
    time_ms: i64,
    request_id: HeaderValue,
    trace: Trace,
    method: Method,
    uri: Uri,
    host: Option<HeaderValue>,
    referer: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    forwarded_for: Option<HeaderValue>,
    ip: IpAddr,
    is_tls: bool,
    deployment: Option<Arc<Deployment>>,
    api: Option<usize>,
    upstream_host: Option<HeaderValue>,
    upstream_latency: Option<Duration>,
    status: u16,
    content_type: Option<HeaderValue>,
    bytes_in: u64,
    bytes_out: u64,
    elapsed: Duration,
}

impl Entry {
    /// What a request says.
    pub(crate) fn begin<B>(
        log: &AccessLog,
        context: &RequestContext<'_>,
        request: &Request<B>,
    ) -> Box<Self> {
        let value = |name| request.headers().get(name).cloned();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let host = request.uri().authority();
        let host = host.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        Box::new(Self {
            log: log.clone(),
            time_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            request_id: context.request_id.clone(),
            trace: Trace::of(request.headers()),
            method: request.method().clone(),
            uri: request.uri().clone(),
            host: host.or_else(|| value(header::HOST)),
            referer: value(header::REFERER),
            user_agent: value(header::USER_AGENT),
            forwarded_for: value(http::HeaderName::from_static("x-forwarded-for")),
            ip: context.connection.peer().ip(),
            is_tls: context.connection.is_tls(),
            deployment: None,
            api: None,
            upstream_host: None,
            upstream_latency: None,
            status: 0,
            content_type: None,
            bytes_in: 0,
            bytes_out: 0,
            elapsed: Duration::ZERO,
        })
    }

    /// It is forwarded to `authority`, with these headers.
    pub(crate) fn forwarded(&mut self, authority: &HeaderValue, headers: &mut HeaderMap) {
        self.upstream_host = Some(authority.clone());
        self.trace.forward(headers);
    }

    /// It is answered.
    pub(crate) fn answered(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
        upstream_latency: Option<Duration>,
    ) {
        self.status = status.as_u16();
        self.content_type = headers.get(header::CONTENT_TYPE).cloned();
        self.upstream_latency = upstream_latency;
    }

    /// It was for this group, and for this of its APIs.
    pub(crate) fn matched(&mut self, deployment: &Arc<Deployment>, api: Option<usize>) {
        self.deployment = Some(Arc::clone(deployment));
        self.api = api;
    }

    /// It has ended: bodies of so many bytes, and so long after it began.
    pub(crate) fn write(mut self: Box<Self>, bytes_in: u64, bytes_out: u64, elapsed: Duration) {
        (self.bytes_in, self.bytes_out, self.elapsed) = (bytes_in, bytes_out, elapsed);
        let log = self.log.clone();
        log.hand_over(self);
    }
}

#[cfg(test)]
mod tests;
