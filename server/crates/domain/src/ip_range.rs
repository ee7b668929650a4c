//! Ranges of IP addresses: one address, or a network in CIDR notation.

use crate::error::{DomainError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// One address or one network. IPv4 addresses that are written as IPv6 ones (`::ffff:192.0.2.1`) are IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IpRange {
    network: IpAddr,
    /// How many leading bits all addresses of the range share.
    prefix: u8,
}

impl IpRange {
    /// Its first address.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        self.network
    }

    /// Its last address.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        match self.network {
            IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() | self.host_bits_v4()).into(),
            IpAddr::V6(first) => Ipv6Addr::from_bits(first.to_bits() | self.host_bits_v6()).into(),
        }
    }

    /// Whether `address` is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4()
            && (self.first()..=self.last()).contains(&address)
    }

    fn host_bits_v4(&self) -> u32 {
        u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0)
    }

    fn host_bits_v6(&self) -> u128 {
        u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0)
    }

    fn width(network: IpAddr) -> u8 {
        if network.is_ipv4() { 32 } else { 128 }
    }

    /// The network with the bits behind the prefix cleared.
    fn cleared(self) -> Self {
        let network = match self.network {
            IpAddr::V4(network) => {
                Ipv4Addr::from_bits(network.to_bits() & !self.host_bits_v4()).into()
            }
            IpAddr::V6(network) => {
                Ipv6Addr::from_bits(network.to_bits() & !self.host_bits_v6()).into()
            }
        };
        Self { network, prefix: self.prefix }
    }

    /// Address and length of the prefix as they were written, IPv4 in IPv6 clothes undressed.
    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().ok()?;
        let width = Self::width(written);
        let prefix = match prefix {
            None => width,
            // `parse` would take a sign too.
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        if prefix > width {
            return None;
        }
        let network = written.to_canonical();
        match (written, network) {
            (IpAddr::V6(_), IpAddr::V4(_)) => match prefix.checked_sub(96) {
                Some(prefix) => Some(Self { network, prefix }),
                None => Some(Self { network: written, prefix }),
            },
            _ => Some(Self { network, prefix }),
        }
    }
}

impl FromStr for IpRange {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let wrong = |message: String, message_zh: String| {
            DomainError::new(ErrorKind::Format, "ranges", message, message_zh)
        };
        let shown: String = text.chars().take(60).collect();
        let range = Self::read(text).ok_or_else(|| {
            wrong(
                format!("\"{shown}\" is no address like 192.0.2.7 or 2001:db8::7, and no network like 192.0.2.0/24 or 2001:db8::/32"),
                format!("“{shown}”不是正确的IP地址或IP段，例如 192.0.2.7、192.0.2.0/24、2001:db8::/32"),
            )
        })?;
        let network = range.cleared();
        if network == range {
            Ok(range)
        } else {
            // Which of the two is meant is not for us to guess.
            let alone = range.network;
            Err(wrong(
                format!(
                    "\"{shown}\" begins in the middle of a network: write {network} or {alone}"
                ),
                format!("“{shown}”不是网段的起始地址，请写作 {network} 或 {alone}"),
            ))
        }
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == Self::width(self.network) {
            write!(f, "{}", self.network)
        } else {
            write!(f, "{}/{}", self.network, self.prefix)
        }
    }
}

impl TryFrom<String> for IpRange {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<IpRange> for String {
    fn from(range: IpRange) -> String {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> IpRange {
        text.parse().unwrap()
    }

    #[test]
    fn is_written_as_an_address_or_a_network() {
        for (text, shown) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("::/0", "::/0"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ] {
            assert_eq!(range(text).to_string(), shown);
            assert_eq!(range(shown), range(text), "{text}");
        }
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        let refused = "10.0.0.5/24".parse::<IpRange>().unwrap_err();
        assert!(refused.message.ends_with("write 10.0.0.0/24 or 10.0.0.5"), "{refused}");
        for wrong in [
            "",
            "10.0.0",
            "010.0.0.1",
            "10.0.0.1/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "::/129",
            "2001:db8::1/64",
            "a.example",
            "10.0.0.1-10.0.0.9",
            "10.0.0.1:80",
            "[::1]",
            "fe80::1%eth0",
            " 10.0.0.1",
        ] {
            assert!(wrong.parse::<IpRange>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn contains_what_is_between_its_first_and_last_address() {
        let holds =
            |range_text: &str, address: &str| range(range_text).contains(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.255.255") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::1"));
        assert!(!holds("2001:db8::/33", "2001:db8:8000::1") && !holds("::/0", "1.2.3.4"));
    }
}
