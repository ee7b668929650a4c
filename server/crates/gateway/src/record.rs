//! The record of one call: opened when its group is known, counted when its answer has ended, however it ends.

use crate::{
    entry::Entry,
    snapshot::{Deployment, Label},
    upstream::Progress,
    worker::Worker,
};
use std::{sync::Arc, time::Instant};

/// The record of one call. It counts itself when it is dropped.
pub(crate) struct Record {
    /// What was called.
    pub(crate) deployment: Arc<Deployment>,
    /// Which of its APIs; `None` for none.
    pub(crate) api: Option<usize>,
    /// The answer's status; 0 until there is one.
    pub(crate) status: u16,
    /// Bytes of the answer's body that were handed on.
    pub(crate) bytes_out: u64,
    /// Bytes of the request's body that were held.
    pub(crate) bytes_in: u64,
    /// What is to be written down of it, where calls are.
    pub(crate) access: Option<Box<Entry>>,
    /// The request's body, where it streams.
    pub(crate) upload: Option<Arc<Progress>>,
    worker: Arc<Worker>,
    started: Instant,
    outcome: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    /// Under way. When it is dropped so, the caller went away.
    Open,
    /// Answered to the end.
    Ended,
    /// The backend broke off.
    Broken,
}

/// How a call is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A status below 200: the connection went on with another protocol.
    Switched,
    /// A status from 200 to 299, answered to the end.
    Success,
    /// A status from 300 to 399, answered to the end.
    Redirect,
    /// A status from 400 to 499, or the caller went away.
    ClientError,
    /// A status of 500 and above, or the backend broke off.
    ServerError,
}

impl Class {
    /// How many there are.
    pub(crate) const COUNT: usize = 5;
}

/// What a call adds to the counters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    pub(crate) class: Class,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) latency_us: u64,
}

impl Record {
    /// A record of a call to `deployment`.
    pub(crate) fn open(deployment: Arc<Deployment>, worker: Arc<Worker>, started: Instant) -> Self {
        Self {
            deployment,
            api: None,
            status: 0,
            bytes_out: 0,
            bytes_in: 0,
            access: None,
            upload: None,
            worker,
            started,
            outcome: Outcome::Open,
        }
    }

    /// The answer went out whole.
    pub(crate) fn end(&mut self) {
        self.outcome = Outcome::Ended;
    }

    /// The backend broke the answer off.
    pub(crate) fn break_off(&mut self) {
        self.outcome = Outcome::Broken;
    }

    /// Whose worker counts it.
    pub(crate) fn worker(&self) -> &Arc<Worker> {
        &self.worker
    }

    fn label(&self) -> &Arc<Label> {
        self.api
            .and_then(|api| self.deployment.apis.get(api))
            .map_or(&self.deployment.unmatched, |api| &api.label)
    }

    fn class(&self) -> Class {
        match (self.outcome, self.status) {
            (Outcome::Broken, _) | (_, 500..) => Class::ServerError,
            (Outcome::Open, _) | (_, 0 | 400..) => Class::ClientError,
            (Outcome::Ended, 300..) => Class::Redirect,
            (Outcome::Ended, 200..) => Class::Success,
            (Outcome::Ended, _) => Class::Switched,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let streamed = self.upload.as_ref().map_or(0, |upload| upload.bytes());
        let (bytes_in, elapsed) = (self.bytes_in + streamed, self.started.elapsed());
        let served = Served {
            class: self.class(),
            bytes_in,
            bytes_out: self.bytes_out,
            latency_us: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        };
        if let Some(mut entry) = self.access.take() {
            entry.matched(&self.deployment, self.api);
            entry.write(bytes_in, self.bytes_out, elapsed);
        }
        self.worker.traffic.count(self.label(), served);
    }
}
