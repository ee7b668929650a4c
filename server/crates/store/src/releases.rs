//! Releases: the history of each environment, with what was served, whatever becomes of the revision.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    deployments::{jwt_text, revision_number},
    entity::{
        contents, deployments,
        releases::{ActiveModel, Column, Entity, Model, Relation},
    },
    fingerprint,
    query::{contains, from_json, narrowed, parse, search_text, to_json},
};
use domain::{
    ApiGroupId, Environment, GroupContent, Page, PageQuery, Release, ReleaseAction, ReleaseId,
    Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait, Select,
    sea_query::{Expr, OnConflict},
};

/// What makes something run that did not before, for all calls.
const PUBLISHES: [ReleaseAction; 2] = [ReleaseAction::Publish, ReleaseAction::Promote];

/// The history of an environment, newest first. Searches revision, note, description and who did it.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
    query: &PageQuery,
) -> Result<Page<Release>, StoreError> {
    let db = conn.executor();
    let found =
        narrowed(of_environment(group, environment), contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let rows = found
        .find_also_related(deployments::Entity)
        .order_by_desc(Column::Sequence)
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    let rows = rows.into_iter().map(|(row, live)| read(row, live.is_some()));
    Ok(Page { rows: rows.collect::<Result<_, _>>()?, total })
}

/// What was published to an environment and is not what runs there, newest first: the last publish of each content with
/// each backend; at most `limit`.
pub async fn earlier(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
    limit: u64,
) -> Result<Vec<Release>, StoreError> {
    let db = conn.executor();
    let running: Option<(String, String)> = of_environment(group, environment)
        .join(JoinType::InnerJoin, Relation::Deployment.def())
        .select_only()
        .columns([Column::ContentHash, Column::Backend])
        .into_tuple()
        .one(&db)
        .await?;
    let others =
        running.map(|(hash, backend)| Column::ContentHash.ne(hash).or(Column::Backend.ne(backend)));
    let newest = of_environment(group, environment)
        .filter(Column::Action.is_in(PUBLISHES.map(ReleaseAction::as_str)))
        .filter(Condition::all().add_option(others))
        .select_only()
        .expr(Expr::col(Column::Sequence).max())
        .group_by(Column::ContentHash)
        .group_by(Column::Backend);
    let rows = of_environment(group, environment)
        .filter(Column::Sequence.in_subquery(newest.into_query()))
        .order_by_desc(Column::Sequence)
        .limit(limit)
        .all(&db)
        .await?;
    rows.into_iter().map(|row| read(row, false)).collect()
}

/// One entry of a group's history.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &ReleaseId,
) -> Result<Option<Release>, StoreError> {
    let found = Entity::find_by_id(id.as_str())
        .filter(Column::GroupId.eq(group.as_str()))
        .find_also_related(deployments::Entity)
        .one(&conn.executor())
        .await?;
    found.map(|(row, live)| read(row, live.is_some())).transpose()
}

/// What an entry served (before, for an `Offline`).
pub async fn content(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &ReleaseId,
) -> Result<Option<GroupContent>, StoreError> {
    let text: Option<String> = Entity::find_by_id(id.as_str())
        .filter(Column::GroupId.eq(group.as_str()))
        .join(JoinType::InnerJoin, Relation::Content.def())
        .select_only()
        .column(contents::Column::Content)
        .into_tuple()
        .one(&conn.executor())
        .await?;
    text.map(|text| from_json("contents.content", &text)).transpose()
}

/// Adds an entry; it is the newest of its environment. `content` is what it serves (served before, for an `Offline`),
/// `previous` what ran before it; equal contents of a group are kept once. `release.live` is not looked at:
/// [`crate::deployments::set_live`] makes it so, and [`crate::canaries::start`] what runs beside that.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such group.
pub async fn insert(
    tx: &Tx,
    group: &ApiGroupId,
    release: &Release,
    content: &GroupContent,
    previous: Option<&GroupContent>,
) -> Result<(), StoreError> {
    let db = tx.executor();
    let content_hash = keep(&db, group, content).await?;
    let previous_content_hash = match previous {
        Some(previous) => Some(keep(&db, group, previous).await?),
        None => None,
    };
    let number = release.revision.to_string();
    let searched = [number.as_str(), &release.note, &release.description, &release.by];
    let canary = release.canary.as_ref().map(|settings| to_json("releases.canary", settings));
    let row = ActiveModel {
        id: Set(release.id.to_string()),
        group_id: Set(group.to_string()),
        environment: Set(release.environment.to_string()),
        sequence: Set(next_sequence(&db, group, release.environment).await?),
        action: Set(release.action.as_str().to_owned()),
        revision_ordinal: Set(release.revision.ordinal()),
        note: Set(release.note.clone()),
        backend: Set(to_json("releases.backend", &release.backend)?),
        description: Set(release.description.clone()),
        account_email: Set(release.by.clone()),
        at: Set(release.at.0),
        content_hash: Set(content_hash),
        previous_content_hash: Set(previous_content_hash),
        difference: Set(to_json("releases.difference", &release.difference)?),
        search_text: Set(search_text(&searched)),
        canary: Set(canary.transpose()?),
        published_at: Set(release.published_at.map(|at| at.0)),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    Ok(())
}

/// Keeps a content, unless the group has an equal one; its hash.
async fn keep(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    content: &GroupContent,
) -> Result<String, StoreError> {
    let text = to_json("contents.content", content)?;
    let hash = fingerprint::of_bytes(text.as_bytes());
    let definitions =
        content.apis.iter().map(|api| fingerprint::of_definition(&api.definition)).collect();
    let row = contents::ActiveModel {
        group_id: Set(group.to_string()),
        hash: Set(hash.clone()),
        prefix: Set(content.settings.prefix.clone()),
        auth_type: Set(content.settings.auth_type.as_str().to_owned()),
        strip_prefix: Set(content.settings.strip_prefix),
        strict_signatures: Set(content.settings.strict_signatures),
        answers: Set(to_json("contents.answers", &content.settings.answers)?),
        jwt: Set(jwt_text("contents.jwt", &content.settings)?),
        validation: Set(content.settings.validation.as_str().to_owned()),
        apis_hash: Set(fingerprint::of_apis(definitions)),
        content: Set(text),
    };
    let key = [contents::Column::GroupId, contents::Column::Hash];
    contents::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(hash)
}

async fn next_sequence(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<i64, StoreError> {
    let newest: Option<Option<i64>> = of_environment(group, environment)
        .select_only()
        .expr(Expr::col(Column::Sequence).max())
        .into_tuple()
        .one(db)
        .await?;
    Ok(newest.flatten().unwrap_or(0) + 1)
}

fn of_environment(group: &ApiGroupId, environment: Environment) -> Select<Entity> {
    Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::Environment.eq(environment.as_str()))
}

fn read(row: Model, live: bool) -> Result<Release, StoreError> {
    let action = ReleaseAction::ALL
        .into_iter()
        .find(|action| action.as_str() == row.action)
        .ok_or_else(|| StoreError::Corrupt(format!("releases.action ({})", row.action)))?;
    Ok(Release {
        id: parse("releases.id", &row.id)?,
        environment: parse("releases.environment", &row.environment)?,
        action,
        revision: revision_number(row.revision_ordinal)?,
        note: row.note,
        backend: from_json("releases.backend", &row.backend)?,
        description: row.description,
        published_at: row.published_at.map(Timestamp),
        by: row.account_email,
        at: Timestamp(row.at),
        difference: from_json("releases.difference", &row.difference)?,
        canary: row.canary.map(|text| from_json("releases.canary", &text)).transpose()?,
        live,
    })
}
