//! The ports: taken before anything else is done, with an error that says which key to change.

use socket2::{Domain, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener},
};

/// A port that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot listen on {address}: {error}; choose another with {key} in paifang.toml, {flag} or {variable}"
)]
pub struct ListenError {
    /// Which.
    pub address: SocketAddr,
    /// Why.
    pub error: io::Error,
    key: &'static str,
    flag: &'static str,
    variable: &'static str,
}

/// Who wants to listen: for the error.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// The console.
    Console,
    /// The gateway.
    Gateway,
    /// The gateway by HTTPS.
    GatewayHttps,
    /// The metrics.
    Metrics,
}

impl Door {
    /// The error of this door.
    pub(crate) fn error(self, address: SocketAddr, error: io::Error) -> ListenError {
        let (key, flag, variable) = match self {
            Self::Console => ("console.listen", "--console-listen", "PAIFANG_CONSOLE_LISTEN"),
            Self::Gateway => ("gateway.listen", "--gateway-listen", "PAIFANG_GATEWAY_LISTEN"),
            Self::GatewayHttps => (
                "gateway.https-listen",
                "--set gateway.https-listen=ADDRESS",
                "PAIFANG_GATEWAY_HTTPS_LISTEN",
            ),
            Self::Metrics => {
                ("metrics.listen", "--set metrics.listen=ADDRESS", "PAIFANG_METRICS_LISTEN")
            }
        };
        ListenError { address, error, key, flag, variable }
    }

    /// Listens.
    pub(crate) fn bind(self, address: SocketAddr) -> Result<TcpListener, ListenError> {
        TcpListener::bind(address).map_err(|error| self.error(address, error))
    }
}

/// A port that is kept for the gateway until its own listeners are there.
///
/// These share the port among themselves (`SO_REUSEPORT`), and would share it just as well with those of another process
/// of the same user, with each getting some of the calls. So it is first asked whether anybody listens there.
pub(crate) struct ReservedPort {
    /// The address with the port that the system chose when 0 was asked for.
    pub(crate) address: SocketAddr,
    // Bound but not listening: it gets no connections.
    _socket: Socket,
}

impl ReservedPort {
    /// Takes the port.
    pub(crate) fn take(door: Door, address: SocketAddr) -> Result<Self, ListenError> {
        let failed = |error| door.error(address, error);
        let address = door.bind(address)?.local_addr().map_err(failed)?;
        let socket = reusable_socket(address).map_err(failed)?;
        Ok(Self { address, _socket: socket })
    }
}

fn reusable_socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loopback() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    #[test]
    fn a_port_in_use_is_named_with_the_key_to_change() {
        let taken = TcpListener::bind(loopback()).unwrap().local_addr().unwrap();
        let _listening = TcpListener::bind(taken).unwrap();
        for (door, key) in [
            (Door::Console, "console.listen"),
            (Door::Gateway, "gateway.listen"),
            (Door::GatewayHttps, "gateway.https-listen"),
        ] {
            let said = door.bind(taken).unwrap_err().to_string();
            assert!(said.contains(&taken.to_string()) && said.contains(key), "{said}");
        }
    }

    #[test]
    fn a_port_that_others_share_is_in_use_too() {
        let theirs = reusable_socket(loopback()).unwrap();
        theirs.listen(1).unwrap();
        let address = theirs.local_addr().unwrap().as_socket().unwrap();
        assert!(ReservedPort::take(Door::Gateway, address).is_err());
    }

    #[test]
    fn a_reserved_port_can_be_listened_on_by_those_who_share_it() {
        let reserved = ReservedPort::take(Door::Gateway, loopback()).unwrap();
        assert_ne!(reserved.address.port(), 0);
        let listener = reusable_socket(reserved.address).unwrap();
        listener.listen(1).unwrap();
        std::net::TcpStream::connect(reserved.address).unwrap();
    }
}
