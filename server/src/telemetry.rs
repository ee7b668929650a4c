//! The log: to standard error, as text or JSON.
//!
//! Levels: `error` something is broken and a person should look; `warn` something failed and the program goes on;
//! `info` what an operator wants to have seen (start, addresses, end); `debug` a request or change at a time.
//! Never logged: passwords, secrets, keys, session ids, bodies, query strings.

use crate::config::{LogConfig, LogFormat};
use std::io::{self, IsTerminal};
use tracing_subscriber::EnvFilter;

/// What libraries say at `info` belongs to `debug` here. The configured level comes after it, so it may say otherwise.
const QUIET: &str = "sea_orm_migration=warn,tower_sessions=error,tower_sessions_core=error";

/// Begins to log. A second call changes nothing, so tests may call it as often as they like.
pub(crate) fn init(config: &LogConfig) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(format!("{QUIET},{}", config.level.as_str())))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // Only fails when a subscriber is there already.
    let _already_there = match config.format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
