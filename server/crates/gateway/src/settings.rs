//! What an operator may set of the gateway.

use crate::{AccessLog, TraceExport};
use domain::IpRange;
use std::time::Duration;

/// Settings of the gateway. Fixed for its lifetime.
#[derive(Clone, Debug)]
pub struct GatewaySettings {
    /// Longest request body, in bytes; longer ones get 413. Default 10 MiB.
    pub body_limit: u64,
    /// How much memory all bodies together may take that are held because their hash must be checked, in bytes; calls
    /// beyond it get 503. Default 256 MiB; less than `body_limit` counts as that.
    pub held_limit: u64,
    /// Longest request body that is held to cover it by a backend signature, in bytes; a longer one, or one of unknown length,
    /// streams and is not covered. Default 1 MiB.
    pub signed_body_limit: u64,
    /// Longest path with query, in bytes; longer ones get 414. Default 8 KiB.
    pub uri_limit: usize,
    /// How far `x-jdcloud-date` may be from the gateway's time, both ways. A nonce is remembered as long as its call's
    /// date can be accepted. Default 900 s, at most 86,400 s.
    pub clock_skew: Duration,
    /// How many nonces are remembered at most, 8 bytes each; rounded up to a power of two. Default 8,388,608.
    pub nonce_capacity: usize,
    /// When the header `x-paifang-group` (or a signature's scope) may name the group. Default: on loopback.
    pub group_header: GroupHeader,
    /// How long backends may take.
    pub timeouts: Timeouts,
    /// Kept connections to backends.
    pub pool: PoolSettings,
    /// Calls per second of each group in each environment, whatever policies are bound; 0 for no ceiling. Default 500.
    pub group_limit: u32,
    /// How many client addresses are remembered at a time for limits per address, at most 1 KiB each; the least recently
    /// used is forgotten. Default 65,536, from 1 to 16,777,216.
    pub limited_addresses: usize,
    /// Memory of the response cache, in bytes; 0 for none: then nothing is kept. Default 64 MiB.
    pub cache_size: u64,
    /// Who is believed when it says in `x-forwarded-for`, or by the PROXY protocol, whom it calls for. Default nobody.
    pub trusted_proxies: Vec<IpRange>,
    /// Whether connections of trusted proxies to the gateway's own listener begin with a header of the PROXY protocol
    /// (version 1 or 2); without one they are closed. Others are served as they are. Default no.
    pub proxy_protocol: bool,
    /// The port that callers reach HTTPS by; `None` (the default): it is not served, and nothing is redirected to it.
    pub https_port: Option<u16>,
    /// Where each call is written down when it has ended; `None` for nowhere, which is the default.
    pub access_log: Option<AccessLog>,
    /// Where each call goes as a span of its trace when it has ended; `None` for nowhere, which is the default.
    pub trace_export: Option<TraceExport>,
    /// How long keys of tokens' issuers are good for before they are fetched again. Default 5 min, at least 1 s.
    pub jwks_refresh: Duration,
    /// Certificates (DER) of authorities that HTTPS backends are trusted by, besides the system's. Default none.
    pub trusted_certificates: Vec<Vec<u8>>,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            body_limit: 10 * 1024 * 1024,
            held_limit: 256 * 1024 * 1024,
            signed_body_limit: 1024 * 1024,
            uri_limit: 8 * 1024,
            clock_skew: Duration::from_secs(900),
            nonce_capacity: 1 << 23,
            group_header: GroupHeader::default(),
            timeouts: Timeouts::default(),
            pool: PoolSettings::default(),
            group_limit: 500,
            limited_addresses: 65_536,
            cache_size: 64 << 20,
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
            https_port: None,
            access_log: None,
            trace_export: None,
            jwks_refresh: Duration::from_secs(300),
            trusted_certificates: Vec::new(),
        }
    }
}

/// When a request whose host names no group (an IP address, bare `localhost`) may name it by the header
/// `x-paifang-group: ID[-test|-preview]`, or by the service in its signature's scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupHeader {
    /// On connections that were accepted at a loopback address.
    #[default]
    Loopback,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How long the gateway waits; then it answers 504 (408 where the caller is what it waits for).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to a backend, name resolution and TLS included. Default 5 s.
    pub connect: Duration,
    /// From the last byte of the request to the head of the answer. Default 60 s.
    pub first_byte: Duration,
    /// Between two pieces of a body, in either direction, on the caller's side too. Default 60 s.
    pub body_idle: Duration,
    /// How long a WebSocket may be silent, both sides together; then it is closed. Default 10 min.
    pub tunnel_idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(60),
            body_idle: Duration::from_secs(60),
            tunnel_idle: Duration::from_secs(600),
        }
    }
}

/// Kept connections to backends. Each worker has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSettings {
    /// Idle connections per backend address and worker. Default 256.
    pub max_idle_per_upstream: usize,
    /// Idle connections per worker. Default 2048.
    pub max_idle: usize,
    /// How long one may be idle. Default 30 s.
    pub idle_timeout: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self { max_idle_per_upstream: 256, max_idle: 2048, idle_timeout: Duration::from_secs(30) }
    }
}
