//! A list of name servers.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// The port of name servers where none is given.
const PORT: u16 = 53;

/// Name servers, with commas between: `10.0.0.2, [::1]:5353`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NameServers(Vec<SocketAddr>);

impl NameServers {
    /// Their addresses.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.0
    }
}

impl TryFrom<String> for NameServers {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = |entry: &str| {
            let bare = entry.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, PORT));
            bare.or_else(|_with_port| entry.parse())
                .map_err(|_neither| format!("{entry:?} is no address like 10.0.0.2 or 10.0.0.2:53"))
        };
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl From<NameServers> for String {
    fn from(servers: NameServers) -> Self {
        servers.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_server_has_a_port_or_the_usual_one() {
        let read = |text: &str| NameServers::try_from(text.to_owned());
        let servers = read(" 10.0.0.2,[::1]:5353, ::1 ").unwrap();
        assert_eq!(String::from(servers), "10.0.0.2:53, [::1]:5353, [::1]:53");
        assert_eq!(read("").unwrap(), NameServers::default());
        for bad in ["dns.example.com", "10.0.0.2:", "10.0.0"] {
            assert!(read(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
