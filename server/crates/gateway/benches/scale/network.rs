//! A backend on loopback, on a thread of its own.

use bytes::Bytes;
use domain::BackendAddress;
use http::{Request, Response, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, future::Future, net::TcpListener, thread};

/// What it answers, 100 bytes.
const ANSWER: &[u8; 100] = br#"{"id":1,"name":"Mo","kind":"cat","price":9.5,"tags":["striped","indoor"],"born":"2024-02-29T08:15Z"}"#;

/// A backend that answers everything with the same JSON. Lives as long as the process.
pub(crate) struct Backend {
    address: BackendAddress,
}

impl Backend {
    /// Listens on a free port.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        thread::spawn(move || run_alone(serve(listener)));
        Self { address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> BackendAddress {
        self.address.clone()
    }
}

/// Runs a future on this thread, with a runtime for it alone.
pub(crate) fn run_alone<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

async fn serve(listener: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            // A caller that closes the connection is no failure.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
        });
    }
}

async fn answer(_request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER)));
    let media_type = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    Ok(response)
}
