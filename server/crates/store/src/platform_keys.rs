//! Platform keys: AK/SK pairs of accounts, for the management API and for calls that providers let the account make.

use crate::{
    Connection, Sealed, StoreError, Tx, access_auths, backend_signatures,
    connection::private::Executor,
    entity::platform_keys::{ActiveModel, Column, Entity, Model},
    query::{contained_in_any, direction, narrowed, ordered, parse, plain},
};
use domain::{
    AccountId, ApiGroupId, Environment, Page, PageQuery, PlatformKey, PlatformKeyId, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::LockType,
};

/// Adds a key.
///
/// # Errors
/// [`crate::Unique::Id`] when the AccessKey is taken; [`StoreError::NotFound`] when there is no such account.
pub async fn insert(tx: &Tx, key: &PlatformKey, secret: &Sealed) -> Result<(), StoreError> {
    let row = ActiveModel {
        access_key: Set(key.id.to_string()),
        owner_id: Set(key.owner.to_string()),
        key_id: Set(secret.key_id.clone()),
        secret: Set(secret.bytes.clone()),
        created_at: Set(key.created_at.0),
        enabled: Set(key.enabled),
        description: Set(key.description.clone()),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The keys of an account. Searches AccessKey and description; sorts by `accessKey` or `createdAt` (newest first unless
/// something else is asked for).
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<PlatformKey>, StoreError> {
    let db = conn.executor();
    let wanted = contained_in_any([Column::AccessKey, Column::Description], &query.search);
    let found = narrowed(of_owner(owner), wanted);
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "accessKey" => (plain(Column::AccessKey), query.descending),
        "createdAt" => (plain(Column::CreatedAt), query.descending),
        _ => (plain(Column::CreatedAt), true),
    };
    let rows = ordered(found, vec![first, plain(Column::AccessKey)], &direction(descending))
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: rows.into_iter().map(read).collect::<Result<_, _>>()?, total })
}

/// How many keys an account has. Under [`crate::accounts::lock`] the number holds until the transaction ends.
pub async fn count(conn: &impl Connection, owner: &AccountId) -> Result<u64, StoreError> {
    Ok(of_owner(owner).count(&conn.executor()).await?)
}

/// The key of that AccessKey, whoever owns it.
pub async fn get(
    conn: &impl Connection,
    id: &PlatformKeyId,
) -> Result<Option<PlatformKey>, StoreError> {
    Entity::find_by_id(id.as_str()).one(&conn.executor()).await?.map(read).transpose()
}

/// The key's SecretKey, encrypted.
pub async fn secret(
    conn: &impl Connection,
    id: &PlatformKeyId,
) -> Result<Option<Sealed>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    Ok(row.map(|row| Sealed { key_id: row.key_id, bytes: row.secret }))
}

/// All keys of an account, oldest first.
pub async fn of_account(
    conn: &impl Connection,
    owner: &AccountId,
) -> Result<Vec<PlatformKey>, StoreError> {
    let rows = of_owner(owner)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::AccessKey)
        .all(&conn.executor())
        .await?;
    rows.into_iter().map(read).collect()
}

/// Enables or disables a key. The deployments whose forwarded requests are signed with it while it is enabled.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_enabled(
    tx: &Tx,
    id: &PlatformKeyId,
    enabled: bool,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let row = ActiveModel {
        access_key: Set(id.to_string()),
        enabled: Set(enabled),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    backend_signatures::signed_with(tx, id.as_str()).await
}

/// Removes a key, and the authorizations that name it. The deployments that it was bound to, or whose forwarded
/// requests were signed with it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    tx: &Tx,
    id: &PlatformKeyId,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let db = tx.executor();
    let locked = Entity::find_by_id(id.as_str()).lock(LockType::Update).one(&db).await?;
    locked.ok_or(StoreError::NotFound)?;
    let mut changed = access_auths::remove_of(&db, &id.clone().into()).await?;
    changed.extend(backend_signatures::signed_with(tx, id.as_str()).await?);
    Entity::delete_by_id(id.as_str()).exec(&db).await?;
    Ok(changed)
}

fn of_owner(owner: &AccountId) -> Select<Entity> {
    Entity::find().filter(Column::OwnerId.eq(owner.as_str()))
}

fn read(row: Model) -> Result<PlatformKey, StoreError> {
    Ok(PlatformKey {
        id: parse("platform_keys.access_key", &row.access_key)?,
        owner: parse("platform_keys.owner_id", &row.owner_id)?,
        description: row.description,
        enabled: row.enabled,
        created_at: Timestamp(row.created_at),
    })
}
