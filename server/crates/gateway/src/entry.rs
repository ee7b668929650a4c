//! What is written of a call where calls are written down: in the access log, as a span of a trace, or both.

use crate::{
    AccessLog, TraceExport,
    cache::Cached,
    context::RequestContext,
    jwt::Verified,
    snapshot::{Caller, Deployment},
    trace::Trace,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request};
use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What is written of one call, as far as it is known yet.
#[derive(Debug)]
pub(crate) struct Entry {
    log: Option<AccessLog>,
    export: Option<TraceExport>,
    /// When its head was there, since 1970.
    pub(crate) time: Duration,
    pub(crate) request_id: HeaderValue,
    pub(crate) trace: Trace,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) referer: Option<HeaderValue>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) forwarded_for: Option<HeaderValue>,
    /// Whose it is: the connection's peer, or whom a trusted proxy names.
    pub(crate) ip: IpAddr,
    /// The account whose key it was made with.
    pub(crate) pin: Option<HeaderValue>,
    /// Whom its token is about.
    pub(crate) subject: Option<HeaderValue>,
    pub(crate) is_tls: bool,
    pub(crate) deployment: Option<Arc<Deployment>>,
    pub(crate) api: Option<usize>,
    pub(crate) upstream_host: Option<HeaderValue>,
    pub(crate) upstream_latency: Option<Duration>,
    /// How it stood to the response cache, where there is one.
    pub(crate) cached: Option<Cached>,
    /// What of it does not fit its API's definition.
    pub(crate) misfit: Option<Box<str>>,
    pub(crate) status: u16,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) elapsed: Duration,
}

impl Entry {
    /// What a request says; `None` where calls are not written down.
    pub(crate) fn begin(context: &RequestContext<'_>, head: &request::Parts) -> Option<Box<Self>> {
        let settings = context.settings();
        if settings.access_log.is_none() && settings.trace_export.is_none() {
            return None;
        }
        let value = |name| head.headers.get(name).cloned();
        let host = head.uri.authority();
        let host = host.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        Some(Box::new(Self {
            log: settings.access_log.clone(),
            export: settings.trace_export.clone(),
            time: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            request_id: context.request_id.clone(),
            trace: Trace::of(&head.headers, settings.trace_export.as_ref()),
            method: head.method.clone(),
            uri: head.uri.clone(),
            host: host.or_else(|| value(header::HOST)),
            referer: value(header::REFERER),
            user_agent: value(header::USER_AGENT),
            forwarded_for: value(http::HeaderName::from_static("x-forwarded-for")),
            ip: context.connection.peer().ip(),
            pin: None,
            subject: None,
            is_tls: context.connection.is_tls(),
            deployment: None,
            api: None,
            upstream_host: None,
            upstream_latency: None,
            cached: None,
            misfit: None,
            status: 0,
            content_type: None,
            bytes_in: 0,
            bytes_out: 0,
            elapsed: Duration::ZERO,
        }))
    }

    /// It is forwarded to `authority`, with these headers.
    pub(crate) fn forwarded(&mut self, authority: &HeaderValue, headers: &mut HeaderMap) {
        self.upstream_host = Some(authority.clone());
        self.trace.forward(headers);
    }

    /// It is a call from this address, by this caller.
    pub(crate) fn called_by(&mut self, client: IpAddr, caller: Option<&Caller>) {
        self.ip = client;
        self.pin = caller.map(|caller| caller.pin.clone());
    }

    /// It carries this token.
    pub(crate) fn about(&mut self, token: Option<&Verified>) {
        self.subject = token.and_then(|token| token.subject.clone());
    }

    /// It is answered.
    pub(crate) fn answered(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
        (upstream_latency, cached): (Option<Duration>, Option<Cached>),
    ) {
        self.status = status.as_u16();
        self.content_type = headers.get(header::CONTENT_TYPE).cloned();
        self.upstream_latency = upstream_latency;
        self.cached = cached;
    }

    /// It was for this group, and for this of its APIs.
    pub(crate) fn matched(&mut self, deployment: &Arc<Deployment>, api: Option<usize>) {
        self.deployment = Some(Arc::clone(deployment));
        self.api = api;
    }

    /// It has ended: bodies of so many bytes, and so long after it began.
    pub(crate) fn write(mut self: Box<Self>, bytes_in: u64, bytes_out: u64, elapsed: Duration) {
        (self.bytes_in, self.bytes_out, self.elapsed) = (bytes_in, bytes_out, elapsed);
        let (log, export) = (self.log.take(), self.export.take());
        let call = Arc::from(self);
        if let Some(export) = export.filter(|_| Self::is_sampled(&call)) {
            export.write(Arc::clone(&call));
        }
        if let Some(log) = log {
            log.write(call);
        }
    }

    fn is_sampled(call: &Self) -> bool {
        call.trace.is_sampled()
    }
}
