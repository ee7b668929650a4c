//! The file: a line that says what it is, a line with everything, a line a change; each with its checksum, so that one that was
//! cut off by a crash is told from a whole one.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use services::{SealedChanges, SealedState};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Grows when older files cannot be read any more.
const FORMAT: u32 = 1;
/// Bytes of changes that are no reason to write everything anew.
const CHANGES_MIN: u64 = 1024 * 1024;

/// What a file is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Title {
    format: u32,
    /// Whose contents: the database's address, without its password.
    database: String,
}

/// The file, for the one process that writes it.
pub(crate) struct Journal {
    path: PathBuf,
    title: Title,
    file: Option<File>,
    /// Bytes of everything, and of the changes after it.
    length: (u64, u64),
    /// Held for as long as this process may write.
    _lock: File,
}

impl Journal {
    /// Takes the file; `None` when another process has it, or there is no writing to its folder.
    pub(crate) fn take(path: &Path, database: &str) -> Option<Self> {
        let lock = private().create(true).open(beside(path, "lock"));
        let lock = lock.inspect_err(|error| {
            tracing::warn!(%error, path = %path.display(), "what is published cannot be kept on disk");
        });
        let lock = lock.ok()?;
        lock.try_lock().ok()?;
        let title = Title { format: FORMAT, database: database.to_owned() };
        Some(Self { path: path.to_owned(), title, file: None, length: (0, 0), _lock: lock })
    }

    /// Puts everything in the place of what is there.
    ///
    /// # Errors
    /// When the disk does not take it; then what was there is there still.
    pub(crate) fn write_anew(&mut self, all: &SealedState) -> io::Result<()> {
        let (title, all) = (line(&self.title)?, line(all)?);
        let new = beside(&self.path, "new");
        let mut file = private().create(true).truncate(true).open(&new)?;
        file.write_all(&title)?;
        file.write_all(&all)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        self.length = ((title.len() + all.len()) as u64, 0);
        self.file = Some(file);
        Ok(())
    }

    /// Adds what changed.
    ///
    /// # Errors
    /// When the disk does not take it, or there is nothing that it would change.
    pub(crate) fn append(&mut self, changes: &SealedChanges) -> io::Result<()> {
        let line = line(changes)?;
        let Some(mut file) = self.file.take() else {
            return Err(io::Error::other("an earlier change is missing"));
        };
        // Taken back only when all of it was written: after half a line, nothing more could be read.
        file.write_all(&line)?;
        self.file = Some(file);
        self.length.1 += line.len() as u64;
        Ok(())
    }

    /// Whether it is time to write everything anew.
    pub(crate) fn is_long(&self) -> bool {
        self.length.1 > self.length.0.max(CHANGES_MIN)
    }

    /// What the file at `path` has of this database; `None` when there is none, or it is another's, or cannot be read.
    pub(crate) fn read(path: &Path, database: &str) -> Option<SealedState> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, path = %path.display(), "what is kept on disk cannot be read");
                }
                return None;
            }
        };
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let title: Option<Title> = lines.next().and_then(unline);
        if title != Some(Title { format: FORMAT, database: database.to_owned() }) {
            tracing::warn!(path = %path.display(), "what is kept on disk is of another database or version");
            return None;
        }
        let all: SealedState = lines.next().and_then(unline)?;
        Some(all.brought_on(lines.map_while(unline)))
    }
}

/// For its owner alone: it says who calls what.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

/// Checksum, blank, JSON, end of line.
fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(value)?;
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

/// What is in a line; `None` when it is not as it was written.
fn unline<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    let (sum, json) = line.strip_suffix(b"\n")?.split_at_checked(9)?;
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?.trim_end(), 16).ok()?;
    if sum != crc32fast::hash(json) {
        return None;
    }
    serde_json::from_slice(json)
        .inspect_err(
            |error| tracing::warn!(%error, "a line of what is kept on disk cannot be read"),
        )
        .ok()
}

#[cfg(test)]
mod tests;
