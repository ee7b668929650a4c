//! One connection to a backend.
//!
//! HTTP/1.1 is driven by whoever uses it. There is no task of its own: the call polls the connection while it waits for
//! the head of the answer, and the answer's body while it is read. So nothing is woken or handed over between tasks, and a
//! call that is given up closes its connection. HTTP/2 is shared by many calls, so there a task drives it, see `http2`.

use super::{
    Patience, Progress, Upload,
    again::{Again, Notes},
    deadline::Deadline,
    download::{Download, Source},
    http2,
    stream::{Received, Stream},
    upload::UploadState,
};
use crate::refusal::Refusal;
use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{self, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::time::Instant;

/// Longest head of an answer, and what is read ahead of its body, in bytes.
const BUFFER: usize = 64 * 1024;

/// One connection to a backend; or one call's part of one, by HTTP/2.
pub(crate) struct UpstreamConnection {
    wire: Wire,
    deadline: Deadline,
    notes: Notes,
}

#[expect(
    clippy::large_enum_variant,
    reason = "nearly every connection is the large one, and it is boxed as a whole"
)]
enum Wire {
    Http1(Http1),
    Http2(http2::Sender),
}

struct Http1 {
    sender: SendRequest<Upload>,
    driver: Driver,
    received: Received,
}

/// What moves the bytes of an HTTP/1.1 connection.
struct Driver {
    /// Gone when it has ended: then the sender knows.
    connection: Option<http1::Connection<TokioIo<Stream>, Upload>>,
    /// Keeps a connection that has ended, as its stream goes on by another protocol.
    may_switch: bool,
    has_ended: bool,
}

impl Driver {
    fn poll(&mut self, context: &mut Context<'_>) {
        if !self.has_ended
            && let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(context).is_ready()
        {
            // How it ended, the answer or its body says.
            self.has_ended = true;
            if !self.may_switch {
                self.connection = None;
            }
        }
    }
}

/// Why there is no answer.
pub(crate) enum Failure {
    /// The connection was dead before a byte of the request was sent.
    Unsent(Box<Request<Upload>>),
    /// The connection closed or broke.
    Closed {
        /// Whether the backend had begun to answer.
        answered: bool,
        cause: hyper::Error,
    },
    /// What the backend answered is no HTTP.
    Invalid(hyper::Error),
    /// The backend did not answer in time, or did not take the request.
    TimedOut(&'static str),
    /// The caller did not send its body in time.
    CallerTimedOut,
}

impl Failure {
    /// What the caller is told, and the request when not a byte of it was sent.
    pub(crate) fn into_refusal(
        self,
        progress: Option<&Progress>,
    ) -> (Refusal, Option<Box<Request<Upload>>>) {
        // A body that ended badly takes the connection with it: then that is the reason.
        let refusal = match (progress.map(|progress| progress.state().0), self) {
            (Some(UploadState::TooLarge), _) => Refusal::PayloadTooLarge,
            (Some(UploadState::Malformed), _) => {
                Refusal::BadRequest("the body is not framed as HTTP has it")
            }
            (Some(UploadState::Broken), _) => Refusal::CallerGone,
            (_, Self::Unsent(request)) => {
                let closed = "the connection was closed".into();
                return (Refusal::UpstreamUnavailable(closed), Some(request));
            }
            (_, Self::Closed { cause, .. } | Self::Invalid(cause)) => {
                Refusal::UpstreamInvalid(told(&cause).into())
            }
            (_, Self::TimedOut(what)) => Refusal::UpstreamTimedOut(what),
            (_, Self::CallerTimedOut) => Refusal::CallerTimedOut,
        };
        (refusal, None)
    }
}

/// An error and what is behind it.
fn told(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl UpstreamConnection {
    /// Begins to speak HTTP/1.1 on a stream.
    ///
    /// # Errors
    /// Never, for HTTP/1.1.
    pub(crate) async fn handshake(
        stream: Stream,
        received: Received,
    ) -> Result<Box<Self>, hyper::Error> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(BUFFER);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
        let driver = Driver { connection: Some(connection), may_switch: false, has_ended: false };
        Ok(Box::new(Self::new(Wire::Http1(Http1 { sender, driver, received }))))
    }

    /// One call's part of an HTTP/2 connection.
    pub(crate) fn shared(sender: http2::Sender) -> Box<Self> {
        Box::new(Self::new(Wire::Http2(sender)))
    }

    fn new(wire: Wire) -> Self {
        let deadline = Deadline::new(Instant::now() + Duration::from_secs(60));
        Self { wire, deadline, notes: Notes::default() }
    }

    /// Notes a request that will be sent by it, should it have to be sent again.
    pub(super) fn note(&mut self, request: &Request<Upload>) -> Option<Again> {
        self.notes.take(request)
    }

    /// That request.
    pub(super) fn noted(&self, again: Again) -> Option<Request<Upload>> {
        self.notes.request(again)
    }

    /// What other calls can share, where that is possible.
    pub(crate) fn sender(&self) -> Option<&http2::Sender> {
        match &self.wire {
            Wire::Http1(_) => None,
            Wire::Http2(sender) => Some(sender),
        }
    }

    /// Sends a request and waits for the head of its answer.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn exchange(
        &mut self,
        request: Request<Upload>,
        progress: Option<&Progress>,
        patience: &Patience,
    ) -> Result<Response<Incoming>, Failure> {
        let sent = Instant::now();
        self.deadline.set(due(progress, patience, sent));
        let deadline = &mut self.deadline;
        let mut is_late = |context: &mut Context<'_>| {
            while deadline.poll(context).is_ready() {
                let due = due(progress, patience, sent);
                if due <= Instant::now() {
                    return true;
                }
                deadline.set(due);
            }
            false
        };
        match &mut self.wire {
            Wire::Http1(Http1 { sender, driver, received }) => {
                received.clear();
                // Polled without being woken: only the driver can complete it, and that wakes this task. It must not stop
                // to let others run either, as nothing would wake it again.
                let mut answer = pin!(tokio::task::unconstrained(sender.try_send_request(request)));
                let outcome = poll_fn(|context| {
                    driver.poll(context);
                    let polled = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    if let Poll::Ready(outcome) = polled {
                        return Poll::Ready(Ok(outcome));
                    }
                    if driver.has_ended && driver.connection.take().is_some() {
                        // It did not switch, but closed.
                        context.waker().wake_by_ref();
                    }
                    if is_late(context) {
                        Poll::Ready(Err(late(progress, patience)))
                    } else {
                        Poll::Pending
                    }
                })
                .await?;
                outcome.map_err(|error| failure(error, |_| received.any()))
            }
            Wire::Http2(sender) => {
                let mut answer = pin!(sender.send(request));
                let outcome = poll_fn(|context| {
                    if let Poll::Ready(outcome) = answer.as_mut().poll(context) {
                        return Poll::Ready(Ok(outcome));
                    }
                    if is_late(context) {
                        Poll::Ready(Err(late(progress, patience)))
                    } else {
                        Poll::Pending
                    }
                })
                .await?;
                // A call that the backend reset was answered, in a way.
                let answered = |cause: &hyper::Error| !(cause.is_canceled() || cause.is_closed());
                outcome.map_err(|error| failure(error, answered))
            }
        }
    }

    /// Polls the connection; does nothing when it has ended.
    pub(crate) fn drive(&mut self, context: &mut Context<'_>) {
        if let Wire::Http1(wire) = &mut self.wire {
            wire.driver.poll(context);
        }
    }

    /// Ready when nothing has come for `idle`, counted from the last time that this was not called.
    pub(crate) fn deadline(&mut self) -> &mut Deadline {
        &mut self.deadline
    }

    /// The answer's body, which comes by this connection.
    pub(crate) fn download(self: Box<Self>, body: Incoming, source: Source) -> Download {
        Download::new(body, self, source)
    }

    /// Lets the next answer switch to another protocol, see [`into_stream`](Self::into_stream).
    pub(crate) fn may_switch(&mut self) {
        if let Wire::Http1(wire) = &mut self.wire {
            wire.driver.may_switch = true;
        }
    }

    /// The bare stream, after an answer that switched to another protocol, and what was read ahead of it. `None` when the
    /// connection did not get there.
    pub(crate) async fn into_stream(mut self: Box<Self>) -> Option<(Stream, Bytes)> {
        let Wire::Http1(wire) = &mut self.wire else { return None };
        poll_fn(|context| {
            wire.driver.poll(context);
            if wire.driver.has_ended { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let Wire::Http1(wire) = self.wire else { return None };
        let parts = wire.driver.connection?.into_parts();
        Some((parts.io.into_inner(), parts.read_buf))
    }

    /// Whether another request can be sent now. Looks at the connection once: it may have to read the end of an answer.
    /// Never of HTTP/2, which others share already.
    pub(crate) fn is_free(&mut self) -> bool {
        let Wire::Http1(Http1 { sender, driver, .. }) = &mut self.wire else { return false };
        if !sender.is_ready() {
            driver.poll(&mut Context::from_waker(Waker::noop()));
        }
        !driver.has_ended && sender.is_ready()
    }

    /// Whether it is known to be closed.
    pub(crate) fn is_closed(&self) -> bool {
        match &self.wire {
            Wire::Http1(wire) => wire.driver.has_ended || wire.sender.is_closed(),
            Wire::Http2(sender) => sender.is_closed(),
        }
    }
}

/// When the exchange is late: the time for the first byte counts from the last byte of the request.
fn due(progress: Option<&Progress>, patience: &Patience, sent: Instant) -> Instant {
    let timeouts = &patience.timeouts;
    patience.not_after(match progress.map(Progress::state) {
        None => sent + timeouts.first_byte,
        Some((UploadState::Backend | UploadState::Caller, since)) => {
            Instant::from_std(since).max(sent) + timeouts.body_idle
        }
        Some((_, since)) => Instant::from_std(since).max(sent) + timeouts.first_byte,
    })
}

fn late(progress: Option<&Progress>, patience: &Patience) -> Failure {
    if patience.is_over() {
        return Failure::TimedOut("the call takes longer than it may");
    }
    match progress.map(|progress| progress.state().0) {
        Some(UploadState::Caller) => Failure::CallerTimedOut,
        Some(UploadState::Backend) => Failure::TimedOut("it does not take the request's body"),
        _ => Failure::TimedOut("it does not answer"),
    }
}

fn failure(
    mut error: TrySendError<Request<Upload>>,
    answered: impl FnOnce(&hyper::Error) -> bool,
) -> Failure {
    if let Some(request) = error.take_message() {
        return Failure::Unsent(Box::new(request));
    }
    let cause = error.into_error();
    if cause.is_parse() {
        Failure::Invalid(cause)
    } else {
        Failure::Closed { answered: answered(&cause), cause }
    }
}
