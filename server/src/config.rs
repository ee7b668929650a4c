//! The configuration: one struct a concern; defaults < `paifang.toml` < environment < flags.
//!
//! `config/default.toml` documents every key; a test holds it and the structs together.

mod access_log;
mod acme;
mod addresses;
mod console;
mod data;
mod database;
mod domain_name;
mod gateway;
mod layers;
mod log;
mod metrics;
mod name_servers;
mod optional_address;
mod shutdown;
mod traces;
mod units;

pub use access_log::{AccessLogConfig, AccessLogTarget};
pub use acme::AcmeConfig;
pub use addresses::AddressList;
pub use console::ConsoleConfig;
pub use data::DataConfig;
pub use database::{DatabaseConfig, DatabaseUrl};
pub use domain_name::DomainName;
pub use gateway::{GatewayConfig, GroupHeader};
pub use layers::{ConfigError, Setting, Sources};
pub use log::{LogConfig, LogFormat, LogLevel};
pub use metrics::MetricsConfig;
pub use name_servers::NameServers;
pub use shutdown::ShutdownConfig;
pub use traces::TracesConfig;

use serde::{Deserialize, Serialize};

/// The file that documents every key.
pub const DEFAULT_FILE: &str = include_str!("../config/default.toml");

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// What the host names of published groups end with.
    pub domain: DomainName,
    /// The browser's door.
    pub console: ConsoleConfig,
    /// The door of published APIs.
    pub gateway: GatewayConfig,
    /// Where certificates come from by themselves.
    pub acme: AcmeConfig,
    /// Where calls are written down.
    pub access_log: AccessLogConfig,
    /// The door of Prometheus.
    pub metrics: MetricsConfig,
    /// Where calls go as spans.
    pub traces: TracesConfig,
    /// What is kept on disk.
    pub data: DataConfig,
    /// SQLite in the data directory, or another database.
    pub database: DatabaseConfig,
    /// How the server ends.
    pub shutdown: ShutdownConfig,
    /// What is logged.
    pub log: LogConfig,
}

impl Config {
    /// Reads all sources, each overriding the one before.
    ///
    /// # Errors
    /// The first key that is unknown, or value that is wrong, with the place where it stands.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        layers::load(sources)
    }

    /// What is in force, as a configuration file, with passwords hidden.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut table = layers::table(self);
        let url = self.database.url.to_string();
        if let Some(toml::Value::Table(database)) = table.get_mut("database") {
            database.insert("url".to_owned(), toml::Value::String(url));
        }
        table.to_string()
    }
}

#[cfg(test)]
mod tests;
