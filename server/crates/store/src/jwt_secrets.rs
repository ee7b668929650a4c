//! Secrets that groups share with the issuers of their tokens. A group's settings, and each of its releases, name one.

use crate::{
    Sealed, StoreError, Tx,
    connection::private::Executor,
    entity::jwt_secrets::{ActiveModel, Column, Entity},
    query::parse,
};
use domain::{ApiGroupId, JwtSecretId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
};
use std::collections::HashMap;

/// Adds a secret of a group. It is never changed, and goes with the group.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such group.
pub async fn insert(
    tx: &Tx,
    group: &ApiGroupId,
    (id, secret): (&JwtSecretId, &Sealed),
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        group_id: Set(group.to_string()),
        key_id: Set(secret.key_id.clone()),
        secret: Set(secret.bytes.clone()),
        created_at: Set(at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// All of these groups, or of all groups.
pub(crate) async fn of_groups(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<HashMap<JwtSecretId, Sealed>, StoreError> {
    let wanted = groups.map(|groups| Column::GroupId.is_in(groups.iter().copied()));
    let rows = Entity::find().filter(Condition::all().add_option(wanted)).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let id = parse("jwt_secrets.id", &row.id)?;
            Ok((id, Sealed { key_id: row.key_id, bytes: row.secret }))
        })
        .collect()
}
