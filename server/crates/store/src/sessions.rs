//! Sessions of the console: opaque bytes that end by themselves.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::sessions::{ActiveModel, Column, Entity},
};
use domain::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

/// Keeps `data` until `expires_at`, in place of what `id` had; `false`, and nothing is written, when it `must_be_new`
/// and is there.
pub async fn save(
    tx: &Tx,
    id: &str,
    data: &[u8],
    expires_at: Timestamp,
    must_be_new: bool,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        id: Set(id.to_owned()),
        data: Set(data.to_vec()),
        expires_at: Set(expires_at.0),
    };
    let mut present = OnConflict::column(Column::Id);
    if must_be_new {
        present.do_nothing();
    } else {
        present.update_columns([Column::Data, Column::ExpiresAt]);
    }
    let written =
        Entity::insert(row).on_conflict(present).exec_without_returning(&tx.executor()).await?;
    Ok(written > 0)
}

/// What was saved, unless it ended by `now`.
pub async fn load(
    conn: &impl Connection,
    id: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row =
        Entity::find_by_id(id).filter(Column::ExpiresAt.gt(now.0)).one(&conn.executor()).await?;
    Ok(row.map(|row| row.data))
}

/// Ends a session; nothing happens when there is none.
pub async fn delete(tx: &Tx, id: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(&tx.executor()).await?;
    Ok(())
}

/// Removes all that ended by `now`; how many.
pub async fn delete_expired(tx: &Tx, now: Timestamp) -> Result<u64, StoreError> {
    let old = Entity::delete_many().filter(Column::ExpiresAt.lte(now.0));
    Ok(old.exec(&tx.executor()).await?.rows_affected)
}
