//! The sources of the configuration, laid over each other key by key, and what may be wrong with each.

use super::Config;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// Where the configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment; only names that begin with `PAIFANG_` matter.
    pub environment: Vec<(OsString, OsString)>,
    /// The flags.
    pub flags: Vec<Setting>,
}

/// One key set from outside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What the person wrote, e.g. `--console-listen`; for errors.
    pub written_as: String,
    /// The key, e.g. `console.listen`.
    pub key: String,
    /// The value; converted to what the key holds.
    pub value: String,
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file has an unknown key or a wrong value; the message says which and at which line.
    #[error("{}, line {line}: {message}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// What.
        message: String,
    },
    /// There is no such setting.
    #[error("{written_as}: there is no setting {key:?}; `paifang config default` lists them")]
    Unknown {
        /// What the person wrote.
        written_as: String,
        /// The key as it was understood.
        key: String,
    },
    /// A value from the environment or a flag is wrong.
    #[error("{written_as}: {message}")]
    Value {
        /// What the person wrote.
        written_as: String,
        /// What is wrong.
        message: String,
    },
}

/// What the names of the environment's settings begin with.
pub(crate) const PREFIX: &str = "PAIFANG_";

/// Variables with the prefix that are no settings: the file's name, and those of the build and its tests.
const OTHER_VARIABLES: [&str; 4] =
    ["PAIFANG_CONFIG", "PAIFANG_BIN", "PAIFANG_SITE_DIR", "PAIFANG_STEPS"];

/// See [`Config::load`].
pub(super) fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut layers = table(&Config::default());
    let defaults = leaves(&layers);
    if let Some(path) = &sources.file {
        overlay(&mut layers, read(path)?);
    }
    for setting in from_environment(&sources.environment, &defaults)?.iter().chain(&sources.flags) {
        overlay(&mut layers, layer(setting, &defaults)?);
    }
    // Every layer was read as a configuration by itself, so this cannot fail; if it did, the message names the key.
    layers.try_into().map_err(|error: toml::de::Error| ConfigError::Value {
        written_as: "configuration".to_owned(),
        message: error.message().to_owned(),
    })
}

/// A configuration as a table with every key.
pub(super) fn table(config: &Config) -> Table {
    // A struct of structs always becomes a table.
    Table::try_from(config).unwrap_or_default()
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    // Not the error's own text: that repeats the line, and the line may hold a password.
    let wrong = |error: toml::de::Error| ConfigError::File {
        path: path.to_owned(),
        line: error
            .span()
            .map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
        message: error.message().to_owned(),
    };
    // Read as a configuration first: its errors know the line.
    toml::from_str::<Config>(&text).map_err(wrong)?;
    text.parse().map_err(wrong)
}

/// Every key that holds a value, `console.listen`, with the value.
pub(super) fn leaves(table: &Table) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => {
                let below = leaves(inner).into_iter().map(|(rest, v)| (format!("{key}.{rest}"), v));
                found.extend(below);
            }
            value => {
                found.insert(key.clone(), value.clone());
            }
        }
    }
    found
}

fn overlay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// `console.session-idle` → `PAIFANG_CONSOLE_SESSION_IDLE`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace(['.', '-'], "_").to_ascii_uppercase())
}

fn from_environment(
    environment: &[(OsString, OsString)],
    defaults: &BTreeMap<String, Value>,
) -> Result<Vec<Setting>, ConfigError> {
    let mut settings = Vec::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| is_setting(name)) else { continue };
        let written_as = name.to_owned();
        let Some(key) = defaults.keys().find(|key| variable(key) == name) else {
            let key = name.trim_start_matches(PREFIX).to_ascii_lowercase().replace('_', "-");
            return Err(ConfigError::Unknown { written_as, key });
        };
        let Some(value) = value.to_str() else {
            return Err(ConfigError::Value { written_as, message: "is not UTF-8".to_owned() });
        };
        settings.push(Setting { written_as, key: key.clone(), value: value.to_owned() });
    }
    Ok(settings)
}

/// Kubernetes gives every container of a namespace with a service called `paifang` variables like `PAIFANG_PORT_80_TCP`;
/// nobody wrote them, so they are no mistakes.
fn is_setting(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX) else { return false };
    let of_kubernetes = rest == "PORT"
        || rest == "SERVICE_HOST"
        || rest == "SERVICE_PORT"
        || rest.starts_with("SERVICE_PORT_")
        || rest
            .strip_prefix("PORT_")
            .is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
    !of_kubernetes && !OTHER_VARIABLES.contains(&name)
}

/// A table with nothing but this setting, of the type that its key holds.
fn layer(setting: &Setting, defaults: &BTreeMap<String, Value>) -> Result<Table, ConfigError> {
    let Setting { written_as, key, value } = setting;
    let wrong = |message: String| ConfigError::Value { written_as: written_as.clone(), message };
    let value = match defaults.get(key) {
        None => {
            return Err(ConfigError::Unknown { written_as: written_as.clone(), key: key.clone() });
        }
        Some(Value::Boolean(_)) => Value::Boolean(
            value.parse().map_err(|_bad| wrong(format!("{value:?} is neither true nor false")))?,
        ),
        Some(Value::Integer(_)) => Value::Integer(
            value.parse().map_err(|_bad| wrong(format!("{value:?} is not a whole number")))?,
        ),
        Some(_) => Value::String(value.clone()),
    };
    let table = nested(key, value);
    table.clone().try_into::<Config>().map_err(|error| wrong(error.message().to_owned()))?;
    Ok(table)
}

fn nested(key: &str, value: Value) -> Table {
    let (first, value) = match key.split_once('.') {
        Some((first, rest)) => (first, Value::Table(nested(rest, value))),
        None => (key, value),
    };
    Table::from_iter([(first.to_owned(), value)])
}
