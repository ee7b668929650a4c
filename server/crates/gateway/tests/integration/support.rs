//! What the tests start from: a published PetStore, a backend, a gateway on a free port, a client.

use domain::{
    Api, ApiBackend, ApiDefinition, AuthType, BackendAddress, BackendService, Body, CallerKey,
    Environment, GroupContent, GroupSettings, KeyId, MatchType, PublishedDeployment, Region,
    Secret, Timestamp,
};
use gateway::{Gateway, GatewayServer, GatewaySettings, ServerSettings, Snapshot, SnapshotConfig};
use http::{HeaderMap, Method, Request, StatusCode};
use signing::{Algorithm, RequestDate, SignedRequest, SigningKey};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};
use testkit::{MockBackend, TestClient, TestResponse};

pub(crate) const GROUP: &str = "xv3xbwah945y";
pub(crate) const ONLINE: &str = "xv3xbwah945y.cn-north-1.localhost";
pub(crate) const TEST: &str = "xv3xbwah945y-test.cn-north-1.localhost";
pub(crate) const API_KEY: &str = "1A2B3C4D5E6F708192A3B4C5D6E7F809";
pub(crate) const SECRET: &str = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";
pub(crate) const KEY_ID: &str = "6c026a79cdbb";
pub(crate) const OWNER: &str = "acc-000000000001";
pub(crate) const CALLER_PIN: &str = "bob@example.com";

pub(crate) fn address(backend: &MockBackend) -> BackendAddress {
    backend.url().parse().unwrap()
}

/// An API `METHOD /path`, or `METHOD /path…` for a prefix match; its id is made from its name.
pub(crate) fn api(name: &str, route: &str) -> Api {
    let (method, path) = route.split_once(' ').unwrap();
    let (path, match_type) = match path.strip_suffix('…') {
        Some(path) => (path, MatchType::Prefix),
        None => (path, MatchType::Absolute),
    };
    Api {
        id: format!("api-{name:0>12}").parse().unwrap(),
        definition: ApiDefinition {
            name: name.to_owned(),
            description: String::new(),
            method: method.parse().unwrap(),
            path: path.parse().unwrap(),
            match_type,
            parameters: Vec::new(),
            request_body: Body::default(),
            response_body: Body::default(),
            backend: ApiBackend::Deployment,
            mapping: domain::ApiMapping::default(),
            limits: domain::CallLimits::default(),
            cache: None,
        },
        updated_at: Timestamp(0),
    }
}

/// PetStore in one environment, for anybody, forwarded to `backend`.
pub(crate) fn petstore(environment: Environment, backend: BackendService) -> PublishedDeployment {
    let settings = GroupSettings {
        prefix: "petstore".to_owned(),
        auth_type: AuthType::None,
        ..GroupSettings::default()
    };
    let apis = vec![
        api("list", "GET /pets"),
        api("create", "POST /pets"),
        api("get", "GET /pets/{petId}"),
        api("put", "PUT /pets/{petId}"),
        api("delete", "DELETE /pets/{petId}"),
        api("head", "HEAD /pets"),
        api("getany", "GET /any…"),
        api("postany", "POST /any…"),
    ];
    PublishedDeployment {
        id: format!("dep-{:0>12}", environment.as_str()).parse().unwrap(),
        api_group_id: GROUP.parse().unwrap(),
        region: Region::CnNorth1,
        environment,
        release_id: "rel-000000000001".parse().unwrap(),
        revision: "0.0.1".parse().unwrap(),
        content: GroupContent::new(settings, apis),
        backend,
        callers: Vec::new(),
        policies: domain::DeploymentPolicies::default(),
        canary: None,
    }
}

/// PetStore for signed calls by the key of [`caller_key`].
pub(crate) fn signed_petstore(
    environment: Environment,
    backend: &MockBackend,
) -> PublishedDeployment {
    let mut deployment =
        petstore(environment, BackendService::Single { address: address(backend) });
    deployment.content.settings.auth_type = AuthType::Signature;
    deployment.callers = vec![access_key(KEY_ID).into()];
    deployment
}

pub(crate) fn access_key(id: &str) -> KeyId {
    KeyId::AccessKey(id.parse().unwrap())
}

pub(crate) fn caller_key() -> CallerKey {
    CallerKey {
        id: access_key(KEY_ID),
        owner: OWNER.parse().unwrap(),
        pin: CALLER_PIN.to_owned(),
        api_key: API_KEY.to_owned(),
        secret: Secret::new(SECRET),
    }
}

pub(crate) fn snapshot(deployments: Vec<PublishedDeployment>) -> Snapshot {
    let config = SnapshotConfig { domain: "localhost".to_owned() };
    let snapshot = Snapshot::compile(config, deployments, vec![caller_key()]).unwrap();
    assert_eq!(snapshot.refused(), []);
    snapshot
}

/// Settings for tests that call as fast as they can.
pub(crate) fn no_ceiling() -> GatewaySettings {
    GatewaySettings { group_limit: 0, ..GatewaySettings::default() }
}

/// A gateway on a free port, and a client of it.
pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) server: GatewayServer,
    pub(crate) client: TestClient,
    pub(crate) backend: MockBackend,
}

impl World {
    /// PetStore online, for anybody.
    pub(crate) async fn start() -> Self {
        Self::with(no_ceiling(), |backend| {
            vec![petstore(
                Environment::Online,
                BackendService::Single { address: address(backend) },
            )]
        })
        .await
    }

    /// PetStore online and in test, for signed calls.
    pub(crate) async fn signed() -> Self {
        Self::with(no_ceiling(), |backend| {
            vec![
                signed_petstore(Environment::Online, backend),
                signed_petstore(Environment::Test, backend),
            ]
        })
        .await
    }

    pub(crate) async fn with(
        settings: GatewaySettings,
        deployments: impl FnOnce(&MockBackend) -> Vec<PublishedDeployment>,
    ) -> Self {
        let backend = MockBackend::start().await;
        let gateway = Gateway::new(settings, snapshot(deployments(&backend))).unwrap();
        let server = serve(&gateway, ServerSettings::default());
        let client = TestClient::new(server.local_addr());
        Self { gateway, server, client, backend }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }
}

/// A listener with two workers on a free port.
pub(crate) fn serve(gateway: &Gateway, settings: ServerSettings) -> GatewayServer {
    GatewayServer::bind(
        "127.0.0.1:0".parse().unwrap(),
        gateway,
        ServerSettings { workers: 2, ..settings },
    )
    .unwrap()
}

/// Asserts that a response is the documented error, in the documented form.
#[track_caller]
pub(crate) fn assert_refused(response: &TestResponse, code: u16, status: &str, message: &str) {
    let told = response.json();
    assert_eq!(
        (response.status.as_u16(), &told["error"]["message"]),
        (code, &message.into()),
        "{told}"
    );
    assert_eq!((&told["error"]["status"], &told["error"]["code"]), (&status.into(), &code.into()));
    let request_id = response.header("x-jdcloud-request-id");
    assert_eq!(told["requestId"], request_id);
    assert!(
        request_id.len() == 32
            && request_id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    );
    assert!(response.header("x-jdcloud-proxy-latency").parse::<u64>().is_ok());
    assert_eq!(response.header("content-type"), "application/json");
}

pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A nonce that no other test has.
pub(crate) fn fresh_nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A call to be signed, as a client makes one; everything can be changed before it is.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) host: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) algorithm: Algorithm,
    pub(crate) api_key: String,
    pub(crate) secret: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) date: i64,
    pub(crate) nonce: String,
}

impl Call {
    pub(crate) fn get(host: &str, target: &str) -> Self {
        Self {
            method: Method::GET,
            host: host.to_owned(),
            target: target.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Vec::new(),
            algorithm: Algorithm::Jdcloud2,
            api_key: API_KEY.to_owned(),
            secret: SECRET.to_owned(),
            region: "jdcloud-api".to_owned(),
            service: GROUP.to_owned(),
            date: now(),
            nonce: fresh_nonce(),
        }
    }

    pub(crate) fn post(host: &str, target: &str, body: &[u8]) -> Self {
        Self { method: Method::POST, body: body.to_vec(), ..Self::get(host, target) }
    }

    /// All headers, the signature among them.
    pub(crate) fn signed_headers(&self) -> Vec<(String, String)> {
        let date = RequestDate::from_unix(self.date).unwrap();
        let mut headers = self.headers.clone();
        headers.push(("x-jdcloud-date".to_owned(), date.as_str().to_owned()));
        headers.push(("x-jdcloud-nonce".to_owned(), self.nonce.clone()));
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let body_hash = signing::body_hash(&headers, &self.body);
        let key = SigningKey::derive(
            self.algorithm,
            self.secret.as_bytes(),
            date.day(),
            &self.region,
            &self.service,
        );
        let request = SignedRequest {
            method: self.method.as_str(),
            path,
            query,
            host: &self.host,
            date: date.as_str(),
            headers: &headers,
            body_hash: &body_hash,
        };
        let names = ["content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"];
        let authorization = signing::sign(&key, &self.api_key, &request, &names).unwrap();
        headers.push(("authorization".to_owned(), authorization));
        headers.push((self.algorithm.name().to_owned(), self.algorithm.name().to_owned()));
        headers
    }

    pub(crate) fn request(&self) -> Request<Vec<u8>> {
        let mut builder = Request::builder()
            .method(self.method.clone())
            .uri(&self.target)
            .header("host", &self.host);
        for (name, value) in self.signed_headers() {
            builder = builder.header(name, value);
        }
        builder.body(self.body.clone()).unwrap()
    }

    pub(crate) async fn send(&self, client: &TestClient) -> TestResponse {
        client.send(self.request()).await
    }
}

/// The headers that a backend saw, by the JSON that it echoed.
pub(crate) fn echoed_headers(response: &TestResponse) -> HeaderMap {
    assert_eq!(response.status, StatusCode::OK, "{:?}", response.body);
    let mut headers = HeaderMap::new();
    for pair in response.json()["headers"].as_array().unwrap() {
        let text = |index: usize| pair[index].as_str().unwrap().to_owned();
        headers.append(http::HeaderName::try_from(text(0)).unwrap(), text(1).parse().unwrap());
    }
    headers
}
