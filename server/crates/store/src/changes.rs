//! The change feed: what the gateways must load again. Its number grows with every change; a reader that sees a number
//! sees everything that was committed under smaller ones.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{changes, turns},
    query::{CHUNK, Turn, parse},
};
use domain::{ApiGroupId, Environment, KeyId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, Statement, sea_query::Expr,
};
use std::{collections::HashSet, time::SystemTime};

mod listener;

pub use listener::ChangeListener;
pub(crate) use listener::announce;

/// The channel of PostgreSQL's notifications; each carries the newest number.
const CHANNEL: &str = "paifang_changes";
/// More changes than this are not worth telling one by one.
const TOLD_AT_MOST: i64 = 10_000;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// What runs in an environment of a group, or who may call it; also that it is gone.
    Deployment(ApiGroupId, Environment),
    /// A caller's key: it is new, has another secret, is enabled or disabled, or is gone.
    Key(KeyId),
}

/// What changed since some number, each thing once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The newest number.
    pub latest: i64,
    /// Environments to load again.
    pub deployments: Vec<(ApiGroupId, Environment)>,
    /// Keys to load again.
    pub keys: Vec<KeyId>,
}

/// Notes a change; [`Tx::commit`] writes it, gives it its number and tells every listener.
pub fn append(tx: &Tx, change: Change) {
    tx.note_change(change);
}

/// The newest number; 0 before the first change.
pub async fn latest(conn: &impl Connection) -> Result<i64, StoreError> {
    let row = turns::Entity::find_by_id(Turn::Changes.name()).one(&conn.executor()).await?;
    row.map(|row| row.number)
        .ok_or_else(|| StoreError::Corrupt("turns: changes is missing".to_owned()))
}

/// What changed after `number`. `None` when everything must be loaded again: the feed does not go back that far, or so
/// much has changed, or the feed has not come that far (another database was put in its place).
pub async fn since(conn: &impl Connection, number: i64) -> Result<Option<Changes>, StoreError> {
    let latest = latest(conn).await?;
    let count = latest - number;
    if !(0..=TOLD_AT_MOST).contains(&count) {
        return Ok(None);
    }
    let rows = changes::Entity::find()
        .filter(changes::Column::Id.gt(number))
        .filter(changes::Column::Id.lte(latest))
        .order_by_asc(changes::Column::Id)
        .all(&conn.executor())
        .await?;
    // Numbers have no gaps: fewer rows means that some were forgotten.
    if i64::try_from(rows.len()) != Ok(count) {
        return Ok(None);
    }
    let mut seen = HashSet::new();
    let mut changes = Changes { latest, ..Changes::default() };
    for row in rows {
        let change = read(&row)?;
        if !seen.insert(change.clone()) {
            continue;
        }
        match change {
            Change::Deployment(group, environment) => {
                changes.deployments.push((group, environment));
            }
            Change::Key(id) => changes.keys.push(id),
        }
    }
    Ok(Some(changes))
}

/// Forgets changes before `moment`; how many.
pub async fn delete_before(tx: &Tx, moment: Timestamp) -> Result<u64, StoreError> {
    let old = changes::Entity::delete_many().filter(changes::Column::At.lt(moment.0));
    Ok(old.exec(&tx.executor()).await?.rows_affected)
}

/// Gives the changes their numbers and writes them; the last number. From here to the commit no other transaction can
/// write a change, so that numbers are committed in their order.
pub(crate) async fn write(tx: &Tx, changes: &[Change]) -> Result<Option<i64>, StoreError> {
    if changes.is_empty() {
        return Ok(None);
    }
    let db = tx.executor();
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let rows = turns::Entity::update_many()
        .col_expr(turns::Column::Number, Expr::col(turns::Column::Number).add(count))
        .filter(turns::Column::Name.eq(Turn::Changes.name()))
        .exec_with_returning(&db)
        .await?;
    let latest = rows
        .first()
        .map(|row| row.number)
        .ok_or_else(|| StoreError::Corrupt("turns: changes is missing".to_owned()))?;
    let at = now();
    let rows: Vec<changes::ActiveModel> =
        changes.iter().zip(latest - count + 1..).map(|(change, id)| row(change, id, at)).collect();
    for chunk in rows.chunks(CHUNK) {
        changes::Entity::insert_many(chunk.to_vec()).exec_without_returning(&db).await?;
    }
    if db.get_database_backend() == DbBackend::Postgres {
        let values = [CHANNEL.into(), latest.to_string().into()];
        db.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            values,
        ))
        .await?;
    }
    Ok(Some(latest))
}

/// When a change was written is only looked at to forget it one day; so the machine's clock will do.
fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

fn row(change: &Change, id: i64, at: i64) -> changes::ActiveModel {
    let (kind, group, environment, key) = match change {
        Change::Deployment(group, environment) => {
            ("deployment", Some(group.to_string()), Some(environment.to_string()), None)
        }
        Change::Key(id) => (key_kind(id), None, None, Some(id.as_str().to_owned())),
    };
    changes::ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        group_id: Set(group),
        environment: Set(environment),
        access_key_id: Set(key),
        at: Set(at),
    }
}

fn read(row: &changes::Model) -> Result<Change, StoreError> {
    match (row.kind.as_str(), &row.group_id, &row.environment, &row.access_key_id) {
        ("deployment", Some(group), Some(environment), _) => Ok(Change::Deployment(
            parse("changes.group_id", group)?,
            parse("changes.environment", environment)?,
        )),
        (kind, _, _, Some(id)) if kind.ends_with("_key") => read_key(kind, id).map(Change::Key),
        (kind, ..) => Err(StoreError::Corrupt(format!("changes.kind ({kind})"))),
    }
}

fn key_kind(id: &KeyId) -> &'static str {
    match id {
        KeyId::AccessKey(_) => "access_key",
        KeyId::SubscriptionKey(_) => "subscription_key",
        KeyId::PlatformKey(_) => "platform_key",
    }
}

fn read_key(kind: &str, id: &str) -> Result<KeyId, StoreError> {
    let what = "changes.access_key_id";
    match kind {
        "access_key" => parse(what, id).map(KeyId::AccessKey),
        "subscription_key" => parse(what, id).map(KeyId::SubscriptionKey),
        "platform_key" => parse(what, id).map(KeyId::PlatformKey),
        _ => Err(StoreError::Corrupt(format!("changes.kind ({kind})"))),
    }
}
