//! The request's body on its way to the backend: its limit, its count, and who keeps it waiting.

use crate::{
    body::{BodyError, RequestBody},
    headers,
};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

/// The body of a forwarded request.
#[derive(Debug)]
pub(crate) struct Upload {
    source: RequestBody,
    limit: u64,
    left: u64,
    progress: Option<Arc<Progress>>,
}

/// How far an upload is; seen by the body, by whoever waits for the answer, and by the record.
#[derive(Debug)]
pub(crate) struct Progress {
    began: Instant,
    bytes: AtomicU64,
    moved_us: AtomicU64,
    state: AtomicU8,
}

/// What an upload waits for, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UploadState {
    /// The backend, to take more.
    Backend = 0,
    /// The caller, to send more.
    Caller = 1,
    /// Nothing: all of it was taken.
    Done = 2,
    /// It was longer than the limit.
    TooLarge = 3,
    /// The caller broke it off.
    Broken = 4,
    /// It was not framed as HTTP has it.
    Malformed = 5,
}

impl Progress {
    fn new(began: Instant) -> Self {
        Self {
            began,
            bytes: AtomicU64::new(0),
            moved_us: AtomicU64::new(0),
            state: AtomicU8::new(0),
        }
    }

    /// How many bytes were taken.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Its state, and since when.
    pub(crate) fn state(&self) -> (UploadState, Instant) {
        use UploadState::{Backend, Broken, Caller, Done, Malformed, TooLarge};
        let state = self.state.load(Ordering::Relaxed);
        let state = [Caller, Done, TooLarge, Broken, Malformed]
            .into_iter()
            .find(|s| *s as u8 == state)
            .unwrap_or(Backend);
        (
            state,
            self.began + std::time::Duration::from_micros(self.moved_us.load(Ordering::Relaxed)),
        )
    }

    fn set(&self, state: UploadState) {
        if self.state.swap(state as u8, Ordering::Relaxed) != state as u8
            || state == UploadState::Backend
        {
            let us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.moved_us.store(us, Ordering::Relaxed);
        }
    }
}

impl Upload {
    /// An upload that begins now, and how to watch it; there is nothing to watch of an empty one.
    pub(crate) fn new(
        source: RequestBody,
        limit: u64,
        now: Instant,
    ) -> (Self, Option<Arc<Progress>>) {
        let progress = (!source.is_end_stream()).then(|| Arc::new(Progress::new(now)));
        (Self { source, limit, left: limit, progress: progress.clone() }, progress)
    }

    /// The same upload once more, where the body is at hand.
    pub(crate) fn replay(&self) -> Option<Self> {
        let source = self.source.replay()?;
        Some(Self { source, limit: self.limit, left: self.limit, progress: self.progress.clone() })
    }

    fn note(&self, state: UploadState) {
        if let Some(progress) = &self.progress {
            progress.set(state);
        }
    }

    fn take(&mut self, length: u64) -> Result<(), BodyError> {
        let Some(left) = self.left.checked_sub(length) else {
            self.note(UploadState::TooLarge);
            return Err("the body is longer than the limit".into());
        };
        self.left = left;
        if let Some(progress) = &self.progress {
            progress.bytes.store(self.limit - left, Ordering::Relaxed);
        }
        self.note(if self.source.is_end_stream() {
            UploadState::Done
        } else {
            UploadState::Backend
        });
        Ok(())
    }
}

/// Whether a body broke off because of what was sent, not because nothing more was.
fn is_malformed(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
            );
        }
        cause = error.source();
    }
    false
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match Pin::new(&mut self.source).poll_frame(context) {
            Poll::Pending => {
                self.note(UploadState::Caller);
                Poll::Pending
            }
            Poll::Ready(None) => {
                self.note(UploadState::Done);
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                self.note(if is_malformed(&*error) {
                    UploadState::Malformed
                } else {
                    UploadState::Broken
                });
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(Some(Ok(mut frame))) => {
                match frame.data_ref().map(|data| data.len() as u64) {
                    None => {
                        self.note(UploadState::Done);
                        if let Some(trailers) = frame.trailers_mut() {
                            headers::trailers_to_backend(trailers);
                        }
                        Poll::Ready(Some(Ok(frame)))
                    }
                    Some(length) => Poll::Ready(Some(self.take(length).map(|()| frame))),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.source.size_hint()
    }
}
