//! Fetches the keys of issuers, on a thread of its own: no call does, and one thread does for all workers.

use super::{
    key_set::KeySet,
    key_source::{KeySource, KeySources},
};
use crate::{
    body::RequestBody,
    gateway::Shared,
    refusal::Refusal,
    upstream::{Patience, Source, Upload, Versions},
};
use http::{HeaderValue, Request, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::{
    future::poll_fn,
    io,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a fetch may take as a whole.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer, in bytes.
const LENGTH_MAX: usize = 256 * 1024;
/// After how long a fetch that failed is tried again: while there are no keys at all, and while there are older ones.
const RETRY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(30));

/// Fetches the keys of issuers. Its thread is started with the first source, and ends with the gateway.
#[derive(Debug, Default)]
pub(crate) struct KeyFetcher {
    sources: OnceLock<Option<UnboundedSender<Arc<KeySource>>>>,
    /// Fetches that ended with keys, and that did not.
    counts: [AtomicU64; 2],
}

impl KeyFetcher {
    /// Follows what of these is followed by nobody yet, for this gateway.
    pub(crate) fn follow(gateway: &Arc<Shared>, sources: &KeySources) {
        let new = sources.follow();
        if new.is_empty() {
            return;
        }
        let begin = || match start(Arc::downgrade(gateway)) {
            Ok(sender) => Some(sender),
            Err(error) => {
                tracing::error!("the keys of tokens' issuers cannot be fetched: {error}");
                None
            }
        };
        if let Some(sender) = gateway.key_fetcher.sources.get_or_init(begin) {
            for source in new {
                // It ends with the gateway, which is there.
                let _ = sender.send(source);
            }
        }
    }

    /// How many fetches ended with keys, and how many did not.
    pub(crate) fn counts(&self) -> [u64; 2] {
        [0, 1].map(|index: usize| self.counts[index].load(Ordering::Relaxed))
    }
}

fn start(gateway: Weak<Shared>) -> io::Result<UnboundedSender<Arc<KeySource>>> {
    let (sender, receiver) = unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new()
        .name("jwks".to_owned())
        .spawn(move || runtime.block_on(follow_all(gateway, receiver)))?;
    Ok(sender)
}

async fn follow_all(gateway: Weak<Shared>, mut sources: UnboundedReceiver<Arc<KeySource>>) {
    while let Some(source) = sources.recv().await {
        tokio::spawn(follow(gateway.clone(), Arc::downgrade(&source)));
    }
}

/// Fetches the keys of one source again and again, until no deployment needs it.
async fn follow(gateway: Weak<Shared>, source: Weak<KeySource>) {
    let mut newest = None;
    loop {
        let (pause, asked) = {
            let (Some(gateway), Some(source)) = (gateway.upgrade(), source.upgrade()) else {
                return;
            };
            let pause = renew(&gateway, &source, &mut newest).await;
            (pause, source.asked())
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = asked.notified() => {}
        }
    }
}

/// Fetches the keys once. `newest` is the hash of the answer that the newest ones were in. How long they are good for.
async fn renew(gateway: &Shared, source: &KeySource, newest: &mut Option<[u8; 32]>) -> Duration {
    let fetched = tokio::time::timeout(PATIENCE, fetch(gateway, source)).await;
    let fetched = fetched.unwrap_or_else(|_late| Err("it does not answer in time".to_owned()));
    let outcome = fetched.and_then(|text| {
        let hash: [u8; 32] = Sha256::digest(&text).into();
        if *newest == Some(hash) {
            // Tokens that were verified with them stay so.
            return Ok(None);
        }
        let keys = KeySet::parse(&text)?;
        *newest = Some(hash);
        Ok(Some(keys))
    });
    let url = &source.url;
    let [good, failed] = &gateway.key_fetcher.counts;
    match outcome {
        Ok(keys) => {
            if let Some(keys) = &keys {
                tracing::info!(%url, keys = keys.len(), "the issuer of tokens has these keys now");
            }
            good.fetch_add(1, Ordering::Relaxed);
            source.end_fetch(keys);
            gateway.settings.jwks_refresh
        }
        Err(error) => {
            let has_older = newest.is_some();
            tracing::warn!(%url, has_older, "the keys of an issuer of tokens cannot be fetched: {error}");
            failed.fetch_add(1, Ordering::Relaxed);
            source.end_fetch(None);
            let retry = if has_older { RETRY.1 } else { RETRY.0 };
            retry.min(gateway.settings.jwks_refresh)
        }
    }
}

/// What an issuer answers. A redirect is no answer: the address says where the keys are.
async fn fetch(gateway: &Shared, source: &KeySource) -> Result<Vec<u8>, String> {
    let told =
        |refusal: &Refusal| refusal.upstream_cause().map_or_else(String::new, ToString::to_string);
    let timeouts = &gateway.settings.timeouts;
    let dialling = gateway.dialer.dial(&source.upstream, Versions::Http1, timeouts.connect);
    let mut connection = dialling.await.map_err(|refusal| told(&refusal))?;
    let request = request(source)?;
    let answered = connection.exchange(request, None, &Patience::new(timeouts)).await;
    let response = answered.map_err(|failure| told(&failure.into_refusal(None).0))?;
    if response.status() != StatusCode::OK {
        return Err(format!("it answered {}", response.status()));
    }
    let body = response.into_body();
    let upstream = Arc::clone(&source.upstream);
    let from = Source { upstream, idle: timeouts.body_idle, until: None, ticket: None };
    let mut body = connection.download(body, from);
    let mut text = Vec::new();
    while let Some(frame) = poll_fn(|context| body.poll_frame(context)).await {
        let frame = frame.map_err(|error| error.to_string())?;
        text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
        if text.len() > LENGTH_MAX {
            return Err(format!("its answer is longer than {LENGTH_MAX} bytes"));
        }
    }
    Ok(text)
}

fn request(source: &KeySource) -> Result<Request<Upload>, String> {
    let (nothing, _) = Upload::new(RequestBody::empty(), 0, Instant::now());
    Request::get(source.url.target())
        .header(header::HOST, source.upstream.authority())
        .header(header::ACCEPT, HeaderValue::from_static("application/json"))
        .header(header::USER_AGENT, HeaderValue::from_static("paifang"))
        .body(nothing)
        .map_err(|error| error.to_string())
}
