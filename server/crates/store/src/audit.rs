//! The audit log: who did what, written in the transaction that did it.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::audit_log::{ActiveModel, Column, Entity, Model},
    query::{contained_in_any, narrowed, parse},
};
use domain::{AccountId, Page, PageQuery, Timestamp};
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait, QueryOrder, QuerySelect};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who; `None` for the system itself and the command line.
    pub account: Option<AccountId>,
    /// What was done: `create`, `update`, `delete`, `publish`, `switch`, `reveal`, …
    pub verb: String,
    /// The kind of what it was done to: `api_group`, `access_key`, …
    pub object_kind: String,
    /// Its id.
    pub object_id: String,
    /// When.
    pub at: Timestamp,
}

/// Adds a line.
pub async fn record(tx: &Tx, entry: &AuditEntry) -> Result<(), StoreError> {
    let row = ActiveModel {
        account_id: Set(entry.account.as_ref().map(ToString::to_string)),
        verb: Set(entry.verb.clone()),
        object_kind: Set(entry.object_kind.clone()),
        object_id: Set(entry.object_id.clone()),
        at: Set(entry.at.0),
        ..ActiveModel::default()
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The log, newest first. Searches verb, kind, object id and account id.
pub async fn list(
    conn: &impl Connection,
    query: &PageQuery,
) -> Result<Page<AuditEntry>, StoreError> {
    let db = conn.executor();
    let searched = [Column::Verb, Column::ObjectKind, Column::ObjectId, Column::AccountId];
    let found = narrowed(Entity::find(), contained_in_any(searched, &query.search));
    let total = found.clone().count(&db).await?;
    let rows = found
        .order_by_desc(Column::Id)
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: rows.into_iter().map(read).collect::<Result<_, _>>()?, total })
}

fn read(row: Model) -> Result<AuditEntry, StoreError> {
    let account = row.account_id.map(|id| parse("audit_log.account_id", &id)).transpose()?;
    Ok(AuditEntry {
        account,
        verb: row.verb,
        object_kind: row.object_kind,
        object_id: row.object_id,
        at: Timestamp(row.at),
    })
}
