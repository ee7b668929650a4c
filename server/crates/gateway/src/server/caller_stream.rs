//! The byte stream from and to a caller: one that takes nothing for too long is cut, and one that sent what is no HTTP is
//! answered as every other refusal is.

use super::transport::Transport;
use crate::respond;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Longer than any answer that hyper writes of itself, shorter than any of the gateway's, which have an id.
const BARE_MAX: usize = 130;
/// How long, and how many bytes, a caller may go on sending that has been told why it is closed: were it closed at once, the
/// answer could be lost on its way.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// The byte stream from and to a caller.
#[derive(Debug)]
pub(crate) struct CallerStream {
    stream: Transport,
    limit: Duration,
    /// Runs while the caller takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// What only happens at the end of a connection that is refused.
    ending: Option<Box<Ending>>,
}

#[derive(Debug)]
struct Ending {
    /// What is still to be written.
    bytes: Vec<u8>,
    written: usize,
    /// The status, until the answer to it has been made.
    bare: Option<u16>,
    is_shut: bool,
    lingering: Pin<Box<Sleep>>,
    left: usize,
}

impl Ending {
    fn new(bytes: &[u8], bare: Option<u16>) -> Box<Self> {
        Box::new(Self {
            bytes: bytes.to_vec(),
            written: 0,
            bare,
            is_shut: false,
            lingering: Box::pin(sleep(LINGER)),
            left: LINGER_BYTES,
        })
    }
}

/// The status of an answer that hyper made of itself, without asking the gateway: a head without a body.
fn bare_refusal(bytes: &[u8]) -> Option<u16> {
    if bytes.len() > BARE_MAX || !bytes.starts_with(b"HTTP/1.") || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let status = std::str::from_utf8(bytes.get(9..12)?).ok()?.parse().ok()?;
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    (matches!(status, 400 | 414 | 431) && has(b"content-length: 0\r\n")).then_some(status)
}

impl CallerStream {
    /// A stream to a caller that may take nothing for `limit`.
    pub(crate) fn new(stream: Transport, limit: Duration) -> Self {
        Self { stream, limit, stalled: None, ending: None }
    }

    /// Passes a write's outcome on, and ends the stream when none succeeds in time.
    fn watch<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Holds a bare refusal back: it goes out when the connection is closed, as an answer like others. Should the connection
    /// go on instead, it was none, but a piece of a body that looks like one.
    fn hold_back(&mut self, bytes: &[u8]) -> bool {
        let Some(status) = bare_refusal(bytes) else { return false };
        self.ending = Some(Ending::new(bytes, Some(status)));
        true
    }

    /// Writes what was held back.
    fn poll_held(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(ending) = &mut self.ending
            && ending.written < ending.bytes.len()
        {
            let written =
                Pin::new(&mut self.stream).poll_write(context, &ending.bytes[ending.written..]);
            let length = ready!(self.watch(written, context))?;
            if length == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            if let Some(ending) = &mut self.ending {
                ending.written += length;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads what the caller still sends, for a while.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut waste = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut waste);
            let read = Pin::new(&mut self.stream).poll_read(context, &mut buffer);
            let length = buffer.filled().len();
            let Some(ending) = &mut self.ending else {
                // Nothing was refused, but if the caller is still sending, its body was.
                if length == 0 {
                    return Poll::Ready(());
                }
                let mut ending = Ending::new(&[], None);
                ending.is_shut = true;
                self.ending = Some(ending);
                continue;
            };
            match read {
                Poll::Ready(Ok(())) if length > 0 && ending.left > length => ending.left -= length,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return ending.lingering.as_mut().poll(context),
            }
        }
    }
}

impl AsyncRead for CallerStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_some() {
            // The connection goes on.
            ready!(self.poll_held(context))?;
            self.ending = None;
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CallerStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.ending.is_some() {
            ready!(self.poll_held(context))?;
            self.ending = None;
        }
        if self.hold_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.ending.is_some() {
            ready!(self.poll_held(context))?;
            self.ending = None;
        }
        if let [only] = slices
            && self.hold_back(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if self.stream.is_buffered() { self.watch(flushed, context) } else { flushed }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(ending) = &mut self.ending
            && let Some(status) = ending.bare.take()
        {
            ending.bytes = respond::unreadable(status);
        }
        ready!(self.poll_held(context))?;
        if !self.ending.as_ref().is_some_and(|ending| ending.is_shut) {
            let shut = Pin::new(&mut self.stream).poll_shutdown(context);
            ready!(self.watch(shut, context))?;
            if let Some(ending) = &mut self.ending {
                ending.is_shut = true;
            }
        }
        self.poll_linger(context).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hypers_own_refusals_are_told_from_other_answers() {
        let date = "date: Tue, 15 Nov 1994 08:12:31 GMT\r\n\r\n";
        let bare = |line: &str| {
            format!("HTTP/1.1 {line}\r\nconnection: close\r\ncontent-length: 0\r\n{date}")
        };
        for (line, status) in [
            ("400 Bad Request", 400),
            ("414 URI Too Long", 414),
            ("431 Request Header Fields Too Large", 431),
        ] {
            assert_eq!(bare_refusal(bare(line).as_bytes()), Some(status));
        }
        let own = String::from_utf8(respond::unreadable(400)).unwrap();
        let head = own.split_inclusive("\r\n\r\n").next().unwrap();
        for other in [
            bare("200 OK").as_str(),
            bare("404 Not Found").as_str(),
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\n",
            "content-length: 0\r\n\r\n",
            own.as_str(),
            head,
            "",
        ] {
            assert_eq!(bare_refusal(other.as_bytes()), None, "{other}");
        }
    }
}
