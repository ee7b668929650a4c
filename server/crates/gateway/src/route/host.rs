//! What a host name says: which group, where.

use domain::{ApiGroupId, Environment, Region};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A group's id as tables are keyed by it: 12 lower-case letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey([u8; 12]);

impl GroupKey {
    /// The key of a group's id, in any case of letters; `None` when it is no such id.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let mut key: [u8; 12] = id.as_bytes().try_into().ok()?;
        key.make_ascii_lowercase();
        let fits =
            key[0] == b'x' && key.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        fits.then_some(Self(key))
    }

    /// The key of an id.
    pub(crate) fn of(id: &ApiGroupId) -> Option<Self> {
        Self::parse(id.as_str())
    }
}

/// `ID[-test|-preview]`: a group in an environment.
pub(crate) fn parse_label(label: &str) -> Option<(GroupKey, Environment)> {
    let (id, environment) = match split_once(label, b'-') {
        None => (label, Environment::Online),
        Some((id, suffix)) => {
            let of = |e: &Environment| {
                *e != Environment::Online && suffix.eq_ignore_ascii_case(e.as_str())
            };
            (id, Environment::ALL.into_iter().find(of)?)
        }
    };
    Some((GroupKey::parse(id)?, environment))
}

/// What a host name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostName {
    /// It is a group's: `ID[-test|-preview].REGION.DOMAIN`.
    Group(GroupKey, Environment, Region),
    /// It cannot name a group: an IP address, a name without a dot, or nothing.
    Nameless,
    /// It is some other name.
    Other,
}

/// Reads a `Host` header (or an authority), with or without port, in any case, with or without a trailing dot.
pub(crate) fn parse(host: &str, domain: &str) -> HostName {
    let name = name(host);
    if let Some((label, region)) = labels_before(name, domain)
        && let Some(region) =
            Region::ALL.into_iter().find(|r| region.eq_ignore_ascii_case(r.as_str()))
        && let Some((group, environment)) = parse_label(label)
    {
        return HostName::Group(group, environment, region);
    }
    let is_address = name.starts_with('[')
        || name.parse::<Ipv4Addr>().is_ok()
        || name.parse::<Ipv6Addr>().is_ok();
    if is_address || !name.contains('.') { HostName::Nameless } else { HostName::Other }
}

/// The name in a `Host` header (or an authority): without port and dot at its end.
pub(crate) fn name(host: &str) -> &str {
    let name = without_port(host);
    name.strip_suffix('.').unwrap_or(name)
}

/// The host without its port.
fn without_port(host: &str) -> &str {
    let bytes = host.as_bytes();
    let Some(colon) = bytes.iter().rposition(|b| *b == b':') else { return host };
    let (name, port) = (&bytes[..colon], &bytes[colon + 1..]);
    // More colons are an address of IPv6, which has a port only after brackets.
    let may_have_port = name.last() == Some(&b']') || !name.contains(&b':');
    if may_have_port && port.iter().all(u8::is_ascii_digit) { &host[..colon] } else { host }
}

/// What is before the first `separator`, an ASCII character, and what is after it.
fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// The two labels before `domain`.
fn labels_before<'a>(name: &'a str, domain: &str) -> Option<(&'a str, &'a str)> {
    let dot = name.len().checked_sub(domain.len() + 1)?;
    let (labels, rest) = name.split_at_checked(dot)?;
    if !rest.starts_with('.') || !rest[1..].eq_ignore_ascii_case(domain) {
        return None;
    }
    split_once(labels, b'.')
}

/// Whether a domain can end published host names.
pub(crate) fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 200 && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(host: &str) -> Option<(Environment, Region)> {
        match parse(host, "localhost") {
            HostName::Group(key, environment, region) => {
                assert_eq!(key, GroupKey::parse("xv3xbwah945y").unwrap());
                Some((environment, region))
            }
            _ => None,
        }
    }

    #[test]
    fn each_environment_has_its_name_in_any_case_with_any_port() {
        use Environment::{Online, Preview, Test};
        for (host, environment, region) in [
            ("xv3xbwah945y.cn-north-1.localhost", Online, Region::CnNorth1),
            ("xv3xbwah945y-test.cn-north-1.localhost:8000", Test, Region::CnNorth1),
            ("xv3xbwah945y-preview.cn-east-2.localhost.", Preview, Region::CnEast2),
            ("XV3XBWAH945Y-Test.CN-South-1.LocalHost.:80", Test, Region::CnSouth1),
            ("xv3xbwah945y.cn-north-1.localhost:", Online, Region::CnNorth1),
        ] {
            assert_eq!(group(host), Some((environment, region)), "{host}");
        }
    }

    #[test]
    fn other_names_are_no_groups() {
        for host in [
            "xv3xbwah945y-online.cn-north-1.localhost",
            "xv3xbwah945y-.cn-north-1.localhost",
            "xv3xbwah945.cn-north-1.localhost",
            "yv3xbwah945y.cn-north-1.localhost",
            "xv3xbwah945y.cn-west-1.localhost",
            "xv3xbwah945y.localhost",
            "a.xv3xbwah945y.cn-north-1.localhost",
            "xv3xbwah945y.cn-north-1.localhost.example.com",
            "xv3xbwah945y.cn-north-1.example.com",
            "xv3xbwah945y.cn-north-1.xlocalhost",
            "xv3xbwah945y.cn-north-1.localhost:80x",
            "www.example.com",
            "é.cn-north-1.localhost",
        ] {
            assert_eq!(parse(host, "localhost"), HostName::Other, "{host}");
        }
    }

    #[test]
    fn addresses_and_names_without_a_dot_cannot_name_a_group() {
        for host in [
            "",
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]",
            "[::1]:8000",
            "::1",
            "gateway:8000",
        ] {
            assert_eq!(parse(host, "localhost"), HostName::Nameless, "{host}");
        }
    }

    #[test]
    fn a_domain_is_labels_of_letters_digits_and_hyphens() {
        for good in ["localhost", "api.example.com", "a-b.c1"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "-a", "a_b", "a b", "a:80", "http://a"] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
