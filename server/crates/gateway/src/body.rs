//! The bodies that pass through, as the caller's side sees them.

use crate::{passing::Passing, record::Record, upstream::Download};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// Why a body broke off.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A request's body, as `Gateway::call` takes it: `Incoming` and `Bytes` as they are, anything else by [`RequestBody::new`].
pub struct RequestBody(RequestKind);

enum RequestKind {
    /// Nothing, or nothing more.
    Empty,
    /// All of it, in memory.
    Held(Bytes),
    /// From an HTTP connection.
    Incoming(Incoming),
    /// From anywhere else.
    Other(UnsyncBoxBody<Bytes, BodyError>),
}

impl RequestBody {
    /// Any body; costs an allocation.
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        Self(RequestKind::Other(UnsyncBoxBody::new(body.map_err(Into::into))))
    }

    /// No body.
    #[must_use]
    pub fn empty() -> Self {
        Self(RequestKind::Empty)
    }

    /// All of it, where it is in memory.
    pub(crate) fn held(&self) -> Option<&Bytes> {
        match &self.0 {
            RequestKind::Held(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The same body once more, where that is possible.
    pub(crate) fn replay(&self) -> Option<Self> {
        match &self.0 {
            RequestKind::Empty => Some(Self::empty()),
            RequestKind::Held(bytes) => Some(Self::from(bytes.clone())),
            RequestKind::Incoming(_) | RequestKind::Other(_) if self.is_end_stream() => {
                Some(Self::empty())
            }
            RequestKind::Incoming(_) | RequestKind::Other(_) => None,
        }
    }
}

impl From<Incoming> for RequestBody {
    fn from(body: Incoming) -> Self {
        Self(RequestKind::Incoming(body))
    }
}

impl From<Bytes> for RequestBody {
    fn from(body: Bytes) -> Self {
        Self(if body.is_empty() { RequestKind::Empty } else { RequestKind::Held(body) })
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            RequestKind::Empty => Poll::Ready(None),
            RequestKind::Held(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = RequestKind::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            RequestKind::Incoming(body) => Pin::new(body)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(Into::into))),
            RequestKind::Other(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            RequestKind::Empty => true,
            RequestKind::Held(_) => false,
            RequestKind::Incoming(body) => body.is_end_stream(),
            RequestKind::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            RequestKind::Empty => SizeHint::with_exact(0),
            RequestKind::Held(bytes) => SizeHint::with_exact(bytes.len() as u64),
            RequestKind::Incoming(body) => body.size_hint(),
            RequestKind::Other(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for RequestBody {
    // Not the contents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestBody").field(&self.size_hint()).finish()
    }
}

/// An answer's body. Its end (or its being dropped) is what ends the record of the call.
pub struct GatewayBody {
    kind: AnswerKind,
    /// What it goes through on its way.
    passing: Option<Box<Passing>>,
    record: Option<Record>,
}

enum AnswerKind {
    /// Nothing, or nothing more.
    Empty,
    /// All of it, in memory.
    Held(Bytes),
    /// From the backend.
    Upstream(Download),
}

impl GatewayBody {
    /// A body that is there already.
    pub(crate) fn held(bytes: Bytes, record: Option<Record>) -> Self {
        let kind = if bytes.is_empty() { AnswerKind::Empty } else { AnswerKind::Held(bytes) };
        let mut body = Self { kind, passing: None, record };
        // What happens to it on the wire is not the gateway's to see: it counts as sent.
        body.edit_record(Record::end);
        body
    }

    /// A body that comes from a backend, and what it goes through on its way.
    pub(crate) fn upstream(
        mut download: Download,
        passing: Option<Box<Passing>>,
        record: Option<Record>,
    ) -> Self {
        if !download.is_complete() {
            return Self { kind: AnswerKind::Upstream(download), passing, record };
        }
        download.release(record.as_ref());
        Self::held(Bytes::new(), record)
    }

    fn edit_record(&mut self, edit: impl FnOnce(&mut Record)) {
        if let Some(record) = &mut self.record {
            edit(record);
        }
    }

    /// The next piece, as it goes in.
    fn poll_source(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let download = match &mut self.kind {
            AnswerKind::Empty => return Poll::Ready(None),
            AnswerKind::Held(bytes) => {
                let bytes = std::mem::take(bytes);
                self.kind = AnswerKind::Empty;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            AnswerKind::Upstream(download) => download,
        };
        let frame = ready!(download.poll_frame(context));
        let is_last = match &frame {
            Some(Ok(frame)) => download.is_complete() || frame.is_trailers(),
            Some(Err(_)) | None => true,
        };
        if is_last {
            if !matches!(frame, Some(Err(_))) {
                // The backend's answer is over: its connection can be used again.
                download.release(self.record.as_ref());
            }
            self.kind = AnswerKind::Empty;
        }
        Poll::Ready(frame)
    }
}

impl Body for GatewayBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match self.passing.take() {
            None => self.poll_source(context),
            Some(mut passing) => {
                let frame = passing.poll(context, |context| {
                    let frame = self.poll_source(context);
                    (frame, matches!(self.kind, AnswerKind::Empty))
                });
                self.passing = Some(passing);
                frame
            }
        };
        let frame = ready!(frame);
        match &frame {
            Some(Err(_)) => {
                (self.kind, self.passing) = (AnswerKind::Empty, None);
                self.edit_record(Record::break_off);
                return Poll::Ready(frame);
            }
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                self.edit_record(|record| record.bytes_out += length);
            }
            None => {}
        }
        // Whoever writes the body out may not ask again after its last frame.
        if self.is_end_stream() {
            self.edit_record(Record::end);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.kind, AnswerKind::Empty)
            && self.passing.as_ref().is_none_or(|passing| passing.is_done())
    }

    fn size_hint(&self) -> SizeHint {
        if self.passing.as_ref().is_some_and(|passing| !passing.keeps_length()) {
            return SizeHint::default();
        }
        match &self.kind {
            AnswerKind::Empty => SizeHint::with_exact(0),
            AnswerKind::Held(bytes) => SizeHint::with_exact(bytes.len() as u64),
            AnswerKind::Upstream(download) => download.size_hint(),
        }
    }
}

impl fmt::Debug for GatewayBody {
    // Not the contents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GatewayBody").field(&self.size_hint()).finish()
    }
}
