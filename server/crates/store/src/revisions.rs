//! Revisions of a group.

use crate::{
    Connection, StoreError, Tx, canaries,
    connection::private::Executor,
    deployments::{live, revision_number},
    entity::{
        apis,
        revisions::{ActiveModel, Column, Entity, Model},
    },
    fingerprint,
    query::{
        contains, direction, narrowed, ordered, parse, plain, search_text, to_signed, to_unsigned,
    },
};
use domain::{
    ApiGroupId, Environment, Page, PageQuery, Revision, RevisionNumber, RevisionView, Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, Iterable, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Query},
};
use std::collections::BTreeSet;

mod changes;

/// The revisions of a group. Searches number and note; sorts by `revision` (newest first unless something else is asked
/// for), `revisedAt` or `createdAt`.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
    query: &PageQuery,
) -> Result<Page<RevisionView>, StoreError> {
    let db = conn.executor();
    let found = narrowed(of_group(group), contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "revision" => (None, query.descending),
        "revisedAt" => (Some(Column::RevisedAt), query.descending),
        "createdAt" => (Some(Column::CreatedAt), query.descending),
        _ => (None, true),
    };
    let keys = first.into_iter().chain([Column::Ordinal]).map(plain).collect();
    let rows = ordered(found, keys, &direction(descending))
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: views(&db, group, rows).await?, total })
}

/// All revisions of a group, highest number first.
pub async fn all(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Vec<RevisionView>, StoreError> {
    let db = conn.executor();
    let rows = of_group(group).order_by_desc(Column::Ordinal).all(&db).await?;
    views(&db, group, rows).await
}

/// One revision.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<Option<Revision>, StoreError> {
    find(&conn.executor(), group, number).await?.as_ref().map(read).transpose()
}

/// One revision as a row of the list.
pub async fn view(
    conn: &impl Connection,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<Option<RevisionView>, StoreError> {
    let db = conn.executor();
    let row = find(&db, group, number).await?;
    Ok(views(&db, group, row.into_iter().collect()).await?.pop())
}

/// The highest revision of a group.
pub async fn latest(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Option<Revision>, StoreError> {
    let row = of_group(group).order_by_desc(Column::Ordinal).one(&conn.executor()).await?;
    row.as_ref().map(read).transpose()
}

/// All numbers of a group, highest first.
pub async fn numbers(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Vec<RevisionNumber>, StoreError> {
    let ordinals: Vec<i64> = of_group(group)
        .select_only()
        .column(Column::Ordinal)
        .order_by_desc(Column::Ordinal)
        .into_tuple()
        .all(&conn.executor())
        .await?;
    ordinals.into_iter().map(revision_number).collect()
}

/// Where the revision is live or a canary; not empty means that it is read-only.
pub async fn published_to(
    conn: &impl Connection,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<Vec<Environment>, StoreError> {
    let runs = running(&conn.executor(), group).await?;
    Ok(places_of(&runs, number))
}

/// Adds a revision with the APIs of the one it is based on; with none when it is based on nothing.
///
/// # Errors
/// [`crate::Unique::RevisionNumber`]; [`StoreError::NotFound`] when the group or the base is not there.
pub async fn insert(tx: &Tx, group: &ApiGroupId, revision: &Revision) -> Result<(), StoreError> {
    let db = tx.executor();
    let base = match revision.based_on {
        Some(base) => Some(find(&db, group, base).await?.ok_or(StoreError::NotFound)?),
        None => None,
    };
    let row = ActiveModel {
        group_id: Set(group.to_string()),
        ordinal: Set(revision.number.ordinal()),
        number: Set(revision.number.to_string()),
        note: Set(revision.note.clone()),
        based_on: Set(base.as_ref().map(|base| base.ordinal)),
        api_count: Set(base.as_ref().map_or(0, |base| base.api_count)),
        apis_hash: Set(base.as_ref().map_or_else(no_apis, |base| base.apis_hash.clone())),
        search_text: Set(searched(revision.number, &revision.note)),
        created_at: Set(revision.created_at.0),
        revised_at: Set(revision.revised_at.0),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    if let Some(base) = base {
        copy_apis(&db, &base, revision.number).await?;
    }
    Ok(())
}

/// Changes the note.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_note(
    tx: &Tx,
    group: &ApiGroupId,
    number: RevisionNumber,
    note: &str,
    revised_at: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        group_id: Set(group.to_string()),
        ordinal: Set(number.ordinal()),
        note: Set(note.to_owned()),
        search_text: Set(searched(number, note)),
        revised_at: Set(revised_at.0),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Removes a revision and its APIs. Releases that were made from it stay; revisions that are based on it are based on
/// its own base from then on.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &Tx, group: &ApiGroupId, number: RevisionNumber) -> Result<(), StoreError> {
    let db = tx.executor();
    let row = find(&db, group, number).await?.ok_or(StoreError::NotFound)?;
    Entity::update_many()
        .col_expr(Column::BasedOn, Expr::value(row.based_on))
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::BasedOn.eq(row.ordinal))
        .exec(&db)
        .await?;
    Entity::delete_by_id((row.group_id, row.ordinal)).exec(&db).await?;
    Ok(())
}

/// Keeps what the revision's APIs are now, from the fingerprints of their definitions.
pub(crate) async fn set_apis(
    tx: &Tx,
    group: &ApiGroupId,
    number: RevisionNumber,
    definitions: Vec<String>,
    revised_at: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        group_id: Set(group.to_string()),
        ordinal: Set(number.ordinal()),
        api_count: Set(to_signed(definitions.len() as u64)),
        apis_hash: Set(fingerprint::of_apis(definitions)),
        revised_at: Set(revised_at.0),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

fn no_apis() -> String {
    fingerprint::of_apis(Vec::new())
}

fn searched(number: RevisionNumber, note: &str) -> String {
    search_text(&[&number.to_string(), note])
}

fn of_group(group: &ApiGroupId) -> Select<Entity> {
    Entity::find().filter(Column::GroupId.eq(group.as_str()))
}

async fn find(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id((group.to_string(), number.ordinal())).one(db).await?)
}

/// Copies them in the database: a revision of a large group is made as fast as one of a small.
async fn copy_apis(
    db: &impl ConnectionTrait,
    base: &Model,
    number: RevisionNumber,
) -> Result<(), StoreError> {
    let mut source = Query::select();
    source
        .from(apis::Entity)
        .and_where(apis::Column::GroupId.eq(base.group_id.as_str()))
        .and_where(apis::Column::RevisionOrdinal.eq(base.ordinal));
    for column in apis::Column::iter() {
        match column {
            apis::Column::RevisionOrdinal => source.expr(Expr::value(number.ordinal())),
            other => source.column(other),
        };
    }
    let mut copy = Query::insert();
    copy.into_table(apis::Entity)
        .columns(apis::Column::iter())
        .select_from(source)
        .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    db.execute(&copy).await?;
    Ok(())
}

/// Which revisions of a group run where, live or as a canary.
async fn running(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
) -> Result<BTreeSet<(Environment, RevisionNumber)>, StoreError> {
    let live = live(db, &[group.as_str()]).await?;
    let live = live.iter().map(|row| Ok((row.environment()?, row.revision()?)));
    let mut running: BTreeSet<_> = live.collect::<Result<_, StoreError>>()?;
    let canaries = canaries::all_of(db, group).await?;
    running.extend(canaries.into_iter().map(|canary| (canary.environment, canary.revision)));
    Ok(running)
}

/// Where a revision runs, from the first try to everybody.
fn places_of(
    running: &BTreeSet<(Environment, RevisionNumber)>,
    number: RevisionNumber,
) -> Vec<Environment> {
    let of_it = running.iter().filter(|(_, revision)| *revision == number);
    of_it.map(|(environment, _)| *environment).collect()
}

async fn views(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    rows: Vec<Model>,
) -> Result<Vec<RevisionView>, StoreError> {
    let runs = running(db, group).await?;
    let changes = changes::since_base(db, group, &rows).await?;
    rows.iter()
        .map(|row| {
            let revision = read(row)?;
            let published_to = places_of(&runs, revision.number);
            let api_count = to_unsigned(row.api_count);
            let added = u32::try_from(api_count).unwrap_or(u32::MAX);
            let changes = match row.based_on {
                Some(_) => changes.get(&row.ordinal).copied().unwrap_or_default(),
                None => (added, 0, 0),
            };
            Ok(RevisionView { revision, api_count, published_to, changes })
        })
        .collect()
}

fn read(row: &Model) -> Result<Revision, StoreError> {
    Ok(Revision {
        number: parse("revisions.number", &row.number)?,
        note: row.note.clone(),
        based_on: row.based_on.map(revision_number).transpose()?,
        created_at: Timestamp(row.created_at),
        revised_at: Timestamp(row.revised_at),
    })
}
