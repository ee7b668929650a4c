//! What the queries of several nouns share: search, order, pages, rows in turn, and values read back.

use crate::{StoreError, Tx, connection::private::Executor, entity::turns};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func, LikeExpr, LockType, SimpleExpr},
};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// Rows that one statement writes or names at most: far below what either database takes (32,766 values on SQLite).
pub(crate) const CHUNK: usize = 500;

/// Longest text that is searched for, in characters; the rest of a longer one is not looked at.
const SEARCH_MAX: usize = 200;

/// What a list searches in: lower-case, so that case does not matter in any script on either database.
pub(crate) fn search_text(columns: &[&str]) -> String {
    columns.join("\n").to_lowercase()
}

/// The pattern that finds `search` anywhere; `None` when everything is wanted.
fn pattern(search: &str) -> Option<LikeExpr> {
    let search = search.trim();
    if search.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for letter in search.chars().take(SEARCH_MAX).flat_map(char::to_lowercase) {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        // PostgreSQL takes no NUL in a text. No stored text has one; neither has any the noncharacter.
        pattern.push(if letter == '\0' { '\u{ffff}' } else { letter });
    }
    pattern.push('%');
    Some(LikeExpr::new(pattern).escape('\\'))
}

/// `column` holds `search`; `None` when everything is wanted. `column` is lower-case already.
pub(crate) fn contains(column: impl ColumnTrait, search: &str) -> Option<SimpleExpr> {
    Some(Expr::col(column.as_column_ref()).like(pattern(search)?))
}

/// One of `columns`, in any case (ASCII only), holds `search`; `None` when everything is wanted.
pub(crate) fn contained_in_any(
    columns: impl IntoIterator<Item = impl ColumnTrait>,
    search: &str,
) -> Option<SimpleExpr> {
    let pattern = pattern(search)?;
    columns.into_iter().map(|column| lower(column).like(pattern.clone())).reduce(ExprTrait::or)
}

/// The column without regard to case, to sort by.
pub(crate) fn lower(column: impl ColumnTrait) -> SimpleExpr {
    Func::lower(Expr::col(column.as_column_ref())).into()
}

/// The column as it is, to sort by.
pub(crate) fn plain(column: impl ColumnTrait) -> SimpleExpr {
    Expr::col(column.as_column_ref())
}

/// `Desc` when that was asked for.
pub(crate) fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

/// The order of one page: by `keys`, each in the same direction.
pub(crate) fn ordered<Q: QueryOrder>(query: Q, keys: Vec<SimpleExpr>, order: &Order) -> Q {
    keys.into_iter().fold(query, |query, key| query.order_by(key, order.clone()))
}

/// What the writers of a kind go one after another for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    Accounts,
    Changes,
    Traffic,
}

impl Turn {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Changes => "changes",
            Self::Traffic => "traffic",
        }
    }
}

/// Waits until no other transaction has this turn; it ends with `tx`. On SQLite every transaction that writes has all turns.
pub(crate) async fn take_turn(tx: &Tx, turn: Turn) -> Result<(), StoreError> {
    turns::Entity::find_by_id(turn.name())
        .lock(LockType::Update)
        .one(&tx.executor())
        .await?
        .map(drop)
        .ok_or_else(|| StoreError::Corrupt(format!("turns: {} is missing", turn.name())))
}

/// A value that was written as text.
pub(crate) fn parse<T: FromStr>(what: &str, text: &str) -> Result<T, StoreError> {
    text.parse().ok().ok_or_else(|| StoreError::Corrupt(format!("{what} ({text})")))
}

/// A value that was written as JSON.
pub(crate) fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("{what} ({error})")))
}

/// A value as JSON.
pub(crate) fn to_json<T: Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(format!("{what} ({error})")))
}

/// A count as the databases keep it; what does not fit is as much as they can hold.
pub(crate) fn to_signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count as it was kept.
pub(crate) fn to_unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// Only rows that fit `condition`, when there is one.
pub(crate) fn narrowed<Q: QueryFilter>(query: Q, condition: Option<SimpleExpr>) -> Q {
    match condition {
        Some(condition) => query.filter(condition),
        None => query,
    }
}
