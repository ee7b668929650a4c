//! Kept connections of one worker: the youngest is used first, and the old ones end by themselves.

use super::{Upstream, UpstreamConnection, http2};
use crate::{hash::FastHash, settings::PoolSettings, worker::Worker};
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

/// Kept connections of one worker.
pub(crate) struct Pool {
    settings: PoolSettings,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Oldest first.
    idle: HashMap<Arc<Upstream>, VecDeque<Idle>, FastHash>,
    /// By HTTP/2, in use or not; one a backend.
    shared: HashMap<Arc<Upstream>, Shared, FastHash>,
    count: usize,
    is_swept: bool,
}

struct Idle {
    connection: Box<UpstreamConnection>,
    since: Instant,
}

struct Shared {
    sender: http2::Sender,
    used: Instant,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("idle", &self.lock().count).finish_non_exhaustive()
    }
}

impl Pool {
    pub(crate) fn new(settings: PoolSettings) -> Self {
        Self { settings, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections are kept: idle ones, and those that calls share.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let kept = self.lock();
        (kept.count, kept.shared.len())
    }

    /// The connection to a backend that calls share, else the youngest idle one.
    pub(crate) fn take(&self, upstream: &Arc<Upstream>) -> Option<Box<UpstreamConnection>> {
        let mut kept = self.lock();
        let Kept { idle, count, shared, .. } = &mut *kept;
        if upstream.may_share()
            && let Some(connection) = shared.get_mut(upstream)
        {
            if !connection.sender.is_closed() {
                connection.used = Instant::now();
                return Some(UpstreamConnection::shared(connection.sender.clone()));
            }
            shared.remove(upstream);
        }
        let connections = idle.get_mut(upstream)?;
        while let Some(idle) = connections.pop_back() {
            *count -= 1;
            if !idle.connection.is_closed() {
                return Some(idle.connection);
            }
        }
        None
    }

    /// Keeps a connection, unless there are enough; tells whether sweeping has to be begun.
    fn put(&self, upstream: &Arc<Upstream>, connection: Box<UpstreamConnection>) -> bool {
        let mut kept = self.lock();
        if kept.count >= self.settings.max_idle {
            return false;
        }
        let connections = match kept.idle.get_mut(upstream) {
            Some(connections) => connections,
            None => kept.idle.entry(Arc::clone(upstream)).or_default(),
        };
        if connections.len() >= self.settings.max_idle_per_upstream {
            return false;
        }
        connections.push_back(Idle { connection, since: Instant::now() });
        kept.count += 1;
        !std::mem::replace(&mut kept.is_swept, true)
    }

    /// Lets calls share a connection from now on, in the place of the one before; tells whether sweeping has to be begun.
    fn share(&self, upstream: &Arc<Upstream>, sender: http2::Sender) -> bool {
        let mut kept = self.lock();
        kept.shared.insert(Arc::clone(upstream), Shared { sender, used: Instant::now() });
        !std::mem::replace(&mut kept.is_swept, true)
    }

    /// Takes out what was idle for too long; tells whether anything is left.
    fn sweep(&self, now: Instant) -> bool {
        let mut expired = Vec::new();
        let mut kept = self.lock();
        kept.idle.retain(|_, connections| {
            while connections.front().is_some_and(|idle| {
                idle.connection.is_closed()
                    || now.duration_since(idle.since) >= self.settings.idle_timeout
            }) {
                expired.extend(connections.pop_front());
            }
            !connections.is_empty()
        });
        kept.count = kept.idle.values().map(VecDeque::len).sum();
        // Calls under way keep theirs: it ends with the last of them.
        kept.shared.retain(|_, shared| {
            !shared.sender.is_closed()
                && now.duration_since(shared.used) < self.settings.idle_timeout
        });
        let is_left = kept.count > 0 || !kept.shared.is_empty();
        // Closing a connection is a call into the system: not under the lock.
        drop(kept);
        is_left
    }

    fn end_sweeping(&self) {
        self.lock().is_swept = false;
    }
}

impl Worker {
    /// Keeps a connection for the next request to its backend.
    pub(crate) fn put_back(
        self: &Arc<Self>,
        upstream: &Arc<Upstream>,
        connection: Box<UpstreamConnection>,
    ) {
        if self.pool.put(upstream, connection) {
            self.begin_sweeping();
        }
    }

    /// Lets other calls share a new connection, where that is possible.
    pub(crate) fn share(
        self: &Arc<Self>,
        upstream: &Arc<Upstream>,
        connection: &UpstreamConnection,
    ) {
        if let Some(sender) = connection.sender()
            && self.pool.share(upstream, sender.clone())
        {
            self.begin_sweeping();
        }
    }

    fn begin_sweeping(self: &Arc<Self>) {
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(sweep(Sweeping(Arc::downgrade(self))))),
            Err(_no_runtime) => self.pool.end_sweeping(),
        }
    }
}

/// Sweeping goes on while anything is kept. When it ends, also with its runtime, the next kept connection begins it anew.
struct Sweeping(Weak<Worker>);

impl Drop for Sweeping {
    fn drop(&mut self) {
        if let Some(worker) = self.0.upgrade() {
            worker.pool.end_sweeping();
        }
    }
}

async fn sweep(sweeping: Sweeping) {
    while let Some(period) =
        sweeping.0.upgrade().map(|worker| worker.pool.settings.idle_timeout / 2)
    {
        tokio::time::sleep(period.max(Duration::from_millis(10))).await;
        if !sweeping.0.upgrade().is_some_and(|worker| worker.pool.sweep(Instant::now())) {
            return;
        }
    }
}
