//! Files and folders, with errors that name the path.

use crate::Result;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

fn named<T>(path: &Path, result: io::Result<T>) -> Result<T> {
    result.map_err(|error| format!("{}: {error}", path.display()).into())
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    named(path, fs::read(path))
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    named(path, fs::write(path, bytes))
}

pub(super) fn create_folder(path: &Path) -> Result<()> {
    named(path, fs::create_dir_all(path))
}

/// Makes `path` an empty folder, whatever was there before.
pub(super) fn empty_folder(path: &Path) -> Result<()> {
    remove_folder(path)?;
    create_folder(path)
}

fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => named(path, other),
    }
}

/// All files of a folder and its sub-folders, in the same order each time.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries = named(folder, fs::read_dir(folder))?
        .map(|entry| Ok(named(folder, entry)?.path()))
        .collect::<Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(list(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Copies what is in `from` into `to`, which may have files already.
pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for path in list(from)? {
        let target = to.join(path.strip_prefix(from)?);
        if let Some(parent) = target.parent() {
            create_folder(parent)?;
        }
        named(&path, fs::copy(&path, &target))?;
    }
    Ok(())
}

/// Puts the folder `new` in the place of `old`; both must be on one file system.
pub(super) fn replace_folder(new: &Path, old: &Path) -> Result<()> {
    remove_folder(old)?;
    named(old, fs::rename(new, old))
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_a_folder_leaves_nothing_of_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (dir.path().join("new"), dir.path().join("old"));
        for (folder, file) in [(&new, "kept"), (&old, "gone")] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join(file), file).unwrap();
        }

        replace_folder(&new, &old).unwrap();

        assert_eq!(list(&old).unwrap(), [old.join("kept")]);
        assert!(!new.exists());
    }

    #[test]
    fn an_error_names_the_path() {
        let error = read(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(error.to_string().starts_with("/nowhere/at/all: "), "{error}");
    }
}
