//! Work that takes a processor for long, off the runtime's threads and a few at a time.

use crate::ServiceError;
use std::{num::NonZero, sync::Arc, thread::available_parallelism};
use tokio::sync::Semaphore;

/// As many pieces of work at once as the machine has processors; the others wait in line. So a flood of them takes neither
/// all memory nor the threads that serve pages.
pub(crate) struct Workers {
    what: &'static str,
    permits: Arc<Semaphore>,
}

impl Workers {
    /// Workers for `what`, as the log calls it.
    pub(crate) fn new(what: &'static str) -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self { what, permits: Arc::new(Semaphore::new(processors)) }
    }

    /// Does `work` when it is its turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|cause| self.failed(&cause))?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _permit = permit;
            work()
        });
        done.await.map_err(|cause| self.failed(&cause))
    }

    /// What a failure of this work is to the caller.
    pub(crate) fn failed(&self, cause: &(impl std::fmt::Display + ?Sized)) -> ServiceError {
        ServiceError::unavailable(self.what, cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn no_more_work_at_once_than_there_are_processors() {
        let workers = Arc::new(Workers::new("test"));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runs: Vec<_> = (0..40)
            .map(|_| {
                let (workers, now, most) = (workers.clone(), now.clone(), most.clone());
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(1, Ordering::SeqCst);
                    };
                    workers.run(work).await.unwrap();
                })
            })
            .collect();
        for run in runs {
            run.await.unwrap();
        }
        let processors = available_parallelism().map_or(1, NonZero::get);
        assert!((1..=processors).contains(&most.load(Ordering::SeqCst)));
    }

    #[tokio::test]
    async fn work_that_panics_is_unavailable_and_the_next_is_done() {
        let workers = Workers::new("test");
        let outcome = workers.run(|| panic!("on purpose")).await;
        assert!(matches!(outcome, Err::<(), _>(ServiceError::Unavailable { .. })));
        assert_eq!(workers.run(|| 7).await, Ok(7));
    }
}
