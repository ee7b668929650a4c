//! The answer's body on its way back, and its connection's way back to the pool.

use super::{Ticket, Upstream, UpstreamConnection};
use crate::{body::BodyError, record::Record};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

/// Where an answer comes from, and how long it may.
pub(crate) struct Source {
    /// The backend.
    pub(crate) upstream: Arc<Upstream>,
    /// How long nothing may come.
    pub(crate) idle: Duration,
    /// Until when all of it must be there.
    pub(crate) until: Option<Instant>,
    /// Its place among the calls to the backend, where these are counted.
    pub(crate) ticket: Option<Ticket>,
}

/// The body of a backend's answer.
pub(crate) struct Download {
    body: Incoming,
    /// `None` once it was released.
    connection: Option<Box<UpstreamConnection>>,
    source: Source,
    is_waiting: bool,
}

impl Download {
    pub(crate) fn new(body: Incoming, connection: Box<UpstreamConnection>, source: Source) -> Self {
        Self { body, connection: Some(connection), source, is_waiting: false }
    }

    /// Whether all of it was handed on.
    pub(crate) fn is_complete(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }

    /// The next piece.
    pub(crate) fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(connection) = &mut self.connection else { return Poll::Ready(None) };
        if self.source.until.is_some_and(|until| until <= Instant::now()) {
            return Poll::Ready(Some(Err("the call takes longer than it may".into())));
        }
        let mut frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_pending() {
            connection.drive(context);
            frame = Pin::new(&mut self.body).poll_frame(context);
        }
        if let Poll::Ready(frame) = frame {
            self.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| self.break_off(error))));
        }
        if !self.is_waiting {
            self.is_waiting = true;
            let silent = Instant::now() + self.source.idle;
            connection.deadline().set(self.source.until.map_or(silent, |until| until.min(silent)));
        }
        let stopped = connection.deadline().poll(context);
        stopped.map(|()| Some(Err(self.break_off("the backend stopped sending"))))
    }

    fn break_off(&self, error: impl Into<BodyError>) -> BodyError {
        if let Some(ticket) = &self.source.ticket {
            ticket.failed(std::time::Instant::now());
        }
        error.into()
    }

    /// Gives the connection back to the pool of the worker that the call is recorded by, when it is fit for another
    /// request.
    pub(crate) fn release(&mut self, record: Option<&Record>) {
        if let (Some(mut connection), Some(record)) = (self.connection.take(), record)
            && connection.is_free()
        {
            record.worker().put_back(&self.source.upstream, connection);
        }
    }
}
