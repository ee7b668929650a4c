//! Canaries: what runs beside the live release of a deployment.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    deployments::revision_number,
    entity::{
        canaries::{ActiveModel, Column, Entity, Relation},
        contents, deployments, releases,
    },
    query::{from_json, parse, to_json},
};
use domain::{
    ApiGroupId, Canary, CanarySettings, Environment, GroupContent, PublishedCanary, ReleaseId,
    RevisionNumber, Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect, RelationTrait, Select,
    sea_query::{Expr, SimpleExpr},
};
use std::collections::HashMap;

/// The canaries of a group, from the first try to everybody.
pub async fn list(conn: &impl Connection, group: &ApiGroupId) -> Result<Vec<Canary>, StoreError> {
    all_of(&conn.executor(), group).await
}

/// As [`list`].
pub(crate) async fn all_of(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
) -> Result<Vec<Canary>, StoreError> {
    let rows = of_group(group).into_model::<Row>().all(db).await?;
    let mut canaries: Vec<Canary> = rows.iter().map(Row::read).collect::<Result<_, _>>()?;
    canaries.sort_by_key(|canary| canary.environment);
    Ok(canaries)
}

/// The canary of an environment, if there is one.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<Option<Canary>, StoreError> {
    let found = of_group(group).filter(is_in(environment));
    let row = found.into_model::<Row>().one(&conn.executor()).await?;
    row.as_ref().map(Row::read).transpose()
}

/// What the canary of an environment serves.
pub async fn content(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<Option<GroupContent>, StoreError> {
    let text: Option<String> = joined()
        .join(JoinType::InnerJoin, releases::Relation::Content.def())
        .filter(deployments::Column::GroupId.eq(group.as_str()))
        .filter(is_in(environment))
        .select_only()
        .column(contents::Column::Content)
        .into_tuple()
        .one(&conn.executor())
        .await?;
    text.map(|text| from_json("contents.content", &text)).transpose()
}

/// Lets `release` run beside what is live in the environment.
///
/// # Errors
/// [`StoreError::NotFound`] when nothing is live there, or its history has no such release.
pub async fn start(
    tx: &Tx,
    (group, environment): (&ApiGroupId, Environment),
    release: &ReleaseId,
    settings: &CanarySettings,
) -> Result<(), StoreError> {
    let db = tx.executor();
    releases::Entity::find_by_id(release.as_str())
        .filter(releases::Column::GroupId.eq(group.as_str()))
        .filter(releases::Column::Environment.eq(environment.as_str()))
        .one(&db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let deployment = deployments::Entity::find()
        .filter(deployments::Column::GroupId.eq(group.as_str()))
        .filter(is_in(environment))
        .filter(deployments::Column::ReleaseId.is_not_null())
        .one(&db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let row = ActiveModel {
        deployment_id: Set(deployment.id),
        release_id: Set(release.to_string()),
        settings: Set(to_json("canaries.settings", settings)?),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    Ok(())
}

/// Gives the canary of an environment other calls.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn set_settings(
    tx: &Tx,
    group: &ApiGroupId,
    environment: Environment,
    settings: &CanarySettings,
) -> Result<(), StoreError> {
    let canary = get(tx, group, environment).await?.ok_or(StoreError::NotFound)?;
    Entity::update_many()
        .col_expr(Column::Settings, Expr::value(to_json("canaries.settings", settings)?))
        .filter(Column::ReleaseId.eq(canary.release_id.as_str()))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Ends the canary of an environment; whether there was one.
pub async fn stop(
    tx: &Tx,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<bool, StoreError> {
    let Some(canary) = get(tx, group, environment).await? else { return Ok(false) };
    let stopped = Entity::delete_many().filter(Column::ReleaseId.eq(canary.release_id.as_str()));
    stopped.exec(&tx.executor()).await?;
    Ok(true)
}

/// Which revisions are canaries, by group: from the first try to everybody.
pub(crate) async fn by_group(
    db: &impl ConnectionTrait,
    groups: &[&str],
) -> Result<HashMap<String, Vec<(Environment, RevisionNumber)>>, StoreError> {
    let rows: Vec<(String, String, i64)> = joined()
        .filter(deployments::Column::GroupId.is_in(groups.iter().copied()))
        .select_only()
        .columns([deployments::Column::GroupId, deployments::Column::Environment])
        .column(releases::Column::RevisionOrdinal)
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<String, Vec<_>> = HashMap::new();
    for (group, environment, ordinal) in rows {
        let environment = parse("deployments.environment", &environment)?;
        found.entry(group).or_default().push((environment, revision_number(ordinal)?));
    }
    found.values_mut().for_each(|canaries| canaries.sort_unstable());
    Ok(found)
}

/// What the gateway is told of them, by deployment: of these groups or of all.
pub(crate) async fn published(
    db: &impl ConnectionTrait,
    of_groups: Option<SimpleExpr>,
) -> Result<HashMap<String, PublishedCanary>, StoreError> {
    let rows = joined()
        .join(JoinType::InnerJoin, releases::Relation::Content.def())
        .filter(deployments::Column::ReleaseId.is_not_null())
        .filter(Condition::all().add_option(of_groups))
        .select_only()
        .columns([Column::DeploymentId, Column::ReleaseId, Column::Settings])
        .columns([releases::Column::RevisionOrdinal, releases::Column::Backend])
        .column(contents::Column::Content)
        .into_model::<PublishedRow>()
        .all(db)
        .await?;
    let read = |row: PublishedRow| {
        let canary = PublishedCanary {
            release_id: parse("canaries.release_id", &row.release_id)?,
            revision: revision_number(row.revision_ordinal)?,
            content: from_json("contents.content", &row.content)?,
            backend: from_json("releases.backend", &row.backend)?,
            // Its content only names it; whoever can open secrets adds it.
            jwt_secret: None,
            settings: from_json("canaries.settings", &row.settings)?,
        };
        Ok((row.deployment_id, canary))
    };
    rows.into_iter().map(read).collect()
}

#[derive(Debug, FromQueryResult)]
struct PublishedRow {
    deployment_id: String,
    release_id: String,
    settings: String,
    revision_ordinal: i64,
    backend: String,
    content: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    environment: String,
    release_id: String,
    settings: String,
    revision_ordinal: i64,
    backend: String,
    description: String,
    at: i64,
}

impl Row {
    fn read(&self) -> Result<Canary, StoreError> {
        Ok(Canary {
            environment: parse("deployments.environment", &self.environment)?,
            release_id: parse("canaries.release_id", &self.release_id)?,
            revision: revision_number(self.revision_ordinal)?,
            backend: from_json("releases.backend", &self.backend)?,
            description: self.description.clone(),
            started_at: Timestamp(self.at),
            settings: from_json("canaries.settings", &self.settings)?,
        })
    }
}

fn joined() -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Deployment.def())
        .join(JoinType::InnerJoin, Relation::Release.def())
}

fn of_group(group: &ApiGroupId) -> Select<Entity> {
    joined()
        .filter(deployments::Column::GroupId.eq(group.as_str()))
        .select_only()
        .columns([Column::ReleaseId, Column::Settings])
        .column(deployments::Column::Environment)
        .columns([
            releases::Column::RevisionOrdinal,
            releases::Column::Backend,
            releases::Column::Description,
            releases::Column::At,
        ])
}

fn is_in(environment: Environment) -> SimpleExpr {
    deployments::Column::Environment.eq(environment.as_str())
}
