//! HTTP clients for tests: one that sends whatever bytes it is given, and a well-behaved one.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long any answer may take; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Clone, Debug)]
pub struct TestResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Its trailers.
    pub trailers: HeaderMap,
}

impl TestResponse {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's value; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A well-behaved client of one server, which keeps its connections.
#[derive(Clone, Debug)]
pub struct TestClient {
    server: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl TestClient {
    /// A client of `server` by HTTP/1.1.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        Self { server, client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()) }
    }

    /// A client of `server` by HTTP/2 with prior knowledge.
    #[must_use]
    pub fn http2(server: SocketAddr) -> Self {
        let client =
            Client::builder(TokioExecutor::new()).http2_only(true).build(HttpConnector::new());
        Self { server, client }
    }

    /// Sends a request; its URI has only path and query, and its `Host` may be any.
    ///
    /// # Errors
    /// When no whole answer comes.
    ///
    /// # Panics
    /// When the URI cannot be sent, or no answer comes in half a minute.
    pub async fn try_send(
        &self,
        request: Request<impl Into<Bytes>>,
    ) -> Result<TestResponse, Box<dyn std::error::Error>> {
        let mut request = request.map(|body| Full::new(body.into()));
        let uri = format!("http://{}{}", self.server, request.uri());
        *request.uri_mut() = uri.parse().expect("path and query");
        let exchange = async {
            let response = self.client.request(request).await?;
            let (head, body) = response.into_parts();
            let body = body.collect().await?;
            let trailers = body.trailers().cloned().unwrap_or_default();
            Ok(TestResponse {
                status: head.status,
                headers: head.headers,
                body: body.to_bytes(),
                trailers,
            })
        };
        tokio::time::timeout(PATIENCE, exchange).await.expect("an answer in time")
    }

    /// [`try_send`](Self::try_send), where an answer must come.
    ///
    /// # Panics
    /// When none comes.
    pub async fn send(&self, request: Request<impl Into<Bytes>>) -> TestResponse {
        self.try_send(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// A request without a body.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn request(&self, method: Method, host: &str, target: &str) -> TestResponse {
        let request =
            Request::builder().method(method).uri(target).header(HOST, host).body(Bytes::new());
        self.send(request.expect("a request")).await
    }

    /// A GET.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(&self, host: &str, target: &str) -> TestResponse {
        self.request(Method::GET, host, target).await
    }
}

/// A connection that sends and receives bytes as they are.
#[derive(Debug)]
pub struct RawConnection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl RawConnection {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens there.
    pub async fn open(server: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(server).await.expect("a listening server"),
            received: Vec::new(),
        }
    }

    /// Sends bytes. A server that has closed already is no error: what it said before is what matters.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Says that nothing more will be sent.
    pub async fn finish_sending(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// All that comes until the server closes.
    ///
    /// # Panics
    /// When it does not close in half a minute.
    pub async fn read_to_end(mut self) -> String {
        let read = self.stream.read_to_end(&mut self.received);
        // A reset connection is closed too.
        let _ = tokio::time::timeout(PATIENCE, read).await.expect("the server closes in time");
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// One whole answer whose length is told; empty when the server closes without one.
    ///
    /// # Panics
    /// When it does not come in half a minute.
    pub async fn read_answer(&mut self) -> String {
        let length_of = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            let (head, _) = text.split_once("\r\n\r\n")?;
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let told = lines.filter(|(name, _)| *name == "content-length");
            let length = told.filter_map(|(_, value)| value.parse::<usize>().ok()).next()?;
            Some(head.len() + 4 + length)
        };
        while length_of(&self.received).is_none_or(|length| self.received.len() < length) {
            let read = self.stream.read_buf(&mut self.received);
            let read = tokio::time::timeout(PATIENCE, read).await.expect("an answer in time");
            if read.unwrap_or(0) == 0 {
                break;
            }
        }
        String::from_utf8_lossy(&std::mem::take(&mut self.received)).into_owned()
    }

    /// What comes, up to and including `end`; the rest stays for later.
    ///
    /// # Panics
    /// When it does not come in half a minute, or the server closes first.
    pub async fn read_until(&mut self, end: &str) -> String {
        let find =
            |bytes: &[u8]| bytes.windows(end.len()).position(|window| window == end.as_bytes());
        loop {
            if let Some(position) = find(&self.received) {
                let rest = self.received.split_off(position + end.len());
                let text = std::mem::replace(&mut self.received, rest);
                return String::from_utf8_lossy(&text).into_owned();
            }
            let read =
                tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
            let read = read.expect("an answer in time").unwrap_or(0);
            assert!(
                read > 0,
                "closed before {end:?}: {:?}",
                String::from_utf8_lossy(&self.received)
            );
        }
    }
}

/// Sends these bytes on a new connection; returns all that comes until the server closes.
///
/// # Panics
/// When nobody listens there, or the server does not close in half a minute.
pub async fn raw(server: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut connection = RawConnection::open(server).await;
    connection.send(bytes).await;
    connection.read_to_end().await
}
