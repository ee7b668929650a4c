//! Calls over the gateway's own listener at full load, without and with publishes meanwhile.

use crate::{
    catalogue::Catalogue,
    machine::Memory,
    network::run_alone,
    publishes::publish,
    table::{Sorted, Table, megabytes},
};
use bytes::Bytes;
use gateway::{Gateway, GatewayServer, ServerSettings};
use http::{Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 64;

/// Makes `calls` calls, and then as many with `publishes` publishes spread over them.
pub(crate) fn measure(
    catalogue: &Catalogue,
    gateway: &Gateway,
    (calls, publishes): (u64, u64),
    table: &mut Table,
) {
    let settings = ServerSettings { workers: 1, ..ServerSettings::default() };
    let server = GatewayServer::bind(SocketAddr::from(([127, 0, 0, 1], 0)), gateway, settings);
    let load = Load {
        catalogue,
        gateway: server.unwrap(),
        calls,
        begun: AtomicU64::new(0),
        failed: AtomicU64::new(0),
    };
    let quiet = load.run(Vec::new);
    quiet.tell(&format!("{calls} calls without publishes"), "", table);
    let mut disturbed = load.run(|| load.publish(gateway, publishes));
    disturbed.tell(&format!("{calls} calls during {publishes} publishes"), "twice that", table);
    let took = Sorted::new(std::mem::take(&mut disturbed.publishes)).median_and_p99();
    table.row("a publish under load in force, p50 / p99", took, "100 ms");
    let failed = load.failed.load(Ordering::Relaxed);
    table.row("failed calls of both", failed.to_string(), "0");
    let counted: u64 = gateway.drain_traffic().iter().map(|delta| delta.traffic.requests).sum();
    table.row("calls of both that the gateway counted", counted.to_string(), "");
    table.row("resident memory then", megabytes(Memory::now().resident), "600 MB");
}

/// Calls under way.
struct Load<'a> {
    catalogue: &'a Catalogue,
    gateway: GatewayServer,
    calls: u64,
    begun: AtomicU64,
    failed: AtomicU64,
}

/// What one run gave.
struct Outcome {
    latencies: Sorted,
    took: Duration,
    publishes: Vec<Duration>,
}

impl Outcome {
    fn tell(&self, what: &str, aim: &str, table: &mut Table) {
        let rate = self.latencies.count() as f64 / self.took.as_secs_f64();
        table.row(&format!("{what}: per second"), format!("{rate:.0}"), "");
        table.row("… latency, p50 / p99", self.latencies.median_and_p99(), aim);
    }
}

impl Load<'_> {
    /// Makes the calls on a thread, while `beside` runs on this one.
    fn run(&self, beside: impl FnOnce() -> Vec<Duration>) -> Outcome {
        self.begun.store(0, Ordering::Relaxed);
        thread::scope(|scope| {
            let calling = scope.spawn(|| {
                let started = Instant::now();
                let latencies = run_alone(self.call_all());
                (Sorted::new(latencies), started.elapsed())
            });
            let publishes = beside();
            let (latencies, took) = calling.join().unwrap();
            Outcome { latencies, took, publishes }
        })
    }

    /// Publishes random groups, one whenever its share of the calls has begun.
    #[expect(clippy::disallowed_methods, reason = "this thread serves nobody")]
    fn publish(&self, gateway: &Gateway, count: u64) -> Vec<Duration> {
        let publish_at = |number: u64| {
            while self.begun.load(Ordering::Relaxed) < self.calls / count.max(1) * number {
                thread::sleep(Duration::from_micros(200));
            }
            // Numbers that no publish before has had.
            publish(self.catalogue, gateway, (1 << 20) + number)
        };
        (0..count).map(publish_at).collect()
    }

    async fn call_all(&self) -> Vec<Duration> {
        let connections = (0..CONNECTIONS).map(|_| self.call_in_turn());
        futures_util::future::join_all(connections).await.concat()
    }

    /// Calls over one connection until all calls have begun.
    async fn call_in_turn(&self) -> Vec<Duration> {
        let mut latencies = Vec::with_capacity(self.calls as usize / CONNECTIONS * 2);
        let mut connection = None;
        loop {
            let n = self.begun.fetch_add(1, Ordering::Relaxed);
            if n >= self.calls {
                return latencies;
            }
            let mut sender = match connection.take() {
                Some(sender) => sender,
                None => connect(self.gateway.local_addr()).await,
            };
            let started = Instant::now();
            if self.call(&mut sender, n).await == Some(StatusCode::OK) {
                connection = Some(sender);
            } else {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
            latencies.push(started.elapsed());
        }
    }

    /// The status of a call whose answer came whole.
    async fn call(&self, sender: &mut SendRequest<Empty<Bytes>>, n: u64) -> Option<StatusCode> {
        let (host, method, path) = self.catalogue.call(n);
        let request = Request::builder().method(method).uri(path).header(HOST, host);
        sender.ready().await.ok()?;
        let answer = sender.send_request(request.body(Empty::new()).unwrap()).await.ok()?;
        let status = answer.status();
        answer.into_body().collect().await.ok()?;
        Some(status)
    }
}

async fn connect(address: SocketAddr) -> SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}
