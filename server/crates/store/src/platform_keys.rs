//! Platform keys: AK/SK pairs that the management API is called with.

use crate::{
    Connection, Sealed, StoreError, Tx, backend_signatures,
    connection::private::Executor,
    entity::platform_keys::{ActiveModel, Column, Entity, Model},
    query::parse,
};
use domain::{AccountId, ApiGroupId, Environment, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// A platform key, its SecretKey encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformKey {
    /// 32 upper-case hexadecimal digits.
    pub access_key: String,
    /// Whose.
    pub owner: AccountId,
    /// The SecretKey.
    pub secret: Sealed,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds a key.
///
/// # Errors
/// [`crate::Unique::Id`] when the AccessKey is taken; [`StoreError::NotFound`] when there is no such account.
pub async fn insert(tx: &Tx, key: &PlatformKey) -> Result<(), StoreError> {
    let row = ActiveModel {
        access_key: Set(key.access_key.clone()),
        owner_id: Set(key.owner.to_string()),
        key_id: Set(key.secret.key_id.clone()),
        secret: Set(key.secret.bytes.clone()),
        created_at: Set(key.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The key of that AccessKey.
pub async fn get(
    conn: &impl Connection,
    access_key: &str,
) -> Result<Option<PlatformKey>, StoreError> {
    let row = Entity::find_by_id(access_key).one(&conn.executor()).await?;
    row.map(read).transpose()
}

/// All keys of an account, oldest first.
pub async fn of_account(
    conn: &impl Connection,
    owner: &AccountId,
) -> Result<Vec<PlatformKey>, StoreError> {
    let rows = Entity::find()
        .filter(Column::OwnerId.eq(owner.as_str()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::AccessKey)
        .all(&conn.executor())
        .await?;
    rows.into_iter().map(read).collect()
}

/// Removes a key. The deployments whose forwarded requests were signed with it, and are not any more.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    tx: &Tx,
    access_key: &str,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let signed = backend_signatures::signed_with(tx, access_key).await?;
    let deleted = Entity::delete_by_id(access_key).exec(&tx.executor()).await?;
    if deleted.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(signed) }
}

fn read(row: Model) -> Result<PlatformKey, StoreError> {
    Ok(PlatformKey {
        owner: parse("platform_keys.owner_id", &row.owner_id)?,
        secret: Sealed { key_id: row.key_id, bytes: row.secret },
        access_key: row.access_key,
        created_at: Timestamp(row.created_at),
    })
}
