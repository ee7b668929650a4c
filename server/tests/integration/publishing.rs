//! From a publish in the console to a call at the gateway.

use crate::support::{Answer, Backend, Signer, TestServer, get, new_auth, send};
use domain::{
    AccessAuthType, ApiGroup, AuthType, BackendService, CanarySettings, Environment, NewPublish,
    Share,
};
use std::net::SocketAddr;

const PET: &str = "/petstore/pets/1";

async fn call(server: &TestServer, at: SocketAddr, group: &ApiGroup) -> Answer {
    get(at, &server.host(group), PET).await
}

#[tokio::test]
async fn a_published_group_is_called_at_the_gateway_and_by_host_at_the_console() {
    let server = TestServer::start().await;
    let backend = Backend::start("shop").await;
    let group = server.petstore(AuthType::None).await;
    server.publish(&group, backend.service()).await;

    for at in [server.gateway(), server.console()] {
        let answer = call(&server, at, &group).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["backend"], "shop");
        assert_eq!(answer.json()["path"], PET);
    }
}

#[tokio::test]
async fn a_host_that_names_no_group_is_the_consoles() {
    let server = TestServer::start().await;
    for host in ["localhost", "127.0.0.1", "console.example.com"] {
        let answer = get(server.console(), host, "/healthz").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    let unpublished = get(server.console(), "xaaaaaaaaaaa.cn-north-1.localhost", "/healthz").await;
    assert_eq!(unpublished.status, 404, "{unpublished:?}");
    assert_eq!(unpublished.json()["error"]["status"], "NOT_FOUND");
}

#[tokio::test]
async fn a_signed_call_of_an_authorized_key_passes_and_one_without_a_signature_does_not() {
    let server = TestServer::start().await;
    let backend = Backend::start("shop").await;
    let group = server.petstore(AuthType::Signature).await;
    let published = server.publish(&group, backend.service()).await;
    let key = server.authorized_key(&published.deployment).await;
    let host = server.host(&group);
    let signer = Signer { key: &key, group: &group, host: &host };

    let signed = send(server.gateway(), signer.get(PET)).await.unwrap();
    assert_eq!(signed.status, 200, "{signed:?}");

    let unsigned = call(&server, server.gateway(), &group).await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(unsigned.json()["error"]["message"], "lack of header authorization");
}

#[tokio::test]
async fn an_authorization_is_in_force_when_the_service_says_so() {
    let server = TestServer::start().await;
    let backend = Backend::start("shop").await;
    let group = server.petstore(AuthType::Signature).await;
    let published = server.publish(&group, backend.service()).await;
    let host = server.host(&group);

    for round in 0..5 {
        let (id, key) = server.key(&format!("key_{round}")).await;
        let signer = Signer { key: &key, group: &group, host: &host };
        let auths = server.running.services().access_auths();
        let new = new_auth(AccessAuthType::AccessKey, id.as_str());
        let auth = auths.create(&server.caller, new).await.unwrap();
        let bound = [published.deployment.deployment.id.clone()];
        auths.bind(&server.caller, &auth.id, &bound).await.unwrap();
        assert_eq!(send(server.gateway(), signer.get(PET)).await.unwrap().status, 200);

        auths.bind(&server.caller, &auth.id, &[]).await.unwrap();
        assert_eq!(send(server.gateway(), signer.get(PET)).await.unwrap().status, 401);
    }
}

#[tokio::test]
async fn a_publish_is_in_force_before_it_returns() {
    let server = TestServer::start().await;
    let backends = [Backend::start("blue").await, Backend::start("green").await];
    let group = server.petstore(AuthType::None).await;

    for (round, name) in ["blue", "green"].into_iter().cycle().take(20).enumerate() {
        let published = server.publish(&group, backends[round % 2].service()).await;
        // Asked right away, with no time for anything that polls.
        let answer = call(&server, server.gateway(), &group).await;
        assert_eq!(answer.json()["backend"], name, "round {round}");
        assert!(published.in_force_after_ms.is_some(), "round {round}");
    }
}

#[tokio::test]
async fn offline_is_in_force_before_it_returns() {
    let server = TestServer::start().await;
    let group = server.petstore(AuthType::None).await;
    server.publish(&group, BackendService::Mock).await;
    assert_eq!(call(&server, server.gateway(), &group).await.status, 200);

    let deployments = server.running.services().deployments();
    deployments
        .take_offline(&server.caller, &group.id, Environment::Online, "PetStore")
        .await
        .unwrap();

    assert!(call(&server, server.gateway(), &group).await.status.is_client_error());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_in_flight_fails_because_of_a_publish() {
    let server = TestServer::start().await;
    let backends = [Backend::start("blue").await, Backend::start("green").await];
    let group = server.petstore(AuthType::None).await;
    server.publish(&group, backends[0].service()).await;

    let (host, at) = (server.host(&group), server.gateway());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let calling = tokio::spawn(async move {
        let mut statuses = Vec::new();
        while !*stopped.borrow() {
            statuses.push(get(at, &host, PET).await.status.as_u16());
        }
        statuses
    });
    for round in 0..30 {
        server.publish(&group, backends[round % 2].service()).await;
    }
    stop.send(true).unwrap();

    let statuses = calling.await.unwrap();
    assert!(statuses.len() > 10, "only {} calls were made", statuses.len());
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

#[tokio::test]
async fn what_the_gateway_served_is_in_the_report_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let config = crate::support::config_in(folder.path());
    let running = server::run(&config).await.unwrap();
    let caller = crate::support::registered(running.services()).await;
    let group = crate::support::petstore(running.services(), &caller, AuthType::None).await;
    let publish = crate::support::online(BackendService::Mock, "");
    running.services().deployments().publish(&caller, &group.id, publish).await.unwrap();
    let host = Environment::Online.host(&group.id, group.region, "localhost");
    for _ in 0..5 {
        assert_eq!(get(running.gateway_addr(), &host, PET).await.status, 200);
    }
    assert_eq!(get(running.gateway_addr(), &host, "/petstore/nothing").await.status, 404);
    // At once, so that only the last write at the end can have it.
    running.shutdown().await;

    let again = server::run(&config).await.unwrap();
    let query = domain::MonitorQuery::default();
    let report = again.services().monitoring().report(&caller, &group.id, query).await.unwrap();
    assert_eq!((report.total.requests, report.total.successes), (6, 5));
    again.shutdown().await;
}

#[tokio::test]
async fn a_canary_outlives_a_restart_with_its_callers_and_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let config = crate::support::config_in(folder.path());
    let backends = [Backend::start("live").await, Backend::start("canary").await];
    let running = server::run(&config).await.unwrap();
    let caller = crate::support::registered(running.services()).await;
    let group = crate::support::petstore(running.services(), &caller, AuthType::None).await;
    let live = crate::support::online(backends[0].service(), "");
    let settings = |share| CanarySettings { share, ..CanarySettings::default() };
    let half = Share::from_per_mille(500).unwrap();
    let beside = NewPublish {
        canary: Some(settings(half)),
        ..crate::support::online(backends[1].service(), "")
    };
    for publish in [live, beside] {
        running.services().deployments().publish(&caller, &group.id, publish).await.unwrap();
    }
    let host = Environment::Online.host(&group.id, group.region, "localhost");
    let side = async |at| get(at, &host, PET).await.json()["backend"].clone();
    let before = side(running.gateway_addr()).await;
    running.shutdown().await;

    let again = server::run(&config).await.unwrap();
    let at = again.gateway_addr();
    for _ in 0..5 {
        assert_eq!(side(at).await, before, "a client meets the same side");
    }
    let (canaries, online) = (again.services().canaries(), Environment::Online);
    for (per_mille, name) in [(0, "live"), (1000, "canary")] {
        let share = Share::from_per_mille(per_mille).unwrap();
        canaries.change(&caller, &group.id, online, settings(share)).await.unwrap();
        // Asked right away, with no time for anything that polls.
        assert_eq!(side(at).await, name);
    }
    again.shutdown().await;

    let last = server::run(&config).await.unwrap();
    let query = domain::MonitorQuery::default();
    let report = last.services().monitoring().report(&caller, &group.id, query).await.unwrap();
    let [compared] = &report.canaries[..] else { panic!("{:?}", report.canaries) };
    let counted = [&compared.live, &compared.canary].map(|side| side.traffic.requests);
    assert_eq!((counted.iter().sum::<u64>(), report.total.requests), (8, 8));
    assert!(counted[0] >= 1 && counted[1] >= 1, "{counted:?}");
    last.services().canaries().promote(&caller, &group.id, online).await.unwrap();
    assert_eq!(side(last.gateway_addr()).await, "canary");
    last.shutdown().await;
}
