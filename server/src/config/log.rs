//! `[log]`: what is written to standard error.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// Settings of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LogConfig {
    /// Its form.
    pub format: LogFormat,
    /// What is written.
    pub level: LogLevel,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One line an event, for people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// A level, or levels by module: `info,gateway=debug`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogLevel(String);

impl LogLevel {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl TryFrom<String> for LogLevel {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A bare word that is no level would be taken for the name of a module, and nothing be logged at all.
        let bare = text.split(',').map(str::trim).filter(|part| !part.contains('='));
        let levels = ["error", "warn", "info", "debug", "trace", "off"];
        for word in bare {
            if !levels.contains(&word) {
                return Err(format!("{word:?} is not one of {}", levels.join(", ")));
            }
        }
        EnvFilter::try_new(&text).map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Self(text))
    }
}

impl From<LogLevel> for String {
    fn from(level: LogLevel) -> Self {
        level.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_levels_also_by_module_and_refuses_other_words() {
        for good in ["info", "warn,gateway=debug", "off"] {
            assert!(LogLevel::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "verbose", "info,gateway", "gateway=loud"] {
            assert!(LogLevel::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
