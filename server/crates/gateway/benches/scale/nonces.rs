//! Memory for what callers bring along: a day's worth of nonces, and keys that sign for many scopes.

use crate::{
    catalogue::{Catalogue, group_id},
    machine::Memory,
    network::{Backend, run_alone},
    table::{Table, growth, megabytes},
};
use bytes::Bytes;
use domain::{AuthType, CallerKey, Environment, KeyId, Region, Secret};
use gateway::{Connection, Gateway, Snapshot, SnapshotConfig};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use signing::{Algorithm, EMPTY_BODY_SHA256, RequestDate, SignedRequest, SigningKey};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

const SECRET: &str = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";
const PATH: &str = "/shop/pets/4711";
const SIGNED: [&str; 3] = ["host", "x-jdcloud-date", "x-jdcloud-nonce"];
const THREADS: u64 = 2;

/// Makes `calls` signed calls, each with a nonce of its own, by `keys` keys in turn; each time a key signs, it is for
/// another scope, so that its signing key cannot have been kept. All dates are of now, so no nonce expires meanwhile.
pub(crate) fn measure(calls: u64, keys: u64, table: &mut Table) {
    let callers = Callers::new(keys);
    let empty = Memory::now().resident;
    // A tenth fills what is kept for each key, when each signs often enough.
    let tenth = calls / 10;
    callers.call(0..tenth);
    let early = Memory::now().resident;
    callers.call(tenth..calls);
    let late = Memory::now().resident;
    table.row(&format!("memory with {keys} callers' keys"), megabytes(empty), "");
    table.row(&format!("… after {tenth} signed calls"), megabytes(early), "");
    let late = format!("{}, {}", megabytes(late), growth(early, late));
    table.row(&format!("… after {calls}, each with its own nonce and scope"), late, "bounded");
    table.row("… refused of these", callers.refused.load(Ordering::Relaxed).to_string(), "0");
}

/// A group that all keys may call.
struct Callers {
    gateway: Gateway,
    host: String,
    keys: u64,
    refused: AtomicU64,
}

impl Callers {
    fn new(keys: u64) -> Self {
        let mut deployment = Catalogue::new(1, Backend::start().address()).deployment(0, 0);
        deployment.content.settings.auth_type = AuthType::Signature;
        let id = |number: u64| KeyId::AccessKey(format!("{number:012x}").parse().unwrap());
        deployment.callers = (0..keys).map(|number| id(number).into()).collect();
        let key = |number| CallerKey {
            id: id(number),
            owner: "acc-000000000001".parse().unwrap(),
            pin: "caller@example.com".to_owned(),
            api_key: api_key(number),
            secret: Secret::new(SECRET),
        };
        let config = SnapshotConfig { domain: crate::catalogue::DOMAIN.to_owned() };
        let snapshot = Snapshot::compile(config, vec![deployment], (0..keys).map(key).collect());
        Self {
            gateway: Gateway::new(crate::settings(), snapshot.unwrap()).unwrap(),
            host: Environment::Online.host(
                &group_id(0),
                Region::CnNorth1,
                crate::catalogue::DOMAIN,
            ),
            keys,
            refused: AtomicU64::new(0),
        }
    }

    /// Makes the calls of these numbers.
    fn call(&self, numbers: std::ops::Range<u64>) {
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let mine = (numbers.start + thread..numbers.end).step_by(THREADS as usize);
                scope.spawn(move || run_alone(self.call_in_turn(mine)));
            }
        });
        // As the server does every few seconds, which writes it down.
        drop(self.gateway.drain_traffic());
    }

    async fn call_in_turn(&self, numbers: impl Iterator<Item = u64>) {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
        let connection = Connection::new(nowhere, nowhere, false);
        for number in numbers {
            let answer = self.gateway.call(self.request(number), &connection).await;
            let status = answer.status();
            // Read to its end, so that the connection to the backend is kept.
            let whole = answer.into_body().collect().await.is_ok();
            if status != StatusCode::OK || !whole {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn request(&self, number: u64) -> Request<Bytes> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let date = RequestDate::from_unix(now as i64).unwrap();
        let nonce = format!("{number:036}");
        let headers = [
            ("x-jdcloud-date".to_owned(), date.as_str().to_owned()),
            ("x-jdcloud-nonce".to_owned(), nonce.clone()),
        ];
        let region = format!("region-{}", number / self.keys);
        let group = group_id(0);
        let secret = SECRET.as_bytes();
        let key =
            SigningKey::derive(Algorithm::Jdcloud3, secret, date.day(), &region, group.as_str());
        let request = SignedRequest {
            method: "GET",
            path: PATH,
            query: "",
            host: &self.host,
            date: date.as_str(),
            headers: &headers,
            body_hash: EMPTY_BODY_SHA256,
        };
        let access_key = api_key(number % self.keys);
        let authorization = signing::sign(&key, &access_key, &request, &SIGNED).unwrap();
        Request::builder()
            .uri(PATH)
            .header("host", &self.host)
            .header("x-jdcloud-date", date.as_str())
            .header("x-jdcloud-nonce", nonce)
            .header("authorization", authorization)
            .body(Bytes::new())
            .unwrap()
    }
}

fn api_key(number: u64) -> String {
    format!("{number:032X}")
}
