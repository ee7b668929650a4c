//! One call on its way to its backend: to one address; or to one of several, and to another when that is of no use.

use super::{
    Cluster, Patience, Progress, Sent, Source, Ticket, Upload, Upstream, UpstreamConnection,
    Versions, replayable,
};
use crate::{context::RequestContext, refusal::Refusal};
use domain::CallLimits;
use http::{HeaderMap, Request, Uri, Version, header, request};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

/// Where a call goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Destination<'a> {
    /// To one address.
    One(&'a Arc<Upstream>),
    /// To one of several.
    Several(&'a Arc<Cluster>),
}

/// One call on its way to its backend.
pub(crate) struct Sending<'a> {
    upstream: &'a Arc<Upstream>,
    patience: Patience,
    several: Option<Several<'a>>,
}

/// What there is to know where there are several.
struct Several<'a> {
    cluster: &'a Cluster,
    ticket: Ticket,
    key: u64,
    /// The targets that were tried.
    tried: u32,
    retries_left: u8,
}

/// Why there is no answer, and what can be done about it.
pub(super) struct Unanswered {
    /// What the caller is told.
    pub(super) refusal: Refusal,
    /// The request, when not a byte of it was sent.
    pub(super) unsent: Option<Box<Request<Upload>>>,
    /// Whether a request that can safely be sent twice may be.
    pub(super) may_repeat: bool,
}

/// One try.
pub(super) struct Try<'a> {
    pub(super) upstream: &'a Arc<Upstream>,
    pub(super) patience: &'a Patience,
    pub(super) progress: Option<&'a Progress>,
}

impl<'a> Sending<'a> {
    /// Chooses the backend of a call with this head, as it was received, to an API with these limits.
    ///
    /// # Errors
    /// When all backends have as many calls as they may.
    pub(crate) fn begin(
        context: &RequestContext<'_>,
        (destination, limits): (Destination<'a>, &CallLimits),
        head: &request::Parts,
    ) -> Result<Self, Refusal> {
        let timeouts = &context.settings().timeouts;
        let cluster = match destination {
            Destination::One(upstream) => {
                return Ok(Self { upstream, patience: Patience::new(timeouts), several: None });
            }
            Destination::Several(cluster) => cluster,
        };
        let key = cluster.key(context.client, head);
        let ticket = cluster.begin(key, 0, context.started).ok_or_else(full)?;
        let tried = ticket.bit();
        let limits = limits.or(cluster.limits);
        let retries_left = limits.retries.unwrap_or_default();
        if retries_left > 0 {
            cluster.budget.pay_in();
        }
        Ok(Self {
            upstream: cluster.upstream(&ticket).ok_or_else(full)?,
            patience: Patience::limited(timeouts, &limits),
            several: Some(Several { cluster, ticket, key, tried, retries_left }),
        })
    }

    /// Where it goes now.
    pub(crate) fn upstream(&self) -> &'a Arc<Upstream> {
        self.upstream
    }

    /// How long it waits.
    pub(crate) fn patience(&self) -> &Patience {
        &self.patience
    }

    /// What its answer's body comes from.
    pub(crate) fn into_source(self) -> Source {
        Source {
            upstream: Arc::clone(self.upstream),
            idle: self.patience.timeouts.body_idle,
            until: self.patience.until,
            ticket: self.into_ticket(),
        }
    }

    /// Its place among the calls to its target, where these are counted.
    pub(crate) fn into_ticket(self) -> Option<Ticket> {
        self.several.map(|several| several.ticket)
    }

    /// Sends a request; where there are several backends, to another one when there is no answer of the first and that can
    /// do no harm.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn send(
        &mut self,
        context: &mut RequestContext<'_>,
        mut request: Request<Upload>,
        progress: Option<Arc<Progress>>,
    ) -> Result<Sent, Refusal> {
        loop {
            let mut spare = self.may_repeat().then(|| replayable(&request)).flatten();
            let one = Try {
                upstream: self.upstream,
                patience: &self.patience,
                progress: progress.as_deref(),
            };
            let outcome = context.gateway.try_send(context.worker, one, request, &mut spare).await;
            let (outcome, next) = match outcome {
                Ok(sent) => {
                    let again = self.is_answered(context, sent.response.status().as_u16());
                    (Ok(sent), spare.filter(|_| again))
                }
                Err(Unanswered { refusal, unsent, may_repeat }) => {
                    self.is_failed(context, &refusal);
                    let unsent = unsent.map(|request| *request);
                    (Err(refusal), unsent.or(spare.filter(|_| may_repeat)))
                }
            };
            let Some(mut next) = next else { return outcome };
            if !self.go_on(context, next.headers_mut()) {
                return outcome;
            }
            request = for_another(next);
        }
    }

    /// A connection of one's own by HTTP/1.1, for a request with these headers; where there are several backends, to another
    /// one when the first cannot be reached.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn dial_http1(
        &mut self,
        context: &mut RequestContext<'_>,
        headers: &mut HeaderMap,
    ) -> Result<Box<UpstreamConnection>, Refusal> {
        loop {
            let limit = self.patience.left_to_connect();
            match context.gateway.dialer.dial(self.upstream, Versions::Http1, limit).await {
                Ok(connection) => return Ok(connection),
                Err(refusal) => {
                    self.is_failed(context, &refusal);
                    if !self.go_on(context, headers) {
                        return Err(refusal);
                    }
                }
            }
        }
    }

    /// Whether it may be tried once more, as far as can be said before it is tried.
    fn may_repeat(&self) -> bool {
        self.several.as_ref().is_some_and(|several| several.retries_left > 0)
    }

    /// Tells the target's state of an answer; whether its status is a reason to try again.
    pub(crate) fn is_answered(&self, context: &RequestContext<'_>, status: u16) -> bool {
        let Some(several) = &self.several else { return false };
        if status >= 500 {
            several.fail(context);
        } else {
            several.ticket.succeeded(context.started);
        }
        several.cluster.retry_statuses && matches!(status, 502..=504)
    }

    /// Tells the target's state that there is no answer, where that is the target's fault.
    pub(crate) fn is_failed(&self, context: &RequestContext<'_>, refusal: &Refusal) {
        if let Some(several) = &self.several
            && refusal.upstream_cause().is_some()
        {
            several.fail(context);
        }
    }

    /// Goes on to the next target, with the headers of the request: false when there is none, or no more to be tried.
    fn go_on(&mut self, context: &mut RequestContext<'_>, headers: &mut HeaderMap) -> bool {
        let Some(several) = &mut self.several else { return false };
        if several.retries_left == 0 || self.patience.is_over() {
            return false;
        }
        // Not the moment that the call began: this one may have waited long.
        let now = Instant::now();
        if !several.cluster.budget.pay_out(super::health::ms(now)) {
            return false;
        }
        let Some(ticket) = several.cluster.begin(several.key, several.tried, now) else {
            return false;
        };
        let Some(upstream) = several.cluster.upstream(&ticket) else { return false };
        several.retries_left -= 1;
        several.tried |= ticket.bit();
        several.ticket = ticket;
        self.upstream = upstream;
        headers.insert(header::HOST, upstream.authority().clone());
        if let Some(entry) = &mut context.access {
            entry.upstream_host = Some(upstream.authority().clone());
        }
        context.worker.counts.retries.fetch_add(1, Ordering::Relaxed);
        true
    }
}

impl Several<'_> {
    fn fail(&self, context: &RequestContext<'_>) {
        if self.ticket.failed(Instant::now()) {
            context.worker.counts.ejections.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A request that was made for HTTP/2 names its backend in its target; another version of HTTP may be next.
fn for_another(mut request: Request<Upload>) -> Request<Upload> {
    *request.version_mut() = Version::HTTP_11;
    if request.uri().authority().is_some()
        && let Some(target) = request.uri().path_and_query().cloned()
    {
        *request.uri_mut() = Uri::from(target);
    }
    request
}

fn full() -> Refusal {
    Refusal::UpstreamUnavailable("all backends have as many calls as they may".into())
}
