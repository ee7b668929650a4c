//! The response cache: answers that are kept for a while, in a bounded piece of memory that all calls share.

mod freshness;

pub(crate) use freshness::Freshness;

use bytes::{Bytes, BytesMut};
use domain::ReleaseId;
use http::{HeaderMap, HeaderValue, StatusCode};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync};
use std::{
    fmt,
    sync::{Arc, Weak},
    time::Instant,
};

/// Longest body that is kept, in bytes.
pub(crate) const BODY_MAX: usize = 1 << 20;
/// What an entry takes besides its key, body and headers, about, in bytes.
const ENTRY_SIZE: usize = 512;
/// What a header takes besides its name and value, about, in bytes.
const HEADER_SIZE: usize = 64;
/// Memory of a part of the table that has a lock of its own, at least, in bytes: room for some of the largest entries.
const PART_MIN: u64 = 8 << 20;
const PARTS_MAX: u64 = 64;
/// What an entry takes as a rule, in bytes; only to make the table of a fitting size.
const USUAL_SIZE: u64 = 4 << 10;

/// What is published, for as long as entries may be kept of it.
pub(crate) type Scope = Arc<ReleaseId>;

/// What a request has in common with those that are answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(pub(crate) Box<[u8]>);

/// An answer that is kept.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) status: StatusCode,
    /// Without those that each answer has of its own.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// When it came.
    came: Instant,
    /// How old it was then, and when it must not be used any more.
    freshness: Freshness,
    /// Gone when nothing serves that release any more.
    scope: Weak<ReleaseId>,
}

impl Entry {
    /// How old it is, for `Age`.
    pub(crate) fn age(&self, now: Instant) -> HeaderValue {
        (self.freshness.age + now.saturating_duration_since(self.came)).as_secs().into()
    }

    fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.came) < self.freshness.lifetime
    }
}

/// Answers that are kept.
pub(crate) struct ResponseCache {
    /// `None` when nothing is.
    entries: Option<sync::Cache<Key, Arc<Entry>, Size>>,
}

#[derive(Clone, Copy, Debug)]
struct Size;

impl Weighter<Key, Arc<Entry>> for Size {
    fn weight(&self, key: &Key, entry: &Arc<Entry>) -> u64 {
        let headers = entry.headers.iter();
        let headers = headers
            .map(|(name, value)| HEADER_SIZE + name.as_str().len() + value.len())
            .sum::<usize>();
        (ENTRY_SIZE + key.0.len() + headers + entry.body.len()) as u64
    }
}

impl ResponseCache {
    /// With so many bytes at most; 0 for none.
    pub(crate) fn new(size: u64) -> Self {
        let parts = (size / PART_MIN).clamp(1, PARTS_MAX);
        let options = OptionsBuilder::new()
            .shards(usize::try_from(parts).unwrap_or(1))
            .estimated_items_capacity(usize::try_from(size / USUAL_SIZE).unwrap_or(usize::MAX))
            .weight_capacity(size)
            .build();
        let entries = options.ok().filter(|_| size > 0).map(|options| {
            // Its hashes have a random seed: keys are what callers choose.
            sync::Cache::with_options(
                options,
                Size,
                DefaultHashBuilder::default(),
                sync::DefaultLifecycle::default(),
            )
        });
        Self { entries }
    }

    /// Whether anything is kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.entries.is_some()
    }

    /// What is kept for a key and still fresh.
    pub(crate) fn get(&self, key: &Key, now: Instant) -> Option<Arc<Entry>> {
        self.entries.as_ref()?.get(key).filter(|entry| entry.is_fresh(now))
    }

    /// Forgets what is kept of releases that nothing serves any more.
    pub(crate) fn sweep(&self) {
        if let Some(entries) = self.entries.as_ref().filter(|entries| !entries.is_empty()) {
            entries.retain(|_, entry| entry.scope.strong_count() > 0);
        }
    }

    /// How many answers are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.as_ref().map_or(0, sync::Cache::len)
    }

    /// How many bytes they take, about.
    pub(crate) fn size(&self) -> u64 {
        self.entries.as_ref().map_or(0, sync::Cache::weight)
    }
}

impl fmt::Debug for ResponseCache {
    // Not what is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseCache").field("size", &self.size()).finish_non_exhaustive()
    }
}

/// A copy of an answer that is on its way, to be kept when it has come whole.
pub(crate) struct Copying {
    cache: Arc<ResponseCache>,
    key: Key,
    entry: Entry,
    body: BytesMut,
}

impl Copying {
    /// Of an answer that began now.
    pub(crate) fn new(
        (cache, key): (Arc<ResponseCache>, Key),
        (status, headers): (StatusCode, HeaderMap),
        freshness: Freshness,
        scope: &Scope,
    ) -> Self {
        let (body, came) = (Bytes::new(), Instant::now());
        let scope = Arc::downgrade(scope);
        let entry = Entry { status, headers, body, came, freshness, scope };
        Self { cache, key, entry, body: BytesMut::new() }
    }

    /// Takes the next piece; `false` when it is too much to be kept.
    pub(crate) fn add(&mut self, piece: &[u8]) -> bool {
        let fits = self.body.len() + piece.len() <= BODY_MAX;
        if fits {
            self.body.extend_from_slice(piece);
        }
        fits
    }

    /// Keeps it.
    pub(crate) fn finish(self) {
        let Self { cache, key, mut entry, body } = self;
        // A copy of the right length: what grew piece by piece has room that nobody would use.
        entry.body = Bytes::copy_from_slice(&body);
        if let Some(entries) = &cache.entries {
            entries.insert(key, Arc::new(entry));
        }
    }
}

/// How a call stood to the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cached {
    /// It was answered from there.
    Hit,
    /// There was nothing that it could be answered with.
    Miss,
}

impl Cached {
    /// As headers and the access log have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "HIT",
            Self::Miss => "MISS",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn put(cache: &Arc<ResponseCache>, key: u32, body: usize, scope: &Scope) {
        let freshness = Freshness { age: Duration::ZERO, lifetime: Duration::from_secs(60) };
        let mut copying = Copying::new(
            (Arc::clone(cache), name(key)),
            (StatusCode::OK, HeaderMap::new()),
            freshness,
            scope,
        );
        assert!(copying.add(&vec![b'x'; body]));
        copying.finish();
    }

    fn name(key: u32) -> Key {
        Key(Box::new(key.to_le_bytes()))
    }

    fn scope(digit: u8) -> Scope {
        Arc::new(ReleaseId::from_random([digit; 12]))
    }

    #[test]
    fn it_never_takes_more_than_its_size() {
        let cache = Arc::new(ResponseCache::new(16 << 20));
        let scope = scope(1);
        for key in 0..100 {
            put(&cache, key, 512 << 10, &scope);
            assert!(cache.size() <= 16 << 20, "{}", cache.size());
        }
        assert!(cache.len() > 20, "{}", cache.len());
        assert!((90..100).any(|key| cache.get(&name(key), Instant::now()).is_some()));
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let cache = Arc::new(ResponseCache::new(16 << 20));
        let freshness = Freshness { age: Duration::ZERO, lifetime: Duration::from_secs(60) };
        let mut copying = Copying::new(
            (Arc::clone(&cache), name(1)),
            (StatusCode::OK, HeaderMap::new()),
            freshness,
            &scope(1),
        );
        assert!(copying.add(&vec![b'x'; BODY_MAX]));
        assert!(!copying.add(b"x"));
    }

    #[test]
    fn an_entry_grows_old_and_is_used_no_more() {
        let cache = Arc::new(ResponseCache::new(1 << 20));
        let scope = scope(1);
        put(&cache, 1, 10, &scope);
        let entry = cache.get(&name(1), Instant::now()).unwrap();
        assert_eq!(entry.age(entry.came + Duration::from_secs(59)), "59");
        assert!(cache.get(&name(1), entry.came + Duration::from_secs(59)).is_some());
        assert!(cache.get(&name(1), entry.came + Duration::from_secs(60)).is_none());
    }

    #[test]
    fn what_nothing_serves_any_more_is_swept() {
        let cache = Arc::new(ResponseCache::new(1 << 20));
        let (old, new) = (scope(1), scope(2));
        put(&cache, 1, 10, &old);
        put(&cache, 2, 10, &new);
        drop(old);
        cache.sweep();
        assert_eq!(cache.len(), 1);
        assert!(cache.get(&name(2), Instant::now()).is_some());
    }

    #[test]
    fn with_no_size_nothing_is_kept() {
        let cache = Arc::new(ResponseCache::new(0));
        put(&cache, 1, 10, &scope(1));
        assert!(
            !cache.is_on() && cache.len() == 0 && cache.get(&name(1), Instant::now()).is_none()
        );
    }
}
