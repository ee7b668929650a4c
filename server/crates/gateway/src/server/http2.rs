//! What a caller may do with one HTTP/2 connection, beyond what the protocol's own limits say: HTTP/2 lets one connection ask
//! for much and take nothing.

use crate::{
    body::{BodyError, GatewayBody},
    metrics::Closed,
};
use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use std::{
    collections::HashMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{sync::Notify, time::sleep};

/// Calls that a caller may break off on one connection, however few it lets end.
const BROKEN_MAX: u64 = 100;

/// The calls of one connection.
#[derive(Debug)]
pub(crate) struct Calls {
    start: Instant,
    counts: Mutex<Counts>,
    too_many_broken: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    begun: u64,
    ended: u64,
    broken: u64,
    /// Those under way: since when they wait for the caller to take more, in ms since the connection's start and 1; 0 when
    /// they do not.
    open: HashMap<u64, Arc<AtomicU64>>,
}

impl Calls {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            counts: Mutex::default(),
            too_many_broken: Notify::new(),
        })
    }

    /// A call that begins now.
    pub(crate) fn begin(self: &Arc<Self>) -> Call {
        let mut counts = self.lock();
        let number = counts.begun;
        counts.begun += 1;
        let waits: Arc<AtomicU64> = Arc::default();
        counts.open.insert(number, Arc::clone(&waits));
        drop(counts);
        Call { calls: Arc::clone(self), number, waits, has_ended: false }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Waits until the connection is to be closed: when nothing was under way for `idle`, the caller did not take what it
    /// asked for within `patience`, or broke off too many calls.
    pub(crate) async fn watch(&self, idle: Duration, patience: Duration) -> Closed {
        let mut begun = None;
        let mut quiet = Duration::ZERO;
        let step = (idle.min(patience) / 2).max(Duration::from_millis(1));
        loop {
            tokio::select! {
                () = self.too_many_broken.notified() => return Closed::Resets,
                () = sleep(step) => {}
            }
            let counts = self.lock();
            let is_quiet = counts.open.is_empty() && begun == Some(counts.begun);
            quiet = if is_quiet { quiet + step } else { Duration::ZERO };
            begun = Some(counts.begun);
            let longest = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
            let since = self.now_ms().saturating_sub(longest);
            let is_stuck = |waits: &Arc<AtomicU64>| {
                let waits = waits.load(Ordering::Relaxed);
                waits != 0 && waits < since
            };
            if counts.open.values().any(is_stuck) {
                return Closed::SlowReader;
            }
            if quiet >= idle {
                return Closed::Silent;
            }
        }
    }
}

/// One call of a connection. When it is dropped before it has ended, the caller broke it off.
#[derive(Debug)]
pub(crate) struct Call {
    calls: Arc<Calls>,
    number: u64,
    waits: Arc<AtomicU64>,
    has_ended: bool,
}

impl Call {
    /// Its answer, whose body's end is the call's end.
    pub(crate) fn answer(self, response: Response<GatewayBody>) -> Response<WatchedBody> {
        response.map(|body| WatchedBody { body, call: self })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut counts = self.calls.lock();
        counts.open.remove(&self.number);
        if self.has_ended {
            counts.ended += 1;
            return;
        }
        counts.broken += 1;
        if counts.broken > BROKEN_MAX && counts.broken > counts.ended {
            self.calls.too_many_broken.notify_one();
        }
    }
}

/// An answer's body, watched.
#[derive(Debug)]
pub(crate) struct WatchedBody {
    body: GatewayBody,
    call: Call,
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        // A piece that was handed out is waited for; whoever asks again has taken it.
        let waits = if frame.is_ready() { self.call.calls.now_ms() } else { 0 };
        self.call.waits.store(waits, Ordering::Relaxed);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.call.has_ended = self.body.is_end_stream();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use http_body_util::BodyExt as _;

    const LONG: Duration = Duration::from_secs(3600);

    fn body(text: &'static str) -> Response<GatewayBody> {
        Response::new(GatewayBody::held(Bytes::from_static(text.as_bytes()), None))
    }

    #[tokio::test]
    async fn many_calls_that_end_are_fine() {
        let calls = Calls::new();
        for _ in 0..10 * BROKEN_MAX {
            let response = calls.begin().answer(body("text"));
            response.into_body().collect().await.unwrap();
            drop(calls.begin().answer(body("")));
        }
        assert_eq!(calls.lock().broken, 0);
        assert_eq!(calls.watch(LONG, LONG).now_or_never(), None);
    }

    #[tokio::test]
    async fn more_calls_broken_off_than_ended_are_too_many() {
        let calls = Calls::new();
        for _ in 0..BROKEN_MAX {
            drop(calls.begin());
        }
        assert_eq!(calls.watch(LONG, LONG).now_or_never(), None);
        drop(calls.begin().answer(body("never read")));
        assert_eq!(calls.watch(LONG, LONG).await, Closed::Resets);
        assert!(calls.lock().open.is_empty());
    }

    #[tokio::test]
    async fn an_answer_that_is_not_taken_closes_and_one_that_is_awaited_does_not() {
        let calls = Calls::new();
        let short = Duration::from_millis(20);
        let _awaited = calls.begin();
        let waiting = tokio::time::timeout(10 * short, calls.watch(short, short)).await;
        assert!(waiting.is_err(), "a call under way is neither idle nor stuck: {waiting:?}");
        let mut response = calls.begin().answer(body("text"));
        response.body_mut().frame().await;
        assert_eq!(calls.watch(short, short).await, Closed::SlowReader);
    }

    #[tokio::test]
    async fn a_connection_without_calls_is_silent() {
        let short = Duration::from_millis(20);
        let calls = Calls::new();
        drop(calls.begin().answer(body("")));
        assert_eq!(calls.watch(short, LONG).await, Closed::Silent);
    }
}
