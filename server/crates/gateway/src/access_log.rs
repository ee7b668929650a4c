//! The access log: one line a call, written sideways by a thread of its own.

mod line;

use crate::{
    entry::Entry,
    handover::{Handover, Message},
    log_limit::LogLimit,
};
use std::{
    io::{self, Write},
    sync::{
        Arc,
        mpsc::{Receiver, TryRecvError},
    },
};

/// Calls whose lines are still to be written, at most. Some 600 bytes each.
const CAPACITY: usize = 16_384;

/// Where calls are written down. Cheap to clone; all clones are the same log.
#[derive(Clone, Debug)]
pub struct AccessLog(Arc<Handover<Arc<Entry>>>);

impl AccessLog {
    /// A log that is written to `writer`, by a thread of its own, one JSON object a line. It ends when all clones are gone.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(writer: impl Write + Send + 'static) -> io::Result<Self> {
        Self::with_capacity(writer, CAPACITY)
    }

    fn with_capacity(writer: impl Write + Send + 'static, capacity: usize) -> io::Result<Self> {
        let write = move |receiver: &Receiver<_>| write_all(writer, receiver);
        Handover::start("access log", capacity, write).map(|handover| Self(Arc::new(handover)))
    }

    /// How many lines were dropped because the writer did not keep up.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// Waits until what was handed over is written, for five seconds at most.
    pub fn flush(&self) {
        self.0.flush();
    }

    /// Hands a call over that has ended.
    pub(crate) fn write(&self, call: Arc<Entry>) {
        self.0.give(call);
    }
}

/// Writes until nobody is left who could say something.
fn write_all(writer: impl Write, receiver: &Receiver<Message<Arc<Entry>>>) {
    let mut writer = io::BufWriter::with_capacity(64 * 1024, writer);
    let limit = LogLimit::new(60_000);
    let mut line = Vec::new();
    let mut next = receiver.recv().ok();
    while let Some(message) = next {
        let written = match message {
            Message::Item(entry) => {
                line.clear();
                line::write(&entry, &mut line);
                writer.write_all(&line)
            }
            Message::Flush(tell) => {
                let flushed = writer.flush();
                // Whoever asked may have given up waiting.
                let _ = tell.send(());
                flushed
            }
        };
        let (written, following) = match receiver.try_recv() {
            Ok(message) => (written, Some(message)),
            // Nothing more for now: what there is can be read.
            Err(TryRecvError::Empty) => {
                (written.and_then(|()| writer.flush()), receiver.recv().ok())
            }
            Err(TryRecvError::Disconnected) => (written.and_then(|()| writer.flush()), None),
        };
        if let Err(error) = written
            && limit.admits()
        {
            tracing::error!("the access log cannot be written: {error}");
        }
        next = following;
    }
}

#[cfg(test)]
mod tests;
