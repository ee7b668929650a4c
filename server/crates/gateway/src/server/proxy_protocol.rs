//! The PROXY protocol, versions 1 and 2: the first bytes of a connection, in which a proxy says whom it connects for.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How version 2 begins.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// How version 1 begins.
const WORD: &[u8] = b"PROXY ";
/// Longest line of version 1, its end included.
const LINE_MAX: usize = 107;
/// Longest rest of version 2 that is accepted: addresses, and what proxies add to them. The format allows 65,535.
const REST_MAX: u16 = 4096;

/// Reads the header, and nothing behind it: the client's address, or `None` where the proxy speaks for itself or does not
/// know.
///
/// # Errors
/// When it is no such header, or the connection ends.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    // Even the shortest header is longer.
    let mut begin = [0; SIGNATURE.len()];
    stream.read_exact(&mut begin).await?;
    if begin == SIGNATURE {
        read_binary(stream).await
    } else if begin.starts_with(WORD) {
        read_line(stream, begin.to_vec()).await
    } else {
        Err(malformed("there is no PROXY header"))
    }
}

/// Version 1, of which `line` is the begin.
async fn read_line(
    stream: &mut (impl AsyncRead + Unpin),
    mut line: Vec<u8>,
) -> io::Result<Option<SocketAddr>> {
    // Byte by byte: what comes behind the line is not the header's. It is read once a connection.
    while !line.ends_with(b"\r\n") {
        if line.len() >= LINE_MAX {
            return Err(malformed("the line has no end"));
        }
        line.push(stream.read_u8().await?);
    }
    let text = str::from_utf8(&line[WORD.len()..line.len() - 2]);
    let words: Vec<&str> = text.unwrap_or_default().split(' ').collect();
    match words[..] {
        ["UNKNOWN", ..] => Ok(None),
        [family @ ("TCP4" | "TCP6"), source, destination, source_port, destination_port] => {
            let is_v4 = family == "TCP4";
            let client = address(source, source_port, is_v4);
            let server = address(destination, destination_port, is_v4);
            match (client, server) {
                (Some(client), Some(_)) => Ok(Some(client)),
                _ => Err(malformed("an address is wrong")),
            }
        }
        _ => Err(malformed("the line is wrong")),
    }
}

fn address(address: &str, port: &str, is_v4: bool) -> Option<SocketAddr> {
    let address: IpAddr =
        address.parse().ok().filter(|address: &IpAddr| address.is_ipv4() == is_v4)?;
    // `parse` would take a sign too.
    let port = port.bytes().all(|b| b.is_ascii_digit()).then(|| port.parse().ok()).flatten()?;
    Some(SocketAddr::new(address, port))
}

/// Version 2, behind the signature.
async fn read_binary(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let (command, family) = (stream.read_u8().await?, stream.read_u8().await?);
    let length = stream.read_u16().await?;
    if length > REST_MAX {
        return Err(malformed("the header is too long"));
    }
    let mut rest = vec![0; usize::from(length)];
    stream.read_exact(&mut rest).await?;
    match (command, family) {
        // The proxy itself, to see whether somebody is there. And datagrams, sockets of a file system, unspecified ones: no
        // address that means anything here.
        (0x20, _) | (0x21, 0x00 | 0x12 | 0x22 | 0x31 | 0x32) => Ok(None),
        // TCP over IPv4: two addresses, two ports.
        (0x21, 0x11) => match rest[..] {
            [a, b, c, d, _, _, _, _, high, low, _, _, ..] => {
                let port = u16::from_be_bytes([high, low]);
                Ok(Some(SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), port)))
            }
            _ => Err(malformed("the addresses are cut short")),
        },
        // TCP over IPv6.
        (0x21, 0x21) => match (rest.first_chunk::<16>(), rest.get(32..36)) {
            (Some(client), Some(&[high, low, _, _])) => {
                let port = u16::from_be_bytes([high, low]);
                Ok(Some(SocketAddr::new(Ipv6Addr::from(*client).into(), port)))
            }
            _ => Err(malformed("the addresses are cut short")),
        },
        _ => Err(malformed("the command or the family is unknown")),
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of these bytes, and what is left of them.
    async fn read_of(bytes: &[u8]) -> (io::Result<Option<String>>, Vec<u8>) {
        let mut stream = bytes;
        let read = read(&mut stream).await.map(|client| client.map(|client| client.to_string()));
        (read, stream.to_vec())
    }

    fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest, b"GET /"].concat()
    }

    #[tokio::test]
    async fn reads_the_client_and_not_a_byte_more() {
        for (line, client) in [
            ("PROXY TCP4 192.0.2.7 10.0.0.1 4711 80\r\n", Some("192.0.2.7:4711")),
            ("PROXY TCP6 2001:db8::7 ::1 65535 443\r\n", Some("[2001:db8::7]:65535")),
            ("PROXY UNKNOWN\r\n", None),
            ("PROXY UNKNOWN ff:: ff:: 1 2\r\n", None),
        ] {
            let (read, left) = read_of(format!("{line}GET /").as_bytes()).await;
            assert_eq!((read.unwrap().as_deref(), &left[..]), (client, &b"GET /"[..]), "{line}");
        }
        let v4 = [192, 0, 2, 7, 10, 0, 0, 1, 0x12, 0x67, 0, 80];
        let with_more = [&v4[..], &[0xea, 0, 1, b'x']].concat();
        let v6 = [
            &Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7).octets()[..],
            &[0; 16],
            &[0, 9, 0, 80],
        ]
        .concat();
        for (bytes, client) in [
            (binary(0x21, 0x11, &v4), Some("192.0.2.7:4711")),
            (binary(0x21, 0x11, &with_more), Some("192.0.2.7:4711")),
            (binary(0x21, 0x21, &v6), Some("[2001:db8::7]:9")),
            (binary(0x20, 0x11, &v4), None),
            (binary(0x20, 0x00, &[]), None),
            (binary(0x21, 0x00, &[1, 2, 3]), None),
            (binary(0x21, 0x31, &[0; 216]), None),
        ] {
            let (read, left) = read_of(&bytes).await;
            assert_eq!((read.unwrap().as_deref(), &left[..]), (client, &b"GET /"[..]), "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        let long = format!("PROXY UNKNOWN {}\r\n", "x".repeat(100));
        for line in [
            "GET / HTTP/1.1\r\n\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 4711\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 4711 80 1\r\n",
            "PROXY TCP4 192.0.2.7  10.0.0.1 4711 80\r\n",
            "PROXY TCP4 2001:db8::7 ::1 4711 80\r\n",
            "PROXY TCP6 192.0.2.7 10.0.0.1 4711 80\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 +4711 80\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 65536 80\r\n",
            "PROXY TCP4 192.0.2.7 nowhere 4711 80\r\n",
            "PROXY UDP4 192.0.2.7 10.0.0.1 4711 80\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 4711 80\n",
            "PROXY TCP4 19",
            "proxy unknown\r\n",
            &long,
        ] {
            assert!(read_of(line.as_bytes()).await.0.is_err(), "{line}");
        }
        for bytes in [
            binary(0x21, 0x11, &[0; 11]),
            binary(0x21, 0x21, &[0; 35]),
            binary(0x22, 0x11, &[0; 12]),
            binary(0x11, 0x11, &[0; 12]),
            binary(0x21, 0x13, &[0; 12]),
            binary(0x21, 0x11, &[0; 5000]),
            SIGNATURE.to_vec(),
        ] {
            assert!(read_of(&bytes).await.0.is_err(), "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }
}
