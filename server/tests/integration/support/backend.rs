//! A provider's backend: says what it was asked, and can be told to keep callers waiting.

use bytes::Bytes;
use domain::BackendService;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use std::{convert::Infallible, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::watch};

/// A running backend.
pub(crate) struct Backend {
    address: SocketAddr,
    gate: Arc<Gate>,
}

struct Gate {
    open: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
}

impl Backend {
    /// Starts one that calls itself `name` in every answer.
    pub(crate) async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gate =
            Arc::new(Gate { open: watch::Sender::new(true), waiting: watch::Sender::new(0) });
        let gates = Arc::clone(&gate);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let gate = Arc::clone(&gates);
                let service = service_fn(move |request| {
                    let gate = Arc::clone(&gate);
                    async move { Ok::<_, Infallible>(answer(name, request, &gate).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, gate }
    }

    /// What a publish names.
    pub(crate) fn service(&self) -> BackendService {
        BackendService::Single { address: format!("http://{}", self.address).parse().unwrap() }
    }

    /// From now on callers wait.
    pub(crate) fn hold(&self) {
        self.gate.open.send_replace(false);
    }

    /// Callers wait no longer.
    pub(crate) fn release(&self) {
        self.gate.open.send_replace(true);
    }

    /// Returns when so many callers wait.
    pub(crate) async fn until_waiting(&self, callers: usize) {
        self.gate.waiting.subscribe().wait_for(|waiting| *waiting >= callers).await.unwrap();
    }
}

async fn answer(name: &str, request: Request<Incoming>, gate: &Gate) -> Response<Full<Bytes>> {
    gate.waiting.send_modify(|waiting| *waiting += 1);
    gate.open.subscribe().wait_for(|open| *open).await.unwrap();
    gate.waiting.send_modify(|waiting| *waiting -= 1);
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap_or_default())))
        .collect();
    let (method, uri) = (request.method().to_string(), request.uri().clone());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let said = json!({
        "backend": name,
        "method": method,
        "path": uri.path(),
        "query": uri.query(),
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
    });
    Response::builder()
        .header("content-type", "application/json")
        .body(Full::from(said.to_string()))
        .unwrap()
}
