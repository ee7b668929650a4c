//! Writing: one transaction has the data, the line of the audit log and the numbers of the change feed.

use crate::{Caller, Inner, Noun, ServiceError};
use domain::{AccountId, ApiGroupId, Environment, KeyId, Timestamp};
use std::time::Duration;
use store::{
    Tx,
    audit::{self, AuditEntry},
    changes::{self, Change},
};

/// A transaction of a service: begun at one moment, for one account.
pub(crate) struct Write<'a> {
    services: &'a Inner,
    account: Option<AccountId>,
    /// The store's transaction.
    pub(crate) tx: Tx,
    /// The moment that everything in it happens at.
    pub(crate) at: Timestamp,
}

impl Inner {
    /// Begins to write for `caller`; what is not committed was never written.
    pub(crate) async fn write(&self, caller: &Caller) -> Result<Write<'_>, ServiceError> {
        self.write_as(Some(caller.id().clone())).await
    }

    /// Begins to write for `account`; `None`: for the process itself or its command line.
    pub(crate) async fn write_as(
        &self,
        account: Option<AccountId>,
    ) -> Result<Write<'_>, ServiceError> {
        let tx = self.store.begin().await?;
        Ok(Write { services: self, account, tx, at: self.clock.now() })
    }
}

impl Write<'_> {
    /// Adds a line to the audit log.
    pub(crate) async fn record(
        &self,
        verb: &str,
        what: Noun,
        id: impl ToString,
    ) -> Result<(), ServiceError> {
        let entry = AuditEntry {
            account: self.account.clone(),
            verb: verb.to_owned(),
            object_kind: what.as_str().to_owned(),
            object_id: id.to_string(),
            at: self.at,
        };
        Ok(audit::record(&self.tx, &entry).await?)
    }

    /// Tells the gateways that something about these environments changed.
    pub(crate) fn changed(
        &self,
        environments: impl IntoIterator<Item = (ApiGroupId, Environment)>,
    ) {
        for (group, environment) in environments {
            changes::append(&self.tx, Change::Deployment(group, environment));
        }
    }

    /// Tells the gateways that a key changed.
    pub(crate) fn key_changed(&self, key: impl Into<KeyId>) {
        changes::append(&self.tx, Change::Key(key.into()));
    }

    /// Writes all of it. Where the gateways were told something, waits until the one of this process serves it: the time
    /// that took; `None` when there was nothing to wait for, no gateway runs here, or it took too long.
    pub(crate) async fn commit(self) -> Result<Option<Duration>, ServiceError> {
        let Self { services, tx, .. } = self;
        let begin = services.clock.elapsed();
        let Some(change) = tx.commit().await? else { return Ok(None) };
        let in_force = services.applied.wait(change).await;
        Ok(in_force.then(|| services.clock.elapsed().saturating_sub(begin)))
    }
}
