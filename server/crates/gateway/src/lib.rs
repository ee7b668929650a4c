#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod access_log;
mod body;
mod cache;
mod client;
mod coding;
mod connection;
mod context;
mod entry;
mod filter;
mod gateway;
mod handover;
mod hash;
mod headers;
mod ip_set;
mod jwt;
mod keyed;
mod limiter;
mod log_limit;
mod metrics;
mod passing;
mod pipeline;
mod proxy;
mod record;
mod refusal;
mod request_id;
mod respond;
mod route;
mod server;
mod settings;
mod snapshot;
mod trace;
mod trace_export;
mod traffic;
mod tunnel;
mod upstream;
mod worker;

pub use access_log::AccessLog;
pub use body::{BodyError, GatewayBody, RequestBody};
pub use connection::Connection;
pub use gateway::{Gateway, GatewayError};
pub use server::{Drained, GatewayServer, ServerSettings};
pub use settings::{GatewaySettings, GroupHeader, PoolSettings, Timeouts};
pub use snapshot::{CompileError, RefusedDeployment, Snapshot, SnapshotConfig};
pub use trace_export::{Collector, CollectorError, TraceExport};
pub use traffic::TrafficDelta;
