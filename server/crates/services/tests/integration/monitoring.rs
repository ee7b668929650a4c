//! What was served, as it was recorded.

use crate::support::{BEGIN, Installation, new_group, on_both_databases};
use domain::{
    ApiGroup, ApiId, Environment, MonitorQuery, NewApiGroup, Region, TimeRange, Timestamp,
    monitor::Traffic,
};
use services::{Caller, TrafficRow};
use std::time::Duration;

fn calls(count: u64, client_errors: u64) -> Traffic {
    let mut traffic = Traffic {
        requests: count,
        successes: count - client_errors,
        client_errors,
        bytes_in: 10 * count,
        bytes_out: 100 * count,
        latency_sum_us: 1000 * count,
        ..Traffic::default()
    };
    for _ in 0..count {
        traffic.latencies.record(1000);
    }
    traffic
}

fn row(
    group: &ApiGroup,
    environment: Environment,
    api: Option<&ApiId>,
    minute: Timestamp,
    traffic: Traffic,
) -> TrafficRow {
    TrafficRow {
        group: group.id.clone(),
        environment,
        api: api.cloned(),
        release: None,
        minute,
        traffic,
    }
}

async fn total(at: &Installation, ada: &Caller, group: &ApiGroup, query: MonitorQuery) -> u64 {
    at.services.monitoring().report(ada, &group.id, query).await.unwrap().total.requests
}

on_both_databases! {
    async fn calls_of_a_region_are_those_of_all_its_groups_and_no_others(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        let (pets, more) = (at.group(&ada, "PetStore").await, at.group(&ada, "More").await);
        let foreign = at.group(&bob, "PetStore").await;
        let elsewhere = NewApiGroup { region: Region::CnEast2, ..new_group("PetStore") };
        let elsewhere = at.services.api_groups().create(&ada, elsewhere).await.unwrap();
        let (test, now) = (Environment::Test, BEGIN.plus_ms(-60_000));
        let rows = [(&pets, 3), (&more, 4), (&foreign, 5), (&elsewhere, 6)];
        let rows = rows.map(|(group, count)| row(group, test, None, now, calls(count, 0)));
        let old = row(&pets, test, None, BEGIN.plus_ms(-25 * 3_600_000), calls(9, 0));
        let rows = rows.into_iter().chain([old]).collect();
        at.services.monitoring().record(rows).await.unwrap();
        let groups = at.services.api_groups();
        assert_eq!(groups.calls_in_region(&ada, Region::CnNorth1).await, Ok(7));
        assert_eq!(groups.calls_in_region(&ada, Region::CnEast2).await, Ok(6));
        assert_eq!(groups.calls_in_region(&ada, Region::CnSouth1).await, Ok(0));
    }

    async fn a_report_adds_up_what_every_process_recorded(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let api = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        let minute = |ago: i64| BEGIN.plus_ms(-60_000 * ago);
        let monitoring = at.services.monitoring();
        let (test, online) = (Environment::Test, Environment::Online);
        for _ in 0..2 {
            monitoring
                .record(vec![
                    row(&group, test, Some(&api.id), minute(1), calls(3, 1)),
                    row(&group, online, None, minute(30), calls(4, 4)),
                    row(&group, test, Some(&api.id), minute(90), calls(5, 0)),
                ])
                .await
                .unwrap();
        }
        let report = monitoring.report(&ada, &group.id, MonitorQuery::default()).await.unwrap();
        assert_eq!((report.total.requests, report.total.failures()), (14, 10));
        assert_eq!((report.points.len(), report.step_minutes), (60, 1));
        assert_eq!(report.until.0 - report.from.0, 3_600_000);
        let busy: Vec<(Timestamp, u64)> = report
            .points
            .iter()
            .filter(|point| point.traffic.requests > 0)
            .map(|point| (point.at, point.traffic.requests))
            .collect();
        assert_eq!(busy, [(minute(30), 8), (minute(1), 6)]);
        let by_api: Vec<(&str, u64)> =
            report.apis.iter().map(|api| (api.name.as_str(), api.traffic.requests)).collect();
        assert_eq!(by_api[1], ("getPet", 6));

        let all_day = MonitorQuery { range: TimeRange::Day, ..MonitorQuery::default() };
        assert_eq!(total(at, &ada, &group, all_day.clone()).await, 24);
        let one = MonitorQuery { environment: Some(test), api: Some(api.id), ..all_day };
        assert_eq!(total(at, &ada, &group, one).await, 16);

        let groups = at.services.api_groups();
        assert_eq!(groups.calls_24h(&ada, &group.id, None).await.unwrap(), 24);
        assert_eq!(groups.calls_24h(&ada, &group.id, Some(online)).await.unwrap(), 8);
        assert_eq!(groups.get(&ada, &group.id).await.unwrap().calls_24h, 24);
        at.clock.pass_seconds(25 * 3600);
        assert_eq!(groups.calls_24h(&ada, &group.id, None).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_the_rest_stays() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let day = 24 * 60 * 60;
    let days_ago = |days: i64| BEGIN.plus_ms(-days * day * 1000);
    let rows =
        [1, 10, 20].map(|days| row(&group, Environment::Test, None, days_ago(days), calls(1, 0)));
    let monitoring = at.services.monitoring();
    monitoring.record(rows.to_vec()).await.unwrap();
    monitoring.forget_old(Duration::from_secs(15 * 24 * 3600)).await.unwrap();
    let weeks = MonitorQuery { range: TimeRange::TwoWeeks, ..MonitorQuery::default() };
    assert_eq!(total(&at, &ada, &group, weeks).await, 2);
}

#[tokio::test]
async fn traffic_of_a_group_that_is_gone_is_left_out() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let (gone, there) = (at.group(&ada, "Gone").await, at.group(&ada, "There").await);
    at.services.api_groups().delete(&ada, &gone.id, "Gone").await.unwrap();
    let rows = [&gone, &there].map(|group| row(group, Environment::Test, None, BEGIN, calls(1, 0)));
    at.services.monitoring().record(rows.to_vec()).await.unwrap();
    assert_eq!(total(&at, &ada, &there, MonitorQuery::default()).await, 1);
}
