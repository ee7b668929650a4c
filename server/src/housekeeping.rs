//! Removes what is over: ended sessions, monitoring numbers that are too old, changes that every gateway knows.

use crate::clock::now;
use domain::Timestamp;
use std::time::Duration;
use store::{Store, StoreError};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Time between two rounds.
const PERIOD: Duration = Duration::from_hours(1);
/// How long single minutes are kept: charts of up to a day need them, longer ones take the hours.
const MINUTES_KEPT: Duration = Duration::from_hours(48);
/// How long the change feed is kept: a gateway that was away for longer reads everything anew.
const CHANGES_KEPT: Duration = Duration::from_hours(7 * 24);

/// Cleans up until `stopping`, first at once.
pub(crate) async fn run(store: Store, traffic_kept: Duration, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
        match clean(&store, traffic_kept, now()).await {
            Ok(rows) => tracing::debug!(rows, "removed what is over"),
            Err(error) => {
                tracing::warn!(%error, "what is over cannot be removed; next try in an hour");
            }
        }
    }
}

/// One round; how many rows went.
///
/// # Errors
/// When the database does not answer.
async fn clean(store: &Store, traffic_kept: Duration, now: Timestamp) -> Result<u64, StoreError> {
    let before = |kept: Duration| now.plus_ms(-i64::try_from(kept.as_millis()).unwrap_or(i64::MAX));
    let transaction = store.begin().await?;
    let sessions = store::sessions::delete_expired(&transaction, now).await?;
    let minutes = before(MINUTES_KEPT.min(traffic_kept));
    let traffic =
        store::traffic::delete_before(&transaction, minutes, before(traffic_kept)).await?;
    let changes = store::changes::delete_before(&transaction, before(CHANGES_KEPT)).await?;
    transaction.commit().await?;
    Ok(sessions + traffic + changes)
}
