//! The running `paifang serve`.

use crate::{Result, process};
use std::{
    path::Path,
    process::{Child, Command},
};

pub(super) struct Server(Child);

impl Server {
    /// Starts `paifang serve ARGUMENT…`.
    ///
    /// # Errors
    /// When the binary cannot be run.
    pub(super) fn start(binary: &Path, arguments: &[&str]) -> Result<Self> {
        let child = Command::new(binary).arg("serve").args(arguments).spawn();
        child.map(Self).map_err(|error| format!("{}: {error}", binary.display()).into())
    }

    /// Asks the server to end, as an operator would, and waits for it; it has a limit of its own for that.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub(super) fn stop(mut self) -> Result<()> {
        if self.0.try_wait()?.is_none() {
            // Through the program, since std can only kill.
            process::output(Command::new("kill").arg(self.0.id().to_string()))?;
            self.0.wait()?;
        }
        Ok(())
    }
}
