//! A backend for tests: a real HTTP/1.1 server on a free port, that echoes what it receives or behaves as badly as it is told.

mod recorded;
mod request;

pub use request::ReceivedRequest;

use crate::watchdog::Watchdog;
use bytes::Bytes;
use recorded::Recorded;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How a backend answers.
#[derive(Clone, Debug, Default)]
pub enum Behaviour {
    /// 200 with the request as JSON, see [`ReceivedRequest::to_json`].
    #[default]
    Echo,
    /// The same after a while.
    Delay(Duration),
    /// This status, these headers, this body.
    Answer {
        /// The status.
        status: u16,
        /// Headers besides `content-length`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Bytes,
    },
    /// These pieces as chunks with pauses between them, and trailers.
    Chunks {
        /// The pieces; an empty one is only a pause.
        chunks: Vec<Bytes>,
        /// The pause after each of them.
        pause: Duration,
        /// The trailers, which are also announced.
        trailers: Vec<(String, String)>,
    },
    /// A body of so many bytes, of announced length.
    Stream(u64),
    /// The request's body, piece by piece as it comes.
    StreamEcho,
    /// Reads the request and never answers.
    Hang,
    /// Never reads more than the request's head, and never answers.
    HangUnread,
    /// Answers this status after the request's head, and only then reads the body.
    AnswerUnread(u16),
    /// Announces a body, sends a part of it, and sends no more.
    HangMidBody,
    /// Announces a body, sends a part of it, and closes.
    DieMidBody,
    /// Closes instead of answering.
    Close,
    /// Echoes and closes without having said so.
    EchoAndClose,
    /// Sends these bytes and closes.
    Raw(Bytes),
    /// Sends these bytes and keeps the connection.
    RawKeepAlive(Bytes),
}

/// A backend for tests.
#[derive(Debug)]
pub struct MockBackend {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
    _watchdog: Watchdog,
}

#[derive(Debug, Default)]
struct Shared {
    behaviour: Mutex<Behaviour>,
    connections: AtomicU64,
    requests: AtomicU64,
    streamed: AtomicU64,
    last: Mutex<Option<ReceivedRequest>>,
    received: recorded::Received,
}

impl MockBackend {
    /// Starts on a free port of the loopback address; ends when it is dropped.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self { address, shared, listening, _watchdog: Watchdog::start() }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How requests are answered from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// How many requests came so far (their heads at least).
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of [`Behaviour::Stream`] bodies the system has taken so far.
    #[must_use]
    pub fn streamed(&self) -> u64 {
        self.shared.streamed.load(Ordering::SeqCst)
    }

    /// The bytes that came on all connections, as they stood on the wire; the first 64 KiB since this was asked last.
    #[must_use]
    pub fn received(&self) -> Vec<u8> {
        self.shared.received.take()
    }

    /// The last request that was read whole.
    #[must_use]
    pub fn last(&self) -> Option<ReceivedRequest> {
        lock(&self.shared.last).clone()
    }
}

impl Drop for MockBackend {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    // Connections end with the backend, so that a dropped one is really gone.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // A caller that goes away is none of the test's business.
            let _ = serve(stream, &shared).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

type Io = BufStream<Recorded>;

async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut io = BufStream::new(Recorded::new(stream, shared.received.clone()));
    while let Some(mut request) = request::read_head(&mut io).await? {
        shared.requests.fetch_add(1, Ordering::SeqCst);
        let behaviour = lock(&shared.behaviour).clone();
        if request.expects_continue() && !matches!(behaviour, Behaviour::HangUnread) {
            io.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            io.flush().await?;
        }
        match behaviour {
            Behaviour::HangUnread => std::future::pending().await,
            Behaviour::AnswerUnread(status) => {
                write(&mut io, &request, status, &[], b"said early").await?;
                request::read_body(&mut io, &mut request).await?;
                continue;
            }
            Behaviour::StreamEcho => {
                stream_echo(&mut io, &mut request).await?;
                *lock(&shared.last) = Some(request);
                continue;
            }
            _ => {}
        }
        request::read_body(&mut io, &mut request).await?;
        *lock(&shared.last) = Some(request.clone());
        if !answer(&mut io, &request, (behaviour, shared)).await? {
            return io.shutdown().await;
        }
    }
    Ok(())
}

/// Answers; `false` when the connection is to be closed.
async fn answer(
    io: &mut Io,
    request: &ReceivedRequest,
    (behaviour, shared): (Behaviour, &Shared),
) -> io::Result<bool> {
    let json = [("content-type".to_owned(), "application/json".to_owned())];
    match behaviour {
        Behaviour::Echo => write(io, request, 200, &json, &request.to_json()).await?,
        Behaviour::Delay(delay) => {
            tokio::time::sleep(delay).await;
            write(io, request, 200, &json, &request.to_json()).await?;
        }
        Behaviour::EchoAndClose => {
            write(io, request, 200, &json, &request.to_json()).await?;
            return Ok(false);
        }
        Behaviour::Answer { status, headers, body } => {
            write(io, request, status, &headers, &body).await?;
        }
        Behaviour::Chunks { chunks, pause, trailers } => {
            write_chunks(io, &chunks, pause, &trailers).await?;
        }
        Behaviour::Stream(length) => stream(io, length, &shared.streamed).await?,
        Behaviour::Hang => std::future::pending().await,
        Behaviour::HangMidBody => {
            send(io, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart").await?;
            std::future::pending::<()>().await;
        }
        Behaviour::DieMidBody => {
            send(io, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart").await?;
            return Ok(false);
        }
        Behaviour::Close => return Ok(false),
        Behaviour::Raw(bytes) => {
            send(io, &bytes).await?;
            return Ok(false);
        }
        Behaviour::RawKeepAlive(bytes) => send(io, &bytes).await?,
        // Answered before the body was read.
        Behaviour::HangUnread | Behaviour::StreamEcho | Behaviour::AnswerUnread(_) => {}
    }
    Ok(true)
}

async fn send(io: &mut Io, bytes: &[u8]) -> io::Result<()> {
    io.write_all(bytes).await?;
    io.flush().await
}

async fn write(
    io: &mut Io,
    request: &ReceivedRequest,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", if status == 200 { "OK" } else { "Said" });
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let has_length = status >= 200 && status != 204;
    if has_length {
        head += &format!("content-length: {}\r\n", body.len());
    }
    head += "\r\n";
    io.write_all(head.as_bytes()).await?;
    if request.method != "HEAD" && has_length && status != 304 {
        io.write_all(body).await?;
    }
    io.flush().await
}

async fn write_chunks(
    io: &mut Io,
    chunks: &[Bytes],
    pause: Duration,
    trailers: &[(String, String)],
) -> io::Result<()> {
    let names: Vec<&str> = trailers.iter().map(|(name, _)| name.as_str()).collect();
    let announced =
        if names.is_empty() { String::new() } else { format!("trailer: {}\r\n", names.join(", ")) };
    send(
        io,
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n{announced}\r\n").as_bytes(),
    )
    .await?;
    for chunk in chunks {
        write_chunk(io, chunk).await?;
        tokio::time::sleep(pause).await;
    }
    let mut end = String::from("0\r\n");
    for (name, value) in trailers {
        end += &format!("{name}: {value}\r\n");
    }
    send(io, (end + "\r\n").as_bytes()).await
}

async fn write_chunk(io: &mut Io, chunk: &[u8]) -> io::Result<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    io.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
    io.write_all(chunk).await?;
    send(io, b"\r\n").await
}

async fn stream(io: &mut Io, length: u64, streamed: &AtomicU64) -> io::Result<()> {
    io.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").as_bytes()).await?;
    let block = vec![b'x'; 64 * 1024];
    let mut left = length;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        io.write_all(&block[..now]).await?;
        left -= now as u64;
        streamed.fetch_add(now as u64, Ordering::SeqCst);
    }
    io.flush().await
}

async fn stream_echo(io: &mut Io, request: &mut ReceivedRequest) -> io::Result<()> {
    send(io, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
    let mut body = request::BodyReader::of(request);
    while let Some(piece) = body.next(io).await? {
        request.body_length += piece.len() as u64;
        write_chunk(io, &piece).await?;
    }
    send(io, b"0\r\n\r\n").await
}
