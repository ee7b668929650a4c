//! What a running server tells an operator: figures for Prometheus, and a line a call.

use crate::support::{Output, config_in, get, online, paifang, petstore, registered};
use domain::{AuthType, BackendService, Environment};
use serde_json::Value;
use std::{fs, net::TcpListener};

#[tokio::test]
async fn figures_and_lines_are_there_where_the_settings_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config_in(folder.path());
    let file = folder.path().join("access.log");
    fs::write(&file, "kept\n").unwrap();
    config.access_log.to = file.to_str().unwrap().to_owned().into();
    config.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    let running = server::run(&config).await.unwrap();
    let (services, caller) = (running.services(), registered(running.services()).await);
    let group = petstore(services, &caller, AuthType::None).await;
    let publish = online(BackendService::Mock, "");
    services.deployments().publish(&caller, &group.id, publish).await.unwrap();

    let host = Environment::Online.host(&group.id, group.region, "localhost");
    assert_eq!(get(running.gateway_addr(), &host, "/petstore/pets/1").await.status, 200);

    let metrics = running.metrics_addr().unwrap();
    let told = get(metrics, "any", "/metrics").await;
    assert!(told.header("content-type").starts_with("text/plain; version=0.0.4"));
    let served = format!(
        r#"paifang_requests_total{{group="{}",environment="online",class="2xx"}} 1"#,
        group.id
    );
    for sample in [
        &*served,
        "process_resident_memory_bytes ",
        "process_open_fds ",
        "paifang_build_info{version=",
    ] {
        assert!(told.body.contains(sample), "{sample} is not in {}", told.body);
    }
    assert_eq!(get(metrics, "any", "/").await.status, 404);
    // Not where callers and browsers are.
    assert_eq!(get(running.gateway_addr(), &host, "/metrics").await.status, 404);
    assert!(
        !get(running.console_addr(), "localhost", "/metrics")
            .await
            .body
            .contains("paifang_requests")
    );

    running.shutdown().await;
    let written = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!((lines[0], lines.len()), ("kept", 3), "{written}");
    let line: Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!((&line["host"], &line["response_status"]), (&host.into(), &"200".into()));
}

#[tokio::test]
async fn nothing_of_it_is_there_by_default() {
    let folder = tempfile::tempdir().unwrap();
    let running = server::run(&config_in(folder.path())).await.unwrap();
    assert_eq!(running.metrics_addr(), None);
    running.shutdown().await;
}

#[test]
fn a_place_that_cannot_be_had_is_an_error_that_names_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("metrics.listen={}", taken.local_addr().unwrap());
    for (setting, named) in [
        (taken.as_str(), "metrics.listen"),
        ("metrics.listen=9100", "metrics.listen"),
        ("access-log.to=/nowhere/at/all.log", "access-log.to"),
    ] {
        let mut command = paifang();
        command.args(["serve", "--set", setting, "--set", "console.listen=127.0.0.1:0"]);
        command.args(["--set", "gateway.listen=127.0.0.1:0", "--set", "gateway.https-listen="]);
        command.arg("--data-dir").arg(folder.path());
        let output = Output::of(&mut command, b"");
        assert!(output.code != Some(0) && output.stderr.contains(named), "{setting}: {output:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}
