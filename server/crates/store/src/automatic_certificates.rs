//! Domains whose certificates come by themselves. Of several processes one works on a domain at a time: it has claimed it, until
//! some moment.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        automatic_certificates::{ActiveModel, Column, Entity, Model, Relation},
        deployments, user_domains,
    },
    query::{from_json, parse, to_json},
    user_domains::read as read_domain,
};
use domain::{ApiGroupId, AutomaticCertificate, Challenge, Timestamp, UserDomain, UserDomainId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
    sea_query::{Expr, OnConflict, SimpleExpr},
};
use std::collections::HashMap;

/// How a domain stands; `None` where its certificate does not come by itself.
pub async fn get(
    conn: &impl Connection,
    id: &UserDomainId,
) -> Result<Option<AutomaticCertificate>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    row.map(|row| read(&row)).transpose()
}

/// How those of a group's domains stand whose certificates come by themselves.
pub async fn of_group(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<HashMap<UserDomainId, AutomaticCertificate>, StoreError> {
    let rows = Entity::find()
        .join(JoinType::InnerJoin, Relation::Domain.def())
        .filter(user_domains::Column::GroupId.eq(group.as_str()))
        .all(&conn.executor())
        .await?;
    let with_id =
        |row: Model| Ok((parse("automatic_certificates.domain_id", &row.domain_id)?, read(&row)?));
    rows.into_iter().map(with_id).collect()
}

/// Says how a domain stands, and that nobody works on it.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such domain.
pub async fn put(
    tx: &Tx,
    id: &UserDomainId,
    automatic: &AutomaticCertificate,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        domain_id: Set(id.to_string()),
        challenge: Set(None),
        ..changeable(automatic)?
    };
    let changed = [
        Column::NextAt,
        Column::ClaimedBy,
        Column::ClaimedUntil,
        Column::Failures,
        Column::LastFailure,
        Column::Challenge,
    ];
    let replace = OnConflict::column(Column::DomainId).update_columns(changed).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// From now on the domain's certificate does not come by itself; whether it did.
pub async fn delete(tx: &Tx, id: &UserDomainId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(id.as_str()).exec(&tx.executor()).await?;
    Ok(deleted.rows_affected > 0)
}

/// Domains that are served, whose turn it is at `now`, and that nobody works on; those that wait longest first, at most
/// `limit`.
pub async fn due(
    conn: &impl Connection,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<UserDomain>, StoreError> {
    let rows = Entity::find()
        .find_also_related(user_domains::Entity)
        .join(JoinType::InnerJoin, user_domains::Relation::Deployment.def())
        .filter(user_domains::Column::ServedDomain.is_not_null())
        .filter(deployments::Column::ReleaseId.is_not_null())
        .filter(Column::NextAt.lte(now.0))
        .filter(unclaimed(now))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::DomainId)
        .limit(limit)
        .all(&conn.executor())
        .await?;
    rows.into_iter().filter_map(|(_, domain)| domain).map(read_domain).collect()
}

/// Claims a domain whose turn it is, for whom `by` names, until `until`; whether that worked.
pub async fn claim(
    tx: &Tx,
    id: &UserDomainId,
    by: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let claimed = Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(by))
        .col_expr(Column::ClaimedUntil, Expr::value(until.0))
        .filter(Column::DomainId.eq(id.as_str()))
        .filter(Column::NextAt.lte(now.0))
        .filter(unclaimed(now))
        .exec(&tx.executor())
        .await?;
    Ok(claimed.rows_affected > 0)
}

/// Says what an authority is to be answered; whether `by` still has the domain claimed.
pub async fn set_challenge(
    tx: &Tx,
    id: &UserDomainId,
    by: &str,
    challenge: &Challenge,
) -> Result<bool, StoreError> {
    let text = to_json("automatic_certificates.challenge", challenge)?;
    let set = Entity::update_many()
        .col_expr(Column::Challenge, Expr::value(text))
        .filter(Column::DomainId.eq(id.as_str()))
        .filter(Column::ClaimedBy.eq(by))
        .exec(&tx.executor())
        .await?;
    Ok(set.rows_affected > 0)
}

/// How a domain stands that `by` has claimed; `None` when it has not (any more).
pub async fn claimed(
    conn: &impl Connection,
    id: &UserDomainId,
    by: &str,
) -> Result<Option<AutomaticCertificate>, StoreError> {
    let found = Entity::find_by_id(id.as_str()).filter(Column::ClaimedBy.eq(by));
    let row = found.one(&conn.executor()).await?;
    row.map(|row| read(&row)).transpose()
}

/// What authorities are to be answered, by domain; of these groups, or of all.
pub(crate) async fn challenges(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<HashMap<String, Challenge>, StoreError> {
    let of_groups: Option<SimpleExpr> =
        groups.map(|groups| user_domains::Column::GroupId.is_in(groups.iter().copied()));
    let rows = Entity::find()
        .join(JoinType::InnerJoin, Relation::Domain.def())
        .filter(Column::Challenge.is_not_null())
        .filter(Condition::all().add_option(of_groups))
        .all(db)
        .await?;
    let read = |row: Model| {
        let challenge = row.challenge.as_deref().unwrap_or_default();
        Ok((row.domain_id, from_json("automatic_certificates.challenge", challenge)?))
    };
    rows.into_iter().map(read).collect()
}

fn unclaimed(now: Timestamp) -> Condition {
    Condition::any().add(Column::ClaimedUntil.is_null()).add(Column::ClaimedUntil.lte(now.0))
}

fn changeable(automatic: &AutomaticCertificate) -> Result<ActiveModel, StoreError> {
    let failure = automatic.last_failure.as_ref();
    let failure = failure.map(|last| to_json("automatic_certificates.last_failure", last));
    Ok(ActiveModel {
        next_at: Set(automatic.next_at.0),
        claimed_by: Set(None),
        claimed_until: Set(automatic.claimed_until.map(|until| until.0)),
        failures: Set(i32::try_from(automatic.failures).unwrap_or(i32::MAX)),
        last_failure: Set(failure.transpose()?),
        ..ActiveModel::default()
    })
}

fn read(row: &Model) -> Result<AutomaticCertificate, StoreError> {
    let failure = row.last_failure.as_deref();
    Ok(AutomaticCertificate {
        next_at: Timestamp(row.next_at),
        claimed_until: row.claimed_until.map(Timestamp),
        failures: u32::try_from(row.failures).unwrap_or(0),
        last_failure: failure
            .map(|text| from_json("automatic_certificates.last_failure", text))
            .transpose()?,
    })
}
