//! What callers may call: the bindings of authorizations, from the caller's side.

use crate::{
    Connection, StoreError, access_auths,
    entity::{
        access_auth_bindings::{Column, Entity, Relation},
        access_auths as auths, access_keys, api_groups, contents, deployments, platform_keys,
        releases, subscription_keys,
    },
    query::{contained_in_any, direction, lower, narrowed, ordered, parse, plain},
};
use domain::{
    AccessAuthType, AccountId, ApiGroupId, CallerId, Environment, KeyId, Page, PageQuery, Region,
    Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, RelationTrait, Select,
};

/// A group that a caller may call, in one environment.
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
    /// Who may.
    pub caller: CallerId,
    /// The path prefix that is live there; the group's own while it is offline.
    pub prefix: String,
    /// Whether something runs there.
    pub live: bool,
    /// When it was authorized.
    pub authorized_at: Timestamp,
}

/// What a key may call by itself, by group name and environment.
pub async fn of_key(
    conn: &impl Connection,
    id: &KeyId,
) -> Result<Vec<AuthorizedEnvironment>, StoreError> {
    let found = bound()
        .filter(auths::Column::Type.eq(id.auth_type().as_str()))
        .filter(auths::Column::AccessKeyId.eq(id.as_str()));
    let rows = shown(found).into_model::<Row>().all(&conn.executor()).await?;
    let mut rows = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by(|a, b| (&a.group_name, a.environment).cmp(&(&b.group_name, b.environment)));
    Ok(rows)
}

/// What an account may call with any of its keys: a row for each caller that is authorized. Searches group name and id;
/// sorts by `groupName` (the default) or `authorizedAt`.
pub async fn of_owner(
    conn: &impl Connection,
    owner: &AccountId,
    query: &PageQuery,
) -> Result<Page<AuthorizedEnvironment>, StoreError> {
    let db = conn.executor();
    let searched = [api_groups::Column::Name, api_groups::Column::Id];
    let wanted = contained_in_any(searched, &query.search);
    let found = narrowed(bound().filter(owned(owner)), wanted);
    let total = found.clone().count(&db).await?;
    let first = match query.sort.as_str() {
        "authorizedAt" => plain(Column::BoundAt),
        _ => lower(api_groups::Column::Name),
    };
    let rest = [
        plain(api_groups::Column::Id),
        plain(deployments::Column::Environment),
        plain(Column::AuthId),
    ];
    let keys = [first].into_iter().chain(rest).collect();
    let rows = ordered(shown(found), keys, &direction(query.descending))
        .offset(query.offset())
        .limit(query.limit())
        .into_model::<Row>()
        .all(&db)
        .await?;
    Ok(Page { rows: rows.into_iter().map(Row::read).collect::<Result<_, _>>()?, total })
}

/// The callers that are an account's own: its keys of every kind, and the account itself.
fn owned(owner: &AccountId) -> Condition {
    let owner = owner.as_str();
    let of = |kind: AccessAuthType| Condition::all().add(auths::Column::Type.eq(kind.as_str()));
    let reference = auths::Column::AccessKeyId;
    let access_keys = access_keys::Entity::find()
        .select_only()
        .column(access_keys::Column::Id)
        .filter(access_keys::Column::OwnerId.eq(owner));
    let subscription_keys = subscription_keys::Entity::find()
        .select_only()
        .column(subscription_keys::Column::Id)
        .filter(subscription_keys::Column::OwnerId.eq(owner));
    let platform_keys = platform_keys::Entity::find()
        .select_only()
        .column(platform_keys::Column::AccessKey)
        .filter(platform_keys::Column::OwnerId.eq(owner));
    Condition::any()
        .add(of(AccessAuthType::AccessKey).add(reference.in_subquery(access_keys.into_query())))
        .add(
            of(AccessAuthType::SubscriptionKey)
                .add(reference.in_subquery(subscription_keys.into_query())),
        )
        .add(of(AccessAuthType::PlatformKey).add(reference.in_subquery(platform_keys.into_query())))
        .add(of(AccessAuthType::Account).add(reference.eq(owner)))
}

/// Bindings with where they lead.
fn bound() -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::AccessAuth.def())
        .join(JoinType::InnerJoin, Relation::Deployment.def())
        .join(JoinType::InnerJoin, deployments::Relation::ApiGroup.def())
        .join(JoinType::LeftJoin, deployments::Relation::Release.def())
        .join(JoinType::LeftJoin, releases::Relation::Content.def())
}

fn shown(found: Select<Entity>) -> Select<Entity> {
    found
        .select_only()
        .columns([auths::Column::Type, auths::Column::AccessKeyId])
        .column_as(api_groups::Column::Id, "group_id")
        .columns([api_groups::Column::Name, api_groups::Column::Region])
        .column_as(api_groups::Column::Prefix, "group_prefix")
        .columns([deployments::Column::Environment, deployments::Column::ReleaseId])
        .column_as(contents::Column::Prefix, "live_prefix")
        .column(Column::BoundAt)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    r#type: String,
    access_key_id: String,
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
            caller: access_auths::caller(&self.r#type, &self.access_key_id)?,
            prefix: self.live_prefix.unwrap_or(self.group_prefix),
            live: self.release_id.is_some(),
            authorized_at: Timestamp(self.bound_at),
        })
    }
}
