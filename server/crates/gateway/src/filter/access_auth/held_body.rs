//! Reading a whole body because its hash must be known before anything is forwarded.

use crate::{
    body::{BodyError, RequestBody},
    refusal::Refusal,
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// How much memory all held bodies take, and may take.
#[derive(Debug)]
pub(crate) struct HeldBodies {
    limit: u64,
    used: AtomicU64,
}

impl HeldBodies {
    pub(crate) fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self { limit, used: AtomicU64::new(0) })
    }

    /// How much memory they take, in bytes.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// One body's part of the memory, given back when it is dropped.
struct Lease {
    of: Arc<HeldBodies>,
    bytes: u64,
}

impl Lease {
    fn grow(&mut self, bytes: u64) -> Result<(), Refusal> {
        self.bytes += bytes;
        let used = self.of.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used > self.of.limit { Err(Refusal::Overloaded) } else { Ok(()) }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.of.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A body together with its part of the memory.
struct Held {
    bytes: Bytes,
    _lease: Lease,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a body of at most `limit` bytes, of which the caller may keep none back longer than `idle`. Trailers are left out.
///
/// # Errors
/// When it is longer, slower, or breaks off, or all held bodies take too much.
pub(crate) async fn read(
    mut body: RequestBody,
    limit: u64,
    idle: Duration,
    all: &Arc<HeldBodies>,
) -> Result<Bytes, Refusal> {
    let mut lease = Lease { of: Arc::clone(all), bytes: 0 };
    let mut whole = BytesMut::new();
    let mut first = Bytes::new();
    while let Some(data) = next(&mut body, idle).await? {
        lease.grow(data.len() as u64)?;
        if lease.bytes > limit {
            return Err(Refusal::PayloadTooLarge);
        }
        // One piece is the rule, and needs no copy.
        if first.is_empty() {
            first = data;
        } else {
            if whole.is_empty() {
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&data);
        }
    }
    let bytes = if whole.is_empty() { first } else { whole.freeze() };
    Ok(Bytes::from_owner(Held { bytes, _lease: lease }))
}

/// The next piece that is not empty; `None` at the end.
async fn next(body: &mut RequestBody, idle: Duration) -> Result<Option<Bytes>, Refusal> {
    loop {
        let frame =
            timeout(idle, body.frame()).await.map_err(|_elapsed| Refusal::CallerTimedOut)?;
        match frame.transpose().map_err(|_broken: BodyError| Refusal::CallerGone)? {
            None => return Ok(None),
            Some(frame) => {
                if let Ok(data) = frame.into_data()
                    && !data.is_empty()
                {
                    return Ok(Some(data));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_all(text: &'static str, limit: u64, all: &Arc<HeldBodies>) -> Result<Bytes, u16> {
        let body = RequestBody::from(Bytes::from_static(text.as_bytes()));
        let read = read(body, limit, Duration::from_secs(10), all).await;
        read.map_err(|refusal| refusal.told().0)
    }

    #[tokio::test]
    async fn memory_is_given_back_when_the_last_copy_of_a_body_is_gone() {
        let all = HeldBodies::new(10);
        let first = read_all("123456", 8, &all).await.unwrap();
        let copy = first.slice(2..);
        assert_eq!(read_all("12345", 8, &all).await, Err(503));
        drop(first);
        assert_eq!(read_all("12345", 8, &all).await, Err(503));
        drop(copy);
        assert_eq!(read_all("12345", 8, &all).await.as_deref(), Ok(&b"12345"[..]));
        assert_eq!(read_all("123456789", 8, &all).await, Err(413));
        assert_eq!(all.used.load(Ordering::Relaxed), 0);
    }
}
