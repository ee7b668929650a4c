//! A call under way: what is known from its start, and what the phases found.

use crate::{
    Connection, Snapshot,
    cache::Cached,
    coding::Coding,
    entry::Entry,
    filter::cache::Missed,
    gateway::Shared,
    jwt::Verified,
    limiter::Standing,
    record::Record,
    request_id,
    settings::GatewaySettings,
    snapshot::{Caller, Deployment},
    worker::Worker,
};
use http::HeaderValue;
use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

/// A call under way.
pub(crate) struct RequestContext<'a> {
    /// The gateway.
    pub(crate) gateway: &'a Shared,
    /// Who serves it.
    pub(crate) worker: &'a Arc<Worker>,
    /// What it came by.
    pub(crate) connection: &'a Connection,
    /// What was published when it began.
    pub(crate) snapshot: Arc<Snapshot>,
    /// Its id, for the caller, the backend and the log.
    pub(crate) request_id: HeaderValue,
    /// When its head was there.
    pub(crate) started: Instant,
    /// Whose it is: the connection's peer, or whom a trusted proxy names.
    pub(crate) client: IpAddr,
    /// From *traffic control* on: where the tightest limit of its policy stands, for the answer's headers.
    pub(crate) standing: Option<Standing>,
    /// From *match group* on: its record, until the answer's body takes it over.
    pub(crate) record: Option<Record>,
    /// Of a group with CORS: what the answer says of the origin of the page that calls; `None` when that may not read it.
    pub(crate) allowed_origin: Option<HeaderValue>,
    /// From *response cache* on, where there is one: how the call stands to it.
    pub(crate) cached: Option<Cached>,
    /// The same, for what is kept of the answer.
    pub(crate) missed: Option<Box<Missed>>,
    /// From *validation* on: what of the call does not fit its API's definition.
    pub(crate) misfit: Option<Box<str>>,
    /// From *forward* on: what the answer may be compressed with.
    pub(crate) coding: Option<Coding>,
    /// From *access authorization* on: by whose key it is made.
    pub(crate) caller: Option<Arc<Caller>>,
    /// From *access authorization* on: the token that it carries.
    pub(crate) token: Option<Arc<Verified>>,
    /// Where calls are written down: what there is to write of this one, until its record (or its refusal) takes it over.
    pub(crate) access: Option<Box<Entry>>,
    /// From *forward* on: how long the backend took to the head of its answer.
    pub(crate) upstream_latency: Option<Duration>,
}

impl<'a> RequestContext<'a> {
    /// The context of a call that begins now.
    pub(crate) fn new(
        gateway: &'a Shared,
        worker: &'a Arc<Worker>,
        connection: &'a Connection,
    ) -> Self {
        Self {
            gateway,
            worker,
            connection,
            snapshot: gateway.snapshot.load_full(),
            request_id: request_id::new(),
            started: Instant::now(),
            client: connection.peer().ip(),
            standing: None,
            record: None,
            allowed_origin: None,
            cached: None,
            missed: None,
            misfit: None,
            coding: None,
            caller: None,
            token: None,
            access: None,
            upstream_latency: None,
        }
    }

    /// The gateway's settings.
    pub(crate) fn settings(&self) -> &'a GatewaySettings {
        &self.gateway.settings
    }

    /// Who calls, for the backend; `None` where no proxy is trusted, and the connection's peer is all that is known.
    pub(crate) fn client_header(&self) -> Option<HeaderValue> {
        if self.gateway.trusted_proxies.is_empty() {
            return None;
        }
        if self.client == self.connection.peer().ip() {
            return Some(self.connection.forwarded_for().clone());
        }
        HeaderValue::from_str(&self.client.to_string()).ok()
    }

    /// Opens the record of a call to `deployment`.
    pub(crate) fn begin_record(&mut self, deployment: Arc<Deployment>) {
        self.record = Some(Record::open(deployment, Arc::clone(self.worker), self.started));
    }
}
