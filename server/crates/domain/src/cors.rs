//! CORS: pages of which other origins may call a group from a browser, and what they may read of its answers.

use crate::{
    api::Method,
    backend_config::is_header_name,
    error::{DomainError, ErrorKind, Violations},
    mapping::NAME_MAX,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Most origins, and most headers of a list.
pub const ENTRIES_MAX: usize = 64;
/// Longest time that a browser may remember what it was allowed, in seconds.
pub const MAX_AGE_MAX: u32 = 86_400;
/// Longest origin, in characters.
const ORIGIN_MAX: usize = 256;
/// What stands for every header that is asked for, or exposed.
pub const ANY: &str = "*";

/// An origin whose pages may call: one, all subdomains of a host, or any. Written as a browser sends it, in small letters and
/// without the scheme's own port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AllowedOrigin {
    /// `*`: any.
    Any,
    /// `https://shop.example.com`: this one.
    One(String),
    /// `https://*.example.com`: what begins and ends so, and has a name in the place of the `*`.
    Subdomains {
        /// `https://`
        start: String,
        /// `.example.com`
        end: String,
    },
}

impl AllowedOrigin {
    /// Whether pages of `origin`, as a browser names it, are meant. Takes no memory.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(allowed) => allowed == origin,
            Self::Subdomains { start, end } => {
                let name = origin.strip_prefix(start.as_str());
                let name = name.and_then(|rest| rest.strip_suffix(end.as_str()));
                name.is_some_and(|name| name.split('.').all(is_label))
            }
        }
    }
}

impl FromStr for AllowedOrigin {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim().to_ascii_lowercase();
        if text == ANY {
            return Ok(Self::Any);
        }
        parse_origin(&text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Format,
                "corsOrigins",
                format!("{text:?}: an origin is https://HOST[:PORT] without a path, https://*.DOMAIN, or *"),
                format!("{text:?}：格式为https://域名[:端口]（不含路径）、https://*.域名，或 *"),
            )
        })
    }
}

fn parse_origin(text: &str) -> Option<AllowedOrigin> {
    let (scheme, rest) = text.split_once("://").filter(|_| text.len() <= ORIGIN_MAX)?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let (host, port) = match rest.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (rest, None),
    };
    let (host, is_wildcard) = match host.strip_prefix("*.") {
        Some(domain) => (domain, true),
        None => (host, false),
    };
    let ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match ip {
        Some(ip) => !is_wildcard && ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(is_label),
    };
    if !is_scheme || !is_host {
        return None;
    }
    // A browser leaves it out.
    let port = port.filter(|port| !matches!((scheme, port), ("http", 80) | ("https", 443)));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(if is_wildcard {
        AllowedOrigin::Subdomains { start: format!("{scheme}://"), end: format!(".{host}{port}") }
    } else {
        AllowedOrigin::One(format!("{scheme}://{host}{port}"))
    })
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str(ANY),
            Self::One(origin) => f.write_str(origin),
            Self::Subdomains { start, end } => write!(f, "{start}*{end}"),
        }
    }
}

impl TryFrom<String> for AllowedOrigin {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<AllowedOrigin> for String {
    fn from(origin: AllowedOrigin) -> String {
        origin.to_string()
    }
}

/// Which pages of other origins may call a group from a browser, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CorsSettings {
    /// Whose pages may call; never empty.
    pub origins: Vec<AllowedOrigin>,
    /// Methods that they may call with; empty for those that the called path has.
    #[serde(default)]
    pub methods: Vec<Method>,
    /// Headers that they may send, besides those that every page may: names, or [`ANY`] for whatever is asked for.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Headers of an answer that they may read, besides those that every page may: names, or [`ANY`].
    #[serde(default)]
    pub exposed_headers: Vec<String>,
    /// Whether a browser may send cookies and the like along.
    #[serde(default)]
    pub credentials: bool,
    /// How long a browser may remember what it was allowed, in seconds; 0 for not at all.
    pub max_age: u32,
}

impl Default for CorsSettings {
    /// What a form begins with: all headers may be sent; the origins must be added.
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            methods: Vec::new(),
            headers: vec![ANY.to_owned()],
            exposed_headers: Vec::new(),
            credentials: false,
            max_age: 600,
        }
    }
}

impl CorsSettings {
    /// Adds every broken rule.
    pub(crate) fn check(&self, violations: &mut Violations) {
        if self.origins.is_empty() {
            violations.push(DomainError::required("corsOrigins"));
        }
        check_count("corsOrigins", self.origins.len(), violations);
        check_headers("corsHeaders", &self.headers, violations);
        check_headers("corsExposedHeaders", &self.exposed_headers, violations);
        let is_any = self.origins.contains(&AllowedOrigin::Any);
        if self.credentials && (is_any || self.exposed_headers.iter().any(|name| name == ANY)) {
            violations.push(DomainError::new(
                ErrorKind::State,
                if is_any { "corsOrigins" } else { "corsExposedHeaders" },
                "with credentials, origins and exposed headers are named one by one: browsers refuse *",
                "允许携带凭证时，浏览器不接受 *，来源与可读取的响应Header须逐一列出",
            ));
        }
        if self.max_age > MAX_AGE_MAX {
            violations.push(DomainError::new(
                ErrorKind::Range,
                "corsMaxAge",
                format!("0 to {MAX_AGE_MAX} seconds"),
                format!("0到{MAX_AGE_MAX}秒"),
            ));
        }
    }
}

fn check_count(field: &str, count: usize, violations: &mut Violations) {
    if count > ENTRIES_MAX {
        violations.push(DomainError::new(
            ErrorKind::Length,
            field,
            format!("at most {ENTRIES_MAX} entries"),
            format!("最多{ENTRIES_MAX}项"),
        ));
    }
}

/// Names of headers; also of a cache's key, where there is no [`ANY`] among them.
pub(crate) fn check_headers(field: &str, names: &[String], violations: &mut Violations) {
    check_count(field, names.len(), violations);
    let is_wrong = |name: &&String| name.len() > NAME_MAX || !is_header_name(name);
    let wrong = names.iter().find(is_wrong);
    violations.extend(wrong.map(|name| {
        DomainError::new(
            ErrorKind::Format,
            field,
            format!("{name:?} is no name of a header"),
            format!("{name:?}不是有效的Header名称"),
        )
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> AllowedOrigin {
        text.parse().unwrap()
    }

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (typed, kept) in [
            ("*", "*"),
            (" HTTPS://Shop.Example.com:443 ", "https://shop.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://*.example.com:8443", "https://*.example.com:8443"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(origin(typed).to_string(), kept, "{typed}");
        }
        for bad in [
            "",
            "null",
            "example.com",
            "https://",
            "https://example.com/",
            "https://a.com/path",
            "https://*",
            "https://a.*.com",
            "https://u@a.com",
            "https://a.com:0",
            "https://a.com:99999",
            "https://a..com",
            "https://例子.com",
            "https://*.[::1]",
            "https://a b.com",
        ] {
            assert!(bad.parse::<AllowedOrigin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_names_below_the_host_and_for_nothing_else() {
        let sub = origin("https://*.example.com");
        for good in ["https://shop.example.com", "https://a.b.example.com"] {
            assert!(sub.allows(good), "{good}");
        }
        for bad in [
            "https://example.com",
            "http://shop.example.com",
            "https://shop.example.com:8443",
            "https://evilexample.com",
            "https://evil.com/.example.com",
            "https://evil.com#.example.com",
            "https://.example.com",
            "https://shop.example.com.evil.com",
            "null",
        ] {
            assert!(!sub.allows(bad), "{bad}");
        }
        assert!(origin("https://a.com").allows("https://a.com"));
        assert!(!origin("https://a.com").allows("https://a.com.evil.com"));
        assert!(origin("*").allows("null"));
    }

    #[test]
    fn credentials_want_names_instead_of_any() {
        let fields = |settings: &CorsSettings| {
            let mut violations = Violations::new();
            settings.check(&mut violations);
            violations.into_iter().map(|rule| rule.field).collect::<Vec<_>>()
        };
        let named =
            CorsSettings { origins: vec![origin("https://a.com")], ..CorsSettings::default() };
        assert_eq!(fields(&named), [""; 0]);
        let named = CorsSettings { credentials: true, ..named };
        assert_eq!(fields(&named), [""; 0], "any header may be asked for");
        let any = CorsSettings { origins: vec![AllowedOrigin::Any], ..named.clone() };
        assert_eq!(fields(&any), ["corsOrigins"]);
        let exposing = CorsSettings { exposed_headers: vec![ANY.into()], ..named.clone() };
        assert_eq!(fields(&exposing), ["corsExposedHeaders"]);
        let wrong = CorsSettings {
            origins: vec![],
            headers: vec!["a b".into()],
            max_age: MAX_AGE_MAX + 1,
            ..named
        };
        assert_eq!(fields(&wrong), ["corsOrigins", "corsHeaders", "corsMaxAge"]);
    }
}
