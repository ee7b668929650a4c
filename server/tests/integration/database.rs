//! PostgreSQL: several servers on one, and a server that loses it for a while.

use crate::support::{Backend, Wire, config_in, get, online, petstore, registered};
use domain::{AuthType, BackendService, Environment, MonitorQuery};
use server::{Running, Started, config::Config};
use services::ServiceError;
use std::{net::SocketAddr, path::Path, time::Duration};
use testkit::database::TestDatabase;

const PET: &str = "/petstore/pets/1";

fn config_on(url: &str, folder: &Path) -> Config {
    let mut config = config_in(folder);
    config.database.url = url.to_owned().try_into().unwrap();
    config
}

/// Asks until the answer has `status`; the runner's own limit ends a wait for ever.
async fn until_answered(at: SocketAddr, host: &str, status: u16) {
    while get(at, host, PET).await.status != status {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_publishes_the_others_serve() {
    let (database, folder) = (TestDatabase::postgres().await, tempfile::tempdir().unwrap());
    // One folder: they share the encryption key.
    let config = config_on(database.url(), folder.path());
    let (one, other) = (server::run(&config).await.unwrap(), server::run(&config).await.unwrap());
    let caller = registered(one.services()).await;
    let group = petstore(one.services(), &caller, AuthType::None).await;
    let host = Environment::Online.host(&group.id, group.region, "localhost");
    let deployments = one.services().deployments();

    deployments.publish(&caller, &group.id, online(BackendService::Mock, "")).await.unwrap();
    assert_eq!(get(one.gateway_addr(), &host, PET).await.status, 200);
    until_answered(other.gateway_addr(), &host, 200).await;

    let online = Environment::Online;
    deployments.take_offline(&caller, &group.id, online, "PetStore").await.unwrap();
    until_answered(other.gateway_addr(), &host, 404).await;
    one.shutdown().await;
    other.shutdown().await;
}

/// A server whose wire to the database can be cut.
struct Cuttable {
    running: Running,
    wire: Wire,
    url: String,
    folder: tempfile::TempDir,
    _database: TestDatabase,
}

impl Cuttable {
    async fn start() -> Self {
        let (database, folder) = (TestDatabase::postgres().await, tempfile::tempdir().unwrap());
        let address = database.url().split(['@', '/']).nth(3).unwrap().parse().unwrap();
        let wire = Wire::to(address).await;
        let url = wire.instead_of(address, database.url());
        let running = server::run(&config_on(&url, folder.path())).await.unwrap();
        Self { running, wire, url, folder, _database: database }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_serves_on_without_its_database_and_catches_up_afterwards() {
    let server = Cuttable::start().await;
    let services = server.running.services();
    let caller = registered(services).await;
    let group = petstore(services, &caller, AuthType::None).await;
    let backend = Backend::start("shop").await;
    let publish = || online(backend.service(), "");
    services.deployments().publish(&caller, &group.id, publish()).await.unwrap();
    let host = Environment::Online.host(&group.id, group.region, "localhost");
    let at = server.running.gateway_addr();

    server.wire.cut();
    for _ in 0..5 {
        assert_eq!(get(at, &host, PET).await.status, 200);
    }
    let refused = services.deployments().publish(&caller, &group.id, publish()).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Unavailable { .. }), "{refused:?}");
    assert_eq!(get(at, &host, PET).await.status, 200);

    server.wire.mend();
    let mock = || online(BackendService::Mock, "");
    while services.deployments().publish(&caller, &group.id, mock()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The mock says nothing of a backend.
    while get(at, &host, PET).await.body.contains("shop") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What was served meanwhile is not lost.
    let query = MonitorQuery::default;
    let reported = async || {
        let report = services.monitoring().report(&caller, &group.id, query()).await;
        report.map_or(0, |report| report.total.requests)
    };
    while reported().await < 6 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_starts_without_its_database_serves_what_was_published_last() {
    let server = Cuttable::start().await;
    let services = server.running.services();
    let caller = registered(services).await;
    let (old, new) = (Backend::start("old").await, Backend::start("new").await);
    let group = petstore(services, &caller, AuthType::None).await;
    let host = Environment::Online.host(&group.id, group.region, "localhost");
    // Once with everything, and once as a change after it.
    for backend in [&old, &new] {
        let publish = online(backend.service(), "");
        services.deployments().publish(&caller, &group.id, publish).await.unwrap();
    }
    let kept = config_on(&server.url, server.folder.path()).data.kept_path();
    let new_address = new.service();
    let is_kept = || {
        let text = std::fs::read_to_string(&kept).unwrap_or_default();
        text.contains(&serde_json::to_string(&new_address).unwrap())
    };
    while !is_kept() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let Cuttable { running, wire, _database, folder, url } = server;
    running.shutdown().await;

    wire.cut();
    let config = config_on(&url, folder.path());
    let Started::Waiting(mut waiting) = server::start(&config).await.unwrap() else {
        panic!("the database answers although its wire is cut");
    };
    assert_eq!(get(waiting.gateway_addr(), &host, PET).await.json()["backend"], "new");
    let console = waiting.console_addr();
    assert_eq!(get(console, "localhost", "/").await.status, 503);
    assert_eq!(get(console, "localhost", "/healthz").await.status, 200);
    assert_eq!(get(console, &host, PET).await.status, 200);

    wire.mend();
    let back = waiting.database().await.unwrap();
    let running = waiting.with(back);
    assert_eq!(get(console, "localhost", "/register").await.status, 200);
    let publish = online(old.service(), "");
    running.services().deployments().publish(&caller, &group.id, publish).await.unwrap();
    assert_eq!(get(running.gateway_addr(), &host, PET).await.json()["backend"], "old");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_database_and_without_anything_kept_there_is_no_start() {
    let folder = tempfile::tempdir().unwrap();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = config_on(&format!("postgres://paifang@{gone}/paifang"), folder.path());
    let error = server::start(&config).await.err().unwrap().to_string();
    assert!(error.contains("database"), "{error}");
}
