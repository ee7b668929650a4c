//! Reading a request as it stands on the wire.

use bytes::Bytes;
use serde_json::json;
use std::io;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Of longer bodies only the length is kept.
const BODY_KEPT: usize = 16 * 1024 * 1024;

/// A request as it stood on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The version.
    pub version: String,
    /// Names and values, in their order and case.
    pub headers: Vec<(String, String)>,
    /// The body, its framing taken away.
    pub body: Vec<u8>,
    /// How long the body was.
    pub body_length: u64,
    /// Names and values after the body.
    pub trailers: Vec<(String, String)>,
}

impl ReceivedRequest {
    /// All values of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        let of_name = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.as_str()).collect()
    }

    /// `{"method","target","version","headers":[[name,value],…],"body","bodyLength","trailers"}`; the body as text.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        json!({
            "method": self.method,
            "target": self.target,
            "version": self.version,
            "headers": self.headers,
            "body": String::from_utf8_lossy(&self.body),
            "bodyLength": self.body_length,
            "trailers": self.trailers,
        })
        .to_string()
        .into_bytes()
    }

    pub(super) fn expects_continue(&self) -> bool {
        self.header("expect").iter().any(|value| value.eq_ignore_ascii_case("100-continue"))
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Reads up to the body; `None` when the connection has ended.
pub(super) async fn read_head<R: AsyncBufRead + Unpin>(
    io: &mut R,
) -> io::Result<Option<ReceivedRequest>> {
    let Some(line) = read_line(io).await? else { return Ok(None) };
    let mut parts = line.splitn(3, ' ').map(str::to_owned);
    let mut part = || parts.next().ok_or_else(|| invalid("no request line"));
    let mut request = ReceivedRequest {
        method: part()?,
        target: part()?,
        version: part()?,
        ..ReceivedRequest::default()
    };
    request.headers = read_headers(io).await?;
    Ok(Some(request))
}

pub(super) async fn read_body<R: AsyncBufRead + Unpin>(
    io: &mut R,
    request: &mut ReceivedRequest,
) -> io::Result<()> {
    let mut reader = BodyReader::of(request);
    while let Some(piece) = reader.next(io).await? {
        request.body_length += piece.len() as u64;
        if request.body.len() + piece.len() <= BODY_KEPT {
            request.body.extend_from_slice(&piece);
        }
    }
    request.trailers = reader.trailers;
    Ok(())
}

async fn read_headers<R: AsyncBufRead + Unpin>(io: &mut R) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(io).await?.ok_or_else(|| invalid("it ends within headers"))?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

async fn read_line<R: AsyncBufRead + Unpin>(io: &mut R) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if io.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    let line = line.strip_suffix(b"\r\n").ok_or_else(|| invalid("a line without CRLF"))?;
    Ok(Some(String::from_utf8_lossy(line).into_owned()))
}

/// Reads a body piece by piece.
pub(super) struct BodyReader {
    framing: Framing,
    trailers: Vec<(String, String)>,
}

enum Framing {
    Length(u64),
    Chunked,
    Ended,
}

impl BodyReader {
    pub(super) fn of(request: &ReceivedRequest) -> Self {
        let is_chunked =
            request.header("transfer-encoding").iter().any(|v| v.eq_ignore_ascii_case("chunked"));
        let length =
            request.header("content-length").first().and_then(|v| v.parse().ok()).unwrap_or(0);
        let framing = if is_chunked { Framing::Chunked } else { Framing::Length(length) };
        Self { framing, trailers: Vec::new() }
    }

    pub(super) async fn next<R: AsyncBufRead + Unpin>(
        &mut self,
        io: &mut R,
    ) -> io::Result<Option<Bytes>> {
        match self.framing {
            Framing::Ended | Framing::Length(0) => Ok(None),
            Framing::Length(left) => {
                let piece = read_some(io, left).await?;
                self.framing = Framing::Length(left - piece.len() as u64);
                Ok(Some(piece))
            }
            Framing::Chunked => {
                let line = read_line(io).await?.ok_or_else(|| invalid("it ends within a body"))?;
                let size = u64::from_str_radix(line.trim(), 16)
                    .map_err(|_error| invalid("no chunk size"))?;
                if size == 0 {
                    self.trailers = read_headers(io).await?;
                    self.framing = Framing::Ended;
                    return Ok(None);
                }
                let mut piece =
                    vec![0; usize::try_from(size).map_err(|_error| invalid("too long a chunk"))?];
                io.read_exact(&mut piece).await?;
                read_line(io).await?;
                Ok(Some(piece.into()))
            }
        }
    }
}

async fn read_some<R: AsyncBufRead + Unpin>(io: &mut R, most: u64) -> io::Result<Bytes> {
    let mut piece = vec![0; usize::try_from(most.min(64 * 1024)).unwrap_or(0)];
    let read = io.read(&mut piece).await?;
    if read == 0 {
        return Err(invalid("it ends within a body"));
    }
    piece.truncate(read);
    Ok(piece.into())
}
