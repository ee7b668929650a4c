//! Rules of dynamic routing, by group and environment. Whoever writes them holds [`crate::api_groups::lock`].

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::backend_configs::{ActiveModel, Column, Entity, Model},
    query::{from_json, parse, to_json},
};
use domain::{
    ApiGroupId, BackendConfig, BackendConfigId, Environment, NewBackendConfig, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::SimpleExpr,
};
use std::collections::HashMap;

/// The rules of an environment, the first first.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<Vec<BackendConfig>, StoreError> {
    let rows = Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::Environment.eq(environment.as_str()))
        .order_by_asc(Column::Sort)
        .order_by_asc(Column::Id)
        .all(&conn.executor())
        .await?;
    rows.into_iter().map(read).collect()
}

/// A rule of the group.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &BackendConfigId,
) -> Result<Option<BackendConfig>, StoreError> {
    let row = Entity::find_by_id(id.as_str())
        .filter(Column::GroupId.eq(group.as_str()))
        .one(&conn.executor())
        .await?;
    row.map(read).transpose()
}

/// Adds a rule.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such group.
pub async fn insert(tx: &Tx, rule: &BackendConfig) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(rule.id.to_string()),
        group_id: Set(rule.api_group_id.to_string()),
        environment: Set(rule.environment.to_string()),
        sort: Set(i64::from(rule.sort)),
        header_params: Set(to_json("backend_configs.header_params", &rule.header_params)?),
        query_params: Set(to_json("backend_configs.query_params", &rule.query_params)?),
        backend: Set(to_json("backend_configs.backend", &rule.backend)?),
        description: Set(rule.description.clone()),
        created_at: Set(rule.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Changes conditions, backend and description; its place stays.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn update(
    tx: &Tx,
    id: &BackendConfigId,
    change: &NewBackendConfig,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        header_params: Set(to_json("backend_configs.header_params", &change.header_params)?),
        query_params: Set(to_json("backend_configs.query_params", &change.query_params)?),
        backend: Set(to_json("backend_configs.backend", &change.backend)?),
        description: Set(change.description.clone()),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Gives rules their places, from 1 in this order.
///
/// # Errors
/// [`StoreError::NotFound`] when one of them is not there.
pub async fn set_order(tx: &Tx, ids: &[BackendConfigId]) -> Result<(), StoreError> {
    for (id, sort) in ids.iter().zip(1..) {
        let row =
            ActiveModel { id: Set(id.to_string()), sort: Set(sort), ..ActiveModel::default() };
        Entity::update(row).exec(&tx.executor()).await?;
    }
    Ok(())
}

/// Removes a rule.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &Tx, id: &BackendConfigId) -> Result<(), StoreError> {
    let deleted = Entity::delete_by_id(id.as_str()).exec(&tx.executor()).await?;
    if deleted.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The rules of these groups, or of all, by environment, the first first.
pub(crate) async fn by_place(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<HashMap<(ApiGroupId, Environment), Vec<BackendConfig>>, StoreError> {
    let of_groups: Option<SimpleExpr> =
        groups.map(|groups| Column::GroupId.is_in(groups.iter().copied()));
    let rows = Entity::find()
        .filter(Condition::all().add_option(of_groups))
        .order_by_asc(Column::Sort)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let mut found: HashMap<_, Vec<BackendConfig>> = HashMap::new();
    for row in rows {
        let rule = read(row)?;
        found.entry((rule.api_group_id.clone(), rule.environment)).or_default().push(rule);
    }
    Ok(found)
}

fn read(row: Model) -> Result<BackendConfig, StoreError> {
    let sort = u32::try_from(row.sort);
    Ok(BackendConfig {
        id: parse("backend_configs.id", &row.id)?,
        api_group_id: parse("backend_configs.group_id", &row.group_id)?,
        environment: parse("backend_configs.environment", &row.environment)?,
        sort: sort.map_err(|_negative| StoreError::Corrupt("backend_configs.sort".to_owned()))?,
        header_params: from_json("backend_configs.header_params", &row.header_params)?,
        query_params: from_json("backend_configs.query_params", &row.query_params)?,
        backend: from_json("backend_configs.backend", &row.backend)?,
        description: row.description,
        created_at: Timestamp(row.created_at),
    })
}
