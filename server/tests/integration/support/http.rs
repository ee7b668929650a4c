//! One HTTP/1.1 request over a connection of its own.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// A header's value, empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A request with its host.
pub(crate) fn request(method: Method, host: &str, path: &str) -> Builder {
    Request::builder().method(method).uri(path).header("host", host)
}

/// Sends it; an error when the connection breaks or is refused.
pub(crate) async fn send(
    to: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(to).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// A GET, which must be answered.
pub(crate) async fn get(to: SocketAddr, host: &str, path: &str) -> Answer {
    let request = request(Method::GET, host, path).body(Full::default()).unwrap();
    send(to, request).await.unwrap()
}
