//! A backend that speaks HTTP/2 with prior knowledge: it echoes each piece of a body when it comes, and ends with trailers.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame};
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// The backend; ends when it is dropped.
pub(crate) struct Http2Backend {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    connections: AtomicU64,
    last: Mutex<Option<Request<()>>>,
    /// Its number changes when all connections are to be closed.
    closing: watch::Sender<u32>,
}

impl Http2Backend {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self { address, shared, listening }
    }

    pub(crate) fn url(&self) -> String {
        format!("h2c://{}", self.address)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The head of the last request.
    pub(crate) fn last(&self) -> Request<()> {
        self.shared.last.lock().unwrap().clone().unwrap()
    }

    /// Closes all connections, without a word.
    pub(crate) fn close_connections(&self) {
        self.shared.closing.send_modify(|number| *number += 1);
    }
}

impl Drop for Http2Backend {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let (shared, mut closing) = (Arc::clone(&shared), shared.closing.subscribe());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&shared)));
            let connection = http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = closing.changed() => {}
            }
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Echo>, Infallible> {
    let (head, body) = request.into_parts();
    let mut response = Response::new(Echo { body, pieces: 0, has_ended: false });
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    *shared.last.lock().unwrap() = Some(Request::from_parts(head, ()));
    Ok(response)
}

/// What came, as it comes, and trailers.
struct Echo {
    body: Incoming,
    pieces: u32,
    has_ended: bool,
}

impl Body for Echo {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                self.pieces += 1;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(_) if self.has_ended => Poll::Ready(None),
            Poll::Ready(_) => {
                self.has_ended = true;
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                trailers.insert("x-pieces", HeaderValue::from(self.pieces));
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
