//! The program `paifang`: configuration, wiring, shutdown. The only crate that knows all others.
//!
//! A start in one line: [`config`] → ports → `installation` (data directory, key, database) → services → `sync`
//! (what is published, compiled) → `front` (gateway, listeners) → `console` → background tasks. [`run`] does it, and gives
//! back a [`Running`] server; [`start`] also gives one that waits for its database and serves what is `kept` on disk.

mod arguments;
mod calls;
mod certificates;
mod clock;
pub mod commands;
pub mod config;
mod console;
mod demo;
mod front;
mod housekeeping;
mod http;
mod installation;
mod kept;
mod listen;
mod metrics;
mod records;
mod running;
mod shutdown;
mod start;
mod sync;
mod telemetry;

pub use calls::CallsError;
pub use installation::{Installation, InstallationError};
pub use listen::ListenError;
pub use running::Running;
pub use start::{Back, StartError, Started, Waiting, run, start};
pub use sync::SyncError;
