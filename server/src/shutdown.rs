//! The signals that end the server: SIGTERM and SIGINT; the first gracefully, the second at once.

use std::{io, process};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code after a second signal: requests may have been cut off.
const CUT_OFF: i32 = 1;

/// Listens from the moment it is made, so that no signal is lost while the server starts.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn install() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next signal and returns its name.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    /// From here on one more signal ends the process at once.
    pub(crate) fn end_at_next(mut self) {
        tokio::spawn(async move {
            let name = self.next().await;
            tracing::warn!("{name} again: ending at once");
            process::exit(CUT_OFF);
        });
    }
}
