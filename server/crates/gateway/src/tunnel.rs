//! WebSocket: after the handshake, which is a call like any other, bytes pass both ways until either side ends.

use crate::{
    body::{GatewayBody, RequestBody},
    context::RequestContext,
    filter::{backend_signature, mapping},
    headers, proxy,
    record::Record,
    refusal::Refusal,
    respond,
    route::Route,
    upstream::{Sending, Stream, Ticket, Upload},
    worker::Worker,
};
use bytes::Bytes;
use http::{Method, Response, StatusCode, Version, request};
use http_body::Body as _;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::{
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncWriteExt as _, ReadBuf, copy, split},
    time::{sleep, timeout},
};

/// How long the other side may go on when one has ended.
const LINGER: Duration = Duration::from_secs(2);

/// Forwards a WebSocket handshake; when the backend agrees, connects both sides.
///
/// # Errors
/// When it is no such handshake, or there is no answer.
pub(crate) async fn open(
    context: &mut RequestContext<'_>,
    (mut sending, route): (Sending<'_>, &Route),
    head: &mut request::Parts,
    mut body: RequestBody,
) -> Result<Response<GatewayBody>, Refusal> {
    if head.version != Version::HTTP_11 || head.method != Method::GET || !body.is_end_stream() {
        return Err(Refusal::BadRequest("a WebSocket begins with a GET by HTTP/1.1"));
    }
    let Some(caller) = head.extensions.remove::<OnUpgrade>() else {
        return Err(Refusal::NotImplemented("This connection cannot become a WebSocket"));
    };
    let mapping = route.api()?.mapping.as_deref();
    let edits = (route.deployment.stripped_segments, mapping);
    proxy::edit_head(context, sending.upstream(), edits, head)?;
    if let Some(signer) = &route.deployment.signer {
        body = backend_signature::sign(context, signer, head, body).await?;
    }
    headers::switch_to_websocket(&mut head.headers);
    // One of its own: it does not come back.
    let mut connection = sending.dial_http1(context, &mut head.headers).await?;
    connection.may_switch();
    let sent_at = Instant::now();
    let (upload, _nothing_to_send) = Upload::new(body, 0, sent_at);
    let request = proxy::forwarded(head, upload);
    let answered = connection.exchange(request, None, sending.patience()).await;
    let response = answered.map_err(|failure| {
        let (refusal, _unsent) = failure.into_refusal(None);
        sending.is_failed(context, &refusal);
        refusal
    })?;
    sending.is_answered(context, response.status().as_u16());
    context.upstream_latency = Some(sent_at.elapsed());
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return proxy::pass_on(context, (sending, route), response, connection);
    }
    if !headers::asks_for_websocket(response.headers()) {
        return Err(Refusal::UpstreamInvalid("it switched to another protocol".into()));
    }
    let Some((backend, ahead)) = connection.into_stream().await else {
        return Err(Refusal::UpstreamInvalid("it closed after it had switched".into()));
    };
    let (mut head, _empty) = response.into_parts();
    headers::from_backend(&mut head.headers);
    if let Some(mapping) = mapping {
        mapping::answer(mapping, &mut head.headers);
    }
    headers::switch_to_websocket(&mut head.headers);
    let (response, record) = respond::switched(context, head);
    let tunnel = Tunnel {
        idle: sending.patience().timeouts.tunnel_idle,
        record,
        _ticket: sending.into_ticket(),
        _open: Open::begin(Arc::clone(context.worker)),
        _place: context.connection.place(),
    };
    tokio::spawn(tunnel.run(caller, backend, ahead));
    Ok(response)
}

/// Two connected sides. Ends when it is dropped.
struct Tunnel {
    idle: Duration,
    record: Option<Record>,
    /// Its place among the calls to its backend, where these are counted.
    _ticket: Option<Ticket>,
    _open: Open,
    /// The caller's place among the connections: kept, so that a shutdown waits for it.
    _place: Option<Arc<dyn Send + Sync>>,
}

/// Counts open tunnels.
struct Open(Arc<Worker>);

impl Open {
    fn begin(worker: Arc<Worker>) -> Self {
        worker.counts.tunnels.fetch_add(1, Ordering::Relaxed);
        Self(worker)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.counts.tunnels.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Tunnel {
    async fn run(mut self, caller: OnUpgrade, backend: Stream, ahead: Bytes) {
        // The head of the answer has to go out first.
        let Ok(Ok(caller)) = timeout(self.idle, caller).await else { return };
        let (sent, received) = (AtomicU64::new(0), AtomicU64::new(ahead.len() as u64));
        let pass = pass(caller, (backend, ahead), (&sent, &received));
        let ended = tokio::select! {
            ended = pass => ended,
            () = silence(self.idle, (&sent, &received)) => Ok(()),
        };
        if let Some(record) = &mut self.record {
            record.bytes_in += sent.load(Ordering::Relaxed);
            record.bytes_out += received.load(Ordering::Relaxed);
            record.end();
        }
        if let Err(error) = ended {
            tracing::debug!("a WebSocket broke off: {error}");
        }
    }
}

/// Passes bytes both ways until both sides have ended, or one has and the other does not follow.
async fn pass(
    caller: Upgraded,
    (backend, ahead): (Stream, Bytes),
    (sent, received): (&AtomicU64, &AtomicU64),
) -> io::Result<()> {
    let (from_caller, mut to_caller) = split(TokioIo::new(caller));
    let (from_backend, mut to_backend) = split(backend);
    let mut from_caller = Counted { stream: from_caller, count: sent };
    let mut from_backend = Counted { stream: from_backend, count: received };
    let up = async {
        copy(&mut from_caller, &mut to_backend).await?;
        to_backend.shutdown().await
    };
    let down = async {
        to_caller.write_all(&ahead).await?;
        copy(&mut from_backend, &mut to_caller).await?;
        to_caller.shutdown().await
    };
    let (mut up, mut down) = (pin!(up), pin!(down));
    tokio::select! {
        ended = up.as_mut() => { ended?; timeout(LINGER, down).await }
        ended = down.as_mut() => { ended?; timeout(LINGER, up).await }
    }
    .unwrap_or(Ok(()))
}

/// Ends when nothing has come from either side for `idle`.
async fn silence(idle: Duration, (sent, received): (&AtomicU64, &AtomicU64)) {
    let moved = || (sent.load(Ordering::Relaxed), received.load(Ordering::Relaxed));
    loop {
        let before = moved();
        sleep(idle).await;
        if moved() == before {
            return;
        }
    }
}

/// A stream that counts what is read from it.
struct Counted<'a, S> {
    stream: S,
    count: &'a AtomicU64,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<'_, S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.count.fetch_add((buffer.filled().len() - before) as u64, Ordering::Relaxed);
        read
    }
}
