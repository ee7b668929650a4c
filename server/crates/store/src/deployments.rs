//! Deployments: what runs in each environment of a group. A deployment's id stays when it goes offline, so that what is
//! bound to it stays bound.

use crate::{
    Connection, StoreError, Tx, canaries,
    connection::private::Executor,
    entity::{
        api_groups, contents,
        deployments::{ActiveModel, Column, Entity, Relation},
        releases, revisions,
    },
    query::{from_json, parse, to_json},
};
use domain::{
    ApiGroupId, Deployment, DeploymentId, Environment, GroupContent, GroupSettings, JwtSettings,
    ReleaseId, RevisionNumber, Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect, RelationTrait, Select, sea_query::Expr,
};

/// A deployment that is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveDeployment {
    /// What runs.
    pub deployment: Deployment,
    /// The group's settings as they were published.
    pub settings: GroupSettings,
    /// Whether publishing the revision of this number now would change what runs: its APIs or the group's settings
    /// differ, or it is gone.
    pub revision_has_changed: bool,
}

/// What is live of a group, from the first try to everybody.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Vec<LiveDeployment>, StoreError> {
    live(&conn.executor(), &[group.as_str()]).await?.iter().map(LiveRow::read).collect()
}

/// What is live in an environment; `None` while it is offline.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<Option<LiveDeployment>, StoreError> {
    let rows = list(conn, group).await?;
    Ok(rows.into_iter().find(|row| row.deployment.environment == environment))
}

/// What is served in an environment; `None` while it is offline.
pub async fn content(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<Option<GroupContent>, StoreError> {
    let text: Option<String> = Entity::find()
        .join(JoinType::InnerJoin, Relation::Release.def())
        .join(JoinType::InnerJoin, releases::Relation::Content.def())
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::Environment.eq(environment.as_str()))
        .select_only()
        .column(contents::Column::Content)
        .into_tuple()
        .one(&conn.executor())
        .await?;
    text.map(|text| from_json("contents.content", &text)).transpose()
}

/// Makes `release` what runs in the environment. The deployment's id: the one it had ever since, or `new_id` if this
/// is the first time.
///
/// # Errors
/// [`StoreError::NotFound`] when the environment's history has no such release.
pub async fn set_live(
    tx: &Tx,
    group: &ApiGroupId,
    environment: Environment,
    release: &ReleaseId,
    new_id: &DeploymentId,
) -> Result<DeploymentId, StoreError> {
    let db = tx.executor();
    releases::Entity::find_by_id(release.as_str())
        .filter(releases::Column::GroupId.eq(group.as_str()))
        .filter(releases::Column::Environment.eq(environment.as_str()))
        .one(&db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let rows = set_release(group, environment, Some(release)).exec_with_returning(&db).await?;
    if let Some(row) = rows.first() {
        return parse("deployments.id", &row.id);
    }
    let row = ActiveModel {
        id: Set(new_id.to_string()),
        group_id: Set(group.to_string()),
        environment: Set(environment.to_string()),
        release_id: Set(Some(release.to_string())),
    };
    Entity::insert(row).exec_without_returning(&db).await?;
    Ok(new_id.clone())
}

/// Takes the environment offline, its canary too.
///
/// # Errors
/// [`StoreError::NotFound`] when nothing runs there.
pub async fn set_offline(
    tx: &Tx,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<(), StoreError> {
    canaries::stop(tx, group, environment).await?;
    let changed = set_release(group, environment, None)
        .filter(Column::ReleaseId.is_not_null())
        .exec(&tx.executor())
        .await?;
    if changed.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn set_release(
    group: &ApiGroupId,
    environment: Environment,
    release: Option<&ReleaseId>,
) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::ReleaseId, Expr::value(release.map(ToString::to_string)))
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::Environment.eq(environment.as_str()))
}

/// A live deployment with what it is compared with; everything but the content itself.
#[derive(Debug, FromQueryResult)]
pub(crate) struct LiveRow {
    id: String,
    pub(crate) group_id: String,
    environment: String,
    release_id: String,
    revision_ordinal: i64,
    backend: String,
    description: String,
    at: i64,
    /// The settings that were published.
    prefix: String,
    auth_type: String,
    strip_prefix: bool,
    strict_signatures: bool,
    answers: String,
    jwt: String,
    validation: String,
    /// The fingerprint of the APIs that were published.
    pub(crate) apis_hash: String,
    /// The fingerprint of the revision's APIs now; `None` when it is gone.
    revision_apis_hash: Option<String>,
    /// The group's settings now.
    group_prefix: String,
    group_auth_type: String,
    group_strip_prefix: bool,
    group_strict_signatures: bool,
    group_answers: String,
    group_validation: String,
    group_jwt: String,
}

impl LiveRow {
    pub(crate) fn environment(&self) -> Result<Environment, StoreError> {
        parse("deployments.environment", &self.environment)
    }

    pub(crate) fn revision(&self) -> Result<RevisionNumber, StoreError> {
        revision_number(self.revision_ordinal)
    }

    /// Whether the group's settings are still those that were published.
    pub(crate) fn settings_are_live(&self) -> bool {
        self.prefix == self.group_prefix
            && self.auth_type == self.group_auth_type
            && self.strip_prefix == self.group_strip_prefix
            && self.strict_signatures == self.group_strict_signatures
            && self.answers == self.group_answers
            && self.validation == self.group_validation
            && self.jwt == self.group_jwt
    }

    fn read(&self) -> Result<LiveDeployment, StoreError> {
        let deployment = Deployment {
            id: parse("deployments.id", &self.id)?,
            api_group_id: parse("deployments.group_id", &self.group_id)?,
            environment: self.environment()?,
            release_id: parse("deployments.release_id", &self.release_id)?,
            revision: self.revision()?,
            backend: from_json("releases.backend", &self.backend)?,
            description: self.description.clone(),
            published_at: Timestamp(self.at),
        };
        let settings = GroupSettings {
            prefix: self.prefix.clone(),
            auth_type: parse("contents.auth_type", &self.auth_type)?,
            strip_prefix: self.strip_prefix,
            strict_signatures: self.strict_signatures,
            answers: from_json("contents.answers", &self.answers)?,
            validation: parse("contents.validation", &self.validation)?,
            jwt: read_jwt("contents.jwt", &self.jwt)?,
        };
        let same_apis = self.revision_apis_hash.as_deref() == Some(self.apis_hash.as_str());
        let revision_has_changed = !same_apis || !self.settings_are_live();
        Ok(LiveDeployment { deployment, settings, revision_has_changed })
    }
}

/// How tokens are checked, as it is kept: equal for equal settings; empty where they are not looked at.
pub(crate) fn jwt_text(
    column: &'static str,
    settings: &GroupSettings,
) -> Result<String, StoreError> {
    settings.jwt.as_ref().map_or_else(|| Ok(String::new()), |jwt| to_json(column, jwt))
}

/// How tokens are checked, as [`jwt_text`] wrote it.
pub(crate) fn read_jwt(
    column: &'static str,
    text: &str,
) -> Result<Option<JwtSettings>, StoreError> {
    if text.is_empty() { Ok(None) } else { from_json(column, text).map(Some) }
}

/// A revision's number as it is kept.
pub(crate) fn revision_number(ordinal: i64) -> Result<RevisionNumber, StoreError> {
    RevisionNumber::from_ordinal(ordinal)
        .ok_or_else(|| StoreError::Corrupt(format!("number of a revision ({ordinal})")))
}

/// What is live of these groups, from the first try to everybody.
pub(crate) async fn live(
    db: &impl ConnectionTrait,
    groups: &[&str],
) -> Result<Vec<LiveRow>, StoreError> {
    let mut rows = live_query()
        .filter(Column::GroupId.is_in(groups.iter().copied()))
        .into_model::<LiveRow>()
        .all(db)
        .await?;
    rows.sort_by_key(|row| row.environment().ok());
    Ok(rows)
}

fn live_query() -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::ApiGroup.def())
        .join(JoinType::InnerJoin, Relation::Release.def())
        .join(JoinType::InnerJoin, releases::Relation::Content.def())
        .join(JoinType::LeftJoin, releases::Relation::Revision.def())
        .select_only()
        .columns([Column::Id, Column::GroupId, Column::Environment, Column::ReleaseId])
        .columns([
            releases::Column::RevisionOrdinal,
            releases::Column::Backend,
            releases::Column::Description,
            releases::Column::At,
        ])
        .columns([
            contents::Column::Prefix,
            contents::Column::AuthType,
            contents::Column::StripPrefix,
            contents::Column::StrictSignatures,
            contents::Column::Answers,
            contents::Column::Jwt,
            contents::Column::Validation,
            contents::Column::ApisHash,
        ])
        .column_as(revisions::Column::ApisHash, "revision_apis_hash")
        .column_as(api_groups::Column::Prefix, "group_prefix")
        .column_as(api_groups::Column::AuthType, "group_auth_type")
        .column_as(api_groups::Column::StripPrefix, "group_strip_prefix")
        .column_as(api_groups::Column::StrictSignatures, "group_strict_signatures")
        .column_as(api_groups::Column::Answers, "group_answers")
        .column_as(api_groups::Column::Jwt, "group_jwt")
        .column_as(api_groups::Column::Validation, "group_validation")
}
