//! What is published, kept in a file of the data directory, so that the gateway can serve while its database does not answer,
//! also after a restart.
//!
//! The file is a journal: everything as it was at one moment, then each change. It is written anew when the changes have
//! become longer than that. Secrets in it are encrypted as they are in the database.

mod journal;

use crate::{
    config::Config,
    installation::{self, InstallationError},
};
use journal::Journal;
use services::{PublishedState, SealedChanges, SealedState, VaultKey, open_published};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::mpsc;

/// Changes that wait for the disk. When there are more, everything is written anew.
const WAITING_MAX: usize = 64;

/// What is kept of the database that is configured; `None` when nothing is.
///
/// # Errors
/// When it was encrypted with keys that are not in the key file.
pub(crate) async fn read(config: &Config) -> Result<Option<PublishedState>, InstallationError> {
    let path = config.data.kept_path();
    let (_url, database) = installation::database(config)?;
    let keys = VaultKey::load_or_create(&config.data.key_path())?;
    let read = move || {
        let kept = Journal::read(&path, &database);
        kept.map(|kept| open_published(&keys, kept)).transpose()
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(read) => Ok(read?),
        Err(_panicked) => Ok(None),
    }
}

/// Tells the journal what is published. Whatever is wrong with the disk, the gateway goes on: the log says it.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    jobs: mpsc::Sender<Job>,
    is_behind: Arc<AtomicBool>,
}

/// The journal, if this process has it or can have it now.
fn mine<'a>(
    journal: &'a mut Option<Journal>,
    path: &Path,
    database: &str,
) -> Option<&'a mut Journal> {
    if journal.is_none() {
        *journal = Journal::take(path, database);
    }
    journal.as_mut()
}

enum Job {
    All(Box<SealedState>),
    Changes(Box<SealedChanges>),
}

impl Keeper {
    /// Keeps what is published in the configured database, until all of its clones are dropped.
    ///
    /// # Errors
    /// When the database's address cannot be told.
    pub(crate) fn start(config: &Config) -> Result<Self, InstallationError> {
        let (_url, database) = installation::database(config)?;
        Ok(Self::start_at(config.data.kept_path(), database))
    }

    fn start_at(path: PathBuf, database: String) -> Self {
        let (jobs, mut waiting) = mpsc::channel(WAITING_MAX);
        let is_behind = Arc::new(AtomicBool::new(true));
        let behind = Arc::clone(&is_behind);
        tokio::task::spawn_blocking(move || {
            let mut journal = None;
            while let Some(job) = waiting.blocking_recv() {
                // Another process on the same folder may have it; when that ends, this one goes on.
                let Some(journal) = mine(&mut journal, &path, &database) else { continue };
                let written = match job {
                    Job::All(all) => journal.write_anew(&all),
                    Job::Changes(changes) => journal.append(&changes),
                };
                if let Err(error) = &written {
                    tracing::warn!(%error, "what is published cannot be kept on disk");
                }
                if written.is_err() || journal.is_long() {
                    behind.store(true, Ordering::Relaxed);
                }
            }
        });
        Self { jobs, is_behind }
    }

    /// Whether the file needs everything anew.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }

    /// Keeps all of it.
    pub(crate) fn keep(&self, all: SealedState) {
        self.is_behind.store(false, Ordering::Relaxed);
        self.put(Job::All(Box::new(all)));
    }

    /// Keeps what changed.
    pub(crate) fn add(&self, changes: SealedChanges) {
        self.put(Job::Changes(Box::new(changes)));
    }

    /// Tells that there were changes which it was not told.
    pub(crate) fn is_behind_now(&self) {
        self.is_behind.store(true, Ordering::Relaxed);
    }

    fn put(&self, job: Job) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.jobs.try_send(job) {
            self.is_behind_now();
        }
    }
}
