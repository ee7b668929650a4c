//! What keys may call.

use crate::{
    Connection, StoreError,
    entity::{
        access_auth_bindings::{Column, Entity, Relation},
        access_auths, access_keys, api_groups, contents, deployments, releases,
    },
    query::{contained_in_any, direction, lower, narrowed, ordered, parse, plain},
};
use domain::{
    AccessAuthType, AccessKeyId, AccountId, ApiGroupId, Environment, Page, PageQuery, Region,
    Timestamp,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Select,
    sea_query::{Expr, SimpleExpr},
};

/// A group that a key may call, in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedEnvironment {
    /// Which group.
    pub api_group_id: ApiGroupId,
    /// Its name.
    pub group_name: String,
    /// Its region.
    pub region: Region,
    /// Where.
    pub environment: Environment,
    /// The path prefix that is live there; the group's own while it is offline.
    pub prefix: String,
    /// Whether something runs there.
    pub live: bool,
    /// When it was authorized first.
    pub authorized_at: Timestamp,
}

/// What a key may call, by group name and environment.
pub async fn authorized(
    conn: &impl Connection,
    id: &AccessKeyId,
) -> Result<Vec<AuthorizedEnvironment>, StoreError> {
    let rows = shown(bound().filter(access_auths::Column::AccessKeyId.eq(id.as_str())))
        .into_model::<Row>()
        .all(&conn.executor())
        .await?;
    let mut rows = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by(|a, b| (&a.group_name, a.environment).cmp(&(&b.group_name, b.environment)));
    Ok(rows)
}

/// What any key of an account may call. Searches group name and id; sorts by `groupName` (the default) or
/// `authorizedAt`.
pub async fn authorized_of_owner(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<AuthorizedEnvironment>, StoreError> {
    let db = conn.executor();
    let searched = [api_groups::Column::Name, api_groups::Column::Id];
    let wanted = contained_in_any(searched, &query.search);
    let found = bound()
        .join(JoinType::InnerJoin, access_auths::Relation::AccessKey.def())
        .filter(access_keys::Column::OwnerId.eq(owner.as_str()));
    let found = narrowed(found, wanted);
    let total: Option<i64> = found
        .clone()
        .select_only()
        .expr(Expr::col((deployments::Entity, deployments::Column::Id)).count_distinct())
        .into_tuple()
        .one(&db)
        .await?;
    let place = [plain(api_groups::Column::Id), plain(deployments::Column::Environment)];
    let first = match query.sort.as_str() {
        "authorizedAt" => first_bound(),
        _ => lower(api_groups::Column::Name),
    };
    let keys = [first].into_iter().chain(place).collect();
    let rows = ordered(shown(found), keys, &direction(query.descending))
        .offset(query.offset())
        .limit(query.limit())
        .into_model::<Row>()
        .all(&db)
        .await?;
    let rows = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(Page { rows, total: total.and_then(|total| u64::try_from(total).ok()).unwrap_or(0) })
}

/// Bindings of callers' keys, with where they lead.
fn bound() -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::AccessAuth.def())
        .join(JoinType::InnerJoin, Relation::Deployment.def())
        .join(JoinType::InnerJoin, deployments::Relation::ApiGroup.def())
        .join(JoinType::LeftJoin, deployments::Relation::Release.def())
        .join(JoinType::LeftJoin, releases::Relation::Content.def())
        .filter(access_auths::Column::Type.eq(AccessAuthType::AccessKey.as_str()))
}

/// One row a deployment, also when several keys are bound to it.
fn shown(found: Select<Entity>) -> Select<Entity> {
    found
        .select_only()
        .column_as(api_groups::Column::Id, "group_id")
        .columns([api_groups::Column::Name, api_groups::Column::Region])
        .column_as(api_groups::Column::Prefix, "group_prefix")
        .columns([deployments::Column::Environment, deployments::Column::ReleaseId])
        .column_as(contents::Column::Prefix, "live_prefix")
        .column_as(first_bound(), "bound_at")
        .group_by(deployments::Column::Id)
        .group_by(api_groups::Column::Id)
        .group_by(contents::Column::GroupId)
        .group_by(contents::Column::Hash)
}

fn first_bound() -> SimpleExpr {
    Expr::col((Entity, Column::BoundAt)).min()
}

#[derive(Debug, FromQueryResult)]
struct Row {
    group_id: String,
    name: String,
    region: String,
    group_prefix: String,
    environment: String,
    release_id: Option<String>,
    live_prefix: Option<String>,
    bound_at: i64,
}

impl Row {
    fn read(self) -> Result<AuthorizedEnvironment, StoreError> {
        Ok(AuthorizedEnvironment {
            api_group_id: parse("api_groups.id", &self.group_id)?,
            group_name: self.name,
            region: parse("api_groups.region", &self.region)?,
            environment: parse("deployments.environment", &self.environment)?,
            prefix: self.live_prefix.unwrap_or(self.group_prefix),
            live: self.release_id.is_some(),
            authorized_at: Timestamp(self.bound_at),
        })
    }
}
