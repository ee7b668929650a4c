//! Backend signatures of providers, and what they are bound to. A deployment has at most one.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        api_groups, backend_signature_bindings as bindings,
        backend_signatures::{ActiveModel, Column, Entity, Model, Relation},
        deployments, platform_keys,
    },
    places::{Place, in_order, places},
    query::{contains, direction, narrowed, ordered, parse, plain, search_text},
};
use domain::{
    AccountId, ApiGroupId, BackendSignature, BackendSignatureId, BindableDeployment, DeploymentId,
    Environment, NewBackendSignature, Page, PageQuery, SignableDeployment, SigningKeyState,
    Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    PaginatorTrait, QueryFilter, QuerySelect, RelationTrait, sea_query::LockType,
};
use std::collections::{HashMap, HashSet};

mod signers;

pub use signers::SealedSigner;
pub(crate) use signers::signers;

/// The backend signatures of an account. Searches AccessKey and description; sorts by `accessKey` or `createdAt` (newest
/// first unless something else is asked for).
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<BackendSignature>, StoreError> {
    let db = conn.executor();
    let found = Entity::find().filter(Column::OwnerId.eq(owner.as_str()));
    let found = narrowed(found, contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "accessKey" => (plain(Column::AccessKey), query.descending),
        "createdAt" => (plain(Column::CreatedAt), query.descending),
        _ => (plain(Column::CreatedAt), true),
    };
    let rows = ordered(found, vec![first, plain(Column::Id)], &direction(descending))
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: whole(&db, rows).await?, total })
}

/// The backend signature, whoever owns it.
pub async fn get(
    conn: &impl Connection,
    id: &BackendSignatureId,
) -> Result<Option<BackendSignature>, StoreError> {
    let db = conn.executor();
    let row = Entity::find_by_id(id.as_str()).one(&db).await?;
    Ok(whole(&db, row.into_iter().collect()).await?.pop())
}

/// Adds a backend signature; its `bound` and `key_state` are not looked at.
///
/// # Errors
/// [`crate::Unique::BackendSignatureKey`] when the owner has one with this key.
pub async fn insert(tx: &Tx, signature: &BackendSignature) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(signature.id.to_string()),
        owner_id: Set(signature.owner.to_string()),
        access_key: Set(signature.access_key.clone()),
        description: Set(signature.description.clone()),
        search_text: Set(search_text(&[&signature.access_key, &signature.description])),
        created_at: Set(signature.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Changes key and description.
///
/// # Errors
/// As [`insert`]; [`StoreError::NotFound`].
pub async fn update(
    tx: &Tx,
    id: &BackendSignatureId,
    change: &NewBackendSignature,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        access_key: Set(change.access_key.clone()),
        description: Set(change.description.clone()),
        search_text: Set(search_text(&[&change.access_key, &change.description])),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Removes a backend signature, with what binds it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &Tx, id: &BackendSignatureId) -> Result<(), StoreError> {
    let deleted = Entity::delete_by_id(id.as_str()).exec(&tx.executor()).await?;
    if deleted.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// What an account's backend signatures can be bound to, all deployments of its groups, live or not, by group name and
/// environment; with the id and the AccessKey of what each is bound to now.
pub async fn signable(
    conn: &impl Connection,
    owner: &AccountId,
) -> Result<Vec<(SignableDeployment, Option<BackendSignatureId>)>, StoreError> {
    let db = conn.executor();
    let wanted = places().filter(api_groups::Column::OwnerId.eq(owner.as_str()));
    let found = wanted.into_model::<Place>().all(&db).await?;
    let found = found.iter().map(Place::read).collect::<Result<_, _>>()?;
    let rows: Vec<(String, String, String)> = bindings::Entity::find()
        .join(JoinType::InnerJoin, bindings::Relation::BackendSignature.def())
        .filter(Column::OwnerId.eq(owner.as_str()))
        .select_only()
        .column(bindings::Column::DeploymentId)
        .column(Column::Id)
        .column(Column::AccessKey)
        .into_tuple()
        .all(&db)
        .await?;
    let mut bound: HashMap<String, (String, String)> =
        rows.into_iter().map(|(deployment, id, key)| (deployment, (id, key))).collect();
    let signable = in_order(found).into_iter().map(|deployment| {
        let (id, signed_by) = bound.remove(deployment.deployment_id.as_str()).unzip();
        let id = id.map(|id| parse("backend_signatures.id", &id)).transpose()?;
        Ok((SignableDeployment { deployment, signed_by }, id))
    });
    signable.collect()
}

/// Binds a backend signature to exactly these deployments, in the place of what each was bound to. Those for which
/// something changed.
///
/// # Errors
/// [`StoreError::NotFound`] when the backend signature or a deployment is not there.
pub async fn bind(
    tx: &Tx,
    id: &BackendSignatureId,
    deployments: &[DeploymentId],
    at: Timestamp,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let db = tx.executor();
    let locked = Entity::find_by_id(id.as_str()).lock(LockType::NoKeyUpdate);
    locked.one(&db).await?.ok_or(StoreError::NotFound)?;
    let before = bound_to(&db, bindings::Column::SignatureId.eq(id.as_str())).await?;
    let has = |deployment: &str| before.iter().any(|b| b.place.deployment_id == deployment);
    let wanted: HashSet<&str> = deployments.iter().map(DeploymentId::as_str).collect();
    let added: Vec<&str> = wanted.iter().copied().filter(|id| !has(id)).collect();
    let new = places().filter(deployments::Column::Id.is_in(added.iter().copied()));
    let new = new.into_model::<Place>().all(&db).await?;
    if new.len() != added.len() {
        return Err(StoreError::NotFound);
    }
    let removed =
        before.iter().map(|b| &b.place).filter(|p| !wanted.contains(p.deployment_id.as_str()));
    let removed: Vec<&Place> = removed.collect();
    let ended = removed.iter().map(|place| place.deployment_id.as_str()).chain(added.clone());
    bindings::Entity::delete_many()
        .filter(bindings::Column::DeploymentId.is_in(ended))
        .exec(&db)
        .await?;
    let rows = added.iter().map(|deployment| bindings::ActiveModel {
        deployment_id: Set((*deployment).to_owned()),
        signature_id: Set(id.to_string()),
        bound_at: Set(at.0),
    });
    bindings::Entity::insert_many(rows).exec_without_returning(&db).await?;
    new.iter().chain(removed).map(Place::key).collect()
}

/// The deployments that are signed with this key.
pub async fn signed_with(
    conn: &impl Connection,
    access_key: &str,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let bound = bound_to(&conn.executor(), Column::AccessKey.eq(access_key)).await?;
    bound.iter().map(|bound| bound.place.key()).collect()
}

#[derive(FromQueryResult)]
struct Bound {
    signature_id: String,
    #[sea_orm(nested)]
    place: Place,
}

/// Bindings that fit `wanted`, which may speak of the binding and its backend signature.
async fn bound_to(
    db: &impl ConnectionTrait,
    wanted: sea_orm::sea_query::SimpleExpr,
) -> Result<Vec<Bound>, StoreError> {
    let rows = places()
        .join_rev(JoinType::InnerJoin, bindings::Relation::Deployment.def())
        .join(JoinType::InnerJoin, bindings::Relation::BackendSignature.def())
        .column(bindings::Column::SignatureId)
        .filter(wanted)
        .into_model::<Bound>()
        .all(db)
        .await?;
    Ok(rows)
}

/// The rows with what they are bound to, and whether their keys are there.
async fn whole(
    db: &impl ConnectionTrait,
    rows: Vec<Model>,
) -> Result<Vec<BackendSignature>, StoreError> {
    let ids = rows.iter().map(|row| row.id.as_str());
    let mut bound: HashMap<String, Vec<BindableDeployment>> = HashMap::new();
    for one in bound_to(db, bindings::Column::SignatureId.is_in(ids.clone())).await? {
        bound.entry(one.signature_id).or_default().push(one.place.read()?);
    }
    let usable: Vec<String> = Entity::find()
        .join(JoinType::InnerJoin, Relation::PlatformKey.def())
        .filter(Column::Id.is_in(ids))
        .filter(signers::usable())
        .select_only()
        .column(platform_keys::Column::AccessKey)
        .into_tuple()
        .all(db)
        .await?;
    let usable: HashSet<String> = usable.into_iter().collect();
    rows.into_iter()
        .map(|row| {
            Ok(BackendSignature {
                id: parse("backend_signatures.id", &row.id)?,
                owner: parse("backend_signatures.owner_id", &row.owner_id)?,
                key_state: if usable.contains(&row.access_key) {
                    SigningKeyState::Usable
                } else {
                    SigningKeyState::Missing
                },
                bound: in_order(bound.remove(&row.id).unwrap_or_default()),
                access_key: row.access_key,
                description: row.description,
                created_at: Timestamp(row.created_at),
            })
        })
        .collect()
}
