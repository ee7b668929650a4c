//! Keeps the gateway at what is published: store changes → compiled snapshot → swap.

use gateway::{CompileError, Gateway, Snapshot, SnapshotConfig};
use services::{ChangeWatch, ServiceError, Services};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// First and longest rest after the database failed.
const REST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Why there is nothing to serve at the start.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// What is published cannot be read.
    #[error("what is published cannot be read: {0}")]
    Read(#[from] ServiceError),
    /// The snapshot cannot be compiled at all.
    #[error("{0}")]
    Compile(#[from] CompileError),
}

/// Everything that is published, and where to go on from.
pub(crate) struct Published {
    /// Compiled, for the gateway.
    pub(crate) snapshot: Snapshot,
    change: i64,
    watch: ChangeWatch,
}

/// Reads and compiles everything. A deployment that does not compile is left out, and the log says which.
///
/// # Errors
/// When the database does not answer, or the domain is no host name.
pub(crate) async fn read(services: &Services, domain: &str) -> Result<Published, SyncError> {
    // Watched from before it is read, so that no change falls between.
    let watch = services.published().watch().await?;
    let state = services.published().snapshot().await?;
    let config = SnapshotConfig { domain: domain.to_owned() };
    let snapshot = Snapshot::compile(config, state.deployments, state.keys)?;
    report_refused(&snapshot);
    Ok(Published { snapshot, change: state.change, watch })
}

/// Keeps a gateway at what is published.
pub(crate) struct Sync {
    services: Services,
    gateway: Gateway,
    change: i64,
    watch: ChangeWatch,
}

impl Sync {
    /// For a gateway that serves `published`.
    pub(crate) fn new(services: &Services, gateway: &Gateway, published: Published) -> Self {
        let Published { change, watch, snapshot: _ } = published;
        // From here on, publishes wait until they are in force.
        services.applied().send(change);
        Self { services: services.clone(), gateway: gateway.clone(), change, watch }
    }

    /// Follows the changes until `stopping`. While the database fails, the gateway serves on what it has.
    pub(crate) async fn follow(mut self, stopping: CancellationToken) {
        let following = async {
            loop {
                self.watch.changed().await;
                self.catch_up().await;
            }
        };
        stopping.run_until_cancelled(following).await;
    }

    /// Brings the gateway to the newest change, trying until the database answers.
    async fn catch_up(&mut self) {
        let mut rest = REST.0;
        while let Err(error) = self.apply().await {
            tracing::warn!(%error, change = self.change, "the gateway serves what it has");
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(REST.1);
        }
        self.services.applied().send(self.change);
    }

    async fn apply(&mut self) -> Result<(), ServiceError> {
        let (snapshot, change) = match self.services.published().changes_since(self.change).await? {
            Some(changes) if changes.change <= self.change => return Ok(()),
            Some(changes) => {
                let snapshot = self.gateway.snapshot().apply(changes.deployments, changes.keys);
                report_refused(&snapshot);
                (snapshot, changes.change)
            }
            // The feed was cut off before where this gateway is.
            None => {
                let state = self.services.published().snapshot().await?;
                let snapshot = self.gateway.snapshot().all_anew(state.deployments, state.keys);
                report_refused(&snapshot);
                (snapshot, state.change)
            }
        };
        self.gateway.replace(snapshot);
        self.change = change;
        tracing::debug!(change, "the gateway serves a change");
        Ok(())
    }
}

fn report_refused(snapshot: &Snapshot) {
    for refused in snapshot.refused() {
        tracing::error!(
            group = %refused.api_group_id,
            environment = %refused.environment,
            reason = refused.reason,
            "a deployment does not compile; what was served before goes on being served"
        );
    }
}
