//! Access keys of callers.

use crate::{
    Connection, Sealed, StoreError, Tx, access_auths,
    connection::private::Executor,
    entity::access_keys::{ActiveModel, Column, Entity, Model},
    query::{contains, direction, lower, narrowed, ordered, parse, plain, search_text},
};
use domain::{
    AccessKey, AccessKeyId, AccountId, ApiGroupId, Environment, NewAccessKey, Page, PageQuery,
    Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select,
    sea_query::LockType,
};

/// The keys of an account. Searches name, description, id and APIKey; sorts by `keyName` or `createdAt` (newest first
/// unless something else is asked for).
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<AccessKey>, StoreError> {
    let db = conn.executor();
    let found = narrowed(of_owner(owner), contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "keyName" => (lower(Column::Name), query.descending),
        "createdAt" => (plain(Column::CreatedAt), query.descending),
        _ => (plain(Column::CreatedAt), true),
    };
    let rows = ordered(found, vec![first, plain(Column::Id)], &direction(descending))
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

/// The key, whoever owns it.
pub async fn get(
    conn: &impl Connection,
    id: &AccessKeyId,
) -> Result<Option<AccessKey>, StoreError> {
    Entity::find_by_id(id.as_str()).one(&conn.executor()).await?.map(read).transpose()
}

/// The key's APISecret, encrypted.
pub async fn secret(
    conn: &impl Connection,
    id: &AccessKeyId,
) -> Result<Option<Sealed>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    Ok(row.map(|row| Sealed { key_id: row.key_id, bytes: row.secret }))
}

/// Adds a key.
///
/// # Errors
/// [`crate::Unique::AccessKeyName`]; [`crate::Unique::Id`] for an id or APIKey that is taken.
pub async fn insert(tx: &Tx, key: &AccessKey, secret: &Sealed) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(key.id.to_string()),
        owner_id: Set(key.owner.to_string()),
        api_key: Set(key.api_key.clone()),
        key_id: Set(secret.key_id.clone()),
        secret: Set(secret.bytes.clone()),
        created_at: Set(key.created_at.0),
        ..changeable(key)
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Changes name and description; the key afterwards.
///
/// # Errors
/// [`StoreError::NotFound`], [`crate::Unique::AccessKeyName`].
pub async fn update(
    tx: &Tx,
    id: &AccessKeyId,
    change: &NewAccessKey,
) -> Result<AccessKey, StoreError> {
    let before = get(tx, id).await?.ok_or(StoreError::NotFound)?;
    let key =
        AccessKey { name: change.name.clone(), description: change.description.clone(), ..before };
    let row = ActiveModel { id: Set(id.to_string()), ..changeable(&key) };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(key)
}

/// Sets the APISecret.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_secret(tx: &Tx, id: &AccessKeyId, secret: &Sealed) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        key_id: Set(secret.key_id.clone()),
        secret: Set(secret.bytes.clone()),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Removes a key, and the authorizations that name it. The deployments that it was bound to.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    tx: &Tx,
    id: &AccessKeyId,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let db = tx.executor();
    Entity::find_by_id(id.as_str())
        .lock(LockType::Update)
        .one(&db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let bound = access_auths::remove_of(&db, &id.clone().into()).await?;
    Entity::delete_by_id(id.as_str()).exec(&db).await?;
    Ok(bound)
}

fn of_owner(owner: &AccountId) -> Select<Entity> {
    Entity::find().filter(Column::OwnerId.eq(owner.as_str()))
}

/// The columns that a person can change.
fn changeable(key: &AccessKey) -> ActiveModel {
    let searched = [&key.name, &key.description, key.id.as_str(), &key.api_key];
    ActiveModel {
        name: Set(key.name.clone()),
        description: Set(key.description.clone()),
        search_text: Set(search_text(&searched)),
        ..ActiveModel::default()
    }
}

fn read(row: Model) -> Result<AccessKey, StoreError> {
    Ok(AccessKey {
        id: parse("access_keys.id", &row.id)?,
        owner: parse("access_keys.owner_id", &row.owner_id)?,
        name: row.name,
        description: row.description,
        api_key: row.api_key,
        created_at: Timestamp(row.created_at),
    })
}
