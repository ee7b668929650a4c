//! One HTTP/1.1 connection to a backend, driven by whoever uses it.
//!
//! There is no task of its own: the call polls the connection while it waits for the head of the answer, and the
//! answer's body while it is read. So nothing is woken or handed over between tasks, and a call that is given up closes
//! its connection.

use super::{
    Progress, Upload, Upstream,
    deadline::Deadline,
    download::Download,
    stream::{Received, Stream},
    upload::UploadState,
};
use crate::{refusal::Refusal, settings::Timeouts};
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
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::time::Instant;

/// Longest head of an answer, and what is read ahead of its body, in bytes.
const BUFFER: usize = 64 * 1024;

type Driver = http1::Connection<TokioIo<Stream>, Upload>;

/// One HTTP/1.1 connection to a backend.
pub(crate) struct UpstreamConnection {
    sender: SendRequest<Upload>,
    /// `None` once it has ended.
    driver: Option<Driver>,
    deadline: Deadline,
    received: Received,
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
    /// What the caller is told.
    pub(crate) fn into_refusal(self, progress: Option<&Progress>) -> Refusal {
        // A body that ended badly takes the connection with it: then that is the reason.
        match progress.map(|progress| progress.state().0) {
            Some(UploadState::TooLarge) => return Refusal::PayloadTooLarge,
            Some(UploadState::Broken) => return Refusal::CallerGone,
            _ => {}
        }
        match self {
            Self::Unsent(_) => Refusal::UpstreamUnavailable("the connection was closed".into()),
            Self::Closed { cause, .. } | Self::Invalid(cause) => {
                Refusal::UpstreamInvalid(told(&cause).into())
            }
            Self::TimedOut(what) => Refusal::UpstreamTimedOut(what),
            Self::CallerTimedOut => Refusal::CallerTimedOut,
        }
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
    /// Begins to speak HTTP on a stream.
    ///
    /// # Errors
    /// Never, for HTTP/1.1.
    pub(crate) async fn handshake(
        stream: Stream,
        received: Received,
    ) -> Result<Box<Self>, hyper::Error> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(BUFFER);
        let (sender, driver) = builder.handshake(TokioIo::new(stream)).await?;
        let deadline = Deadline::new(Instant::now() + Duration::from_secs(60));
        Ok(Box::new(Self { sender, driver: Some(driver), deadline, received }))
    }

    /// Sends a request and waits for the head of its answer.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn exchange(
        &mut self,
        request: Request<Upload>,
        progress: Option<&Progress>,
        timeouts: &Timeouts,
    ) -> Result<Response<Incoming>, Failure> {
        self.received.clear();
        let sent = Instant::now();
        self.deadline.set(due(progress, timeouts, sent));
        // Polled without being woken: only the driver can complete it, and that wakes this task. It must not stop to let
        // others run either, as nothing would wake it again.
        let mut answer = pin!(tokio::task::unconstrained(self.sender.try_send_request(request)));
        let (driver, deadline) = (&mut self.driver, &mut self.deadline);
        let outcome = poll_fn(|context| {
            drive(driver, context);
            if let Poll::Ready(outcome) =
                answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return Poll::Ready(Ok(outcome));
            }
            while deadline.poll(context).is_ready() {
                let due = due(progress, timeouts, sent);
                if due <= Instant::now() {
                    return Poll::Ready(Err(late(progress)));
                }
                deadline.set(due);
            }
            Poll::Pending
        })
        .await?;
        outcome.map_err(|error| failure(error, self.received.any()))
    }

    /// Polls the connection; does nothing when it has ended.
    pub(crate) fn drive(&mut self, context: &mut Context<'_>) {
        drive(&mut self.driver, context);
    }

    /// Ready when nothing has come for `idle`, counted from the last time that this was not called.
    pub(crate) fn deadline(&mut self) -> &mut Deadline {
        &mut self.deadline
    }

    /// The answer's body, which comes by this connection.
    pub(crate) fn download(
        self: Box<Self>,
        body: Incoming,
        upstream: &Arc<Upstream>,
        idle: Duration,
    ) -> Download {
        Download::new(body, self, Arc::clone(upstream), idle)
    }

    /// Whether another request can be sent now. Looks at the connection once: it may have to read the end of an answer.
    pub(crate) fn is_free(&mut self) -> bool {
        if !self.sender.is_ready() {
            self.drive(&mut Context::from_waker(Waker::noop()));
        }
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Whether it is known to be closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.driver.is_none() || self.sender.is_closed()
    }
}

fn drive(driver: &mut Option<Driver>, context: &mut Context<'_>) {
    if let Some(connection) = driver
        && Pin::new(connection).poll(context).is_ready()
    {
        // How it ended, the answer or its body says.
        *driver = None;
    }
}

/// When the exchange is late: the time for the first byte counts from the last byte of the request.
fn due(progress: Option<&Progress>, timeouts: &Timeouts, sent: Instant) -> Instant {
    match progress.map(Progress::state) {
        None => sent + timeouts.first_byte,
        Some((UploadState::Backend | UploadState::Caller, since)) => {
            Instant::from_std(since).max(sent) + timeouts.body_idle
        }
        Some((_, since)) => Instant::from_std(since).max(sent) + timeouts.first_byte,
    }
}

fn late(progress: Option<&Progress>) -> Failure {
    match progress.map(|progress| progress.state().0) {
        Some(UploadState::Caller) => Failure::CallerTimedOut,
        Some(UploadState::Backend) => Failure::TimedOut("it does not take the request's body"),
        _ => Failure::TimedOut("it does not answer"),
    }
}

fn failure(mut error: TrySendError<Request<Upload>>, answered: bool) -> Failure {
    if let Some(request) = error.take_message() {
        return Failure::Unsent(Box::new(request));
    }
    let cause = error.into_error();
    if cause.is_parse() { Failure::Invalid(cause) } else { Failure::Closed { answered, cause } }
}
