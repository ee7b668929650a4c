//! Domains of all groups that are not verified, for operators.

use super::read;
use crate::{
    Connection, StoreError,
    entity::{
        accounts, api_groups,
        user_domains::{Column, Entity},
    },
    query::parse,
};
use domain::{DomainState, WaitingDomain};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// The domains that are not verified, at most `limit`: those that nobody has looked at first, of these the longest waiting
/// first.
pub async fn waiting(conn: &impl Connection, limit: u64) -> Result<Vec<WaitingDomain>, StoreError> {
    let db = conn.executor();
    let pending = Column::State.eq(DomainState::Pending.as_str());
    let rows = Entity::find()
        .filter(Column::ServedDomain.is_null())
        .order_by(pending, Order::Desc)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&db)
        .await?;
    let ids = rows.iter().map(|row| row.group_id.as_str());
    let groups = api_groups::Entity::find().filter(api_groups::Column::Id.is_in(ids)).all(&db);
    let groups = groups.await?;
    let ids = groups.iter().map(|group| group.owner_id.as_str());
    let owners = accounts::Entity::find().filter(accounts::Column::Id.is_in(ids)).all(&db).await?;
    let emails: HashMap<String, String> =
        owners.into_iter().map(|account| (account.id, account.email)).collect();
    let groups: HashMap<String, api_groups::Model> =
        groups.into_iter().map(|group| (group.id.clone(), group)).collect();
    // A group that was deleted between the queries took its domains along.
    let there = rows.into_iter().filter_map(|row| Some((groups.get(&row.group_id)?, row)));
    there
        .map(|(group, row)| {
            Ok(WaitingDomain {
                group_name: group.name.clone(),
                region: parse("api_groups.region", &group.region)?,
                owner: emails.get(&group.owner_id).cloned().unwrap_or_default(),
                domain: read(row)?,
            })
        })
        .collect()
}
