//! The installation's accounts at authorities that issue certificates by ACME: one for each authority, by the address of its
//! directory.

use crate::{
    Connection, Sealed, StoreError, Tx,
    connection::private::Executor,
    entity::acme_accounts::{ActiveModel, Entity},
};
use domain::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait};

/// The credentials of the account there, encrypted.
pub async fn get(conn: &impl Connection, directory: &str) -> Result<Option<Sealed>, StoreError> {
    let row = Entity::find_by_id(directory).one(&conn.executor()).await?;
    Ok(row.map(|row| Sealed { key_id: row.key_id, bytes: row.credentials }))
}

/// Keeps the credentials of a new account.
///
/// # Errors
/// [`crate::Unique::Id`] when there is one for this authority.
pub async fn insert(
    tx: &Tx,
    directory: &str,
    credentials: &Sealed,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        directory: Set(directory.to_owned()),
        key_id: Set(credentials.key_id.clone()),
        credentials: Set(credentials.bytes.clone()),
        created_at: Set(at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Forgets the account there, if there is one.
pub async fn delete(tx: &Tx, directory: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(directory).exec(&tx.executor()).await?;
    Ok(())
}
