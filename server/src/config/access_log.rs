//! `[access-log]`: where each call to a published API is written down.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Settings of the access log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct AccessLogConfig {
    /// Where it goes.
    pub to: AccessLogTarget,
}

/// Where the access log goes: nowhere, to standard output, or to a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum AccessLogTarget {
    /// Nowhere; written as an empty text.
    #[default]
    Off,
    /// `stdout`.
    Stdout,
    /// The end of a file.
    File(PathBuf),
}

impl From<String> for AccessLogTarget {
    fn from(text: String) -> Self {
        match text.as_str() {
            "" => Self::Off,
            "stdout" => Self::Stdout,
            _ => Self::File(text.into()),
        }
    }
}

impl From<AccessLogTarget> for String {
    fn from(target: AccessLogTarget) -> Self {
        match target {
            AccessLogTarget::Off => Self::new(),
            AccessLogTarget::Stdout => "stdout".to_owned(),
            AccessLogTarget::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_off_standard_output_or_a_file() {
        for (text, target) in [
            ("", AccessLogTarget::Off),
            ("stdout", AccessLogTarget::Stdout),
            ("./stdout", AccessLogTarget::File("./stdout".into())),
            (
                "/var/log/paifang/access.log",
                AccessLogTarget::File("/var/log/paifang/access.log".into()),
            ),
        ] {
            assert_eq!(AccessLogTarget::from(text.to_owned()), target);
            assert_eq!(String::from(target), text);
        }
    }
}
