//! IP policies.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::ip_policies::{ActiveModel, Column, Entity, Model},
    policy_bindings,
    query::{
        CHUNK, contains, direction, from_json, lower, narrowed, ordered, parse, plain, search_text,
        to_json,
    },
};
use domain::{
    AccountId, IpPolicy, IpPolicyId, IpRules, Page, PageQuery, PolicyKind, Region, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::LockType,
};
use std::collections::HashMap;

const KIND: PolicyKind = PolicyKind::Ip;

/// The policies of an account in a region. Searches name, id and description; sorts by `policyName` or `createdAt` (newest
/// first unless something else is asked for).
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    region: Region,
    query: &PageQuery,
) -> Result<Page<IpPolicy>, StoreError> {
    let db = conn.executor();
    let found = Entity::find()
        .filter(Column::OwnerId.eq(owner.as_str()))
        .filter(Column::Region.eq(region.as_str()));
    let found = narrowed(found, contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "policyName" => (lower(Column::Name), query.descending),
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

/// The policy, whoever owns it.
pub async fn get(conn: &impl Connection, id: &IpPolicyId) -> Result<Option<IpPolicy>, StoreError> {
    let db = conn.executor();
    let row = Entity::find_by_id(id.as_str()).one(&db).await?;
    Ok(with_bindings(&db, row.into_iter().collect()).await?.pop())
}

/// Adds a policy; its `bound` is not looked at.
///
/// # Errors
/// [`crate::Unique::PolicyName`].
pub async fn insert(tx: &Tx, policy: &IpPolicy) -> Result<(), StoreError> {
    let row = ActiveModel {
        owner_id: Set(policy.owner.to_string()),
        region: Set(policy.region.to_string()),
        created_at: Set(policy.created_at.0),
        ..changeable(policy)?
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Changes all but owner, region and bindings.
///
/// # Errors
/// [`StoreError::NotFound`]; [`crate::Unique::PolicyName`].
pub async fn update(tx: &Tx, policy: &IpPolicy) -> Result<(), StoreError> {
    Entity::update(changeable(policy)?).exec(&tx.executor()).await?;
    Ok(())
}

/// Waits until no other transaction changes the policy or what it is bound to.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &Tx, id: &IpPolicyId) -> Result<(), StoreError> {
    let row = Entity::find_by_id(id.as_str()).lock(LockType::Update);
    row.one(&tx.executor()).await?.map(drop).ok_or(StoreError::NotFound)
}

/// Removes a policy that is bound to nothing.
pub async fn delete(tx: &Tx, id: &IpPolicyId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.as_str()).exec(&tx.executor()).await?;
    Ok(())
}

/// The rules of each of these deployments that has a policy.
pub(crate) async fn of_deployments(
    db: &impl ConnectionTrait,
    deployments: &[&str],
) -> Result<HashMap<String, IpRules>, StoreError> {
    let bound = policy_bindings::policies_of(db, KIND, deployments).await?;
    let ids: Vec<&str> = bound.values().map(String::as_str).collect();
    let mut rules = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let some = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
        for row in some.all(db).await? {
            let read = read_rules(&row)?;
            rules.insert(row.id, read);
        }
    }
    let with_rules = bound.into_iter().filter_map(|(deployment, policy)| {
        rules.get(&policy).map(|rules| (deployment, rules.clone()))
    });
    Ok(with_rules.collect())
}

/// The columns that an update writes.
fn changeable(policy: &IpPolicy) -> Result<ActiveModel, StoreError> {
    let IpRules { action, ranges } = &policy.rules;
    Ok(ActiveModel {
        id: Set(policy.id.to_string()),
        name: Set(policy.name.clone()),
        description: Set(policy.description.clone()),
        action: Set(action.as_str().to_owned()),
        ranges: Set(to_json("ip_policies.ranges", ranges)?),
        search_text: Set(search_text(&[&policy.name, policy.id.as_str(), &policy.description])),
        ..ActiveModel::default()
    })
}

async fn with_bindings(
    db: &impl ConnectionTrait,
    rows: Vec<Model>,
) -> Result<Vec<IpPolicy>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut bound = policy_bindings::bound(db, KIND, &ids).await?;
    let read = |row: Model| {
        Ok(IpPolicy {
            bound: bound.remove(&row.id).unwrap_or_default(),
            rules: read_rules(&row)?,
            id: parse("ip_policies.id", &row.id)?,
            owner: parse("ip_policies.owner_id", &row.owner_id)?,
            region: parse("ip_policies.region", &row.region)?,
            name: row.name,
            description: row.description,
            created_at: Timestamp(row.created_at),
        })
    };
    rows.into_iter().map(read).collect()
}

fn read_rules(row: &Model) -> Result<IpRules, StoreError> {
    Ok(IpRules {
        action: parse("ip_policies.action", &row.action)?,
        ranges: from_json("ip_policies.ranges", &row.ranges)?,
    })
}
