//! The gateway: one public type.

use crate::{
    Connection, GatewayBody, GatewaySettings, RequestBody, Snapshot, TrafficDelta,
    cache::ResponseCache,
    context::RequestContext,
    filter::access_auth::{HeldBodies, Nonces},
    filter::rate_limit::RateLimiting,
    ip_set::IpSet,
    jwt::{KeyFetcher, VerifiedTokens},
    log_limit::LogLimit,
    metrics::{self, Connections, Totals},
    pipeline,
    refusal::Refusal,
    respond, route, traffic,
    upstream::{Dialer, RunningChecks},
    worker::Worker,
};
use arc_swap::ArcSwap;
use domain::{ApiGroupId, Environment, TargetStatus, rate_limit_policy::LIMIT_MAX};
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, Response, request};
use std::{
    cell::Cell,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Workers for calls that come by somebody else's listener; its threads share them.
const SHARED_WORKERS: usize = 16;
/// A day: dates that are further off are of another day's signing key anyway.
const CLOCK_SKEW_MAX: u64 = 86_400;

/// Why a gateway cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// A trusted certificate is unreadable.
    #[error("trusted certificate number {index} is not usable: {reason}")]
    TrustedCertificate {
        /// Which of `GatewaySettings::trusted_certificates`, from 0.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting is out of its range.
    #[error("{setting}: {rule}")]
    Setting {
        /// Its name in `GatewaySettings`.
        setting: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

/// The gateway. Cheap to clone; all clones are the same gateway.
#[derive(Clone)]
pub struct Gateway {
    shared: Arc<Shared>,
}

/// What all calls share.
pub(crate) struct Shared {
    pub(crate) settings: GatewaySettings,
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) nonces: Nonces,
    pub(crate) held_bodies: Arc<HeldBodies>,
    pub(crate) verified_tokens: VerifiedTokens,
    pub(crate) key_fetcher: KeyFetcher,
    pub(crate) dialer: Dialer,
    /// Of backends that are asked regularly.
    pub(crate) checks: Arc<RunningChecks>,
    pub(crate) cache: Arc<ResponseCache>,
    pub(crate) log_limit: LogLimit,
    pub(crate) rate_limiting: RateLimiting,
    pub(crate) trusted_proxies: IpSet,
    /// Of its own listeners.
    pub(crate) connections: Arc<Connections>,
    /// What was served, but for what the workers still have.
    totals: Mutex<Totals>,
    shared_workers: Box<[Arc<Worker>]>,
    /// Those of the gateway's own listeners.
    own_workers: Mutex<Vec<Arc<Worker>>>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway that serves `snapshot`. Where backends are to be asked regularly, that begins now, on the runtime that this
    /// is called in.
    ///
    /// # Errors
    /// When a setting is out of range.
    pub fn new(settings: GatewaySettings, snapshot: Snapshot) -> Result<Self, GatewayError> {
        check(&settings)?;
        let dialer = Dialer::new(&settings.trusted_certificates).map_err(|bad| {
            GatewayError::TrustedCertificate { index: bad.index, reason: bad.reason }
        })?;
        let shared = Shared {
            snapshot: ArcSwap::from_pointee(snapshot),
            nonces: Nonces::new(settings.nonce_capacity, settings.clock_skew.as_secs()),
            held_bodies: HeldBodies::new(settings.held_limit.max(settings.body_limit)),
            verified_tokens: VerifiedTokens::default(),
            key_fetcher: KeyFetcher::default(),
            dialer,
            checks: Arc::default(),
            cache: Arc::new(ResponseCache::new(settings.cache_size)),
            log_limit: LogLimit::new(1000),
            rate_limiting: RateLimiting::new(settings.group_limit, settings.limited_addresses),
            trusted_proxies: IpSet::new(&settings.trusted_proxies),
            connections: Arc::default(),
            totals: Mutex::default(),
            shared_workers: (0..SHARED_WORKERS)
                .map(|_| Arc::new(Worker::new(settings.pool)))
                .collect(),
            own_workers: Mutex::default(),
            settings,
        };
        let gateway = Self { shared: Arc::new(shared) };
        gateway.snapshot().start_checks(&gateway.shared);
        gateway.follow_issuers();
        Ok(gateway)
    }

    /// Serves `snapshot` from now on. Calls in flight end with the one they began with. Where backends are to be asked
    /// regularly, that begins now, on the runtime that this is called in.
    pub fn replace(&self, snapshot: Snapshot) {
        let snapshot = Arc::new(snapshot);
        self.shared.snapshot.store(Arc::clone(&snapshot));
        self.shared.cache.sweep();
        snapshot.start_checks(&self.shared);
        self.follow_issuers();
    }

    /// Has the keys fetched that published groups verify tokens with.
    fn follow_issuers(&self) {
        KeyFetcher::follow(&self.shared, self.shared.snapshot.load().key_sources());
    }

    /// How the backends of a group in an environment do now, where there are several: those that get calls.
    #[must_use]
    pub fn targets(&self, group: &ApiGroupId, environment: Environment) -> Vec<TargetStatus> {
        self.shared.snapshot.load().targets(group, environment)
    }

    /// What is served now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    /// Whether a request with this `Host` (as received, or the authority of HTTP/2) is the gateway's and not the console's:
    /// the host has the form of a group's, published or not, or is a custom domain, or it names no group and the headers name
    /// one.
    #[must_use]
    pub fn claims(&self, host: &str, headers: &HeaderMap, connection: &Connection) -> bool {
        let by_header = (self.shared.settings.group_header, connection.is_loopback());
        route::claims(&self.shared.snapshot.load(), host, headers, by_header)
    }

    /// Answers a call. Never fails: whatever goes wrong is an answer too. Must be called within a Tokio runtime with
    /// network and time.
    pub async fn call<B: Into<RequestBody>>(
        &self,
        request: Request<B>,
        connection: &Connection,
    ) -> Response<GatewayBody> {
        let worker = &self.shared.shared_workers[thread_number() % SHARED_WORKERS];
        let (mut head, body) = request.into_parts();
        self.call_on(worker, &mut head, body.into(), connection).await
    }

    /// Answers a call by a worker of one's own. Of the head, nothing that is left is of use.
    pub(crate) async fn call_on(
        &self,
        worker: &Arc<Worker>,
        head: &mut request::Parts,
        body: RequestBody,
        connection: &Connection,
    ) -> Response<GatewayBody> {
        let mut context = RequestContext::new(&self.shared, worker, connection);
        let answering = pipeline::answer(&mut context, head, body);
        let answer = AssertUnwindSafe(answering).catch_unwind().await;
        answer.unwrap_or_else(|_panic| {
            // The panic itself was reported by the process's hook, on this thread, just before this.
            tracing::error!(
                request_id = context.request_id.to_str().unwrap_or_default(),
                "a call ended in a panic"
            );
            respond::refuse(&mut context, &Refusal::Internal)
        })
    }

    /// What was served since the last call of this, of all workers, one entry per API and minute.
    #[must_use]
    pub fn drain_traffic(&self) -> Vec<TrafficDelta> {
        let workers = self.workers();
        // Held while counts are on their way from the workers to the totals, so that no look at both misses them.
        let mut totals = self.shared.totals.lock().unwrap_or_else(PoisonError::into_inner);
        traffic::drain(workers.iter().map(|worker| &worker.traffic), |label, counted| {
            totals.add(label, counted);
        })
    }

    /// What was served and what is held, in the text format of Prometheus. See `metrics.rs` for the list.
    #[must_use]
    pub fn metrics(&self) -> String {
        let workers = self.workers();
        let mut totals = self.shared.totals.lock().unwrap_or_else(PoisonError::into_inner);
        // What is published no more is counted no more.
        totals.keep(&self.shared.snapshot.load());
        let mut sums = totals.clone();
        for worker in &workers {
            worker.traffic.look(|label, counted| sums.add(label, counted));
        }
        drop(totals);
        metrics::render(&self.shared, &workers, &sums)
    }

    /// All workers.
    fn workers(&self) -> Vec<Arc<Worker>> {
        let own = self.own_workers().clone();
        self.shared.shared_workers.iter().cloned().chain(own).collect()
    }

    /// What a host is served with by TLS at this moment.
    pub(crate) fn certificate(&self, host: &str) -> Option<Arc<rustls::sign::CertifiedKey>> {
        self.shared.snapshot.load().certificate(host)
    }

    /// What an authority's handshake for a host is answered with at this moment.
    pub(crate) fn challenge_certificate(
        &self,
        host: &str,
    ) -> Option<Arc<rustls::sign::CertifiedKey>> {
        self.shared.snapshot.load().challenge_certificate(host)
    }

    /// What all calls share.
    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What connections of its own listeners are counted by.
    pub(crate) fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.shared.connections)
    }

    /// What it was made with.
    pub(crate) fn settings(&self) -> &GatewaySettings {
        &self.shared.settings
    }

    /// Whether a connection of `peer` begins with a header of the PROXY protocol.
    pub(crate) fn believes_proxy_header(&self, peer: std::net::SocketAddr) -> bool {
        self.shared.settings.proxy_protocol && self.shared.trusted_proxies.contains(peer.ip())
    }

    /// A worker for a thread of the gateway's own.
    pub(crate) fn new_worker(&self) -> Arc<Worker> {
        let worker = Arc::new(Worker::new(self.shared.settings.pool));
        let mut workers = self.own_workers();
        // Those whose thread has ended and whose last counts were fetched are of no more use.
        workers.retain(|worker| Arc::strong_count(worker) > 1 || !worker.traffic.is_empty());
        workers.push(Arc::clone(&worker));
        worker
    }

    fn own_workers(&self) -> MutexGuard<'_, Vec<Arc<Worker>>> {
        self.shared.own_workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(settings: &GatewaySettings) -> Result<(), GatewayError> {
    let out_of_range = |setting, rule| Err(GatewayError::Setting { setting, rule });
    if settings.clock_skew.as_secs() > CLOCK_SKEW_MAX {
        return out_of_range("clock_skew", "at most 86,400 s");
    }
    if settings.nonce_capacity > 1 << 32 {
        return out_of_range("nonce_capacity", "at most 4,294,967,296");
    }
    if settings.group_limit > LIMIT_MAX {
        return out_of_range("group_limit", "at most 999,999,999");
    }
    if !(1..=1 << 24).contains(&settings.limited_addresses) {
        return out_of_range("limited_addresses", "from 1 to 16,777,216");
    }
    if settings.proxy_protocol && settings.trusted_proxies.is_empty() {
        return out_of_range("proxy_protocol", "only with trusted proxies, whose word it takes");
    }
    if settings.jwks_refresh < Duration::from_secs(1) {
        return out_of_range("jwks_refresh", "at least 1 s");
    }
    let timeouts = &settings.timeouts;
    if [timeouts.connect, timeouts.first_byte, timeouts.body_idle, timeouts.tunnel_idle]
        .iter()
        .any(Duration::is_zero)
    {
        return out_of_range("timeouts", "more than 0");
    }
    Ok(())
}

/// A number of this thread's own.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    NUMBER.with(|number| {
        number.get().unwrap_or_else(|| {
            let new = NEXT.fetch_add(1, Ordering::Relaxed);
            number.set(Some(new));
            new
        })
    })
}
