//! The last hour: made up, minute by minute, with a morning's rise, a busy half hour, and the errors of everyday.

use super::random::Random;
use crate::clock::now;
use domain::{ApiGroup, Environment, PageQuery, RevisionNumber, Timestamp, monitor::Traffic};
use services::{Caller, ServiceError, Services, TrafficRow};

const MINUTES: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// How busy an environment is, in percent of the online one.
fn busy(environment: Environment) -> u64 {
    match environment {
        Environment::Online => 100,
        Environment::Preview => 12,
        Environment::Test => 6,
    }
}

/// Calls of one API in a minute of the online environment, and how long they take, in µs.
fn habits(api: &str) -> (u64, u64) {
    match api {
        "getPetInfo" => (90, 4_000),
        "createPet" => (14, 9_000),
        _ => (6, 30_000),
    }
}

/// Records the hour before this minute; how many calls.
pub(super) async fn record(
    services: &Services,
    caller: &Caller,
    group: &ApiGroup,
    random: &mut Random,
) -> Result<u64, ServiceError> {
    let query = PageQuery::default();
    let apis = services.apis().list(caller, &group.id, RevisionNumber::FIRST, query).await?;
    let this_minute = now().0 - now().0.rem_euclid(MINUTE_MS);
    let mut rows = Vec::new();
    for ago in 1..=MINUTES {
        for environment in Environment::ALL {
            for api in &apis.rows {
                let (calls, us) = habits(&api.definition.name);
                let share = calls * busy(environment) * wave(ago) / 10_000;
                let calls = share * (70 + random.below(60)) / 100 + random.below(2);
                rows.push(TrafficRow {
                    group: group.id.clone(),
                    environment,
                    api: Some(api.id.clone()),
                    release: None,
                    minute: Timestamp(this_minute - ago * MINUTE_MS),
                    traffic: minute(calls, us, random),
                });
            }
        }
    }
    let recorded = rows.iter().map(|row| row.traffic.requests).sum();
    services.monitoring().record(rows).await?;
    Ok(recorded)
}

/// Percent of the usual traffic so many minutes ago: it rose, was highest a quarter of an hour ago, and eased off.
fn wave(ago: i64) -> u64 {
    let from_top = (ago - 15).unsigned_abs();
    160_u64.saturating_sub(from_top * 3)
}

/// One minute's calls: most are quick, a few are slow; some ask for what is not there; now and then the backend fails.
fn minute(calls: u64, typical_us: u64, random: &mut Random) -> Traffic {
    let mut traffic = Traffic::default();
    for _ in 0..calls {
        let slow = if random.below(25) == 0 { 8 } else { 1 };
        let us = typical_us * slow * (60 + random.below(90)) / 100;
        traffic.requests += 1;
        match random.below(200) {
            0 => traffic.server_errors += 1,
            1..=9 => traffic.client_errors += 1,
            _ => traffic.successes += 1,
        }
        traffic.bytes_in += random.below(120);
        traffic.bytes_out += 40 + random.below(300);
        traffic.latency_sum_us += us;
        traffic.latencies.record(us);
    }
    traffic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_a_minute_is_counted_once_everywhere() {
        let traffic = minute(500, 4_000, &mut Random::from_system());
        assert_eq!(traffic.requests, 500);
        assert_eq!(traffic.successes + traffic.failures(), 500);
        assert_eq!(traffic.latencies.counts().iter().sum::<u64>(), 500);
        assert!(traffic.latency_average_us() > 2_000);
    }

    #[test]
    fn there_is_traffic_in_every_minute() {
        assert!((1..=MINUTES).all(|ago| wave(ago) > 0));
    }
}
