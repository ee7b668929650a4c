//! Reading a whole body because its hash must be known before anything is forwarded.

use crate::{
    body::{BodyError, RequestBody},
    refusal::Refusal,
};
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::time::Duration;
use tokio::time::timeout;

/// Most memory that is taken before any of the body is there.
const FIRST_RESERVE: u64 = 64 * 1024;

/// Reads a body of at most `limit` bytes, of which the caller may keep none back longer than `idle`. Trailers are left out.
///
/// # Errors
/// When it is longer, slower, or breaks off.
pub(crate) async fn read(
    mut body: RequestBody,
    limit: u64,
    idle: Duration,
) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(data) = next(&mut body, idle).await? {
        if whole.is_empty() && first.is_empty() {
            first = data;
        } else {
            if whole.is_empty() {
                let expected =
                    body.size_hint().lower().min(FIRST_RESERVE) + (first.len() + data.len()) as u64;
                whole.reserve(usize::try_from(expected).unwrap_or_default());
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&data);
        }
        if first.len().max(whole.len()) as u64 > limit {
            return Err(Refusal::PayloadTooLarge);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
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
