//! What calls hand to a thread of its own, which never keeps them waiting: what it has no room for is dropped and counted.

use crate::log_limit::LogLimit;
use std::{
    io,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

/// How long [`Handover::flush`] waits for what is still to be done.
const FLUSH_PATIENCE: Duration = Duration::from_secs(5);

/// The calls' side.
#[derive(Debug)]
pub(crate) struct Handover<T> {
    /// What the thread is for, in words.
    name: &'static str,
    sender: SyncSender<Message<T>>,
    dropped: AtomicU64,
    /// Of what is said about what was dropped.
    log_limit: LogLimit,
}

/// What the thread is told.
#[derive(Debug)]
pub(crate) enum Message<T> {
    /// Something to be done.
    Item(T),
    /// Do what is still to be done, and say so.
    Flush(SyncSender<()>),
}

impl<T: Send + 'static> Handover<T> {
    /// Starts a thread that takes up to `capacity` at a time. It is told nothing more when all that hand over are gone.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(crate) fn start(
        name: &'static str,
        capacity: usize,
        run: impl FnOnce(&Receiver<Message<T>>) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(capacity);
        let thread = name.replace(' ', "-");
        thread::Builder::new().name(thread).spawn(move || run(&receiver))?;
        Ok(Self { name, sender, dropped: AtomicU64::new(0), log_limit: LogLimit::new(60_000) })
    }

    /// Hands over.
    pub(crate) fn give(&self, item: T) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.sender.try_send(Message::Item(item))
        {
            self.drop_more(1);
        }
    }

    /// Counts what could not be done.
    fn drop_more(&self, count: u64) {
        let dropped = self.dropped.fetch_add(count, Ordering::Relaxed) + count;
        if self.log_limit.admits() {
            tracing::warn!(dropped, "the {} does not keep up with the calls", self.name);
        }
    }

    /// How many were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was handed over is done, for five seconds at most.
    pub(crate) fn flush(&self) {
        let (tell, told) = sync_channel(1);
        if self.sender.send(Message::Flush(tell)).is_ok() {
            // Late, or the thread is gone: there is nothing more to wait for.
            let _ = told.recv_timeout(FLUSH_PATIENCE);
        }
    }
}
