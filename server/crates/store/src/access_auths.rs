//! Access authorizations of providers, and what they are bound to.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        access_auth_bindings as bindings,
        access_auths::{ActiveModel, Column, Entity, Model},
        access_keys, api_groups, deployments,
    },
    places::{Place, in_order, places},
    query::{contains, direction, narrowed, ordered, parse, plain, search_text},
};
use domain::{
    AccessAuth, AccessAuthId, AccessAuthType, AccountId, ApiGroupId, AuthType, BindableDeployment,
    DeploymentId, Environment, Page, PageQuery, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::LockType,
};
use std::collections::{HashMap, HashSet};

mod bindable;

/// The authorizations of an account. Searches key id and description; sorts by `accessKey` or `createdAt` (newest first
/// unless something else is asked for).
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<AccessAuth>, StoreError> {
    let db = conn.executor();
    let found = Entity::find().filter(Column::OwnerId.eq(owner.as_str()));
    let found = narrowed(found, contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "accessKey" => (plain(Column::AccessKeyId), query.descending),
        "createdAt" => (plain(Column::CreatedAt), query.descending),
        _ => (plain(Column::CreatedAt), true),
    };
    let rows = ordered(found, vec![first, plain(Column::Id)], &direction(descending))
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: with_bindings(&db, rows).await?, total })
}

/// The authorization, whoever owns it.
pub async fn get(
    conn: &impl Connection,
    id: &AccessAuthId,
) -> Result<Option<AccessAuth>, StoreError> {
    let db = conn.executor();
    let row = Entity::find_by_id(id.as_str()).one(&db).await?;
    Ok(with_bindings(&db, row.into_iter().collect()).await?.pop())
}

/// Adds an authorization; its `bound` is not looked at.
///
/// # Errors
/// [`crate::Unique::AccessAuthKey`] when the owner has one for this key; [`StoreError::NotFound`] when there is no such
/// key.
pub async fn insert(tx: &Tx, auth: &AccessAuth) -> Result<(), StoreError> {
    let db = tx.executor();
    match auth.r#type {
        // As a foreign key would: it cannot be removed between here and the commit.
        AccessAuthType::AccessKey => {
            let key = access_keys::Entity::find_by_id(auth.access_key_id.as_str());
            key.lock(LockType::KeyShare).one(&db).await?.ok_or(StoreError::NotFound)?;
        }
    }
    let row = ActiveModel {
        id: Set(auth.id.to_string()),
        owner_id: Set(auth.owner.to_string()),
        r#type: Set(auth.r#type.as_str().to_owned()),
        access_key_id: Set(auth.access_key_id.to_string()),
        description: Set(auth.description.clone()),
        search_text: Set(search_text(&[auth.access_key_id.as_str(), &auth.description])),
        created_at: Set(auth.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    Ok(())
}

/// Changes the description.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_description(
    tx: &Tx,
    id: &AccessAuthId,
    description: &str,
) -> Result<(), StoreError> {
    let db = tx.executor();
    let row = Entity::find_by_id(id.as_str()).one(&db).await?.ok_or(StoreError::NotFound)?;
    let row = ActiveModel {
        id: Set(row.id),
        description: Set(description.to_owned()),
        search_text: Set(search_text(&[&row.access_key_id, description])),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&db).await?;
    Ok(())
}

/// Removes an authorization. The deployments that it was bound to.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    tx: &Tx,
    id: &AccessAuthId,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    remove(&tx.executor(), id.as_str()).await
}

/// As [`delete`].
pub(crate) async fn remove(
    db: &impl ConnectionTrait,
    id: &str,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    Entity::find_by_id(id).lock(LockType::Update).one(db).await?.ok_or(StoreError::NotFound)?;
    let bound = bindable::of_auths(db, &[id]).await?;
    Entity::delete_by_id(id).exec(db).await?;
    bound.iter().map(|(_, place)| place.key()).collect()
}

/// What an account's authorizations can be bound to: deployments of its groups that check signatures, live or not, by
/// group name and environment.
pub async fn bindable(
    conn: &impl Connection,
    owner: &AccountId,
) -> Result<Vec<BindableDeployment>, StoreError> {
    let wanted = places()
        .filter(api_groups::Column::OwnerId.eq(owner.as_str()))
        .filter(api_groups::Column::AuthType.eq(AuthType::Signature.as_str()));
    let found = wanted.into_model::<Place>().all(&conn.executor()).await?;
    let found = found.iter().map(Place::read).collect::<Result<_, _>>()?;
    Ok(in_order(found))
}

/// Binds an authorization to exactly these deployments. Those that were added or removed.
///
/// # Errors
/// [`StoreError::NotFound`] when the authorization or a deployment is not there.
pub async fn bind(
    tx: &Tx,
    id: &AccessAuthId,
    deployments: &[DeploymentId],
    at: Timestamp,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let db = tx.executor();
    let locked = Entity::find_by_id(id.as_str()).lock(LockType::NoKeyUpdate);
    locked.one(&db).await?.ok_or(StoreError::NotFound)?;
    let before = bindable::of_auths(&db, &[id.as_str()]).await?;
    let before: HashMap<&str, &Place> =
        before.iter().map(|(_, place)| (place.deployment_id.as_str(), place)).collect();
    let wanted: HashSet<&str> = deployments.iter().map(DeploymentId::as_str).collect();

    let added: Vec<&str> = wanted.iter().copied().filter(|id| !before.contains_key(id)).collect();
    let new = places().filter(deployments::Column::Id.is_in(added.iter().copied()));
    let new = new.into_model::<Place>().all(&db).await?;
    if new.len() != added.len() {
        return Err(StoreError::NotFound);
    }
    let rows = added.iter().map(|deployment| bindings::ActiveModel {
        auth_id: Set(id.to_string()),
        deployment_id: Set((*deployment).to_owned()),
        bound_at: Set(at.0),
    });
    bindings::Entity::insert_many(rows).exec_without_returning(&db).await?;

    let removed = before.values().filter(|place| !wanted.contains(place.deployment_id.as_str()));
    let removed: Vec<&Place> = removed.copied().collect();
    bindings::Entity::delete_many()
        .filter(bindings::Column::AuthId.eq(id.as_str()))
        .filter(
            bindings::Column::DeploymentId.is_in(removed.iter().map(|p| p.deployment_id.as_str())),
        )
        .exec(&db)
        .await?;
    new.iter().chain(removed).map(Place::key).collect()
}

async fn with_bindings(
    db: &impl ConnectionTrait,
    rows: Vec<Model>,
) -> Result<Vec<AccessAuth>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut bound: HashMap<String, Vec<BindableDeployment>> = HashMap::new();
    for (auth, place) in bindable::of_auths(db, &ids).await? {
        bound.entry(auth).or_default().push(place.read()?);
    }
    rows.into_iter()
        .map(|row| {
            let bound = in_order(bound.remove(&row.id).unwrap_or_default());
            read(row, bound)
        })
        .collect()
}

fn read(row: Model, bound: Vec<BindableDeployment>) -> Result<AccessAuth, StoreError> {
    if row.r#type != AccessAuthType::AccessKey.as_str() {
        return Err(StoreError::Corrupt(format!("access_auths.type ({})", row.r#type)));
    }
    Ok(AccessAuth {
        id: parse("access_auths.id", &row.id)?,
        owner: parse("access_auths.owner_id", &row.owner_id)?,
        r#type: AccessAuthType::AccessKey,
        access_key_id: parse("access_auths.access_key_id", &row.access_key_id)?,
        description: row.description,
        bound,
        created_at: Timestamp(row.created_at),
    })
}
