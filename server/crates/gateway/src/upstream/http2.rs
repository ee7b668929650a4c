//! HTTP/2 to a backend: one connection that calls share, driven by a task of the worker that made it.

use super::{Upload, stream::Stream};
use http::{Request, Response, Uri, Version, header, uri};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::time::Duration;

/// What one answer, and one connection, may send ahead of who reads it, in bytes.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// What is held of one request that the backend does not take, in bytes.
const SEND_BUFFER: usize = 256 * 1024;
/// Longest head of an answer, in bytes.
const HEAD_LIMIT: u32 = 64 * 1024;
/// How often, and how long, a silent backend with calls under way is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_PATIENCE: Duration = Duration::from_secs(10);

/// Sends requests on a shared connection. The connection ends when it and all its clones are gone.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    sender: http2::SendRequest<Upload>,
    is_tls: bool,
}

impl Sender {
    /// Begins to speak HTTP/2 on a stream.
    ///
    /// # Errors
    /// When the stream breaks.
    pub(crate) async fn handshake(stream: Stream, is_tls: bool) -> Result<Self, hyper::Error> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_header_list_size(HEAD_LIMIT)
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_PATIENCE);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("an HTTP/2 connection to a backend ended: {error}");
            }
        });
        Ok(Self { sender, is_tls })
    }

    /// Sends a request that was made for HTTP/1.1.
    pub(crate) fn send(
        &mut self,
        mut request: Request<Upload>,
    ) -> impl Future<Output = Result<Response<Incoming>, TrySendError<Request<Upload>>>> + use<>
    {
        name_authority(&mut request, self.is_tls);
        *request.version_mut() = Version::HTTP_2;
        self.sender.try_send_request(request)
    }

    /// Whether the connection has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

/// HTTP/2 has scheme and authority where HTTP/1.1 has the host header.
fn name_authority<B>(request: &mut Request<B>, is_tls: bool) {
    // A request that is sent again has its authority already.
    let Some(host) = request.headers_mut().remove(header::HOST) else { return };
    let mut parts = uri::Parts::default();
    parts.scheme = Some(if is_tls { uri::Scheme::HTTPS } else { uri::Scheme::HTTP });
    parts.authority = uri::Authority::try_from(host.as_bytes()).ok();
    parts.path_and_query = request.uri().path_and_query().cloned();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_becomes_the_authority() {
        for (is_tls, uri) in [(true, "https://b:9/p?q=%20"), (false, "http://b:9/p?q=%20")] {
            let mut request =
                Request::builder().uri("/p?q=%20").header("host", "b:9").body(()).unwrap();
            for _ in 0..2 {
                name_authority(&mut request, is_tls);
                assert_eq!(request.uri(), uri);
                assert!(request.headers().is_empty());
            }
        }
    }
}
