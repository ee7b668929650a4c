//! The export of traces: each sampled call as a span, sent to a collector by OTLP over HTTP, in JSON.
//!
//! A thread of its own collects spans and sends them every second, or when there are many. A collector that is down or slow
//! costs spans, which are counted, and no call.

mod span;

use crate::{
    entry::Entry,
    handover::{Handover, Message},
    request_id,
};
use std::{
    fmt,
    io::{self, BufRead, BufReader, Write},
    net::{TcpStream, ToSocketAddrs},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

/// Calls whose spans are still to be sent, at most.
const CAPACITY: usize = 8_192;
/// Spans in one message.
const BATCH: usize = 512;
/// How long a span waits for others.
const PERIOD: Duration = Duration::from_secs(1);
/// How long a collector may take for each step.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where a collector of traces listens: `http://host[:port][/path]`, by default port 4318 and `/v1/traces`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector {
    /// `host:port`
    authority: String,
    path: String,
}

/// A text is no collector's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not http://host[:port][/path]")]
pub struct CollectorError(String);

impl FromStr for Collector {
    type Err = CollectorError;

    fn from_str(text: &str) -> Result<Self, CollectorError> {
        let wrong = || CollectorError(text.to_owned());
        let uri: http::Uri = text.parse().map_err(|_not_one| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        if uri.scheme_str() != Some("http") || authority.as_str().contains('@') {
            return Err(wrong());
        }
        let path = match uri.path() {
            "/" => "/v1/traces",
            path => path,
        };
        let port = authority.port_u16().unwrap_or(4318);
        Ok(Self { authority: format!("{}:{port}", authority.host()), path: path.to_owned() })
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.path)
    }
}

/// Where spans go. Cheap to clone; all clones are the same export.
#[derive(Clone, Debug)]
pub struct TraceExport(Arc<Export>);

#[derive(Debug)]
struct Export {
    handover: Handover<Arc<Entry>>,
    /// Spans that the collector did not take.
    lost: Arc<AtomicU64>,
    /// The greatest of all 64-bit numbers that stands for a sampled trace; 0 for none.
    threshold: u64,
}

impl TraceExport {
    /// An export to a collector, by a thread of its own. Of traces that begin here, `percent` (at most 100) in a hundred are
    /// sampled; of others those that their beginner sampled. It ends when all clones are gone.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(collector: Collector, percent: u8) -> io::Result<Self> {
        let lost: Arc<AtomicU64> = Arc::default();
        let counted = Arc::clone(&lost);
        let handover = Handover::start("trace export", CAPACITY, move |receiver| {
            send_all(&collector, receiver, &counted);
        })?;
        let threshold = match percent {
            0..100 => u64::MAX / 100 * u64::from(percent),
            100.. => u64::MAX,
        };
        Ok(Self(Arc::new(Export { handover, lost, threshold })))
    }

    /// How many spans were dropped, because there were too many or the collector did not take them.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.handover.dropped() + self.0.lost.load(Ordering::Relaxed)
    }

    /// Waits until what was handed over is sent, for five seconds at most.
    pub fn flush(&self) {
        self.0.handover.flush();
    }

    /// Whether a trace that begins now is sampled.
    pub(crate) fn samples(&self) -> bool {
        self.0.threshold > 0 && request_id::random() <= self.0.threshold
    }

    /// Hands a call over that has ended.
    pub(crate) fn write(&self, call: Arc<Entry>) {
        self.0.handover.give(call);
    }
}

/// Sends spans until nobody is left who could hand one over.
fn send_all(collector: &Collector, receiver: &Receiver<Message<Arc<Entry>>>, lost: &AtomicU64) {
    let mut calls: Vec<Arc<Entry>> = Vec::with_capacity(BATCH);
    let mut due = Instant::now() + PERIOD;
    loop {
        let message = receiver.recv_timeout(due.saturating_duration_since(Instant::now()));
        let (tell, is_over) = match message {
            Ok(Message::Item(call)) => {
                calls.push(call);
                (None, false)
            }
            Ok(Message::Flush(tell)) => (Some(tell), false),
            Err(RecvTimeoutError::Timeout) => (None, false),
            Err(RecvTimeoutError::Disconnected) => (None, true),
        };
        if calls.len() >= BATCH || tell.is_some() || is_over || Instant::now() >= due {
            send(collector, &calls, lost);
            calls.clear();
            due = Instant::now() + PERIOD;
        }
        if let Some(tell) = tell {
            // Whoever asked may have given up waiting.
            let _ = tell.send(());
        }
        if is_over {
            return;
        }
    }
}

fn send(collector: &Collector, calls: &[Arc<Entry>], lost: &AtomicU64) {
    if calls.is_empty() {
        return;
    }
    if let Err(error) = post(collector, &span::message(calls)) {
        let spans = calls.len();
        lost.fetch_add(spans as u64, Ordering::Relaxed);
        // At most once a period.
        tracing::warn!(spans, %collector, "spans were lost: {error}");
    }
}

/// Posts a message on a connection of its own.
fn post(collector: &Collector, message: &[u8]) -> io::Result<()> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut connected = None;
    for address in collector.authority.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                connected = Some(stream);
                break;
            }
            Err(error) => last = error,
        }
    }
    let mut stream = connected.ok_or(last)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        collector.path,
        collector.authority,
        message.len(),
    );
    stream.write_all(&[head.as_bytes(), message].concat())?;
    let mut line = String::new();
    io::Read::take(BufReader::new(stream), 1024).read_line(&mut line)?;
    let status = line.split(' ').nth(1).unwrap_or_default();
    if line.starts_with("HTTP/1.") && status.len() == 3 && status.starts_with('2') {
        Ok(())
    } else {
        Err(io::Error::other(format!("it answered {:?}", line.trim_end())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_an_http_address() {
        for (text, shown) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://collector", "http://collector:4318/v1/traces"),
            ("http://[::1]:9/otlp/v1/traces", "http://[::1]:9/otlp/v1/traces"),
        ] {
            assert_eq!(text.parse::<Collector>().unwrap().to_string(), shown);
        }
        for bad in ["", "collector:4318", "https://collector", "http://u:p@collector", "/v1/traces"]
        {
            assert!(bad.parse::<Collector>().is_err(), "{bad}");
        }
    }

    #[test]
    fn so_many_in_a_hundred_of_new_traces_are_sampled() {
        let collector: Collector = "http://127.0.0.1:1".parse().unwrap();
        for (percent, range) in [(0, 0..=0), (100, 10_000..=10_000), (25, 2000..=3000)] {
            let export = TraceExport::start(collector.clone(), percent).unwrap();
            let sampled = (0..10_000).filter(|_| export.samples()).count();
            assert!(range.contains(&sampled), "{percent}: {sampled}");
        }
    }
}
