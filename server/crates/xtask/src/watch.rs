//! Builds, runs the server, and does both again after each change of a source file.
//!
//! It looks at modification times twice a second: a few hundred files, no dependency, every file system.

mod running;
mod sources;

use crate::{Result, front, project::Project, server};
use running::Server;
use sources::{Parts, Sources};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(500);

/// Runs until it is interrupted.
///
/// # Errors
/// When the first look at the sources fails; a failing build is shown, and the next change tried.
pub(crate) fn run(project: &Project, arguments: &[&str]) -> Result<()> {
    let mut sources = Sources::read(&project.root)?;
    let mut server = None;
    let mut changed = Parts::ALL;
    // What failed is built again with the next change, whatever that is.
    let mut pending = Parts::default();
    loop {
        if changed.any() {
            pending = pending.and(changed);
            match build(project, pending) {
                Ok(()) => {
                    pending = Parts::default();
                    restart(&mut server, project, arguments)?;
                }
                Err(error) => eprintln!("xtask: {error}\nxtask: waiting for a change"),
            }
        }
        pause();
        let now = Sources::read(&project.root)?;
        changed = now.changed_since(&sources);
        sources = now;
    }
}

fn build(project: &Project, parts: Parts) -> Result<()> {
    let _lock = project.lock()?;
    if parts.front {
        front::build(project, false)?;
    }
    if parts.server {
        server::build(project, false)?;
    }
    Ok(())
}

/// The server reads the names of the bundle's files when it starts, so a new bundle restarts it too.
fn restart(server: &mut Option<Server>, project: &Project, arguments: &[&str]) -> Result<()> {
    if let Some(old) = server.take() {
        old.stop()?;
    }
    *server = Some(Server::start(&server::binary(project, false), arguments)?);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a command-line loop of one thread, no runtime")]
fn pause() {
    std::thread::sleep(PAUSE);
}
