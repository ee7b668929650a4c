//! PostgreSQL: several servers on one, and a server that loses it for a while.

use crate::support::{Backend, Wire, config_in, get, online, petstore, registered};
use domain::{AuthType, BackendService, Environment, MonitorQuery};
use server::{Running, config::Config};
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
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Cuttable {
    async fn start() -> Self {
        let (database, folder) = (TestDatabase::postgres().await, tempfile::tempdir().unwrap());
        let address = database.url().split(['@', '/']).nth(3).unwrap().parse().unwrap();
        let wire = Wire::to(address).await;
        let url = wire.instead_of(address, database.url());
        let running = server::run(&config_on(&url, folder.path())).await.unwrap();
        Self { running, wire, _database: database, _folder: folder }
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
