//! Forwarded requests are signed as providers' own verifiers expect. The verifier here is written from the published rules
//! and shares nothing with the gateway's code; it is tried against published signatures first.

use super::support::{Call, GROUP, ONLINE, World, address, petstore, signed_petstore};
use domain::{BackendService, BackendSigningKey, Environment, PublishedDeployment, Secret};
use gateway::GatewaySettings;
use http::{Method, Request};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write as _};
use testkit::{MockBackend, TestResponse};

const ACCESS_KEY: &str = "636B856DCF14D467D313CCB0C0E2B21C";
const SECRET_KEY: &str = "0123456789ABCDEF0123456789ABCDEF";

/// A request as a backend received it.
pub(super) struct Received {
    method: String,
    pub(super) path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Received {
    /// What the echoing backend saw.
    pub(super) fn echoed(response: &TestResponse) -> Self {
        assert_eq!(response.status.as_u16(), 200, "{response:?}");
        let seen = response.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let target = text(&seen["target"]);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let headers = seen["headers"].as_array().unwrap().iter();
        Self {
            method: text(&seen["method"]),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
            body: text(&seen["body"]).into_bytes(),
        }
    }

    /// By its lower-case name in a map that minds case, as the published verifier looks headers up.
    fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice");
        value
    }

    /// The rules of the published verifier.
    pub(super) fn verify(&self, secret: &str) -> bool {
        let authorization = self.header("authorization").unwrap_or_default();
        let Some(rest) = authorization.strip_prefix("JDCLOUD2-HMAC-SHA256 Credential=") else {
            return false;
        };
        let (credential, rest) = rest.split_once(", SignedHeaders=").unwrap();
        let (signed, signature) = rest.split_once(", Signature=").unwrap();
        let (_access_key, scope) = credential.split_once('/').unwrap();
        let mut headers = String::new();
        for name in signed.split(';') {
            writeln!(headers, "{name}:{}", self.header(name).unwrap_or("null")).unwrap();
        }
        let body_hash = match self.header("x-jdcloud-content-sha256") {
            Some(declared) => declared.to_owned(),
            None => hex(&Sha256::digest(&self.body)),
        };
        let path = if self.path.is_empty() { "/" } else { &self.path };
        let canonical = [
            self.method.as_str(),
            path,
            &canonical_query(&self.query),
            &headers,
            signed,
            &body_hash,
        ];
        let string_to_sign = [
            "JDCLOUD2-HMAC-SHA256",
            self.header("x-jdcloud-date").unwrap(),
            scope,
            &hex(&Sha256::digest(canonical.join("\n"))),
        ];
        let mut key = format!("JDCLOUD2{secret}").into_bytes();
        for part in scope.split('/') {
            key = hmac(&key, part.as_bytes());
        }
        hex(&hmac(&key, string_to_sign.join("\n").as_bytes())) == signature
    }
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([&block.map(|b| b ^ 0x36), message].concat());
    Sha256::digest([&block.map(|b| b ^ 0x5c), &inner[..]].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Decoded, encoded by RFC 3986, values sorted within their key, keys sorted.
fn canonical_query(raw: &str) -> String {
    let mut parameters: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
    for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.entry(form_decoded(name)).or_default().push(form_decoded(value));
    }
    let mut pairs = Vec::new();
    for (name, mut values) in parameters {
        values.sort();
        pairs.extend(values.iter().map(|value| format!("{}={}", encoded(&name), encoded(value))));
    }
    pairs.join("&")
}

fn form_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    decoded
}

fn encoded(bytes: &[u8]) -> String {
    let spelled = bytes.iter().map(|b| match b {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(b) => char::from(*b).to_string(),
        b => format!("%{b:02X}"),
    });
    spelled.collect()
}

#[test]
fn the_verifier_of_these_tests_agrees_with_published_signatures() {
    let vectors = include_str!("../../../signing/vectors/backend-sign-vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(vectors).unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let headers = vector["headers"].as_object().unwrap().iter();
        let mut received = Received {
            method: text("method"),
            path: text("path"),
            query: text("raw_query"),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            body: text("body").into_bytes(),
        };
        assert!(received.verify(&text("sk")), "{}", vector["name"]);
        assert!(!received.verify("another secret"), "{}", vector["name"]);
        received.query.push_str("&x=1");
        assert!(!received.verify(&text("sk")), "{}", vector["name"]);
    }
}

fn signed(mut deployment: PublishedDeployment) -> PublishedDeployment {
    deployment.policies.backend_signature = Some(BackendSigningKey {
        access_key: ACCESS_KEY.to_owned(),
        secret: Secret::new(SECRET_KEY),
    });
    deployment
}

/// PetStore online, for anybody; what is forwarded is signed.
async fn world() -> World {
    world_with(GatewaySettings::default(), |_| {}).await
}

async fn world_with(
    settings: GatewaySettings,
    edit: impl FnOnce(&mut PublishedDeployment),
) -> World {
    World::with(settings, |backend: &MockBackend| {
        let service = BackendService::Single { address: address(backend) };
        let mut deployment = signed(petstore(Environment::Online, service));
        edit(&mut deployment);
        vec![deployment]
    })
    .await
}

fn request(method: Method, target: &str) -> http::request::Builder {
    Request::builder().method(method).uri(target).header("host", ONLINE)
}

#[tokio::test]
async fn a_forwarded_request_is_signed_with_the_providers_key() {
    let world = world().await;
    for target in [
        "/petstore/pets",
        "/petstore/pets/a%20b%2Fc~?b=2&a=1&a=0&flag&e=&q=%E4%BD%A0+x&star=*&t=~",
        "/petstore/any/x%7Ey/?%E4%B8%AD=%2B",
    ] {
        let call = request(Method::GET, target).header("content-type", "application/json");
        let received = Received::echoed(&world.client.send(call.body(Vec::new()).unwrap()).await);
        assert!(received.verify(SECRET_KEY), "{target}");
        assert!(!received.verify("another secret"), "{target}");
        let authorization = received.header("authorization").unwrap();
        let day = received.header("x-jdcloud-date").unwrap().get(..8).unwrap();
        let expected = format!(
            "JDCLOUD2-HMAC-SHA256 Credential={ACCESS_KEY}/{day}/cn-north-1/{GROUP}/jdcloud2_request, SignedHeaders=content-type;x-jdcloud-date;x-jdcloud-nonce, Signature="
        );
        assert!(authorization.starts_with(&expected), "{authorization}");
        assert_eq!(
            received.header("x-jdcloud-content-sha256"),
            Some(hex(&Sha256::digest("")).as_str())
        );
    }
}

#[tokio::test]
async fn what_is_signed_is_the_path_that_the_backend_sees() {
    let world = world_with(GatewaySettings::default(), |deployment| {
        deployment.content.settings.strip_prefix = true;
    })
    .await;
    let received = Received::echoed(&world.client.get(ONLINE, "/petstore/pets/7?a=b").await);
    assert_eq!((received.path.as_str(), received.query.as_str()), ("/pets/7", "a=b"));
    assert!(received.verify(SECRET_KEY));
}

#[tokio::test]
async fn a_request_without_a_content_type_is_signed_without_one() {
    let world = world().await;
    let received = Received::echoed(&world.client.get(ONLINE, "/petstore/pets").await);
    let authorization = received.header("authorization").unwrap();
    assert!(authorization.contains("SignedHeaders=x-jdcloud-date;x-jdcloud-nonce,"));
    assert!(received.verify(SECRET_KEY));
}

#[tokio::test]
async fn a_body_is_covered_by_its_hash() {
    let world = world().await;
    let body = "{\n  \"type\": \"猫\"\r\n}\n";
    let call = request(Method::POST, "/petstore/pets").header("content-type", "application/json");
    let received = Received::echoed(&world.client.send(call.body(body).unwrap()).await);
    assert_eq!(received.body, body.as_bytes());
    assert_eq!(
        received.header("x-jdcloud-content-sha256"),
        Some(hex(&Sha256::digest(body)).as_str())
    );
    assert!(received.verify(SECRET_KEY));
}

#[tokio::test]
async fn a_body_longer_than_the_limit_streams_and_says_that_it_is_not_covered() {
    let settings = GatewaySettings { signed_body_limit: 10, ..GatewaySettings::default() };
    let world = world_with(settings, |_| {}).await;
    for (body, covered) in [("0123456789", true), ("0123456789a", false)] {
        let call = request(Method::POST, "/petstore/pets").header("content-type", "text/x");
        let received = Received::echoed(&world.client.send(call.body(body).unwrap()).await);
        assert_eq!(received.body, body.as_bytes());
        let hash = hex(&Sha256::digest(body));
        let expected = if covered { hash.as_str() } else { "UNSIGNED-PAYLOAD" };
        assert_eq!(received.header("x-jdcloud-content-sha256"), Some(expected));
        assert!(received.verify(SECRET_KEY), "{body}");
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_streams_and_says_that_it_is_not_covered() {
    let world = world().await;
    let head = format!(
        "POST /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let bytes = format!("{head}4\r\nbody\r\n0\r\n\r\n");
    let answer = testkit::client::raw(world.address(), bytes.as_bytes()).await;
    assert!(answer.contains(r#"["x-jdcloud-content-sha256","UNSIGNED-PAYLOAD"]"#), "{answer}");
    assert!(answer.contains(r#""body":"body""#), "{answer}");
}

#[tokio::test]
async fn what_the_caller_says_about_a_signature_gives_way() {
    let world = world().await;
    let call = request(Method::GET, "/petstore/pets")
        .header("authorization", "Bearer of-the-caller")
        .header("x-jdcloud-date", "20000101T000000Z")
        .header("x-jdcloud-nonce", "forged")
        .header("x-jdcloud-content-sha256", "forged")
        .header("content-type", "a/b")
        .header("content-type", "c/d");
    let received = Received::echoed(&world.client.send(call.body(Vec::new()).unwrap()).await);
    assert!(received.verify(SECRET_KEY));
    assert_eq!(received.header("content-type"), Some("a/b"));
    for (name, value) in &received.headers {
        assert!(!value.contains("forged") && !value.contains("of-the-caller"), "{name}: {value}");
    }
}

#[tokio::test]
async fn no_two_calls_have_the_same_nonce() {
    let world = world().await;
    let mut nonces = Vec::new();
    for _ in 0..20 {
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        nonces.push(Received::echoed(&response).header("x-jdcloud-nonce").unwrap().to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 20);
}

#[tokio::test]
async fn a_signed_call_is_signed_again_for_the_backend() {
    let world = World::with(GatewaySettings::default(), |backend| {
        vec![signed(signed_petstore(Environment::Online, backend))]
    })
    .await;
    for call in [
        Call::get(ONLINE, "/petstore/pets?a=1"),
        Call::post(ONLINE, "/petstore/pets", b"{\"type\":\"cat\"}"),
    ] {
        let received = Received::echoed(&call.send(&world.client).await);
        assert!(received.verify(SECRET_KEY));
        let hash = hex(&Sha256::digest(&call.body));
        assert_eq!(received.header("x-jdcloud-content-sha256"), Some(hash.as_str()));
        assert_eq!(received.body, call.body);
    }
}

#[tokio::test]
async fn a_key_is_in_force_and_out_of_force_from_one_call_to_the_next() {
    let world = world().await;
    let place = || (GROUP.parse().unwrap(), Environment::Online);
    let publish = |deployment: PublishedDeployment| {
        let next = world.gateway.snapshot().apply(vec![(place(), Some(deployment))], Vec::new());
        world.gateway.replace(next);
    };
    let service = || BackendService::Single { address: address(&world.backend) };
    let mut other = signed(petstore(Environment::Online, service()));
    other.policies.backend_signature =
        Some(BackendSigningKey { access_key: "OTHER".into(), secret: Secret::new("other") });
    publish(other);
    let received = Received::echoed(&world.client.get(ONLINE, "/petstore/pets").await);
    assert!(received.verify("other") && !received.verify(SECRET_KEY));

    publish(petstore(Environment::Online, service()));
    let received = Received::echoed(&world.client.get(ONLINE, "/petstore/pets").await);
    for name in ["authorization", "x-jdcloud-date", "x-jdcloud-nonce", "x-jdcloud-content-sha256"] {
        assert_eq!(received.header(name), None, "{name}");
    }
}
