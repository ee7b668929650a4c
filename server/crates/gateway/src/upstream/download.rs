//! The answer's body on its way back, and its connection's way back to the pool.

use super::{Upstream, UpstreamConnection};
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

/// The body of a backend's answer.
pub(crate) struct Download {
    body: Incoming,
    /// `None` once it was released.
    connection: Option<Box<UpstreamConnection>>,
    upstream: Arc<Upstream>,
    idle: Duration,
    is_waiting: bool,
}

impl Download {
    pub(crate) fn new(
        body: Incoming,
        connection: Box<UpstreamConnection>,
        upstream: Arc<Upstream>,
        idle: Duration,
    ) -> Self {
        Self { body, connection: Some(connection), upstream, idle, is_waiting: false }
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
        let mut frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_pending() {
            connection.drive(context);
            frame = Pin::new(&mut self.body).poll_frame(context);
        }
        if let Poll::Ready(frame) = frame {
            self.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if !self.is_waiting {
            self.is_waiting = true;
            connection.deadline().set(Instant::now() + self.idle);
        }
        connection
            .deadline()
            .poll(context)
            .map(|()| Some(Err("the backend stopped sending".into())))
    }

    /// Gives the connection back to the pool of the worker that the call is recorded by, when it is fit for another
    /// request.
    pub(crate) fn release(&mut self, record: Option<&Record>) {
        if let (Some(mut connection), Some(record)) = (self.connection.take(), record)
            && connection.is_free()
        {
            record.worker().put_back(&self.upstream, connection);
        }
    }
}
