//! Keeps the gateway at what is published: store changes → compiled snapshot → swap.

use crate::kept::Keeper;
use gateway::{CompileError, Gateway, Snapshot, SnapshotConfig};
use services::{ChangeWatch, PublishedState, ServiceError, Services};
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

/// Everything that is published, and what tells of changes from then on.
pub(crate) struct Published {
    /// All of it, until the gateway has it.
    pub(crate) state: PublishedState,
    /// The number of the last change in it.
    pub(crate) change: i64,
    /// Begins before it.
    pub(crate) watch: ChangeWatch,
}

/// Reads everything.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn read(services: &Services) -> Result<Published, SyncError> {
    // Watched from before it is read, so that no change falls between.
    let watch = services.published().watch().await?;
    let state = services.published().snapshot().await?;
    Ok(Published { change: state.change, state, watch })
}

/// Compiles everything. A deployment that does not compile is left out, and the log says which.
///
/// # Errors
/// When the domain is no host name.
pub(crate) fn compile(state: PublishedState, domain: &str) -> Result<Snapshot, SyncError> {
    let config = SnapshotConfig { domain: domain.to_owned() };
    let snapshot = Snapshot::compile(config, state.deployments, state.keys)?;
    report_refused(&snapshot);
    Ok(snapshot)
}

/// Puts everything in the place of what a gateway serves.
pub(crate) fn replace(gateway: &Gateway, state: PublishedState) {
    let snapshot = gateway.snapshot().all_anew(state.deployments, state.keys);
    report_refused(&snapshot);
    gateway.replace(snapshot);
}

/// Keeps a gateway at what is published.
pub(crate) struct Sync {
    services: Services,
    gateway: Gateway,
    keeper: Keeper,
    change: i64,
    watch: ChangeWatch,
}

impl Sync {
    /// For a gateway that serves everything up to `change`, where `watch` begins.
    pub(crate) fn new(
        services: &Services,
        gateway: &Gateway,
        keeper: Keeper,
        (change, watch): (i64, ChangeWatch),
    ) -> Self {
        // From here on, publishes wait until they are in force.
        services.applied().send(change);
        Self { services: services.clone(), gateway: gateway.clone(), keeper, change, watch }
    }

    /// Follows the changes until `stopping`. While the database fails, the gateway serves on what it has.
    pub(crate) async fn follow(mut self, stopping: CancellationToken) {
        let following = async {
            loop {
                self.keep().await;
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

    /// Keeps everything on disk, where that is not so yet.
    async fn keep(&self) {
        if self.keeper.is_behind() {
            match self.services.published().sealed_snapshot().await {
                Ok(all) => self.keeper.keep(all),
                Err(error) => tracing::warn!(%error, "what is published is not kept on disk"),
            }
        }
    }

    async fn apply(&mut self) -> Result<(), ServiceError> {
        let published = self.services.published();
        match published.sealed_changes_since(self.change).await? {
            Some(sealed) if sealed.change <= self.change => return Ok(()),
            Some(sealed) => {
                let changes = published.open_changes(sealed.clone())?;
                let snapshot = self.gateway.snapshot().apply(changes.deployments, changes.keys);
                report_refused(&snapshot);
                self.gateway.replace(snapshot);
                self.change = changes.change;
                self.keeper.add(sealed);
            }
            // The feed was cut off before where this gateway is.
            None => {
                let state = published.snapshot().await?;
                self.change = state.change;
                replace(&self.gateway, state);
                self.keeper.is_behind_now();
            }
        }
        tracing::debug!(change = self.change, "the gateway serves a change");
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
