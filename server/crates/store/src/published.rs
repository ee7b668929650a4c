//! All that the gateway must know, in few queries and from one moment.

use crate::{
    Connection, Sealed, Store, StoreError, backend_configs,
    backend_signatures::{self, SealedSigner},
    changes,
    connection::private::Executor,
    deployments::revision_number,
    entity::{
        access_auth_bindings, access_auths, access_keys, accounts, api_groups, contents,
        deployments, releases,
    },
    query::{CHUNK, from_json, parse},
};
use domain::{
    AccessAuthType, AccessKeyId, AccountId, ApiGroupId, DeploymentId, DeploymentPolicies,
    Environment, PublishedDeployment,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select, SelectTwo, sea_query::SimpleExpr,
};
use std::collections::{BTreeSet, HashMap};

/// A caller's key with its secret encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// Its id, which deployments name.
    pub id: AccessKeyId,
    /// Whose it is.
    pub owner: AccountId,
    /// The e-mail address of whose it is.
    pub pin: String,
    /// What a signature names: the APIKey.
    pub api_key: String,
    /// The APISecret.
    pub secret: Sealed,
}

/// Everything that is published, and all keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedAll {
    /// The number of the change feed at that moment.
    pub change: i64,
    /// What is live; without the keys that forwarded requests are signed with, as these are encrypted.
    pub deployments: Vec<PublishedDeployment>,
    /// Those keys, by deployment.
    pub signers: HashMap<DeploymentId, SealedSigner>,
    /// All keys, bound or not, so that a known key that is not bound can be told from an unknown one.
    pub keys: Vec<SealedKey>,
}

/// A group in an environment, and what is live there; `None` when it is offline or gone.
pub type PublishedPlace = ((ApiGroupId, Environment), Option<PublishedDeployment>);

/// What became of everything that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedSince {
    /// The number of the change feed at that moment.
    pub change: i64,
    /// Each environment that changed; as in [`PublishedAll`].
    pub deployments: Vec<PublishedPlace>,
    /// What is signed with what in the groups that changed.
    pub signers: HashMap<DeploymentId, SealedSigner>,
    /// Each key that changed; `None` when it is gone.
    pub keys: Vec<(AccessKeyId, Option<SealedKey>)>,
}

/// Everything, from one moment.
pub async fn all(store: &Store) -> Result<PublishedAll, StoreError> {
    let snapshot = store.snapshot().await?;
    let db = snapshot.executor();
    let change = changes::latest(&snapshot).await?;
    let deployments = live(&db, None).await?;
    let keys = with_owner().order_by_asc(access_keys::Column::Id).all(&db).await?;
    let keys = keys.into_iter().map(read_key).collect::<Result<_, _>>()?;
    let signers = backend_signatures::signers(&db, None).await?;
    Ok(PublishedAll { change, deployments, signers, keys })
}

/// What changed after `number` of the change feed, from one moment. `None` when the feed cannot tell
/// (see [`crate::changes::since`]): everything must be loaded again.
pub async fn since(store: &Store, number: i64) -> Result<Option<PublishedSince>, StoreError> {
    let snapshot = store.snapshot().await?;
    let Some(changes) = changes::since(&snapshot, number).await? else { return Ok(None) };
    let deployments = for_deployments(&snapshot, &changes.deployments).await?;
    let signers = signers_for(&snapshot, &changes.deployments).await?;
    let keys = for_keys(&snapshot, &changes.keys).await?;
    Ok(Some(PublishedSince { change: changes.latest, deployments, signers, keys }))
}

/// What is live in these environments, in this order.
pub async fn for_deployments(
    conn: &impl Connection,
    wanted: &[(ApiGroupId, Environment)],
) -> Result<Vec<PublishedPlace>, StoreError> {
    let db = conn.executor();
    let mut found = HashMap::new();
    for groups in groups_of(wanted).chunks(CHUNK) {
        for deployment in live(&db, Some(groups)).await? {
            found.insert((deployment.api_group_id.clone(), deployment.environment), deployment);
        }
    }
    Ok(wanted.iter().map(|place| (place.clone(), found.remove(place))).collect())
}

fn groups_of(places: &[(ApiGroupId, Environment)]) -> Vec<&str> {
    let groups: BTreeSet<&str> = places.iter().map(|(group, _)| group.as_str()).collect();
    groups.into_iter().collect()
}

/// What is signed with what in the groups of these environments.
async fn signers_for(
    conn: &impl Connection,
    wanted: &[(ApiGroupId, Environment)],
) -> Result<HashMap<DeploymentId, SealedSigner>, StoreError> {
    let db = conn.executor();
    let mut found = HashMap::new();
    for groups in groups_of(wanted).chunks(CHUNK) {
        found.extend(backend_signatures::signers(&db, Some(groups)).await?);
    }
    Ok(found)
}

/// These keys, in this order.
pub async fn for_keys(
    conn: &impl Connection,
    wanted: &[AccessKeyId],
) -> Result<Vec<(AccessKeyId, Option<SealedKey>)>, StoreError> {
    let db = conn.executor();
    let mut found = HashMap::new();
    for ids in wanted.chunks(CHUNK) {
        let some = access_keys::Column::Id.is_in(ids.iter().map(AccessKeyId::as_str));
        for row in with_owner().filter(some).all(&db).await? {
            let key = read_key(row)?;
            found.insert(key.id.clone(), key);
        }
    }
    Ok(wanted.iter().map(|id| (id.clone(), found.remove(id))).collect())
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: String,
    group_id: String,
    region: String,
    environment: String,
    revision_ordinal: i64,
    backend: String,
    content: String,
}

/// What is live of these groups, or of all.
async fn live(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<Vec<PublishedDeployment>, StoreError> {
    let of_groups = groups.map(|groups| deployments::Column::GroupId.is_in(groups.iter().copied()));
    let mut keys = bound_keys(db, of_groups.clone()).await?;
    let mut routes = backend_configs::by_place(db, groups).await?;
    let rows = with_content(of_groups).into_model::<Row>().all(db).await?;
    let published = rows.into_iter().map(|row| {
        let place = (
            parse("deployments.group_id", &row.group_id)?,
            parse("deployments.environment", &row.environment)?,
        );
        let routes = routes.remove(&place).unwrap_or_default();
        let (api_group_id, environment) = place;
        Ok(PublishedDeployment {
            api_group_id,
            region: parse("api_groups.region", &row.region)?,
            environment,
            revision: revision_number(row.revision_ordinal)?,
            content: from_json("contents.content", &row.content)?,
            backend: from_json("releases.backend", &row.backend)?,
            keys: keys.remove(&row.id).unwrap_or_default(),
            policies: DeploymentPolicies { routes, ..DeploymentPolicies::default() },
            id: parse("deployments.id", &row.id)?,
        })
    });
    published.collect()
}

fn with_content(of_groups: Option<SimpleExpr>) -> Select<deployments::Entity> {
    deployments::Entity::find()
        .join(JoinType::InnerJoin, deployments::Relation::ApiGroup.def())
        .join(JoinType::InnerJoin, deployments::Relation::Release.def())
        .join(JoinType::InnerJoin, releases::Relation::Content.def())
        .select_only()
        .columns([
            deployments::Column::Id,
            deployments::Column::GroupId,
            deployments::Column::Environment,
        ])
        .column(api_groups::Column::Region)
        .columns([releases::Column::RevisionOrdinal, releases::Column::Backend])
        .column(contents::Column::Content)
        .filter(Condition::all().add_option(of_groups))
        .order_by_asc(deployments::Column::Id)
}

/// The keys that are bound to each deployment, in their order.
async fn bound_keys(
    db: &impl ConnectionTrait,
    of_groups: Option<SimpleExpr>,
) -> Result<HashMap<String, Vec<AccessKeyId>>, StoreError> {
    let rows: Vec<(String, String)> = access_auth_bindings::Entity::find()
        .join(JoinType::InnerJoin, access_auth_bindings::Relation::AccessAuth.def())
        .join(JoinType::InnerJoin, access_auth_bindings::Relation::Deployment.def())
        .filter(access_auths::Column::Type.eq(AccessAuthType::AccessKey.as_str()))
        .filter(deployments::Column::ReleaseId.is_not_null())
        .filter(Condition::all().add_option(of_groups))
        .select_only()
        .column(deployments::Column::Id)
        .column(access_auths::Column::AccessKeyId)
        .order_by_asc(access_auths::Column::AccessKeyId)
        .into_tuple()
        .all(db)
        .await?;
    let mut keys: HashMap<String, Vec<AccessKeyId>> = HashMap::new();
    for (deployment, key) in rows {
        keys.entry(deployment).or_default().push(parse("access_auths.access_key_id", &key)?);
    }
    Ok(keys)
}

fn with_owner() -> SelectTwo<access_keys::Entity, accounts::Entity> {
    access_keys::Entity::find().find_also_related(accounts::Entity)
}

fn read_key(
    (row, owner): (access_keys::Model, Option<accounts::Model>),
) -> Result<SealedKey, StoreError> {
    let owner = owner.ok_or_else(|| StoreError::Corrupt("access_keys.owner_id".to_owned()))?;
    Ok(SealedKey {
        id: parse("access_keys.id", &row.id)?,
        owner: parse("accounts.id", &owner.id)?,
        pin: owner.email,
        api_key: row.api_key,
        secret: Sealed { key_id: row.key_id, bytes: row.secret },
    })
}
