//! `[gateway]`: the door of published APIs.

use super::{AddressList, NameServers, optional_address, units};
use ::gateway::{GatewaySettings, ServerSettings, Timeouts};
use domain::DomainCheck;
use serde::{Deserialize, Serialize};
use services::UrlBase;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// Settings of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct GatewayConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it speaks TLS, with the certificates of custom domains; `None` (written as an empty text) for nowhere.
    #[serde(with = "optional_address")]
    pub https_listen: Option<SocketAddr>,
    /// The port that callers reach that by; 0 for the one listened on.
    pub https_public_port: u16,
    /// Who says that a custom domain is its provider's.
    pub domain_check: DomainCheck,
    /// Who is asked for its records; empty for the system's name servers.
    pub name_servers: NameServers,
    /// Whether callers reach it by https.
    pub public_https: bool,
    /// The port that callers reach it by; 0 for 443 by https, else the one listened on.
    pub public_port: u16,
    /// Threads that serve; 0 for one a core.
    pub workers: u16,
    /// Largest request body, in bytes.
    #[serde(with = "units::size")]
    pub body_limit: u64,
    /// Largest request body that a backend signature covers, in bytes.
    #[serde(with = "units::size")]
    pub signed_body_limit: u64,
    /// Longest path with query, in bytes.
    #[serde(with = "units::size")]
    pub uri_limit: u64,
    /// Longest head of a request, in bytes.
    #[serde(with = "units::size")]
    pub head_limit: u64,
    /// Connections at a time.
    pub max_connections: u32,
    /// Connections at a time of one address; 0 for no such limit.
    pub max_connections_per_address: u32,
    /// Calls at a time on one HTTP/2 connection.
    pub http2_streams: u32,
    /// For a request's head, and for an idle connection.
    #[serde(with = "units::time")]
    pub head_timeout: Duration,
    /// For a connection to a backend.
    #[serde(with = "units::time")]
    pub connect_timeout: Duration,
    /// From the end of a request to the head of the backend's answer.
    #[serde(with = "units::time")]
    pub first_byte_timeout: Duration,
    /// Between two pieces of a body.
    #[serde(with = "units::time")]
    pub body_idle_timeout: Duration,
    /// How long a WebSocket may be silent.
    #[serde(with = "units::time")]
    pub websocket_idle_timeout: Duration,
    /// How far a signed call's date may be off.
    #[serde(with = "units::time")]
    pub clock_skew: Duration,
    /// How long keys of tokens' issuers are good for before they are fetched again.
    #[serde(with = "units::time")]
    pub jwks_refresh: Duration,
    /// Who may name a group without its host.
    pub group_header: GroupHeader,
    /// Calls per second of each group in each environment; 0 for no ceiling.
    pub group_limit: u32,
    /// Client addresses that are remembered at a time for limits per address.
    pub limited_addresses: u32,
    /// Memory of the response cache, in bytes; 0 for none.
    #[serde(with = "units::size")]
    pub cache_size: u64,
    /// Who is believed when it says whom it calls for.
    pub trusted_proxies: AddressList,
    /// Whether trusted proxies say so by the PROXY protocol.
    pub proxy_protocol: bool,
}

/// When a call may name its group by a header instead of by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupHeader {
    /// Not at all.
    Never,
    /// When it arrived at a loopback address.
    Loopback,
    /// Wherever it arrived.
    Always,
}

impl GatewayConfig {
    /// How callers reach it when it listens on `port`.
    #[must_use]
    pub fn public_base(&self, port: u16) -> UrlBase {
        let port = match (self.public_port, self.public_https) {
            (0, true) => 443,
            (0, false) => port,
            (public, _) => public,
        };
        UrlBase { https: self.public_https, port }
    }

    /// The port that callers reach HTTPS by when it is served on `port`.
    #[must_use]
    pub fn https_port(&self, port: u16) -> u16 {
        if self.https_public_port == 0 { port } else { self.https_public_port }
    }

    /// Settings of the gateway itself.
    #[must_use]
    pub fn settings(&self) -> GatewaySettings {
        GatewaySettings {
            body_limit: self.body_limit,
            signed_body_limit: self.signed_body_limit,
            uri_limit: usize::try_from(self.uri_limit).unwrap_or(usize::MAX),
            clock_skew: self.clock_skew,
            group_header: match self.group_header {
                GroupHeader::Never => ::gateway::GroupHeader::Never,
                GroupHeader::Loopback => ::gateway::GroupHeader::Loopback,
                GroupHeader::Always => ::gateway::GroupHeader::Always,
            },
            timeouts: Timeouts {
                connect: self.connect_timeout,
                first_byte: self.first_byte_timeout,
                body_idle: self.body_idle_timeout,
                tunnel_idle: self.websocket_idle_timeout,
            },
            jwks_refresh: self.jwks_refresh,
            group_limit: self.group_limit,
            limited_addresses: usize::try_from(self.limited_addresses).unwrap_or(usize::MAX),
            cache_size: self.cache_size,
            trusted_proxies: self.trusted_proxies.ranges().to_vec(),
            proxy_protocol: self.proxy_protocol,
            ..GatewaySettings::default()
        }
    }

    /// Settings of its listener.
    #[must_use]
    pub fn server_settings(&self) -> ServerSettings {
        ServerSettings {
            workers: usize::from(self.workers),
            max_connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
            max_connections_per_address: usize::try_from(self.max_connections_per_address)
                .unwrap_or(usize::MAX),
            http2_streams: self.http2_streams,
            head_timeout: self.head_timeout,
            head_limit: usize::try_from(self.head_limit).unwrap_or(usize::MAX),
        }
    }
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)),
            https_listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8443))),
            https_public_port: 0,
            domain_check: DomainCheck::Operator,
            name_servers: NameServers::default(),
            public_https: false,
            public_port: 0,
            workers: 0,
            body_limit: 10 << 20,
            signed_body_limit: 1 << 20,
            uri_limit: 8 << 10,
            head_limit: 64 << 10,
            max_connections: 16_384,
            max_connections_per_address: 4_096,
            http2_streams: 128,
            head_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            first_byte_timeout: Duration::from_mins(1),
            body_idle_timeout: Duration::from_mins(1),
            websocket_idle_timeout: Duration::from_mins(10),
            clock_skew: Duration::from_mins(15),
            jwks_refresh: Duration::from_mins(5),
            group_header: GroupHeader::Loopback,
            group_limit: 500,
            limited_addresses: 65_536,
            cache_size: 64 << 20,
            trusted_proxies: AddressList::default(),
            proxy_protocol: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_are_told_the_port_they_can_reach() {
        let base = |public_https, public_port| {
            let config = GatewayConfig { public_https, public_port, ..GatewayConfig::default() };
            let base = config.public_base(8000);
            (base.https, base.port)
        };
        assert_eq!(base(false, 0), (false, 8000));
        assert_eq!(base(false, 80), (false, 80));
        assert_eq!(base(true, 0), (true, 443));
        assert_eq!(base(true, 8443), (true, 8443));
    }
}
