//! What the gateway served, written to the database every two seconds and at the end.

use domain::{ApiGroupId, ApiId, Environment, ReleaseId, Timestamp, monitor::Traffic};
use gateway::{Gateway, TrafficDelta};
use services::{Services, TrafficRow};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Time between two writes.
const PERIOD: Duration = Duration::from_secs(2);
/// Rows kept while the database does not take them: an hour of a thousand busy APIs, some 40 MB.
const ROWS_MAX: usize = 60_000;

/// Writes every two seconds until `stopping`, then once more. It must be stopped after the last request has ended.
pub(crate) async fn write(services: Services, gateway: Gateway, stopping: CancellationToken) {
    let mut pending = Pending::default();
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
        flush(&services, &gateway, &mut pending).await;
    }
    flush(&services, &gateway, &mut pending).await;
    if !pending.rows.is_empty() {
        tracing::error!(rows = pending.rows.len(), "traffic could not be recorded before the end");
    }
}

/// Writes what was served since the last time, together with what could not be written then.
async fn flush(services: &Services, gateway: &Gateway, pending: &mut Pending) {
    pending.add(gateway.drain_traffic());
    if pending.rows.is_empty() {
        return;
    }
    match services.monitoring().record(pending.rows()).await {
        Ok(()) => pending.rows.clear(),
        Err(error) => {
            tracing::warn!(%error, rows = pending.rows.len(), "traffic cannot be recorded; it is kept");
        }
    }
}

type Key = (Timestamp, ApiGroupId, Environment, Option<ApiId>, Option<ReleaseId>);

/// Rows that are still to be written. Oldest minutes first.
#[derive(Debug, Default)]
struct Pending {
    rows: BTreeMap<Key, Traffic>,
}

impl Pending {
    fn add(&mut self, served: Vec<TrafficDelta>) {
        for delta in served {
            let TrafficDelta { api_group_id, environment, api, release, minute, traffic } = delta;
            let key = (minute, api_group_id, environment, api, release);
            match self.rows.entry(key) {
                Entry::Occupied(mut row) => row.get_mut().merge(&traffic),
                Entry::Vacant(free) => {
                    free.insert(traffic);
                }
            }
        }
        let mut dropped = 0_u64;
        while self.rows.len() > ROWS_MAX {
            self.rows.pop_first();
            dropped += 1;
        }
        if dropped > 0 {
            tracing::error!(dropped, "too much unrecorded traffic: the oldest rows are lost");
        }
    }

    fn rows(&self) -> Vec<TrafficRow> {
        let row =
            |((minute, group, environment, api, release), traffic): (&Key, &Traffic)| TrafficRow {
                group: group.clone(),
                environment: *environment,
                api: api.clone(),
                release: release.clone(),
                minute: *minute,
                traffic: traffic.clone(),
            };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(minute: i64, requests: u64) -> TrafficDelta {
        TrafficDelta {
            api_group_id: "xv3xbwah945y".parse().unwrap(),
            environment: Environment::Online,
            api: None,
            release: None,
            minute: Timestamp(minute * 60_000),
            traffic: Traffic { requests, ..Traffic::default() },
        }
    }

    #[test]
    fn what_was_served_in_one_minute_is_one_row() {
        let mut pending = Pending::default();
        pending.add(vec![delta(1, 2), delta(2, 1)]);
        pending.add(vec![delta(1, 3)]);
        let requests: Vec<u64> = pending.rows().iter().map(|row| row.traffic.requests).collect();
        assert_eq!(requests, [5, 1]);
    }

    #[test]
    fn the_oldest_rows_are_given_up_first() {
        let mut pending = Pending::default();
        let too_many = i64::try_from(ROWS_MAX).unwrap() + 2;
        pending.add((0..too_many).map(|minute| delta(minute, 1)).collect());
        let rows = pending.rows();
        assert_eq!(rows.len(), ROWS_MAX);
        assert_eq!(rows[0].minute, Timestamp(2 * 60_000));
    }
}
