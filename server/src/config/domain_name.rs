//! `domain`: what the host names of published groups end with.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A domain name in lower case, without a port or a dot at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

impl DomainName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for DomainName {
    fn default() -> Self {
        Self("localhost".to_owned())
    }
}

impl TryFrom<String> for DomainName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let name = text.to_ascii_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        // Room for GROUP-preview.REGION. before it.
        if name.len() <= 200 && name.split('.').all(label) {
            Ok(Self(name))
        } else {
            Err(format!("{text:?} is not a domain name like \"api.example.com\""))
        }
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_host_name_without_a_port() {
        let name = |text: &str| DomainName::try_from(text.to_owned()).map(String::from);
        assert_eq!(name("API.Example.com").as_deref(), Ok("api.example.com"));
        for bad in ["", ".", "a..b", "a.", "a:8000", "http://a", "-a", "a_b"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}
