//! Ends a test program in which a test waits for ever, and says which.

use std::{
    process,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

/// Many times what the slowest test takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(300);

/// Watches over the test that started it, until it is dropped.
#[derive(Debug)]
pub struct Watchdog {
    /// Disconnects when it is dropped.
    _watched: Sender<()>,
}

impl Watchdog {
    /// Begins; the whole program ends with a failure when the test still runs after five minutes.
    #[must_use]
    pub fn start() -> Self {
        // The test runner names each test's thread after the test.
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let (watched, end) = mpsc::channel();
        thread::spawn(move || {
            if end.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                eprintln!(
                    "{test} still runs after {LIMIT:?}: it waits for something that does not come"
                );
                process::exit(101);
            }
        });
        Self { _watched: watched }
    }
}
