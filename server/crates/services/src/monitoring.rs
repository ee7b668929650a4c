//! What the gateway served: recorded by the process, reported to people.

use crate::{Caller, Inner, ServiceError, api_groups::own, canaries};
use domain::{
    ApiGroup, ApiGroupId, Canary, CanaryComparison, Environment, MonitorQuery, MonitorReport,
    Timestamp,
};
use std::time::Duration;
use store::{
    Connection,
    traffic::{TrafficQuery, TrafficReport},
};

pub use store::traffic::TrafficRow;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// How long minutes are kept, before hours alone are: reports of a day and of the last 24 hours need them.
const MINUTES_KEPT_MS: i64 = 50 * HOUR_MS;
/// How far back the sides of a canary are compared: no further than minutes are surely kept.
const SIDES_SHOWN_MS: i64 = 48 * HOUR_MS;
/// How long the change feed reaches back. A gateway that was away for longer loads everything again.
const CHANGES_KEPT_MS: i64 = 24 * HOUR_MS;

/// Functions about traffic.
pub struct Monitoring<'a> {
    pub(crate) services: &'a Inner,
}

impl Monitoring<'_> {
    /// What a group served over a range of time that ends now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn report(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        query: MonitorQuery,
    ) -> Result<MonitorReport, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let owned = own(&snapshot, caller, group).await?;
        let (length, step_minutes) = query.range.minutes();
        let (from, until) = span(self.services.clock.now(), length, step_minutes);
        // Sides are not told apart by API.
        let canaries = match query.api {
            Some(_) => Vec::new(),
            None => {
                let since = from.max(until.plus_ms(-SIDES_SHOWN_MS));
                self.canaries(&snapshot, &owned, query.environment, (since, until)).await?
            }
        };
        let wanted = TrafficQuery {
            environment: query.environment,
            api: query.api,
            from,
            until,
            step_minutes,
        };
        let report = store::traffic::report(&snapshot, group, &wanted).await?;
        let TrafficReport { total, points, apis } = report;
        Ok(MonitorReport { from, until, step_minutes, total, points, apis, canaries })
    }

    /// Where canaries run, what both sides served.
    async fn canaries(
        &self,
        conn: &impl Connection,
        group: &ApiGroup,
        environment: Option<Environment>,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<CanaryComparison>, ServiceError> {
        let canaries = store::canaries::list(conn, &group.id).await?;
        let wanted = |canary: &Canary| environment.is_none_or(|one| one == canary.environment);
        let mut sides = Vec::new();
        for canary in canaries.into_iter().filter(wanted) {
            let live = store::deployments::get(conn, &group.id, canary.environment).await?;
            sides.extend(live.map(|live| (live.deployment, canary)));
        }
        canaries::comparisons(conn, group, sides, span).await
    }

    /// Adds to what was recorded before, also by other processes. For the process itself.
    ///
    /// # Errors
    /// `Unavailable`; nothing was added then.
    pub async fn record(&self, rows: Vec<TrafficRow>) -> Result<(), ServiceError> {
        if rows.is_empty() {
            return Ok(());
        }
        let tx = self.services.store.begin().await?;
        store::traffic::add(&tx, &rows).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets what nobody asks for any more: sessions that are over, old entries of the change feed, and traffic from
    /// before `traffic_kept` ago. For the process itself, now and then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn forget_old(&self, traffic_kept: Duration) -> Result<(), ServiceError> {
        let now = self.services.clock.now();
        let kept = i64::try_from(traffic_kept.as_millis()).unwrap_or(i64::MAX);
        let minutes = now.plus_ms(-kept.min(MINUTES_KEPT_MS));
        let tx = self.services.store.begin().await?;
        store::sessions::delete_expired(&tx, now).await?;
        store::changes::delete_before(&tx, now.plus_ms(-CHANGES_KEPT_MS)).await?;
        store::traffic::delete_before(&tx, minutes, now.plus_ms(kept.saturating_neg())).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// `length` minutes that end with the step that `now` is in; both ends are whole steps.
fn span(now: Timestamp, length: i64, step: i64) -> (Timestamp, Timestamp) {
    let step_ms = step * MINUTE_MS;
    let until = Timestamp((now.0.div_euclid(step_ms) + 1) * step_ms);
    (until.plus_ms(-length * MINUTE_MS), until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TimeRange;

    #[test]
    fn a_report_ends_with_the_step_that_is_now_and_has_whole_steps() {
        let now = Timestamp(1_574_390_459_999);
        for range in TimeRange::ALL {
            let (length, step) = range.minutes();
            let (from, until) = span(now, length, step);
            assert!(until > now && until.0 - now.0 <= step * MINUTE_MS, "{range:?}");
            assert_eq!(until.0 - from.0, length * MINUTE_MS);
            assert_eq!(from.0 % (step * MINUTE_MS), 0);
        }
    }
}
