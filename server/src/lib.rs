//! The program `paifang`: configuration, wiring, shutdown. The only crate that knows all others.
//!
//! A start in one line: [`config`] → ports → `installation` (data directory, key, database) → services → `sync`
//! (what is published, compiled) → gateway and its listener → `console` and its listener → background tasks. [`run`] does
//! it, and gives back a [`Running`] server.

mod arguments;
mod calls;
mod certificates;
mod clock;
pub mod commands;
pub mod config;
mod console;
mod demo;
mod housekeeping;
mod http;
mod installation;
mod listen;
mod metrics;
mod records;
mod running;
mod shutdown;
mod sync;
mod telemetry;

pub use calls::CallsError;
pub use installation::{Installation, InstallationError};
pub use listen::ListenError;
pub use running::{Running, StartError, run};
pub use sync::SyncError;
