//! What was served is counted, however it ended.

use super::support::{GROUP, ONLINE, World};
use bytes::Bytes;
use domain::{Environment, monitor::Traffic};
use gateway::TrafficDelta;
use http::{Method, Request};
use std::{collections::BTreeMap, time::Duration};
use testkit::{Behaviour, RawConnection};

/// Drains until as many calls were counted: a call is counted just after its last byte.
async fn drained(world: &World, calls: u64) -> BTreeMap<String, Traffic> {
    let mut by_api: BTreeMap<String, Traffic> = BTreeMap::new();
    loop {
        for TrafficDelta { api_group_id, environment, api, release, minute, traffic } in
            world.gateway.drain_traffic()
        {
            assert_eq!((api_group_id.as_str(), environment), (GROUP, Environment::Online));
            assert_eq!((minute.0 % 60_000, release), (0, None));
            let name = api.map_or("none".to_owned(), |id| {
                id.as_str().trim_start_matches("api-").trim_start_matches('0').to_owned()
            });
            by_api.entry(name).or_default().merge(&traffic);
        }
        if by_api.values().map(|traffic| traffic.requests).sum::<u64>() >= calls {
            return by_api;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn calls_are_counted_by_api_with_their_bytes_and_latency() {
    let world = World::start().await;
    world.backend.behave(Behaviour::Answer {
        status: 200,
        headers: Vec::new(),
        body: Bytes::from_static(&[b'x'; 500]),
    });
    world.client.get(ONLINE, "/petstore/pets").await;
    world.client.get(ONLINE, "/petstore/pets").await;
    let post = Request::builder().method(Method::POST).uri("/petstore/pets").header("host", ONLINE);
    world.client.send(post.body(vec![0; 70_000]).unwrap()).await;
    world.client.get(ONLINE, "/petstore/none").await;
    world.client.get("x00000000000.cn-north-1.localhost", "/petstore/pets").await;
    let served = drained(&world, 4).await;
    assert_eq!(served.keys().collect::<Vec<_>>(), ["create", "list", "none"]);
    let (list, create, none) = (&served["list"], &served["create"], &served["none"]);
    assert_eq!((list.requests, list.successes, list.bytes_in, list.bytes_out), (2, 2, 0, 1000));
    assert_eq!((create.requests, create.bytes_in, create.bytes_out), (1, 70_000, 500));
    assert_eq!((none.requests, none.client_errors, none.successes), (1, 1, 0));
    assert!(none.bytes_out > 50);
    assert!(list.latency_sum_us > 0 && list.latencies.counts().iter().sum::<u64>() == 2);
    assert_eq!(world.gateway.drain_traffic(), []);
}

#[tokio::test]
async fn the_latency_lasts_until_the_end_of_the_body() {
    let world = World::start().await;
    let chunks = vec![Bytes::from_static(b"x"); 3];
    world.backend.behave(Behaviour::Chunks {
        chunks,
        pause: Duration::from_millis(50),
        trailers: Vec::new(),
    });
    world.client.get(ONLINE, "/petstore/pets").await;
    let served = drained(&world, 1).await;
    assert!(served["list"].latency_sum_us >= 100_000, "{served:?}");
}

#[tokio::test]
async fn a_call_whose_backend_died_within_the_answer_is_a_server_error() {
    let world = World::start().await;
    world.backend.behave(Behaviour::DieMidBody);
    let request = Request::builder().uri("/petstore/pets").header("host", ONLINE).body("").unwrap();
    assert!(world.client.try_send(request).await.is_err());
    let served = drained(&world, 1).await;
    assert_eq!((served["list"].server_errors, served["list"].bytes_out), (1, 4));
}

#[tokio::test]
async fn a_call_that_its_caller_gave_up_is_a_client_error_before_and_within_the_answer() {
    let world = World::start().await;
    for (behaviour, wait_for) in [(Behaviour::Hang, None), (Behaviour::HangMidBody, Some("part"))] {
        let before = world.backend.requests();
        world.backend.behave(behaviour);
        let mut connection = RawConnection::open(world.address()).await;
        connection.send(format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n")).await;
        while world.backend.requests() == before {
            tokio::task::yield_now().await;
        }
        if let Some(end) = wait_for {
            connection.read_until(end).await;
        }
        drop(connection);
        let served = drained(&world, 1).await;
        assert_eq!((served["list"].requests, served["list"].client_errors), (1, 1));
    }
}

#[tokio::test]
async fn refusals_are_counted_by_their_status() {
    let gone = World::start().await;
    gone.backend.behave(Behaviour::Close);
    gone.client.get(ONLINE, "/petstore/pets").await;
    gone.client.get(ONLINE, "/petstore/any/%2e%2e/x").await;
    let served = drained(&gone, 2).await;
    assert_eq!((served["list"].server_errors, served["none"].client_errors), (1, 1));
}

#[tokio::test]
async fn what_a_listener_counted_outlives_it() {
    let World { gateway, server, client, backend, .. } = World::start().await;
    client.get(ONLINE, "/petstore/pets").await;
    drop(client);
    server.shutdown(Duration::from_secs(20)).await;
    let counted: u64 = gateway.drain_traffic().iter().map(|delta| delta.traffic.requests).sum();
    assert_eq!((counted, backend.requests()), (1, 1));
}
