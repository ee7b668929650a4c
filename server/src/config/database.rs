//! `[database]`: SQLite in the data directory, or another one.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Settings of the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// Its address; empty for SQLite in the data directory.
    pub url: DatabaseUrl,
}

/// A database's address. `Debug` and [`fmt::Display`] leave out the password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Whether none is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole address, for connecting.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = &'static str;

    // The error does not repeat the address: it may hold a password.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let schemes = ["postgres://", "postgresql://", "sqlite://"];
        if text.is_empty() || schemes.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self(text))
        } else {
            Err("a database address begins with postgres:// or sqlite://")
        }
    }
}

impl From<DatabaseUrl> for String {
    fn from(url: DatabaseUrl) -> Self {
        url.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str(&self.0);
        };
        let (rest, query) = rest.split_once('?').map_or((rest, false), |(rest, _)| (rest, true));
        match rest.rsplit_once('@') {
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or_default();
                let password = if login.contains(':') { ":…" } else { "" };
                write!(f, "{scheme}://{user}{password}@{place}")?;
            }
            None => write!(f, "{scheme}://{rest}")?,
        }
        // Options may hold a password too.
        f.write_str(if query { "?…" } else { "" })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_without_its_password() {
        let shown = |url: &str| DatabaseUrl::try_from(url.to_owned()).unwrap().to_string();
        assert_eq!(shown("postgres://paifang:s3:cr@t@db:5432/x"), "postgres://paifang:…@db:5432/x");
        assert_eq!(shown("postgres://paifang@db/x"), "postgres://paifang@db/x");
        assert_eq!(shown("postgres://db/x?password=s3cret"), "postgres://db/x?…");
        assert_eq!(shown("sqlite:///var/lib/paifang.sqlite"), "sqlite:///var/lib/paifang.sqlite");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn refuses_another_scheme_without_repeating_it() {
        let refused = DatabaseUrl::try_from("mysql://root:s3cret@db/x".to_owned()).unwrap_err();
        assert!(!refused.contains("s3cret"));
    }
}
