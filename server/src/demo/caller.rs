//! The pet shop's app: calls the example through the gateway, signed, as long as the demo runs.

use super::{
    Filled,
    random::{Random, nonce},
};
use crate::clock::now;
use bytes::Bytes;
use domain::{ApiGroup, Environment};
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use signing::{Algorithm, BodyHash, RequestDate, SignedRequest, SigningKey};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// Headers that are signed, as the generated SDKs do.
const SIGNED: [&str; 4] = ["content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"];
const JSON: &str = "application/json";

/// Calls the example's groups.
pub(crate) struct DemoCaller {
    gateway: SocketAddr,
    domain: String,
    signed: ApiGroup,
    open: ApiGroup,
    api_key: String,
    api_secret: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// One call.
struct Call {
    environment: Environment,
    method: Method,
    /// Below the group's prefix.
    path: String,
    body: &'static str,
    /// How it shows who calls.
    proof: Proof,
}

/// How a call shows who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// By a signature.
    Signed,
    /// By a signature with another secret: it will be refused.
    Forged,
    /// Not at all: it goes to the group that anybody may call.
    None,
}

impl DemoCaller {
    /// Calls what was filled in, at the gateway's address.
    pub(crate) fn new(filled: &Filled, gateway: SocketAddr, domain: &str) -> Self {
        let mut reachable = gateway;
        if gateway.ip().is_unspecified() {
            reachable.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        Self {
            gateway: reachable,
            domain: domain.to_owned(),
            signed: filled.signed.clone(),
            open: filled.open.clone(),
            api_key: filled.key.api_key.clone(),
            api_secret: filled.key.api_secret.clone(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Calls about three times a second, until it is dropped.
    pub(crate) async fn run(&self) {
        let mut random = Random::from_system();
        loop {
            self.send(&varied(&mut random)).await;
            tokio::time::sleep(Duration::from_millis(100 + random.below(400))).await;
        }
    }

    /// `count` calls, one after the other.
    pub(crate) async fn call(&self, count: usize) {
        let mut random = Random::from_system();
        for _ in 0..count {
            self.send(&varied(&mut random)).await;
        }
    }

    /// The address of a pet in the group that anybody may call.
    pub(crate) fn open_url(&self) -> String {
        format!("http://{}/openpets/pets/1", self.host(&self.open, Environment::Online))
    }

    /// A signed call for a person to try. Good once, and for a quarter of an hour.
    pub(crate) fn curl(&self) -> String {
        let call = Call {
            environment: Environment::Online,
            method: Method::GET,
            path: "/pets/1".to_owned(),
            body: "",
            proof: Proof::Signed,
        };
        let mut text = format!("  curl http://{}{}", self.host_of(&call), self.path_of(&call));
        for (name, value) in self.headers_of(&call) {
            text += &format!(" \\\n    -H '{name}: {value}'");
        }
        text
    }

    /// Whatever is answered, and if nothing is: the monitoring page shows it.
    async fn send(&self, call: &Call) {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(format!("http://{}{}", self.gateway, self.path_of(call)))
            .header(header::HOST, self.host_of(call));
        for (name, value) in self.headers_of(call) {
            request = request.header(name, value);
        }
        if let Ok(request) = request.body(Full::from(call.body))
            && let Ok(response) = self.client.request(request).await
        {
            let _shown_in_monitoring = response.into_body().collect().await;
        }
    }

    fn group_of(&self, call: &Call) -> &ApiGroup {
        if call.proof == Proof::None { &self.open } else { &self.signed }
    }

    fn host_of(&self, call: &Call) -> String {
        self.host(self.group_of(call), call.environment)
    }

    fn path_of(&self, call: &Call) -> String {
        format!("{}{}", self.group_of(call).path(), call.path)
    }

    fn headers_of(&self, call: &Call) -> Vec<(&'static str, String)> {
        let mut headers = vec![("content-type", JSON.to_owned())];
        if call.proof != Proof::None {
            headers.push(("x-jdcloud-date", date()));
            headers.push(("x-jdcloud-nonce", nonce()));
            headers.push(("authorization", self.authorization(call, &headers)));
        }
        headers
    }

    fn host(&self, group: &ApiGroup, environment: Environment) -> String {
        let host = environment.host(&group.id, group.region, &self.domain);
        format!("{host}:{}", self.gateway.port())
    }

    fn authorization(&self, call: &Call, headers: &[(&'static str, String)]) -> String {
        let date = headers.iter().find(|(name, _)| *name == "x-jdcloud-date");
        let date = date.map_or("", |(_, date)| date);
        let body_hash = BodyHash::of(call.body.as_bytes());
        let request = SignedRequest {
            method: call.method.as_str(),
            path: &self.path_of(call),
            query: "",
            host: &self.host_of(call),
            date,
            headers: &headers,
            body_hash: body_hash.as_str(),
        };
        let secret = if call.proof == Proof::Forged { "another secret" } else { &self.api_secret };
        let day = date.get(..8).unwrap_or_default();
        let (region, service) = (self.signed.region.as_str(), self.signed.id.as_str());
        let key = SigningKey::derive(Algorithm::Jdcloud2, secret.as_bytes(), day, region, service);
        // All headers to sign are there, and the key is of the request's day.
        signing::sign(&key, &self.api_key, &request, &SIGNED).unwrap_or_default()
    }
}

fn date() -> String {
    RequestDate::from_unix(now().unix_seconds())
        .map(|date| date.as_str().to_owned())
        .unwrap_or_default()
}

/// Mostly questions for pets that are there, of the online environment; some for others, some new pets, a few forged.
fn varied(random: &mut Random) -> Call {
    let environment = match random.below(10) {
        0 => Environment::Test,
        1 => Environment::Preview,
        _ => Environment::Online,
    };
    let (method, path, body) = match random.below(20) {
        0..=2 => (Method::POST, "/pets".to_owned(), r#"{"id": 7, "type": "hamster", "price": 12}"#),
        3 => (Method::GET, "/function_test".to_owned(), ""),
        4 => (Method::GET, "/pets/404".to_owned(), ""),
        _ => (Method::GET, format!("/pets/{}", 1 + random.below(6)), ""),
    };
    let proof = match random.below(40) {
        0 => Proof::Forged,
        1..=10 => Proof::None,
        _ => Proof::Signed,
    };
    Call { environment, method, path, body, proof }
}
