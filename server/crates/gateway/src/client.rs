//! Who the client is: the address of the connection, or where that is a trusted proxy, the one that the proxy names.

use crate::{Connection, headers::X_FORWARDED_FOR, ip_set::IpSet};
use http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// The client's address. Entries of `x-forwarded-for` are read from the right, as each proxy appends whom it was called by:
/// the first that is no trusted proxy is the client, and what stands left of it is only what the client says.
pub(crate) fn address(connection: &Connection, headers: &HeaderMap, trusted: &IpSet) -> IpAddr {
    let mut client = connection.peer().ip();
    if trusted.is_empty() || !trusted.contains(client) {
        return client;
    }
    for value in headers.get_all(X_FORWARDED_FOR).iter().rev() {
        for entry in value.to_str().unwrap_or("?").rsplit(',') {
            // What cannot be read is not believed, nor what stands before it: the proxy that wrote it is the client.
            let Some(address) = read(entry.trim()) else { return client };
            client = address;
            if !trusted.contains(client) {
                return client;
            }
        }
    }
    client
}

/// An entry: an address, which some proxies write with a port.
fn read(entry: &str) -> Option<IpAddr> {
    let address = entry.parse::<IpAddr>().ok();
    let address = address.or_else(|| entry.parse::<SocketAddr>().ok().map(|both| both.ip()));
    let bare = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(bare).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(peer: &str, trusted: &[&str], forwarded_for: &[&str]) -> String {
        let peer = SocketAddr::new(peer.parse().unwrap(), 1234);
        let connection = Connection::new(peer, "127.0.0.1:8000".parse().unwrap(), false);
        let ranges: Vec<_> = trusted.iter().map(|range| range.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        address(&connection, &headers, &IpSet::new(&ranges)).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(client("192.0.2.7", &[], &["10.0.0.1"]), "192.0.2.7");
        assert_eq!(client("192.0.2.7", &["10.0.0.0/8"], &["10.0.0.1"]), "192.0.2.7");
    }

    #[test]
    fn the_right_most_untrusted_entry_is_the_client() {
        let trusted = &["10.0.0.0/8", "::1"];
        assert_eq!(client("10.0.0.1", trusted, &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("::1", trusted, &["1.1.1.1, 192.0.2.7,10.0.0.2"]), "192.0.2.7");
        assert_eq!(client("10.0.0.1", trusted, &["1.1.1.1", "192.0.2.7", "10.9.9.9"]), "192.0.2.7");
        assert_eq!(client("::ffff:10.0.0.1", trusted, &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn when_all_are_trusted_the_first_is_the_client() {
        let trusted = &["10.0.0.0/8"];
        assert_eq!(client("10.0.0.1", trusted, &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(client("10.0.0.1", trusted, &[]), "10.0.0.1");
    }

    #[test]
    fn what_cannot_be_read_ends_the_search() {
        let trusted = &["10.0.0.0/8"];
        for unreadable in ["unknown", "", "192.0.2", "a.example", "1.1.1.1, "] {
            assert_eq!(client("10.0.0.1", trusted, &[unreadable]), "10.0.0.1", "{unreadable}");
        }
        let mixed = ["192.0.2.7, unknown, 10.0.0.5"];
        assert_eq!(client("10.0.0.1", trusted, &mixed), "10.0.0.5");
    }

    #[test]
    fn a_port_does_not_matter() {
        let trusted = &["10.0.0.0/8"];
        assert_eq!(client("10.0.0.1", trusted, &["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(client("10.0.0.1", trusted, &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", trusted, &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", trusted, &["::ffff:192.0.2.7"]), "192.0.2.7");
    }
}
