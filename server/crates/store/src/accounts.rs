//! Accounts of the console.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::accounts::{ActiveModel, Column, Entity, Model},
    query::{Turn, parse, take_turn},
};
use domain::{Account, AccountId, AccountState, Role, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

/// How many accounts there are. Nobody else can ask this until `tx` ends, so that exactly one account is the first.
pub async fn count_and_hold(tx: &Tx) -> Result<u64, StoreError> {
    take_turn(tx, Turn::Accounts).await?;
    count(tx).await
}

/// How many accounts there are.
pub async fn count(conn: &impl Connection) -> Result<u64, StoreError> {
    Ok(Entity::find().count(&conn.executor()).await?)
}

/// Adds an account with the hash of its password (PHC string).
///
/// # Errors
/// [`crate::Unique::AccountEmail`] when the address has one already.
pub async fn insert(tx: &Tx, account: &Account, password_hash: &str) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(account.id.to_string()),
        email: Set(account.email.clone()),
        password_hash: Set(password_hash.to_owned()),
        role: Set(role_text(account.role).to_owned()),
        state: Set(state_text(account.state).to_owned()),
        session_epoch: Set(account.session_epoch),
        created_at: Set(account.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The account of that id.
pub async fn get(conn: &impl Connection, id: &AccountId) -> Result<Option<Account>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    row.map(read).transpose()
}

/// The account, and nobody else locks it until `tx` ends: what was counted under the lock (its keys) stays so.
pub async fn lock(tx: &Tx, id: &AccountId) -> Result<Option<Account>, StoreError> {
    let row =
        Entity::find_by_id(id.as_str()).lock(LockType::NoKeyUpdate).one(&tx.executor()).await?;
    row.map(read).transpose()
}

/// The account of that (normalised) e-mail address, with the hash of its password.
pub async fn by_email(
    conn: &impl Connection,
    email: &str,
) -> Result<Option<(Account, String)>, StoreError> {
    let row = Entity::find().filter(Column::Email.eq(email)).one(&conn.executor()).await?;
    row.map(|row| {
        let hash = row.password_hash.clone();
        Ok((read(row)?, hash))
    })
    .transpose()
}

/// Sets the hash of the password and ends the account's sessions by its next epoch; the account afterwards.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_password(
    tx: &Tx,
    id: &AccountId,
    password_hash: &str,
) -> Result<Account, StoreError> {
    let rows = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(password_hash))
        .col_expr(Column::SessionEpoch, Expr::col(Column::SessionEpoch).add(1))
        .filter(Column::Id.eq(id.as_str()))
        .exec_with_returning(&tx.executor())
        .await?;
    read(rows.into_iter().next().ok_or(StoreError::NotFound)?)
}

/// Sets what the account may do, and whether it may sign in.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_role_and_state(
    tx: &Tx,
    id: &AccountId,
    role: Role,
    state: AccountState,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        role: Set(role_text(role).to_owned()),
        state: Set(state_text(state).to_owned()),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

fn role_text(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Operator => "operator",
    }
}

pub(crate) fn state_text(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::Disabled => "disabled",
    }
}

fn read(row: Model) -> Result<Account, StoreError> {
    let corrupt = |what: &str, text: &str| StoreError::Corrupt(format!("{what} ({text})"));
    let role = [Role::Member, Role::Operator].into_iter().find(|role| role_text(*role) == row.role);
    let state = [AccountState::Active, AccountState::Disabled]
        .into_iter()
        .find(|state| state_text(*state) == row.state);
    Ok(Account {
        id: parse("accounts.id", &row.id)?,
        role: role.ok_or_else(|| corrupt("accounts.role", &row.role))?,
        state: state.ok_or_else(|| corrupt("accounts.state", &row.state))?,
        email: row.email,
        session_epoch: row.session_epoch,
        created_at: Timestamp(row.created_at),
    })
}
