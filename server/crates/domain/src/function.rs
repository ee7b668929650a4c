//! Functions as backends: an address that is posted an event and answers what the caller gets.

use crate::{
    backend::BackendAddress,
    error::{DomainError, ErrorKind},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest address of a function, in characters.
pub const URL_MAX: usize = 1024;

/// `http(s)://host[:port][/path][?query]`: where a function is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FunctionUrl {
    address: BackendAddress,
    target: String,
}

impl FunctionUrl {
    /// Scheme, host and port.
    #[must_use]
    pub fn address(&self) -> &BackendAddress {
        &self.address
    }

    /// Path and query; begins with `/`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

fn wrong() -> DomainError {
    DomainError::new(
        ErrorKind::Format,
        "functionUrl",
        format!("http(s)://host[:port]/path, at most {URL_MAX} characters"),
        format!("格式：http(s)://host[:port]/path，不超过{URL_MAX}个字符"),
    )
}

impl FromStr for FunctionUrl {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DomainError::required("functionUrl"));
        }
        let (_, rest) = text.split_once("://").ok_or_else(wrong)?;
        let host_ends = text.len() - rest.len() + rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = text.split_at(host_ends);
        let address: BackendAddress = host.parse().map_err(|_wrong: DomainError| wrong())?;
        let fits = text.len() <= URL_MAX
            && target.bytes().all(|b| b.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&b));
        if !fits || address.is_h2c() {
            return Err(wrong());
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self { address, target: format!("{slash}{target}") })
    }
}

impl TryFrom<String> for FunctionUrl {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<FunctionUrl> for String {
    fn from(url: FunctionUrl) -> String {
        url.to_string()
    }
}

impl fmt::Display for FunctionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.address, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_address_with_a_path() {
        for (text, shown) in [
            ("http://10.0.0.7:9000/fn?v=LATEST", "http://10.0.0.7:9000/fn?v=LATEST"),
            ("HTTPS://Fn.Example.com/A/b", "https://fn.example.com/A/b"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
            ("http://a?x", "http://a/?x"),
        ] {
            assert_eq!(text.parse::<FunctionUrl>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "a/b",
            "h2c://a/b",
            "http:///x",
            "http://a/b c",
            "http://a/#b",
            "http://u@a/",
            "http://a/é",
        ] {
            assert_eq!(bad.parse::<FunctionUrl>().unwrap_err().field, "functionUrl", "{bad}");
        }
    }
}
