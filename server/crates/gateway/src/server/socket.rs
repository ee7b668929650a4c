//! Listening sockets: several on one address, among which the system spreads connections.

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener},
};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

/// As many listening sockets on one address.
///
/// # Errors
/// When the address is taken, also by another process that would share it.
pub(crate) fn listen(address: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    // Without sharing first: two servers that share a port by mistake would each get half of the calls.
    let probe = socket(address, false)?;
    probe.bind(&SockAddr::from(address))?;
    let address = probe.local_addr()?.as_socket().unwrap_or(address);
    drop(probe);
    (0..count.max(1))
        .map(|_| {
            let socket = socket(address, count > 1)?;
            socket.bind(&SockAddr::from(address))?;
            socket.listen(BACKLOG)?;
            socket.set_nonblocking(true)?;
            Ok(socket.into())
        })
        .collect()
}

fn socket(address: SocketAddr, is_shared: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Connections of before, in their last minutes, do not keep the address.
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(is_shared)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_sockets_share_one_address() {
        let sockets = listen("127.0.0.1:0".parse().unwrap(), 3).unwrap();
        let addresses: Vec<_> = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
        assert_eq!(addresses.len(), 3);
        assert!(
            addresses[0].port() != 0 && addresses.iter().all(|address| *address == addresses[0])
        );
    }

    #[test]
    fn an_address_that_another_server_listens_at_is_refused() {
        for count in [1, 2] {
            let taken = listen("127.0.0.1:0".parse().unwrap(), count).unwrap();
            let address = taken[0].local_addr().unwrap();
            assert_eq!(listen(address, 2).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        }
    }
}
