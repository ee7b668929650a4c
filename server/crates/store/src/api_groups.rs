//! API groups.

use crate::{
    Connection, StoreError, Tx, canaries,
    connection::private::Executor,
    deployments::{LiveRow, jwt_text, live, read_jwt, revision_number},
    entity::{
        api_groups::{ActiveModel, Column, Entity, Model},
        revisions,
    },
    query::{
        contains, direction, from_json, lower, narrowed, ordered, parse, plain, search_text,
        to_json,
    },
    traffic,
};
use domain::{
    AccountId, ApiGroup, ApiGroupId, ApiGroupPatch, ApiGroupSummary, Environment, GroupSettings,
    Page, PageQuery, Region, Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QuerySelect, Select,
    sea_query::{Alias, Expr, LockType, Query},
};
use std::collections::HashMap;

/// The groups of an account in a region. Searches name, prefix, description and id; sorts by `groupName`, `prefix`,
/// `createdAt` or `updatedAt` (newest first unless something else is asked for). Calls count from `calls_from` on.
pub async fn list(
    conn: &impl Connection,
    owner: &AccountId,
    region: Region,
    query: &PageQuery,
    calls_from: Timestamp,
) -> Result<Page<ApiGroupSummary>, StoreError> {
    let db = conn.executor();
    let found = found(owner, region, &query.search);
    let total = found.clone().count(&db).await?;
    let (first, descending) = match query.sort.as_str() {
        "groupName" => (lower(Column::Name), query.descending),
        "prefix" => (lower(Column::Prefix), query.descending),
        "createdAt" => (plain(Column::CreatedAt), query.descending),
        "updatedAt" => (plain(Column::UpdatedAt), query.descending),
        _ => (plain(Column::CreatedAt), true),
    };
    let rows = ordered(found, vec![first, plain(Column::Id)], &direction(descending))
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: summaries(conn, rows, calls_from).await?, total })
}

/// The groups of an account in a region whose name, prefix, description or id has what `query` searches, by name.
pub async fn search(
    conn: &impl Connection,
    owner: &AccountId,
    region: Region,
    query: &PageQuery,
) -> Result<Vec<ApiGroup>, StoreError> {
    let found = found(owner, region, &query.search);
    let rows = ordered(found, vec![lower(Column::Name), plain(Column::Id)], &direction(false))
        .limit(query.limit())
        .all(&conn.executor())
        .await?;
    rows.into_iter().map(read).collect()
}

/// The groups of an account in a region that have `search` somewhere.
fn found(owner: &AccountId, region: Region, search: &str) -> Select<Entity> {
    let of_owner = Entity::find()
        .filter(Column::OwnerId.eq(owner.as_str()))
        .filter(Column::Region.eq(region.as_str()));
    narrowed(of_owner, contains(Column::SearchText, search))
}

/// One group as a row of the list, whoever owns it.
pub async fn summary(
    conn: &impl Connection,
    id: &ApiGroupId,
    calls_from: Timestamp,
) -> Result<Option<ApiGroupSummary>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    Ok(summaries(conn, row.into_iter().collect(), calls_from).await?.pop())
}

/// The group, whoever owns it.
pub async fn get(conn: &impl Connection, id: &ApiGroupId) -> Result<Option<ApiGroup>, StoreError> {
    Entity::find_by_id(id.as_str()).one(&conn.executor()).await?.map(read).transpose()
}

/// The group, and no other transaction that locks it goes on until `tx` ends. Every write to a group, its revisions,
/// APIs and deployments begins with this: what was read after it (is the revision live?) is still so at the commit.
pub async fn lock(tx: &Tx, id: &ApiGroupId) -> Result<Option<ApiGroup>, StoreError> {
    // Not FOR UPDATE: traffic of the group, which only refers to it, is counted meanwhile.
    let locked = Entity::find_by_id(id.as_str()).lock(LockType::NoKeyUpdate);
    locked.one(&tx.executor()).await?.map(read).transpose()
}

/// Adds a group. In the same transaction it must get a revision: there is no group without one.
///
/// # Errors
/// [`crate::Unique::ApiGroupName`]; [`StoreError::NotFound`] when there is no such account.
pub async fn insert(tx: &Tx, group: &ApiGroup) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(group.id.to_string()),
        owner_id: Set(group.owner.to_string()),
        region: Set(group.region.to_string()),
        created_at: Set(group.created_at.0),
        ..changeable(group)?
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Changes a group; the group afterwards.
///
/// # Errors
/// [`StoreError::NotFound`], [`crate::Unique::ApiGroupName`].
pub async fn update(
    tx: &Tx,
    id: &ApiGroupId,
    patch: &ApiGroupPatch,
    updated_at: Timestamp,
) -> Result<ApiGroup, StoreError> {
    let before = get(tx, id).await?.ok_or(StoreError::NotFound)?;
    let group = ApiGroup {
        name: patch.name.clone(),
        description: patch.description.clone(),
        settings: patch.settings.clone(),
        updated_at,
        ..before
    };
    let row = ActiveModel { id: Set(id.to_string()), ..changeable(&group)? };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(group)
}

/// Removes a group and all that belongs to it: revisions, APIs, deployments, history, bindings, traffic.
/// The environments that it was live in.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &Tx, id: &ApiGroupId) -> Result<Vec<Environment>, StoreError> {
    let db = tx.executor();
    Entity::find_by_id(id.as_str())
        .lock(LockType::Update)
        .one(&db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let live = live(&db, &[id.as_str()]).await?;
    let environments = live.iter().map(LiveRow::environment).collect::<Result<_, _>>()?;
    // All the rest refers to this row, and goes with it.
    Entity::delete_by_id(id.as_str()).exec(&db).await?;
    Ok(environments)
}

/// The columns that a person can change.
fn changeable(group: &ApiGroup) -> Result<ActiveModel, StoreError> {
    let settings = &group.settings;
    let searched = [&group.name, &settings.prefix, &group.description, group.id.as_str()];
    Ok(ActiveModel {
        name: Set(group.name.clone()),
        description: Set(group.description.clone()),
        prefix: Set(settings.prefix.clone()),
        auth_type: Set(settings.auth_type.as_str().to_owned()),
        strip_prefix: Set(settings.strip_prefix),
        strict_signatures: Set(settings.strict_signatures),
        answers: Set(to_json("api_groups.answers", &settings.answers)?),
        validation: Set(settings.validation.as_str().to_owned()),
        jwt: Set(jwt_text("api_groups.jwt", settings)?),
        search_text: Set(search_text(&searched)),
        updated_at: Set(group.updated_at.0),
        ..ActiveModel::default()
    })
}

/// What the latest revision of a group is.
#[derive(Debug, FromQueryResult)]
struct LatestRevision {
    group_id: String,
    ordinal: i64,
    api_count: i64,
    apis_hash: String,
}

async fn latest_revisions(
    db: &impl ConnectionTrait,
    groups: &[&str],
) -> Result<HashMap<String, LatestRevision>, StoreError> {
    let newer = |column| Expr::col((Alias::new("newer"), column));
    let mut highest = Query::select();
    highest
        .expr(newer(revisions::Column::Ordinal).max())
        .from_as(revisions::Entity, Alias::new("newer"))
        .and_where(
            newer(revisions::Column::GroupId)
                .eq(Expr::col((revisions::Entity, revisions::Column::GroupId))),
        );
    let rows = revisions::Entity::find()
        .filter(revisions::Column::GroupId.is_in(groups.iter().copied()))
        .filter(revisions::Column::Ordinal.in_subquery(highest))
        .select_only()
        .columns([revisions::Column::GroupId, revisions::Column::Ordinal])
        .columns([revisions::Column::ApiCount, revisions::Column::ApisHash])
        .into_model::<LatestRevision>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.group_id.clone(), row)).collect())
}

/// The rows of a page, in four more queries for all of them together.
async fn summaries(
    conn: &impl Connection,
    rows: Vec<Model>,
    calls_from: Timestamp,
) -> Result<Vec<ApiGroupSummary>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let latest = latest_revisions(&conn.executor(), &ids).await?;
    let live = live(&conn.executor(), &ids).await?;
    let mut canaries = canaries::by_group(&conn.executor(), &ids).await?;
    let groups = rows.iter().cloned().map(read).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<ApiGroupId> = groups.iter().map(|group| group.id.clone()).collect();
    let calls = traffic::calls_since(conn, &ids, calls_from).await?;
    groups
        .into_iter()
        .map(|group| {
            let latest = latest.get(group.id.as_str()).ok_or_else(|| {
                StoreError::Corrupt(format!("group {} without a revision", group.id))
            })?;
            let live: Vec<&LiveRow> =
                live.iter().filter(|row| row.group_id == group.id.as_str()).collect();
            let calls_24h = calls.get(&group.id).copied().unwrap_or(0);
            let canaries = canaries.remove(group.id.as_str()).unwrap_or_default();
            Ok(ApiGroupSummary { canaries, ..summary_of(group, latest, &live, calls_24h)? })
        })
        .collect()
}

fn summary_of(
    group: ApiGroup,
    latest: &LatestRevision,
    live: &[&LiveRow],
    calls_24h: u64,
) -> Result<ApiGroupSummary, StoreError> {
    let running = live
        .iter()
        .map(|row| Ok((row.environment()?, row.revision()?)))
        .collect::<Result<_, StoreError>>()?;
    let is_live =
        live.iter().any(|row| row.apis_hash == latest.apis_hash && row.settings_are_live());
    // A group that never had an API has nothing to publish.
    let is_blank = live.is_empty() && latest.api_count == 0;
    Ok(ApiGroupSummary {
        latest_revision: revision_number(latest.ordinal)?,
        running,
        canaries: Vec::new(),
        unpublished_changes: !is_live && !is_blank,
        calls_24h,
        group,
    })
}

fn read(row: Model) -> Result<ApiGroup, StoreError> {
    let settings = GroupSettings {
        prefix: row.prefix,
        auth_type: parse("api_groups.auth_type", &row.auth_type)?,
        strip_prefix: row.strip_prefix,
        strict_signatures: row.strict_signatures,
        answers: from_json("api_groups.answers", &row.answers)?,
        validation: parse("api_groups.validation", &row.validation)?,
        jwt: read_jwt("api_groups.jwt", &row.jwt)?,
    };
    Ok(ApiGroup {
        id: parse("api_groups.id", &row.id)?,
        owner: parse("api_groups.owner_id", &row.owner_id)?,
        region: parse("api_groups.region", &row.region)?,
        name: row.name,
        description: row.description,
        settings,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}
