//! The wait until a change is in force: the gateway of this process says which change it serves.

use std::time::Duration;
use tokio::sync::watch;

/// Longest wait for a change to be in force.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The number of the last change that the gateway of this process serves.
pub struct Applied {
    change: watch::Sender<Option<i64>>,
}

impl Default for Applied {
    fn default() -> Self {
        Self { change: watch::Sender::new(None) }
    }
}

impl Applied {
    /// Says that the gateway of this process serves everything up to `change`. From the first call on, writes that the
    /// gateway must know wait (for at most two seconds) until it does.
    pub fn send(&self, change: i64) {
        self.change.send_if_modified(|now| {
            let grows = now.is_none_or(|now| now < change);
            if grows {
                *now = Some(change);
            }
            grows
        });
    }

    /// Waits until `change` is in force: true. False at once when no gateway runs here, or after [`LONGEST_WAIT`].
    pub(crate) async fn wait(&self, change: i64) -> bool {
        self.wait_at_most(change, LONGEST_WAIT).await
    }

    async fn wait_at_most(&self, change: i64, limit: Duration) -> bool {
        let mut receiver = self.change.subscribe();
        if receiver.borrow().is_none() {
            return false;
        }
        let in_force = receiver.wait_for(|now| now.is_some_and(|now| now >= change));
        matches!(tokio::time::timeout(limit, in_force).await, Ok(Ok(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test]
    async fn where_no_gateway_runs_nobody_waits() {
        assert!(!Applied::default().wait_at_most(7, LONG).await);
    }

    #[tokio::test]
    async fn waits_until_the_change_or_a_later_one_is_served() {
        let applied = Arc::new(Applied::default());
        applied.send(6);
        let waiting = tokio::spawn({
            let applied = Arc::clone(&applied);
            async move { applied.wait_at_most(7, LONG).await }
        });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!waiting.is_finished());
        applied.send(9);
        assert!(waiting.await.unwrap());
        // A number that comes late does not take anything back.
        applied.send(5);
        assert!(applied.wait_at_most(9, LONG).await);
    }

    #[tokio::test]
    async fn a_gateway_that_does_not_follow_holds_nobody_for_ever() {
        let applied = Applied::default();
        applied.send(6);
        assert!(!applied.wait_at_most(7, Duration::from_millis(20)).await);
    }
}
