//! Access authorizations of providers, and what they are bound to.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        access_auth_bindings as bindings,
        access_auths::{ActiveModel, Column, Entity, Model},
        access_keys, accounts, api_groups, deployments, platform_keys, subscription_keys,
    },
    places::{Place, in_order, places},
    query::{contains, direction, narrowed, ordered, parse, plain, search_text},
};
use domain::{
    AccessAuth, AccessAuthId, AccessAuthType, AccountId, ApiGroupId, AuthType, BindableDeployment,
    CallerId, DeploymentId, Environment, KeyId, Page, PageQuery, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::LockType,
};
use std::collections::{HashMap, HashSet};

mod bindable;

/// The authorizations of an account. Searches what the caller is named by and the description; sorts by `accessKey`
/// (callers of one kind together) or `createdAt` (newest first
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
    let (keys, descending) = match query.sort.as_str() {
        "accessKey" => (vec![plain(Column::Type), plain(Column::AccessKeyId)], query.descending),
        "createdAt" => (vec![plain(Column::CreatedAt)], query.descending),
        _ => (vec![plain(Column::CreatedAt)], true),
    };
    let keys = keys.into_iter().chain([plain(Column::Id)]).collect();
    let rows = ordered(found, keys, &direction(descending))
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
/// [`crate::Unique::AccessAuthKey`] when the owner has one for this caller; [`StoreError::NotFound`] when there is no such
/// key or account.
pub async fn insert(tx: &Tx, auth: &AccessAuth) -> Result<(), StoreError> {
    let db = tx.executor();
    hold(&db, &auth.caller).await?;
    let row = ActiveModel {
        id: Set(auth.id.to_string()),
        owner_id: Set(auth.owner.to_string()),
        r#type: Set(auth.r#type().as_str().to_owned()),
        access_key_id: Set(auth.caller.as_str().to_owned()),
        description: Set(auth.description.clone()),
        search_text: Set(search_text(&[&auth.name, &auth.description])),
        created_at: Set(auth.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    Ok(())
}

/// As a foreign key would: what the authorization names cannot be removed between here and the commit.
async fn hold(db: &impl ConnectionTrait, caller: &CallerId) -> Result<(), StoreError> {
    let id = caller.as_str();
    let lock = LockType::KeyShare;
    let is_there = match caller {
        CallerId::Key(KeyId::AccessKey(_)) => {
            access_keys::Entity::find_by_id(id).lock(lock).one(db).await?.is_some()
        }
        CallerId::Key(KeyId::SubscriptionKey(_)) => {
            subscription_keys::Entity::find_by_id(id).lock(lock).one(db).await?.is_some()
        }
        CallerId::Key(KeyId::PlatformKey(_)) => {
            platform_keys::Entity::find_by_id(id).lock(lock).one(db).await?.is_some()
        }
        CallerId::Account(_) => {
            accounts::Entity::find_by_id(id).lock(lock).one(db).await?.is_some()
        }
    };
    if is_there { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Changes the description; `auth` is as it was read in `tx`.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_description(
    tx: &Tx,
    auth: &AccessAuth,
    description: &str,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(auth.id.to_string()),
        description: Set(description.to_owned()),
        search_text: Set(search_text(&[&auth.name, description])),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
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

/// Removes all authorizations that name this caller, as it goes itself. The deployments that they were bound to.
pub(crate) async fn remove_of(
    db: &impl ConnectionTrait,
    caller: &CallerId,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let named = Entity::find()
        .filter(Column::Type.eq(caller.auth_type().as_str()))
        .filter(Column::AccessKeyId.eq(caller.as_str()))
        .all(db)
        .await?;
    let mut bound = Vec::new();
    for auth in named {
        for place in remove(db, &auth.id).await? {
            if !bound.contains(&place) {
                bound.push(place);
            }
        }
    }
    Ok(bound)
}

/// What an account's authorizations of this type can be bound to: deployments of its groups that check signatures (for
/// subscription keys: or tokens, which give way to them), live or not, by group name and environment.
pub async fn bindable(
    conn: &impl Connection,
    owner: &AccountId,
    r#type: AccessAuthType,
) -> Result<Vec<BindableDeployment>, StoreError> {
    let checked: &[AuthType] = match r#type {
        AccessAuthType::SubscriptionKey => &[AuthType::Signature, AuthType::Jwt],
        _ => &[AuthType::Signature],
    };
    let wanted = places()
        .filter(api_groups::Column::OwnerId.eq(owner.as_str()))
        .filter(api_groups::Column::AuthType.is_in(checked.iter().map(|one| one.as_str())));
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
    let addresses = addresses(db, &rows).await?;
    rows.into_iter()
        .map(|row| {
            let bound = in_order(bound.remove(&row.id).unwrap_or_default());
            read(row, &addresses, bound)
        })
        .collect()
}

/// The e-mail addresses of the accounts that are named, by id.
async fn addresses(
    db: &impl ConnectionTrait,
    rows: &[Model],
) -> Result<HashMap<String, String>, StoreError> {
    let named = rows.iter().filter(|row| row.r#type == AccessAuthType::Account.as_str());
    let ids: Vec<&str> = named.map(|row| row.access_key_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = accounts::Entity::find().filter(accounts::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|account| (account.id, account.email)).collect())
}

/// Whom a row names.
pub(crate) fn caller(r#type: &str, reference: &str) -> Result<CallerId, StoreError> {
    let what = "access_auths.access_key_id";
    Ok(match parse("access_auths.type", r#type)? {
        AccessAuthType::SubscriptionKey => KeyId::SubscriptionKey(parse(what, reference)?).into(),
        AccessAuthType::AccessKey => KeyId::AccessKey(parse(what, reference)?).into(),
        AccessAuthType::PlatformKey => KeyId::PlatformKey(parse(what, reference)?).into(),
        AccessAuthType::Account => CallerId::Account(parse(what, reference)?),
    })
}

fn read(
    row: Model,
    addresses: &HashMap<String, String>,
    bound: Vec<BindableDeployment>,
) -> Result<AccessAuth, StoreError> {
    // Of an account, people know the address; of a key, its id.
    let name = addresses.get(&row.access_key_id).unwrap_or(&row.access_key_id).clone();
    Ok(AccessAuth {
        id: parse("access_auths.id", &row.id)?,
        owner: parse("access_auths.owner_id", &row.owner_id)?,
        caller: caller(&row.r#type, &row.access_key_id)?,
        name,
        description: row.description,
        bound,
        created_at: Timestamp(row.created_at),
    })
}
