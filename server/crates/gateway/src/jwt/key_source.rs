//! Where an issuer publishes its keys: one for each address, shared by all deployments that name it.

use super::key_set::KeySet;
use crate::{traffic::now_ms, upstream::Upstream};
use arc_swap::ArcSwapOption;
use domain::JwksUrl;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// How long a call waits for keys that are being fetched.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often calls may have the keys fetched out of turn, in milliseconds: whoever makes up ids of keys reaches the issuer
/// no more often.
const ASK_PAUSE_MS: i64 = 30_000;
/// The same while there are no keys at all, so that no call can pass anyway.
const ASK_PAUSE_WITHOUT_MS: i64 = 1_000;

/// Where an issuer publishes its keys, and the newest that could be fetched.
#[derive(Debug)]
pub(crate) struct KeySource {
    /// Where.
    pub(crate) url: JwksUrl,
    /// The same, prepared.
    pub(crate) upstream: Arc<Upstream>,
    keys: ArcSwapOption<KeySet>,
    /// Whether somebody fetches them.
    is_followed: AtomicBool,
    /// Whether a fetch was asked for and has not ended; so it is from the beginning.
    is_awaited: AtomicBool,
    last_asked_ms: AtomicI64,
    asked: Arc<Notify>,
    /// How many fetches have ended.
    ended: watch::Sender<u64>,
}

impl KeySource {
    fn new(url: &JwksUrl) -> Result<Self, String> {
        Ok(Self {
            upstream: Arc::new(Upstream::new(url.server())?),
            url: url.clone(),
            keys: ArcSwapOption::empty(),
            is_followed: AtomicBool::new(false),
            is_awaited: AtomicBool::new(true),
            last_asked_ms: AtomicI64::new(0),
            asked: Arc::default(),
            ended: watch::Sender::new(0),
        })
    }

    /// The newest keys; `None` until they could be fetched once.
    pub(crate) fn keys(&self) -> Option<Arc<KeySet>> {
        self.keys.load_full()
    }

    /// Has the keys fetched again, unless that was done just now, and waits until they are, or cannot be, for a few seconds
    /// at most. It is for calls that the newest keys are not enough for.
    pub(crate) async fn fetch_again(&self) {
        let mut ended = self.ended.subscribe();
        if !self.is_awaited.load(Ordering::Acquire) && !self.ask() {
            return;
        }
        // Late, or there is nobody left who fetches: the call goes on with what there is.
        let _ = tokio::time::timeout(PATIENCE, ended.changed()).await;
    }

    /// Asks for a fetch; whether there will be one.
    fn ask(&self) -> bool {
        let (now, last) = (now_ms(), self.last_asked_ms.load(Ordering::Relaxed));
        let has_keys = self.keys.load().is_some();
        let pause = if has_keys { ASK_PAUSE_MS } else { ASK_PAUSE_WITHOUT_MS };
        let is_first = now.saturating_sub(last) >= pause
            && self
                .last_asked_ms
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if is_first {
            self.is_awaited.store(true, Ordering::Release);
            self.asked.notify_one();
        }
        // Somebody else may have asked between.
        is_first || self.is_awaited.load(Ordering::Acquire)
    }

    /// Tells whoever follows it that the keys are wanted now.
    pub(super) fn asked(&self) -> Arc<Notify> {
        Arc::clone(&self.asked)
    }

    /// A fetch has ended: with other keys, with the same, or with none. What was good before stays.
    pub(super) fn end_fetch(&self, keys: Option<KeySet>) {
        if let Some(keys) = keys {
            self.keys.store(Some(Arc::new(keys)));
        }
        self.is_awaited.store(false, Ordering::Release);
        self.ended.send_modify(|ended| *ended += 1);
    }
}

/// All sources that a deployment needs.
#[derive(Debug, Default)]
pub(crate) struct KeySources(Mutex<HashMap<JwksUrl, Weak<KeySource>>>);

impl KeySources {
    /// The source at an address: the one that is there, with its keys, or a new one.
    ///
    /// # Errors
    /// In words for a person, when nothing can be fetched from there.
    pub(crate) fn get(&self, url: &JwksUrl) -> Result<Arc<KeySource>, String> {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = sources.get(url).and_then(Weak::upgrade) {
            return Ok(source);
        }
        let source = Arc::new(KeySource::new(url)?);
        // Those that no deployment needs any more are of no use.
        sources.retain(|_, source| source.strong_count() > 0);
        sources.insert(url.clone(), Arc::downgrade(&source));
        Ok(source)
    }

    /// Those that nobody follows yet; from now on whoever asked does.
    pub(crate) fn follow(&self) -> Vec<Arc<KeySource>> {
        let sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = sources.values().filter_map(Weak::upgrade);
        new.filter(|source| !source.is_followed.swap(true, Ordering::Relaxed)).collect()
    }
}
