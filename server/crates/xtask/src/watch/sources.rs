//! The source files and which part of the product each belongs to.

use crate::Result;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What there is to watch, from the workspace's root.
const WATCHED: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", ".cargo", "app", "frontend", "migrations", "server", "style"];

/// The two things that can be built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) front: bool,
    pub(super) server: bool,
}

impl Parts {
    pub(super) const ALL: Self = Self { front: true, server: true };

    pub(super) fn any(self) -> bool {
        self.front || self.server
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { front: self.front || other.front, server: self.server || other.server }
    }

    /// Who has to be built when this file changes. Cargo decides again, so too much costs little.
    fn of(path: &Path) -> Self {
        let (front, server) = if path.starts_with("style") || path.starts_with("frontend") {
            (true, false)
        } else if path.starts_with("server/crates/domain") {
            (true, true)
        } else if path.starts_with("server") || path.starts_with("migrations") {
            (false, true)
        } else {
            (true, true)
        };
        Self { front, server }
    }
}

/// Modification times by path, from the workspace's root.
#[derive(Default)]
pub(super) struct Sources(BTreeMap<PathBuf, SystemTime>);

impl Sources {
    /// Looks at all of them now.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut sources = Self::default();
        for name in WATCHED {
            sources.add(root, &root.join(name))?;
        }
        Ok(sources)
    }

    fn add(&mut self, root: &Path, path: &Path) -> Result<()> {
        // An editor's temporary file may be gone between the listing and this look: no error.
        let Ok(metadata) = fs::metadata(path) else {
            return Ok(());
        };
        if metadata.is_dir() {
            for entry in fs::read_dir(path)?.flatten() {
                self.add(root, &entry.path())?;
            }
        } else {
            let modified = metadata.modified()?;
            self.0.insert(path.strip_prefix(root)?.to_owned(), modified);
        }
        Ok(())
    }

    /// What has to be built for the files that are new, changed or gone since `before`.
    pub(super) fn changed_since(&self, before: &Self) -> Parts {
        let changed = self.0.iter().filter(|(path, time)| before.0.get(*path) != Some(*time));
        let gone = before.0.iter().filter(|(path, _)| !self.0.contains_key(*path));
        changed.chain(gone).map(|(path, _)| Parts::of(path)).fold(Parts::default(), Parts::and)
    }
}

#[cfg(test)]
mod tests;
