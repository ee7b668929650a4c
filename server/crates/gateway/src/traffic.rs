//! What was served, counted per group, environment, API and minute; where a canary runs, by release too.
//!
//! Each worker counts for itself, behind a lock that nobody else wants but whoever drains. A counter stays for as long
//! as nobody drains, so there are never more of them than APIs that were called, and a bounded number of finished minutes.

use crate::{
    hash::FastHash,
    record::{Class, Served},
    snapshot::Label,
};
use domain::{
    ApiGroupId, ApiId, Environment, ReleaseId, Timestamp,
    monitor::{CLASSES, Histogram, Traffic},
};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

/// Most finished minutes of all APIs that wait to be drained. When there are more, later calls are counted to the minute
/// that their API's counter began with, so that none is lost.
const FINISHED_MAX: usize = 65_536;
const MINUTE_MS: i64 = 60_000;

static BOUNDS_US: LazyLock<[u64; CLASSES]> =
    LazyLock::new(|| std::array::from_fn(Histogram::bound_us));

/// What was served of one API in one minute, since it was asked for last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficDelta {
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// Where.
    pub environment: Environment,
    /// Which; `None` for requests that matched no API of the group.
    pub api: Option<ApiId>,
    /// Which release, where a canary runs; `None` where calls are not counted apart by it.
    pub release: Option<ReleaseId>,
    /// The minute's begin.
    pub minute: Timestamp,
    /// What was served in it.
    pub traffic: Traffic,
}

/// The counters of one worker.
#[derive(Debug, Default)]
pub(crate) struct TrafficCounters(Mutex<Counting>);

#[derive(Debug, Default)]
struct Counting {
    /// By the label's address; the entry keeps the label, so that no other can take its address.
    current: HashMap<usize, (Arc<Label>, Minute), FastHash>,
    finished: Vec<(Arc<Label>, Minute)>,
}

/// The counters of one API in one minute.
#[derive(Clone, Debug)]
pub(crate) struct Minute {
    /// Minutes since 1970.
    minute: i64,
    /// How many of each class.
    pub(crate) requests: [u64; Class::COUNT],
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) latency_sum_us: u64,
    /// How many of each class of the report.
    pub(crate) latencies: [u32; CLASSES],
}

impl Minute {
    fn new(minute: i64) -> Self {
        Self {
            minute,
            requests: [0; Class::COUNT],
            bytes_in: 0,
            bytes_out: 0,
            latency_sum_us: 0,
            latencies: [0; CLASSES],
        }
    }

    fn count(&mut self, served: Served) {
        self.requests[served.class as usize] += 1;
        self.bytes_in += served.bytes_in;
        self.bytes_out += served.bytes_out;
        self.latency_sum_us += served.latency_us;
        let class = BOUNDS_US.partition_point(|bound| *bound < served.latency_us).min(CLASSES - 1);
        self.latencies[class] = self.latencies[class].saturating_add(1);
    }

    fn add_to(&self, traffic: &mut Traffic) {
        let requests = |class: Class| self.requests[class as usize];
        traffic.requests += self.requests.iter().sum::<u64>();
        traffic.successes +=
            requests(Class::Switched) + requests(Class::Success) + requests(Class::Redirect);
        traffic.client_errors += requests(Class::ClientError);
        traffic.server_errors += requests(Class::ServerError);
        traffic.bytes_in += self.bytes_in;
        traffic.bytes_out += self.bytes_out;
        traffic.latency_sum_us += self.latency_sum_us;
        for (class, count) in self.latencies.iter().enumerate() {
            traffic.latencies.add(class, u64::from(*count));
        }
    }
}

impl TrafficCounters {
    /// Counts a call.
    pub(crate) fn count(&self, label: &Arc<Label>, served: Served) {
        self.count_at(label, served, now_ms() / MINUTE_MS);
    }

    fn count_at(&self, label: &Arc<Label>, served: Served, minute: i64) {
        let mut counting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Counting { current, finished } = &mut *counting;
        let (_, counters) = current
            .entry(Arc::as_ptr(label) as usize)
            .or_insert_with(|| (Arc::clone(label), Minute::new(minute)));
        if counters.minute != minute && finished.len() < FINISHED_MAX {
            let full = std::mem::replace(counters, Minute::new(minute));
            finished.push((Arc::clone(label), full));
        }
        counters.count(served);
    }

    /// Whether there is nothing to drain.
    pub(crate) fn is_empty(&self) -> bool {
        let counting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counting.current.is_empty() && counting.finished.is_empty()
    }

    /// Looks at all that is counted, and leaves it.
    pub(crate) fn look(&self, mut at: impl FnMut(&Label, &Minute)) {
        let counting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Counting { current, finished } = &*counting;
        for (label, minute) in finished.iter().chain(current.values()) {
            at(label, minute);
        }
    }

    /// Hands over all that was counted.
    fn take(&self) -> impl Iterator<Item = (Arc<Label>, Minute)> + use<> {
        let counting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        counting.finished.into_iter().chain(counting.current.into_values())
    }
}

/// What these workers counted, merged: one entry an API and minute. `at` sees all of it before.
pub(crate) fn drain<'a>(
    counters: impl Iterator<Item = &'a TrafficCounters>,
    mut at: impl FnMut(&Label, &Minute),
) -> Vec<TrafficDelta> {
    let mut merged: HashMap<(usize, i64), TrafficDelta, FastHash> = HashMap::default();
    // Labels must outlive the map: their addresses are its keys.
    let taken: Vec<(Arc<Label>, Minute)> = counters.flat_map(TrafficCounters::take).collect();
    for (label, counted) in &taken {
        at(label, counted);
        let delta =
            merged.entry((Arc::as_ptr(label) as usize, counted.minute)).or_insert_with(|| {
                TrafficDelta {
                    api_group_id: label.api_group_id.clone(),
                    environment: label.environment,
                    api: label.api.clone(),
                    release: label.release.clone(),
                    minute: Timestamp(counted.minute * MINUTE_MS),
                    traffic: Traffic::default(),
                }
            });
        counted.add_to(&mut delta.traffic);
    }
    merged.into_values().collect()
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(api: Option<&str>) -> Arc<Label> {
        Arc::new(Label {
            api_group_id: "xv3xbwah945y".parse().unwrap(),
            environment: Environment::Test,
            api: api.map(|api| api.parse().unwrap()),
            release: None,
        })
    }

    fn served(class: Class, latency_us: u64) -> Served {
        Served { class, bytes_in: 10, bytes_out: 100, latency_us }
    }

    #[test]
    fn workers_are_merged_into_one_entry_an_api_and_minute() {
        let (api, other) = (label(Some("api-000000000001")), label(None));
        let workers = [TrafficCounters::default(), TrafficCounters::default()];
        workers[0].count_at(&api, served(Class::Success, 1000), 7);
        workers[1].count_at(&api, served(Class::ServerError, 3000), 7);
        workers[1].count_at(&api, served(Class::Success, 1000), 8);
        workers[1].count_at(&other, served(Class::ClientError, 5), 8);
        let mut deltas = drain(workers.iter(), |_, _| ());
        deltas.sort_by_key(|delta| (delta.minute, delta.api.is_some()));
        let shown: Vec<_> =
            deltas.iter().map(|d| (d.minute.0, d.api.is_some(), d.traffic.requests)).collect();
        assert_eq!(shown, [(420_000, true, 2), (480_000, false, 1), (480_000, true, 1)]);
        let traffic = &deltas[0].traffic;
        assert_eq!((traffic.successes, traffic.server_errors, traffic.client_errors), (1, 1, 0));
        assert_eq!((traffic.bytes_in, traffic.bytes_out, traffic.latency_sum_us), (20, 200, 4000));
        assert_eq!(drain(workers.iter(), |_, _| ()), []);
    }

    #[test]
    fn latencies_fall_into_the_classes_of_the_report() {
        let counters = TrafficCounters::default();
        let api = label(None);
        let latencies = [0, 39, 40, 41, 1000, 123_456, 80_000_000, u64::MAX / 4];
        let mut expected = Histogram::default();
        for latency in latencies {
            counters.count_at(&api, served(Class::Success, latency), 1);
            expected.record(latency);
        }
        assert_eq!(drain([counters].iter(), |_, _| ())[0].traffic.latencies, expected);
    }

    #[test]
    fn nothing_is_lost_and_memory_stays_bounded_when_nobody_drains() {
        let counters = TrafficCounters::default();
        let api = label(None);
        let minutes = FINISHED_MAX as i64 + 1000;
        for minute in 0..minutes {
            counters.count_at(&api, served(Class::Success, 1), minute);
        }
        assert_eq!(counters.0.lock().unwrap().finished.len(), FINISHED_MAX);
        let deltas = drain([counters].iter(), |_, _| ());
        assert_eq!(deltas.iter().map(|d| d.traffic.requests).sum::<u64>(), minutes as u64);
    }
}
