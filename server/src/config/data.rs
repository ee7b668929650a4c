//! `[data]`: what is kept on disk.

use super::units;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// Settings of the data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct DataConfig {
    /// The directory.
    pub dir: PathBuf,
    /// The encryption key's file; empty for [`key_path`](Self::key_path)'s default.
    pub key_file: PathBuf,
    /// How long monitoring numbers are kept.
    #[serde(with = "units::time")]
    pub traffic_kept: Duration,
}

impl DataConfig {
    /// Where the encryption key is.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        if self.key_file.as_os_str().is_empty() {
            self.dir.join("paifang.key")
        } else {
            self.key_file.clone()
        }
    }

    /// Where the SQLite file is, when no other database is named.
    #[must_use]
    pub fn sqlite_path(&self) -> PathBuf {
        self.dir.join("paifang.sqlite")
    }

    /// Where what is published is kept for a gateway without its database.
    #[must_use]
    pub fn kept_path(&self) -> PathBuf {
        self.dir.join("gateway.snapshot")
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("./paifang-data"),
            key_file: PathBuf::new(),
            traffic_kept: Duration::from_hours(15 * 24),
        }
    }
}
