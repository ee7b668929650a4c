//! Backends: where the gateway forwards to.

use crate::{
    balanced_backend::BalancedBackend,
    error::{DomainError, ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};
use std::{fmt, net::Ipv6Addr, str::FromStr};

/// `http(s)://host[:port]`, without a path; or `h2c://host[:port]` for HTTP/2 without TLS.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackendAddress {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
    H2c,
}

impl Scheme {
    const ALL: [Self; 3] = [Self::Http, Self::Https, Self::H2c];

    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::H2c => "h2c",
        }
    }
}

impl BackendAddress {
    /// Whether it is reached by TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether it is spoken to by HTTP/2 without TLS.
    #[must_use]
    pub fn is_h2c(&self) -> bool {
        self.scheme == Scheme::H2c
    }

    /// Host name or address; an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    /// The port, 80 or 443 when none was given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.is_https() { 443 } else { 80 })
    }

    /// `host[:port]` as it was given: the value of the `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

fn wrong() -> DomainError {
    DomainError::new(
        ErrorKind::Format,
        "backendUrl",
        "http(s)://host[:port] or h2c://host[:port], without a path",
        "格式：http(s)://host[:port]或h2c://host[:port]，不包含Path",
    )
}

fn is_host(host: &str) -> bool {
    if let Some(v6) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return v6.parse::<Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

impl FromStr for BackendAddress {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DomainError::required("backendUrl"));
        }
        let lower = text.to_ascii_lowercase();
        let (scheme, rest) = lower.split_once("://").ok_or_else(wrong)?;
        let scheme = Scheme::ALL.into_iter().find(|s| s.as_str() == scheme).ok_or_else(wrong)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
                (host, Some(port))
            }
            _ => (rest, None),
        };
        if !is_host(host) {
            return Err(wrong());
        }
        Ok(Self { scheme, host: host.to_owned(), port })
    }
}

impl TryFrom<String> for BackendAddress {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<BackendAddress> for String {
    fn from(address: BackendAddress) -> String {
        address.to_string()
    }
}

impl fmt::Display for BackendAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

/// The backend of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BackendService {
    /// No backend: the gateway answers with samples, to anybody.
    Mock,
    /// One address.
    Single {
        /// Where requests go.
        address: BackendAddress,
    },
    /// Several addresses, or one with limits of its own.
    Balanced(BalancedBackend),
}

impl BackendService {
    /// Adds the broken rules of several addresses; the others have none.
    pub fn check(&self, violations: &mut Violations) {
        if let Self::Balanced(balanced) = self {
            balanced.check(violations);
        }
    }

    /// The value in the REST API: `mock` or `unique`; and `balanced`, which is this gateway's own.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Mock => "mock",
            Self::Single { .. } => "unique",
            Self::Balanced(_) => "balanced",
        }
    }
}

/// `mock`, or where requests go.
impl fmt::Display for BackendService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mock => f.write_str(self.type_name()),
            Self::Single { address } => write!(f, "{address}"),
            Self::Balanced(balanced) => write!(f, "{balanced}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_scheme_host_and_port_without_a_path() {
        for (text, shown, port) in [
            ("http://10.0.0.7:9000", "http://10.0.0.7:9000", 9000),
            ("HTTPS://Api.Example.com/", "https://api.example.com", 443),
            ("http://localhost", "http://localhost", 80),
            ("http://[::1]:8080", "http://[::1]:8080", 8080),
            ("https://[2001:db8::1]", "https://[2001:db8::1]", 443),
            ("H2C://grpc.internal:50051", "h2c://grpc.internal:50051", 50051),
            ("h2c://grpc.internal", "h2c://grpc.internal", 80),
        ] {
            let address: BackendAddress = text.parse().unwrap();
            assert_eq!((address.to_string().as_str(), address.port()), (shown, port));
        }
        assert_eq!("http://[::1]:1".parse::<BackendAddress>().unwrap().host(), "::1");
    }

    #[test]
    fn what_was_stored_before_there_could_be_several_still_reads() {
        let single: BackendService =
            serde_json::from_str(r#"{"type":"single","address":"http://a:1"}"#).unwrap();
        assert_eq!(single, BackendService::Single { address: "http://a:1".parse().unwrap() });
        let balanced = BackendService::Balanced(BalancedBackend::of("http://a:1".parse().unwrap()));
        let stored = serde_json::to_string(&balanced).unwrap();
        assert!(stored.starts_with(r#"{"type":"balanced","targets":["#), "{stored}");
        assert_eq!(serde_json::from_str::<BackendService>(&stored).unwrap(), balanced);
    }

    #[test]
    fn refuses_paths_users_and_other_schemes() {
        for bad in [
            "",
            "10.0.0.7:9000",
            "ftp://a",
            "h2://a",
            "://a",
            "http://",
            "http://a/b",
            "http://a?x",
            "http://u:p@a",
            "http://a:0",
            "http://a:99999",
            "http://-a",
            "http://a..b",
            "http://a b",
            "http://[::g]",
        ] {
            assert!(bad.parse::<BackendAddress>().is_err(), "{bad}");
        }
    }
}
