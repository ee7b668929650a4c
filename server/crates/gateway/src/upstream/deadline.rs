//! A deadline that is moved often and rarely met: moving it later costs nothing.

use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline. The timer beneath is only set again when it fires too early.
#[derive(Debug)]
pub(crate) struct Deadline {
    timer: Pin<Box<Sleep>>,
    at: Instant,
}

impl Deadline {
    pub(crate) fn new(at: Instant) -> Self {
        Self { timer: Box::pin(sleep_until(at)), at }
    }

    /// Moves it.
    pub(crate) fn set(&mut self, at: Instant) {
        self.at = at;
        if at < self.timer.deadline() {
            self.timer.as_mut().reset(at);
        }
    }

    /// Ready when it has passed.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if self.timer.deadline() >= self.at {
                return Poll::Ready(());
            }
            let at = self.at;
            self.timer.as_mut().reset(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::poll_fn, time::Duration};

    #[tokio::test]
    async fn passes_at_the_time_it_was_moved_to_last() {
        let start = Instant::now();
        let mut deadline = Deadline::new(start + Duration::from_millis(20));
        deadline.set(start + Duration::from_millis(60));
        poll_fn(|context| deadline.poll(context)).await;
        assert!(start.elapsed() >= Duration::from_millis(60));
        // Once passed, it can be used again, for an earlier time than it was set to last too.
        let again = Instant::now();
        deadline.set(again + Duration::from_secs(3600));
        deadline.set(again + Duration::from_millis(20));
        poll_fn(|context| deadline.poll(context)).await;
        assert!(again.elapsed() >= Duration::from_millis(20));
    }
}
