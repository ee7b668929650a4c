//! Active checks: a task a target asks it regularly whether it is well, once in a process. It ends with the last
//! deployment that has the target.

use super::{Patience, Upload, Upstream, dial::Versions};
use crate::{body::RequestBody, gateway::Shared, settings::Timeouts};
use domain::ActiveCheck;
use http::{HeaderValue, Request, Uri, header};
use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Handle, task::AbortHandle, time::Instant};

/// How the questions call themselves.
const USER_AGENT: HeaderValue = HeaderValue::from_static("paifang-health-check");

/// How many checks go on.
#[derive(Debug, Default)]
pub(crate) struct RunningChecks(AtomicU64);

impl RunningChecks {
    /// How many go on now.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What asks one target.
#[derive(Debug)]
pub(crate) struct TargetCheck {
    upstream: Arc<Upstream>,
    check: ActiveCheck,
    uri: Uri,
    is_unwell: AtomicBool,
    /// There once it was started.
    task: Mutex<Option<AbortHandle>>,
}

impl TargetCheck {
    /// A check that does not ask yet; until it does, the target is as it was `before` by another check.
    ///
    /// # Errors
    /// In words for a person, when nothing can be asked by its path.
    pub(crate) fn new(
        upstream: &Arc<Upstream>,
        check: &ActiveCheck,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let uri = Uri::try_from(check.path.as_str());
        Ok(Self {
            upstream: Arc::clone(upstream),
            uri: uri.map_err(|error| format!("health check: {}: {error}", check.path))?,
            check: check.clone(),
            is_unwell: AtomicBool::new(before.is_some_and(Self::is_unwell)),
            task: Mutex::new(None),
        })
    }

    /// Whether it asks the same in the same way.
    pub(crate) fn is_like(&self, check: &ActiveCheck) -> bool {
        self.check == *check
    }

    /// What it found out.
    pub(super) fn is_unwell(&self) -> bool {
        self.is_unwell.load(Ordering::Relaxed)
    }

    /// Whether it asks already.
    pub(crate) fn is_started(&self) -> bool {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Begins to ask, if it has not yet. Must be called within a runtime.
    pub(crate) fn start(self: &Arc<Self>, shared: &Arc<Shared>) {
        let Ok(runtime) = Handle::try_current() else {
            tracing::warn!("no runtime: backends are not checked");
            return;
        };
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.is_none() {
            let counted = Counted::begin(Arc::clone(&shared.checks));
            let asking = ask_on(Arc::downgrade(self), Arc::downgrade(shared), counted);
            *task = Some(runtime.spawn(asking).abort_handle());
        }
    }

    /// Whether the target answers as it should.
    async fn ask(&self, shared: &Shared) -> bool {
        let limit = Duration::from_millis(u64::from(self.check.timeout_ms));
        let timeouts = Timeouts { connect: limit, first_byte: limit, ..Timeouts::default() };
        let patience = Patience { timeouts, until: Some(Instant::now() + limit) };
        let Ok(mut connection) = shared.dialer.dial(&self.upstream, Versions::Any, limit).await
        else {
            return false;
        };
        let (nothing, _) = Upload::new(RequestBody::empty(), 0, std::time::Instant::now());
        let mut request = Request::new(nothing);
        *request.uri_mut() = self.uri.clone();
        request.headers_mut().insert(header::HOST, self.upstream.authority().clone());
        request.headers_mut().insert(header::USER_AGENT, USER_AGENT);
        let answer = connection.exchange(request, None, &patience).await;
        let good = self.check.status_from..=self.check.status_to;
        answer.is_ok_and(|answer| good.contains(&answer.status().as_u16()))
    }

    fn find(&self, is_unwell: bool) {
        if self.is_unwell.swap(is_unwell, Ordering::Relaxed) != is_unwell {
            let address = self.upstream.address();
            if is_unwell {
                tracing::warn!(target = %address, "a backend does not answer its health check");
            } else {
                tracing::info!(target = %address, "a backend answers its health check again");
            }
        }
    }
}

impl Drop for TargetCheck {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

/// Asks at once and then regularly, as long as somebody wants to know.
async fn ask_on(check: Weak<TargetCheck>, shared: Weak<Shared>, _counted: Counted) {
    // How many answers in a row said the opposite of what is known.
    let mut against = 0;
    loop {
        let Some((check, shared)) = check.upgrade().zip(shared.upgrade()) else { return };
        let is_unwell = check.is_unwell();
        let is_good = check.ask(&shared).await;
        against = if is_good == is_unwell { against + 1 } else { 0 };
        let enough = if is_unwell { check.check.healthy } else { check.check.unhealthy };
        if against >= enough {
            check.find(!is_unwell);
            against = 0;
        }
        let pause = Duration::from_millis(u64::from(check.check.interval_ms));
        drop((check, shared));
        tokio::time::sleep(pause).await;
    }
}

/// One check that goes on.
struct Counted(Arc<RunningChecks>);

impl Counted {
    fn begin(running: Arc<RunningChecks>) -> Self {
        running.0.fetch_add(1, Ordering::Relaxed);
        Self(running)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
