//! Where each call to a published API is told of when it has ended: the access log, and the collector of traces.

use crate::config::{AccessLogTarget, Config};
use gateway::{AccessLog, TraceExport};
use std::{fs::OpenOptions, io};

/// A place that cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {to}: {error}")]
pub struct CallsError {
    key: &'static str,
    to: String,
    error: io::Error,
}

/// Where calls are told of.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    /// As lines.
    pub(crate) access_log: Option<AccessLog>,
    /// As spans.
    pub(crate) trace_export: Option<TraceExport>,
}

impl Calls {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// When one of them cannot be had.
    pub(crate) fn open(config: &Config) -> Result<Self, CallsError> {
        let to = &config.access_log.to;
        let failed = |error| CallsError { key: "access-log.to", to: to.clone().into(), error };
        let access_log = open_access_log(to).map_err(failed)?;
        let trace_export = match &config.traces.collector {
            None => None,
            Some(collector) => {
                let to = collector.to_string();
                let started = TraceExport::start(collector.clone(), config.traces.sample_percent);
                let failed = |error| CallsError { key: "traces.collector", to, error };
                Some(started.map_err(failed)?)
            }
        };
        Ok(Self { access_log, trace_export })
    }

    /// Waits until all that was told is written and sent, for some seconds at most.
    pub(crate) async fn flush(self) {
        let flush = move || {
            if let Some(log) = self.access_log {
                log.flush();
            }
            if let Some(export) = self.trace_export {
                export.flush();
            }
        };
        // They wait for the disk and the network: not on a thread of the runtime.
        let _ = tokio::task::spawn_blocking(flush).await;
    }
}

fn open_access_log(to: &AccessLogTarget) -> io::Result<Option<AccessLog>> {
    let started = match to {
        AccessLogTarget::Off => return Ok(None),
        AccessLogTarget::Stdout => AccessLog::start(io::stdout()),
        AccessLogTarget::File(path) => {
            OpenOptions::new().create(true).append(true).open(path).and_then(AccessLog::start)
        }
    };
    started.map(Some)
}
