//! The gateway's figures in the text format of Prometheus: all names and labels are in [`render`].
//!
//! Counting costs a call nothing that it did not cost before: what is served is counted per worker for the monitoring page
//! anyway, and summed when somebody asks. Labels have few values: groups, environments, classes of statuses, and words of
//! this program. Nothing that a caller sends becomes a label.

mod targets;

use crate::{
    Snapshot, cache::ResponseCache, gateway::Shared, hash::FastHash, record::Class,
    route::host::GroupKey, snapshot::Label, traffic::Minute, worker::Worker,
};
use domain::{
    ApiGroupId, Environment,
    monitor::{CLASSES, Histogram},
};
use std::{
    collections::HashMap,
    fmt::{Display, Write as _},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

/// The values of the label `class`, as `Class` numbers them.
const STATUS_CLASSES: [&str; Class::COUNT] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Classes of latencies in one bucket of the histogram: an octave.
const CLASSES_A_BUCKET: usize = 3;
/// The words of refusals, see `Refusal::told`.
const REASONS: [&str; 20] = [
    "HTTP_BAD_REQUEST",
    "ACCESS_ERROR",
    "HTTP_FORBIDDEN",
    "HTTP_MOVED_PERMANENTLY",
    "HTTP_PERMANENT_REDIRECT",
    "HTTP_MISDIRECTED_REQUEST",
    "NOT_FOUND",
    "HTTP_REQUEST_TIMEOUT",
    "HTTP_CLIENT_CLOSED_REQUEST",
    "HTTP_REQUEST_ENTITY_TOO_LARGE",
    "HTTP_UNSUPPORTED_MEDIA_TYPE",
    "HTTP_URI_TOO_LONG",
    "HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE",
    "HTTP_RATE_LIMIT_EXCEEDED",
    "HTTP_INTERNAL_SERVER_ERROR",
    "HTTP_NOT_IMPLEMENTED",
    "HTTP_BAD_GATEWAY",
    "HTTP_SERVICE_UNAVAILABLE",
    "HTTP_SERVER_TIMING_OUT",
    OTHER,
];
const OTHER: &str = "OTHER";

/// What one worker counts besides what it serves.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Calls that the gateway answered with an error of its own, by reason.
    refused: [AtomicU64; REASONS.len()],
    /// Those of them that belong to no group.
    unmatched: AtomicU64,
    /// Calls that were tried at another backend.
    pub(crate) retries: AtomicU64,
    /// How often a backend was left out.
    pub(crate) ejections: AtomicU64,
    /// WebSockets that are open.
    pub(crate) tunnels: AtomicI64,
    /// Calls of APIs with a cache that were answered from it.
    pub(crate) cache_hits: AtomicU64,
    /// Those that were not.
    pub(crate) cache_misses: AtomicU64,
    /// Calls that did not fit the definition of their API: those that passed on, those that were refused.
    pub(crate) misfits: [AtomicU64; 2],
}

impl Counts {
    /// Counts a refusal.
    pub(crate) fn refuse(&self, reason: &str, is_unmatched: bool) {
        let index = REASONS.iter().position(|known| *known == reason);
        self.refused[index.unwrap_or(REASONS.len() - 1)].fetch_add(1, Ordering::Relaxed);
        if is_unmatched {
            self.unmatched.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Connections of the gateway's own listeners. Counted when one begins or ends, not by calls.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// Open ones.
    pub(crate) open: AtomicI64,
    /// All that were accepted.
    pub(crate) accepted: AtomicU64,
    /// Those that were closed at once because there were too many: of the listener, of the caller's address.
    pub(crate) refused: [AtomicU64; 2],
    /// Those that the gateway closed, by why.
    pub(crate) closed: [AtomicU64; Closed::ALL.len()],
}

/// Why the gateway closed a caller's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It sent what is no HTTP.
    Unreadable = 0,
    /// It sent no whole request in time; as a rule it was idle.
    Silent = 1,
    /// It broke off too many calls.
    Resets = 2,
    /// It asked for what it then did not read.
    SlowReader = 3,
    /// There was no TLS handshake, or it failed.
    Handshake = 4,
}

impl Closed {
    const ALL: [Self; 5] =
        [Self::Unreadable, Self::Silent, Self::Resets, Self::SlowReader, Self::Handshake];

    fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Silent => "silent",
            Self::Resets => "resets",
            Self::SlowReader => "slow_reader",
            Self::Handshake => "handshake",
        }
    }
}

impl Connections {
    /// Counts a connection that was closed for that.
    pub(crate) fn close(&self, why: Closed) {
        self.closed[why as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// What was served since the start.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    places: HashMap<(ApiGroupId, Environment), Place, FastHash>,
    latencies: [u64; CLASSES],
    latency_sum_us: u64,
}

#[derive(Clone, Debug, Default)]
struct Place {
    requests: [u64; Class::COUNT],
    bytes_in: u64,
    bytes_out: u64,
}

impl Default for Totals {
    fn default() -> Self {
        Self { places: HashMap::default(), latencies: [0; CLASSES], latency_sum_us: 0 }
    }
}

impl Totals {
    /// Adds what was counted of one API in one minute.
    pub(crate) fn add(&mut self, label: &Label, counted: &Minute) {
        let key = (label.api_group_id.clone(), label.environment);
        let place = self.places.entry(key).or_default();
        for (sum, count) in place.requests.iter_mut().zip(counted.requests) {
            *sum += count;
        }
        place.bytes_in += counted.bytes_in;
        place.bytes_out += counted.bytes_out;
        for (sum, count) in self.latencies.iter_mut().zip(counted.latencies) {
            *sum += u64::from(count);
        }
        self.latency_sum_us += counted.latency_sum_us;
    }

    /// Forgets groups that are not published any more: there are never more of them than that.
    pub(crate) fn keep(&mut self, snapshot: &Snapshot) {
        self.places.retain(|(group, environment), _| {
            GroupKey::of(group)
                .is_some_and(|group| snapshot.deployment(group, *environment).is_some())
        });
    }
}

/// All figures, in the text format of Prometheus.
pub(crate) fn render(shared: &Shared, workers: &[Arc<Worker>], totals: &Totals) -> String {
    let mut text = Text::default();
    served(&mut text, totals);
    refused(&mut text, workers);
    connections(&mut text, &shared.connections);
    targets::render(&mut text, shared, (workers, totals));
    cached(&mut text, workers, &shared.cache);
    misfits(&mut text, workers);

    let sum = |of: fn(&Worker) -> i64| workers.iter().map(|worker| of(worker)).sum::<i64>();
    text.family("paifang_tunnels", "gauge", "WebSockets that are open.");
    text.sample("", sum(|worker| worker.counts.tunnels.load(Ordering::Relaxed)));
    let kept: Vec<_> = workers.iter().map(|worker| worker.pool.counts()).collect();
    text.family("paifang_upstream_connections", "gauge", "Connections to backends that are kept.");
    text.sample(r#"{kind="idle"}"#, kept.iter().map(|(idle, _)| idle).sum::<usize>());
    text.sample(r#"{kind="shared"}"#, kept.iter().map(|(_, shared)| shared).sum::<usize>());
    text.family(
        "paifang_held_body_bytes",
        "gauge",
        "Memory of request bodies that are held to be hashed.",
    );
    text.sample("", shared.held_bodies.used());
    text.family("paifang_jwks_fetches_total", "counter", "Fetches of the keys of tokens' issuers.");
    for (outcome, count) in ["good", "failed"].iter().zip(shared.key_fetcher.counts()) {
        text.sample(&format!(r#"{{outcome="{outcome}"}}"#), count);
    }
    text.family(
        "paifang_access_log_dropped_total",
        "counter",
        "Lines of the access log that were dropped because it was not written fast enough.",
    );
    text.sample("", shared.settings.access_log.as_ref().map_or(0, crate::AccessLog::dropped));
    text.family(
        "paifang_spans_dropped_total",
        "counter",
        "Spans that were dropped because the collector of traces did not take them.",
    );
    text.sample("", shared.settings.trace_export.as_ref().map_or(0, crate::TraceExport::dropped));
    text.0
}

fn served(text: &mut Text, totals: &Totals) {
    let mut places: Vec<_> = totals.places.iter().collect();
    places.sort_unstable_by_key(|((group, environment), _)| (group.as_str(), environment.as_str()));
    text.family(
        "paifang_requests_total",
        "counter",
        "Calls that have ended; those that the caller broke off are 4xx, those that the backend broke off are 5xx.",
    );
    for ((group, environment), place) in &places {
        for (class, count) in STATUS_CLASSES.iter().zip(place.requests) {
            if count > 0 {
                let labels = format!(
                    r#"{{group="{group}",environment="{}",class="{class}"}}"#,
                    environment.as_str()
                );
                text.sample(&labels, count);
            }
        }
    }
    let mut bytes = |name, help, of: fn(&Place) -> u64| {
        text.family(name, "counter", help);
        for ((group, environment), place) in &places {
            let environment = environment.as_str();
            text.sample(&format!(r#"{{group="{group}",environment="{environment}"}}"#), of(place));
        }
    };
    bytes("paifang_request_body_bytes_total", "Bytes of request bodies.", |place| place.bytes_in);
    bytes("paifang_response_body_bytes_total", "Bytes of answers' bodies.", |place| {
        place.bytes_out
    });
    durations(text, totals);
}

fn durations(text: &mut Text, totals: &Totals) {
    text.family(
        "paifang_request_duration_seconds",
        "histogram",
        "From the request's head to the last byte of the answer.",
    );
    let mut below = 0;
    for (index, classes) in totals.latencies.chunks(CLASSES_A_BUCKET).enumerate() {
        below += classes.iter().sum::<u64>();
        let last = index * CLASSES_A_BUCKET + classes.len() - 1;
        // The last class has no end.
        if last + 1 < CLASSES {
            let bound = seconds(Histogram::bound_us(last));
            text.sample(&format!(r#"_bucket{{le="{bound}"}}"#), below);
        }
    }
    text.sample(r#"_bucket{le="+Inf"}"#, below);
    text.sample("_sum", seconds(totals.latency_sum_us));
    text.sample("_count", below);
}

fn refused(text: &mut Text, workers: &[Arc<Worker>]) {
    text.family(
        "paifang_refusals_total",
        "counter",
        "Calls that the gateway answered with an error of its own, by the error's status.",
    );
    for (index, reason) in REASONS.iter().enumerate() {
        let count = |worker: &Arc<Worker>| worker.counts.refused[index].load(Ordering::Relaxed);
        text.sample(&format!(r#"{{reason="{reason}"}}"#), workers.iter().map(count).sum::<u64>());
    }
    text.family(
        "paifang_unmatched_requests_total",
        "counter",
        "Those of them that belong to no published group.",
    );
    let count = |worker: &Arc<Worker>| worker.counts.unmatched.load(Ordering::Relaxed);
    text.sample("", workers.iter().map(count).sum::<u64>());
}

fn cached(text: &mut Text, workers: &[Arc<Worker>], cache: &ResponseCache) {
    text.family(
        "paifang_cache_requests_total",
        "counter",
        "Calls of APIs whose answers are kept: those that a kept answer was there for, and those that it was not.",
    );
    let sum = |of: fn(&Counts) -> &AtomicU64| {
        workers.iter().map(|worker| of(&worker.counts).load(Ordering::Relaxed)).sum::<u64>()
    };
    text.sample(r#"{outcome="hit"}"#, sum(|counts| &counts.cache_hits));
    text.sample(r#"{outcome="miss"}"#, sum(|counts| &counts.cache_misses));
    text.family("paifang_cache_bytes", "gauge", "Memory of the answers that are kept.");
    text.sample("", cache.size());
    text.family("paifang_cache_entries", "gauge", "Answers that are kept.");
    text.sample("", cache.len());
}

fn misfits(text: &mut Text, workers: &[Arc<Worker>]) {
    text.family(
        "paifang_validation_failures_total",
        "counter",
        "Calls that do not fit the definition of their API: those that passed on, and those that were refused.",
    );
    for (index, outcome) in ["logged", "refused"].iter().enumerate() {
        let count = |worker: &Arc<Worker>| worker.counts.misfits[index].load(Ordering::Relaxed);
        let sum = workers.iter().map(count).sum::<u64>();
        text.sample(&format!(r#"{{outcome="{outcome}"}}"#), sum);
    }
}

fn connections(text: &mut Text, connections: &Connections) {
    text.family("paifang_connections", "gauge", "Connections of callers that are open.");
    text.sample("", connections.open.load(Ordering::Relaxed));
    text.family("paifang_connections_accepted_total", "counter", "Connections of callers.");
    text.sample("", connections.accepted.load(Ordering::Relaxed));
    text.family(
        "paifang_connections_refused_total",
        "counter",
        "Connections that were closed at once, as there were too many of the listener or of one address.",
    );
    for (limit, count) in ["listener", "address"].iter().zip(&connections.refused) {
        text.sample(&format!(r#"{{limit="{limit}"}}"#), count.load(Ordering::Relaxed));
    }
    text.family(
        "paifang_connections_closed_total",
        "counter",
        "Connections that the gateway closed for what the caller sent, or did not send or read.",
    );
    for why in Closed::ALL {
        let count = connections.closed[why as usize].load(Ordering::Relaxed);
        text.sample(&format!(r#"{{why="{}"}}"#, why.as_str()), count);
    }
}

/// Microseconds as seconds, exactly.
fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The text, family by family.
#[derive(Debug, Default)]
struct Text(String, &'static str);

impl Text {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.1 = name;
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A sample of the family; `more` is what follows its name.
    fn sample(&mut self, more: &str, value: impl Display) {
        let _ = writeln!(self.0, "{}{more} {value}", self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{jwt::TokenError, refusal::Refusal};

    #[test]
    fn every_refusal_has_its_reason() {
        let refusals = [
            Refusal::BadRequest(""),
            Refusal::Misfit(String::new()),
            Refusal::UnsupportedMediaType(""),
            Refusal::access(""),
            Refusal::Token(TokenError::Missing),
            Refusal::Token(TokenError::Scope),
            Refusal::NoKeys,
            Refusal::NotFound,
            Refusal::CallerTimedOut,
            Refusal::CallerGone,
            Refusal::PayloadTooLarge,
            Refusal::Overloaded,
            Refusal::UriTooLong,
            Refusal::HeadTooLarge,
            Refusal::Internal,
            Refusal::NotImplemented(""),
            Refusal::UpstreamInvalid("".into()),
            Refusal::UpstreamUnavailable("".into()),
            Refusal::UpstreamTimedOut(""),
        ];
        for refusal in refusals {
            let (_, reason, _) = refusal.told();
            assert!(REASONS.contains(&reason), "{reason}");
            let counts = Counts::default();
            counts.refuse(reason, true);
            assert_eq!(counts.refused[REASONS.len() - 1].load(Ordering::Relaxed), 0, "{reason}");
            assert_eq!(counts.unmatched.load(Ordering::Relaxed), 1);
        }
        let counts = Counts::default();
        counts.refuse("something new", false);
        assert_eq!(counts.refused[REASONS.len() - 1].load(Ordering::Relaxed), 1);
    }

    #[test]
    fn microseconds_are_told_in_seconds_without_loss() {
        for (us, shown) in [(0, "0"), (40, "0.00004"), (1_500_000, "1.5"), (2_000_000, "2")] {
            assert_eq!(seconds(us), shown);
        }
    }
}
