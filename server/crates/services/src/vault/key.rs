//! The key of the vault, and the file that it is kept in.

use sha2::{Digest, Sha256};
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const HEADER: &str = "\
# Keys that the secrets in the database are encrypted with: one a line, 64 hexadecimal digits.
# The first seals, all of them open. To rotate, put a new line before the others.
# Keep a copy of this file apart from the database: without it, no stored secret can be read.
";

/// A key of the vault: 32 random bytes. `Debug` prints its id alone.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<[u8; KEY_BYTES]>);

/// Why there is no vault key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file cannot be read or written.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Others than the file's owner may read or change it.
    #[error("{path} may be read by others (mode {mode:04o}): chmod 600 it", path = path.display())]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A line of the file is not a key.
    #[error("{path}, line {line}: not 64 hexadecimal digits", path = path.display())]
    NotAKey {
        /// Which file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// The file has no key in it.
    #[error("{path} has no key in it", path = path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Randomness(getrandom::Error),
}

impl VaultKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`VaultError::Randomness`].
    pub fn generate() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(bytes.as_mut()).map_err(VaultError::Randomness)?;
        Ok(Self(bytes))
    }

    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What the key is called beside what it sealed: a fingerprint, from which the key cannot be found.
    #[must_use]
    pub fn id(&self) -> String {
        let digest =
            Sha256::new_with_prefix(b"paifang vault key ").chain_update(*self.0).finalize();
        format!("k{}", hex::encode(&digest[..6]))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The keys in the file at `path`; where there is none, it is made with one new key, readable by its owner alone.
    /// Several processes may do so at once: all get the same key.
    ///
    /// # Errors
    /// When the file cannot be read or made, others may read it, or it does not hold keys.
    pub fn load_or_create(path: &Path) -> Result<Vec<Self>, VaultError> {
        let at = |cause| VaultError::File { path: path.to_owned(), cause };
        if !path.try_exists().map_err(at)? {
            Self::generate()?.write_new(path).map_err(at)?;
        }
        refuse_if_too_open(path)?;
        let text = Zeroizing::new(fs::read_to_string(path).map_err(at)?);
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Vec<Self>, VaultError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut bytes = Zeroizing::new([0; KEY_BYTES]);
            let not_a_key = || VaultError::NotAKey { path: path.to_owned(), line: index + 1 };
            hex::decode_to_slice(line, bytes.as_mut()).or(Err(not_a_key()))?;
            keys.push(Self(bytes));
        }
        if keys.is_empty() { Err(VaultError::Empty { path: path.to_owned() }) } else { Ok(keys) }
    }

    /// Writes the file whole under another name and links it to `path`, unless another process did so before.
    fn write_new(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}-{}", self.id(), std::process::id()));
        let draft = PathBuf::from(draft);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&draft).and_then(|mut file| {
            let line = Zeroizing::new(hex::encode(*self.0));
            writeln!(file, "{HEADER}{}", *line)?;
            // What is sealed with a key that a power cut took away is lost.
            file.sync_all()?;
            fs::hard_link(&draft, path)?;
            File::open(folder)?.sync_all()
        });
        // The draft is in the way of nobody when it stays: its name has the key's id in it.
        let _ = fs::remove_file(&draft);
        match written {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            outcome => outcome,
        }
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey({})", self.id())
    }
}

#[cfg(unix)]
fn refuse_if_too_open(path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata =
        fs::metadata(path).map_err(|cause| VaultError::File { path: path.to_owned(), cause })?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(VaultError::TooOpen { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn refuse_if_too_open(_: &Path) -> Result<(), VaultError> {
    Ok(())
}
