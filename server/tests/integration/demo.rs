//! `paifang demo`: every page has something to look at.

use crate::support::{Output, get, paifang};
use domain::{Environment, MonitorQuery, PageQuery, Region, Secret};
use serde_json::Value;
use services::Caller;
use std::{net::Ipv4Addr, path::Path};

fn fill(folder: &Path) -> Output {
    Output::of(paifang().args(["demo", "--exit", "--data-dir"]).arg(folder), b"")
}

#[tokio::test]
async fn fills_an_empty_installation_and_says_how_to_get_in() {
    let folder = tempfile::tempdir().unwrap();
    let filled = fill(folder.path());
    assert_eq!(filled.code, Some(0), "{filled:?}");
    let made: Value = serde_json::from_str(&filled.stdout).unwrap();

    let running = server::run(&crate::support::config_in(folder.path())).await.unwrap();
    let services = running.services();
    let password = Secret::new(made["password"].as_str().unwrap());
    let (email, here) = (made["email"].as_str().unwrap(), Ipv4Addr::LOCALHOST.into());
    let caller = Caller::new(services.accounts().sign_in(email, password, here).await.unwrap());

    let groups =
        services.api_groups().list(&caller, Region::CnNorth1, PageQuery::default()).await.unwrap();
    assert_eq!(groups.total, 3);
    for summary in groups.rows {
        let environments: Vec<Environment> = summary.running.iter().map(|(e, _)| *e).collect();
        assert_eq!(environments, Environment::ALL, "{}", summary.group.name);
        let query = MonitorQuery::default();
        let report = services.monitoring().report(&caller, &summary.group.id, query).await.unwrap();
        let busy = report.points.iter().filter(|point| point.traffic.requests > 0).count();
        assert!(busy > 50, "only {busy} minutes of {} have traffic", summary.group.name);
        assert!(report.total.client_errors > 0 && report.total.successes > 500);
    }
    let keys = services.access_keys().list(&caller, PageQuery::default()).await.unwrap();
    assert_eq!(keys.rows[0].api_key, made["accessKey"]);
    let key = keys.rows[0].id.clone().into();
    let bound = services.authorized_groups().of_key(&caller, &key).await.unwrap();
    assert_eq!(bound.len(), 6, "two groups in three environments");
    let query = PageQuery::default;
    let limits =
        services.rate_limit_policies().list(&caller, Region::CnNorth1, query()).await.unwrap();
    let signatures = services.backend_signatures().list(&caller, query()).await.unwrap();
    assert_eq!((limits.rows[0].bound.len(), signatures.rows[0].bound.len()), (3, 3));
    running.shutdown().await;
}

#[test]
fn refuses_an_installation_that_has_accounts() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(fill(folder.path()).code, Some(0));
    let again = fill(folder.path());
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""), "{again:?}");
    assert!(again.stderr.contains("empty installation"), "{}", again.stderr);
}

#[tokio::test]
async fn its_backend_answers_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let demo = crate::support::Program::demo(folder.path());
    let open = demo.said.lines().find_map(|line| line.trim().strip_prefix("curl ")).unwrap();
    let (host, path) = open.trim_start_matches("http://").split_once('/').unwrap();
    let answer = get(demo.gateway, host, &format!("/{path}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["type"], "cat");
    demo.signal("TERM");
    assert_eq!(demo.wait().code(), Some(0));
}
