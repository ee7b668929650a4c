//! The data directory, the encryption key and the database: what a server and the command line work on.

use crate::config::Config;
use domain::DomainCheck;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use services::{
    Dns, DomainSettings, GatewayAddresses, ServiceError, Services, ServicesSettings, VaultError,
    VaultKey,
};
use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    num::NonZeroU32,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use store::{Store, StoreError};

/// What need not be escaped in the path of a database address.
const PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// Why the installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// A file or folder cannot be made or read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The key file is missing although there is a database.
    #[error(
        "{} is there, but its encryption key {} is not: put the key file back, or name it with data.key-file",
        database.display(), key.display()
    )]
    KeyLost {
        /// The database's file.
        database: PathBuf,
        /// Where the key should be.
        key: PathBuf,
    },
    /// The key cannot be read or made.
    #[error("{0}")]
    Key(#[from] VaultError),
    /// The database cannot be opened.
    #[error("database {address}: {error}{}", cause(error))]
    Database {
        /// Its address, without the password.
        address: String,
        /// Why.
        error: StoreError,
    },
    /// There is nobody to ask for the records of domains.
    #[error("gateway.name-servers: {0}")]
    NameServers(String),
    /// The authority cannot be asked.
    #[error("{0}")]
    Acme(String),
    /// The services cannot be opened.
    #[error("{0}")]
    Services(#[from] ServiceError),
}

/// What the database driver said, which an operator needs to know.
fn cause(error: &StoreError) -> String {
    std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default()
}

/// An opened installation.
#[derive(Debug)]
pub struct Installation {
    store: Store,
    keys: Vec<VaultKey>,
    /// Whether the data directory was made just now.
    is_new: bool,
}

impl Installation {
    /// Opens it; makes the data directory, the key and the tables where there are none.
    ///
    /// # Errors
    /// The first thing that cannot be had.
    pub async fn open(config: &Config) -> Result<Self, InstallationError> {
        let is_new = make_folder(&config.data.dir)?;
        let (url, address) = database(config)?;
        let key_path = config.data.key_path();
        refuse_lost_key(config, &key_path)?;
        let keys = VaultKey::load_or_create(&key_path)?;
        if config.database.url.is_empty() {
            make_private_file(&config.data.sqlite_path())?;
        }
        let failed = |error| InstallationError::Database { address: address.clone(), error };
        let store = Store::connect(&url).await.map_err(failed)?;
        store.migrate().await.map_err(failed)?;
        Ok(Self { store, keys, is_new })
    }

    /// The services on it, for a gateway that listens on `gateway_port`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn services(
        &self,
        gateway_port: u16,
        config: &Config,
    ) -> Result<Services, InstallationError> {
        let addresses = GatewayAddresses {
            domain: config.domain.to_string(),
            bases: vec![config.gateway.public_base(gateway_port)],
        };
        let settings = ServicesSettings {
            vault_keys: self.keys.clone(),
            addresses,
            registrations: NonZeroU32::new(config.console.registration_limit),
            domains: domains(config)?,
            clock: std::sync::Arc::new(services::SystemClock::default()),
        };
        Ok(Services::open(settings, self.store.clone()).await?)
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether the data directory was made just now.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Closes the database after what is running.
    pub async fn close(&self) {
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the database could not be closed");
        }
    }
}

/// How custom domains are verified and served.
fn domains(config: &Config) -> Result<DomainSettings, InstallationError> {
    let (check, servers) = (config.gateway.domain_check, config.gateway.name_servers.addresses());
    let dns = match check {
        DomainCheck::Dns => Some(Dns::new(servers).map_err(InstallationError::NameServers)?),
        DomainCheck::Operator | DomainCheck::Provider => None,
    };
    // Without HTTPS there is nothing to have certificates for.
    let https = config.gateway.https_listen.is_some();
    let acme = config.acme.authority().map_err(InstallationError::Acme)?.filter(|_| https);
    Ok(DomainSettings { check, dns, https, acme })
}

/// The database's address: for connecting, and as it may be shown.
///
/// # Errors
/// When there is no telling where the folder is.
pub(crate) fn database(config: &Config) -> Result<(String, String), InstallationError> {
    if !config.database.url.is_empty() {
        return Ok((config.database.url.expose().to_owned(), config.database.url.to_string()));
    }
    let path = config.data.sqlite_path();
    let absolute =
        std::path::absolute(&path).map_err(|error| InstallationError::File { path, error })?;
    let shown = absolute.display().to_string();
    Ok((format!("sqlite://{}", utf8_percent_encode(&shown, &PATH)), shown))
}

/// A new key would make every secret in an existing database unreadable.
fn refuse_lost_key(config: &Config, key: &Path) -> Result<(), InstallationError> {
    let database = config.data.sqlite_path();
    if config.database.url.is_empty() && database.exists() && !key.exists() {
        return Err(InstallationError::KeyLost { database, key: key.to_owned() });
    }
    Ok(())
}

/// Makes the folder, for its owner alone; whether it was not there.
fn make_folder(path: &Path) -> Result<bool, InstallationError> {
    let failed = |error| InstallationError::File { path: path.to_owned(), error };
    if path.is_dir() {
        return Ok(false);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    Ok(true)
}

/// An empty file for its owner alone; SQLite gives the files beside it the same mode.
fn make_private_file(path: &Path) -> Result<(), InstallationError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(InstallationError::File { path: path.to_owned(), error })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    fn in_folder(dir: PathBuf) -> Config {
        let mut config = Config::default();
        config.data.dir = dir;
        config
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_new_installation_is_readable_by_its_owner_alone() {
        let parent = tempfile::tempdir().unwrap();
        let config = in_folder(parent.path().join("with a space/data?x=1%20"));

        let installation = Installation::open(&config).await.unwrap();

        assert!(installation.is_new());
        assert_eq!(mode(&config.data.dir), 0o700);
        for file in ["paifang.sqlite", "paifang.key"] {
            assert_eq!(mode(&config.data.dir.join(file)), 0o600, "{file}");
        }
        assert!(fs::metadata(config.data.sqlite_path()).unwrap().len() > 0, "another file is used");
        installation.close().await;
    }

    #[tokio::test]
    async fn a_database_without_its_key_is_refused_instead_of_getting_a_new_key() {
        let parent = tempfile::tempdir().unwrap();
        let config = in_folder(parent.path().to_owned());
        Installation::open(&config).await.unwrap().close().await;
        fs::remove_file(config.data.key_path()).unwrap();

        let refused = Installation::open(&config).await.unwrap_err().to_string();

        assert!(refused.contains("paifang.key"), "{refused}");
        assert!(!config.data.key_path().exists());
    }
}
