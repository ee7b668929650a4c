//! The address that an issuer publishes its keys at.

use crate::{
    backend::BackendAddress,
    error::{DomainError, ErrorKind},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest address, in bytes.
const URL_MAX: usize = 1024;

/// `http(s)://host[:port]/path[?query]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JwksUrl {
    server: BackendAddress,
    target: String,
}

impl JwksUrl {
    /// Scheme, host and port.
    #[must_use]
    pub fn server(&self) -> &BackendAddress {
        &self.server
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
        "jwksUrl",
        "http(s)://host[:port]/path, without user name, password and fragment",
        "格式：http(s)://host[:port]/path，不能包含用户名、密码及片段",
    )
}

impl FromStr for JwksUrl {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DomainError::required("jwksUrl"));
        }
        let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&b));
        if !is_plain || text.len() > URL_MAX {
            return Err(wrong());
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let (authority, target) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let server: Result<BackendAddress, DomainError> = format!("{scheme}://{authority}").parse();
        // `h2c` is nothing that an issuer writes.
        let server = server.ok().filter(|server| !server.is_h2c()).ok_or_else(wrong)?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { server, target })
    }
}

impl TryFrom<String> for JwksUrl {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<JwksUrl> for String {
    fn from(url: JwksUrl) -> String {
        url.to_string()
    }
}

impl fmt::Display for JwksUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.server, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_address_with_a_path_and_keeps_its_case_there() {
        for (text, written) in [
            (
                "https://Issuer.example.com/.well-known/jwks.json",
                "https://issuer.example.com/.well-known/jwks.json",
            ),
            (" http://127.0.0.1:9000/Keys?tenant=A ", "http://127.0.0.1:9000/Keys?tenant=A"),
            ("https://[::1]", "https://[::1]/"),
            ("https://example.com?a=1", "https://example.com/?a=1"),
        ] {
            assert_eq!(text.parse::<JwksUrl>().unwrap().to_string(), written);
        }
        let url: JwksUrl = "https://a.example/keys?b".parse().unwrap();
        assert_eq!((url.server().host(), url.target()), ("a.example", "/keys?b"));
    }

    #[test]
    fn refuses_what_could_be_read_as_something_else() {
        for bad in [
            "",
            "issuer.example.com/keys",
            "ftp://a/keys",
            "h2c://a/keys",
            "https:///keys",
            "https://user:pass@a/keys",
            "https://a/keys#1",
            "https://a/ke ys",
            "https://a/k\r\nx: y",
            "https://a\\b/keys",
            "https://a:0/keys",
        ] {
            assert_eq!(bad.parse::<JwksUrl>().unwrap_err().field, "jwksUrl", "{bad}");
        }
    }
}
