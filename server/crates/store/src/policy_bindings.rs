//! What policies are bound to, for all kinds alike: a deployment has at most one policy of each.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        api_groups, deployments, ip_policies, policy_bindings as bindings, rate_limit_policies,
    },
    places::{Place, in_order, places},
    query::{CHUNK, parse},
};
use domain::{
    AccountId, ApiGroupId, BindableDeployment, BoundPolicy, DeploymentId, Environment, PolicyKind,
    PolicyTarget, Region, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect, RelationTrait, sea_query::OnConflict,
};
use std::collections::{HashMap, HashSet};

/// What the policies of `kind` of an account in a region can be bound to: all its deployments there, live or not, by group
/// name and environment, each with the policy that `policy` would replace.
pub async fn targets(
    conn: &impl Connection,
    (kind, policy): (PolicyKind, &str),
    (owner, region): (&AccountId, Region),
) -> Result<Vec<PolicyTarget>, StoreError> {
    let db = conn.executor();
    let of_owner = places()
        .filter(api_groups::Column::OwnerId.eq(owner.as_str()))
        .filter(api_groups::Column::Region.eq(region.as_str()));
    let found = of_owner.into_model::<Place>().all(&db).await?;
    let found = in_order(found.iter().map(Place::read).collect::<Result<_, _>>()?);
    let ids: Vec<&str> = found.iter().map(|one| one.deployment_id.as_str()).collect();
    let mut taken = policies_of(&db, kind, &ids).await?;
    taken.retain(|_, other| other != policy);
    let others: Vec<&str> = taken.values().map(String::as_str).collect();
    let names = names(&db, kind, &others).await?;
    let target = |deployment: BindableDeployment| {
        let other = taken.get(deployment.deployment_id.as_str());
        PolicyTarget { replaces: other.and_then(|other| names.get(other).cloned()), deployment }
    };
    Ok(found.into_iter().map(target).collect())
}

/// The policies that are bound to the deployments of a group, by environment and kind.
pub async fn of_group(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Vec<(Environment, BoundPolicy)>, StoreError> {
    let db = conn.executor();
    let mut found = Vec::new();
    for kind in PolicyKind::ALL {
        let rows: Vec<(String, String)> = bindings::Entity::find()
            .join(JoinType::InnerJoin, bindings::Relation::Deployment.def())
            .filter(deployments::Column::GroupId.eq(group.as_str()))
            .filter(bindings::Column::Kind.eq(kind.as_str()))
            .select_only()
            .column(deployments::Column::Environment)
            .column(bindings::Column::PolicyId)
            .into_tuple()
            .all(&db)
            .await?;
        let ids: Vec<&str> = rows.iter().map(|(_, id)| id.as_str()).collect();
        let names = names(&db, kind, &ids).await?;
        for (environment, id) in rows {
            let Some(name) = names.get(&id).cloned() else { continue };
            let environment = parse("deployments.environment", &environment)?;
            found.push((environment, BoundPolicy { kind, id, name }));
        }
    }
    found.sort_by_key(|(environment, policy)| (*environment, policy.kind));
    Ok(found)
}

/// Binds a policy to exactly these deployments; what another policy of the kind was bound to, it is no more. All
/// deployments for which something changed. The policy must be locked by the caller.
///
/// # Errors
/// [`StoreError::NotFound`] when a deployment is not there.
pub async fn bind(
    tx: &Tx,
    (kind, policy): (PolicyKind, &str),
    wanted: &[DeploymentId],
    at: Timestamp,
) -> Result<Vec<(ApiGroupId, Environment)>, StoreError> {
    let db = tx.executor();
    let before = bound_places(&db, kind, &[policy]).await?;
    let wanted: HashSet<&str> = wanted.iter().map(DeploymentId::as_str).collect();
    let is_bound: HashSet<&str> =
        before.iter().map(|(_, place)| place.deployment_id.as_str()).collect();

    let added: Vec<&str> = wanted.iter().copied().filter(|id| !is_bound.contains(id)).collect();
    let new = places().filter(deployments::Column::Id.is_in(added.iter().copied()));
    let new = new.into_model::<Place>().all(&db).await?;
    if new.len() != added.len() {
        return Err(StoreError::NotFound);
    }
    let rows: Vec<_> = added.iter().map(|id| row(kind, policy, id, at)).collect();
    let mut replace = OnConflict::columns([bindings::Column::DeploymentId, bindings::Column::Kind]);
    replace.update_columns([bindings::Column::PolicyId, bindings::Column::BoundAt]);
    for rows in rows.chunks(CHUNK) {
        let insert = bindings::Entity::insert_many(rows.to_vec()).on_conflict(replace.clone());
        insert.exec_without_returning(&db).await?;
    }

    let removed = before.iter().map(|(_, place)| place);
    let removed: Vec<&Place> =
        removed.filter(|place| !wanted.contains(place.deployment_id.as_str())).collect();
    let ids = removed.iter().map(|place| place.deployment_id.as_str());
    bindings::Entity::delete_many()
        .filter(bindings::Column::Kind.eq(kind.as_str()))
        .filter(bindings::Column::PolicyId.eq(policy))
        .filter(bindings::Column::DeploymentId.is_in(ids))
        .exec(&db)
        .await?;
    new.iter().chain(removed).map(Place::key).collect()
}

fn row(kind: PolicyKind, policy: &str, deployment: &str, at: Timestamp) -> bindings::ActiveModel {
    bindings::ActiveModel {
        deployment_id: Set(deployment.to_owned()),
        kind: Set(kind.as_str().to_owned()),
        policy_id: Set(policy.to_owned()),
        bound_at: Set(at.0),
    }
}

/// What each of these policies is bound to, by group name and environment.
pub(crate) async fn bound(
    db: &impl ConnectionTrait,
    kind: PolicyKind,
    policies: &[&str],
) -> Result<HashMap<String, Vec<BindableDeployment>>, StoreError> {
    let mut bound: HashMap<String, Vec<BindableDeployment>> = HashMap::new();
    for (policy, place) in bound_places(db, kind, policies).await? {
        bound.entry(policy).or_default().push(place.read()?);
    }
    Ok(bound.into_iter().map(|(policy, places)| (policy, in_order(places))).collect())
}

async fn bound_places(
    db: &impl ConnectionTrait,
    kind: PolicyKind,
    policies: &[&str],
) -> Result<Vec<(String, Place)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Bound {
        policy_id: String,
        #[sea_orm(nested)]
        place: Place,
    }
    let rows = places()
        .join_rev(JoinType::InnerJoin, bindings::Relation::Deployment.def())
        .column(bindings::Column::PolicyId)
        .filter(bindings::Column::Kind.eq(kind.as_str()))
        .filter(bindings::Column::PolicyId.is_in(policies.iter().copied()))
        .into_model::<Bound>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.policy_id, row.place)).collect())
}

/// The policy of `kind` of each of these deployments that has one.
pub(crate) async fn policies_of(
    db: &impl ConnectionTrait,
    kind: PolicyKind,
    deployments: &[&str],
) -> Result<HashMap<String, String>, StoreError> {
    let mut found = HashMap::new();
    for ids in deployments.chunks(CHUNK) {
        let rows: Vec<(String, String)> = bindings::Entity::find()
            .filter(bindings::Column::Kind.eq(kind.as_str()))
            .filter(bindings::Column::DeploymentId.is_in(ids.iter().copied()))
            .select_only()
            .columns([bindings::Column::DeploymentId, bindings::Column::PolicyId])
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

async fn names(
    db: &impl ConnectionTrait,
    kind: PolicyKind,
    policies: &[&str],
) -> Result<HashMap<String, String>, StoreError> {
    use {ip_policies::Column as OfIp, rate_limit_policies::Column as OfRateLimit};
    let mut found = HashMap::new();
    for ids in policies.chunks(CHUNK) {
        let ids = ids.iter().copied();
        let rows: Vec<(String, String)> = match kind {
            PolicyKind::RateLimit => {
                let some = rate_limit_policies::Entity::find().filter(OfRateLimit::Id.is_in(ids));
                let named = some.select_only().columns([OfRateLimit::Id, OfRateLimit::Name]);
                named.into_tuple().all(db).await?
            }
            PolicyKind::Ip => {
                let some = ip_policies::Entity::find().filter(OfIp::Id.is_in(ids));
                let named = some.select_only().columns([OfIp::Id, OfIp::Name]);
                named.into_tuple().all(db).await?
            }
        };
        found.extend(rows);
    }
    Ok(found)
}
