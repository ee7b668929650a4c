//! All that the gateway must know, in few queries and from one moment.

use crate::{
    Connection, Sealed, Store, StoreError,
    access_auths::caller,
    backend_configs,
    backend_signatures::{self, SealedSigner},
    canaries, changes,
    connection::private::Executor,
    deployments::revision_number,
    entity::{access_auth_bindings, access_auths, api_groups, contents, deployments, releases},
    ip_policies, jwt_secrets,
    query::{CHUNK, from_json, parse},
    rate_limit_policies,
    user_domains::{self, SealedDomains},
};
use domain::{
    ApiGroupId, CallerId, DeploymentId, DeploymentPolicies, Environment, JwtSecretId, KeyId,
    PublishedDeployment,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select, sea_query::SimpleExpr,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

mod kept;
mod keys;

pub use keys::{SealedKey, for_keys, keys_of};

/// Everything that is published, and all keys. Secrets are encrypted, so that it can lie in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedAll {
    /// The number of the change feed at that moment.
    pub change: i64,
    /// What is live; without the keys that forwarded requests are signed with, as these are encrypted.
    pub deployments: Vec<PublishedDeployment>,
    /// Those keys, by deployment.
    #[serde(with = "kept::pairs")]
    pub signers: HashMap<DeploymentId, SealedSigner>,
    /// The verified domains; these are not in the deployments, as their keys are encrypted.
    #[serde(with = "kept::pairs")]
    pub domains: SealedDomains,
    /// Secrets that tokens are verified with, by what contents name them by.
    #[serde(with = "kept::pairs")]
    pub jwt_secrets: HashMap<JwtSecretId, Sealed>,
    /// All keys that can be used, bound or not, so that a known key that is not bound can be told from an unknown one.
    pub keys: Vec<SealedKey>,
}

/// A group in an environment, and what is live there; `None` when it is offline or gone.
pub type PublishedPlace = ((ApiGroupId, Environment), Option<PublishedDeployment>);

/// What became of everything that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedSince {
    /// The number of the change feed at that moment.
    pub change: i64,
    /// Each environment that changed; as in [`PublishedAll`].
    pub deployments: Vec<PublishedPlace>,
    /// What is signed with what in the groups that changed.
    #[serde(with = "kept::pairs")]
    pub signers: HashMap<DeploymentId, SealedSigner>,
    /// The verified domains of the groups that changed.
    #[serde(with = "kept::pairs")]
    pub domains: SealedDomains,
    /// Secrets of these groups that tokens are verified with.
    #[serde(with = "kept::pairs")]
    pub jwt_secrets: HashMap<JwtSecretId, Sealed>,
    /// Each key that changed; `None` when it cannot be used (any more).
    pub keys: Vec<(KeyId, Option<SealedKey>)>,
}

/// Everything, from one moment.
pub async fn all(store: &Store) -> Result<PublishedAll, StoreError> {
    let snapshot = store.snapshot().await?;
    let db = snapshot.executor();
    let change = changes::latest(&snapshot).await?;
    let deployments = live(&db, None).await?;
    let keys = keys::all(&db).await?;
    let signers = backend_signatures::signers(&db, None).await?;
    let domains = user_domains::by_place(&db, None).await?;
    let jwt_secrets = jwt_secrets::of_groups(&db, None).await?;
    Ok(PublishedAll { change, deployments, signers, domains, jwt_secrets, keys })
}

/// What changed after `number` of the change feed, from one moment. `None` when the feed cannot tell
/// (see [`crate::changes::since`]): everything must be loaded again.
pub async fn since(store: &Store, number: i64) -> Result<Option<PublishedSince>, StoreError> {
    let snapshot = store.snapshot().await?;
    let Some(changes) = changes::since(&snapshot, number).await? else { return Ok(None) };
    let deployments = for_deployments(&snapshot, &changes.deployments).await?;
    let signers = signers_for(&snapshot, &changes.deployments).await?;
    let domains = domains_for(&snapshot, &changes.deployments).await?;
    let keys = for_keys(&snapshot, &changes.keys).await?;
    let jwt_secrets = jwt_secrets_for(&snapshot, &changes.deployments).await?;
    let change = changes.latest;
    Ok(Some(PublishedSince { change, deployments, signers, domains, jwt_secrets, keys }))
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

/// The verified domains of the groups of these environments.
async fn domains_for(
    conn: &impl Connection,
    wanted: &[(ApiGroupId, Environment)],
) -> Result<SealedDomains, StoreError> {
    let db = conn.executor();
    let mut found = SealedDomains::new();
    for groups in groups_of(wanted).chunks(CHUNK) {
        found.extend(user_domains::by_place(&db, Some(groups)).await?);
    }
    Ok(found)
}

/// The secrets of the groups of these environments that tokens are verified with.
async fn jwt_secrets_for(
    conn: &impl Connection,
    wanted: &[(ApiGroupId, Environment)],
) -> Result<HashMap<JwtSecretId, Sealed>, StoreError> {
    let db = conn.executor();
    let mut found = HashMap::new();
    for groups in groups_of(wanted).chunks(CHUNK) {
        found.extend(jwt_secrets::of_groups(&db, Some(groups)).await?);
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: String,
    group_id: String,
    region: String,
    environment: String,
    release_id: String,
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
    let mut callers = bound_callers(db, of_groups.clone()).await?;
    let mut routes = backend_configs::by_place(db, groups).await?;
    let mut canaries = canaries::published(db, of_groups.clone()).await?;
    let rows = with_content(of_groups).into_model::<Row>().all(db).await?;
    let mut policies = policies(db, &rows).await?;
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
            release_id: parse("deployments.release_id", &row.release_id)?,
            revision: revision_number(row.revision_ordinal)?,
            content: from_json("contents.content", &row.content)?,
            backend: from_json("releases.backend", &row.backend)?,
            callers: callers.remove(&row.id).unwrap_or_default(),
            canary: canaries.remove(&row.id).map(Box::new),
            policies: DeploymentPolicies { routes, ..policies.remove(&row.id).unwrap_or_default() },
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
            deployments::Column::ReleaseId,
        ])
        .column(api_groups::Column::Region)
        .columns([releases::Column::RevisionOrdinal, releases::Column::Backend])
        .column(contents::Column::Content)
        .filter(Condition::all().add_option(of_groups))
        .order_by_asc(deployments::Column::Id)
}

/// The policies that are bound to each of these.
async fn policies(
    db: &impl ConnectionTrait,
    rows: &[Row],
) -> Result<HashMap<String, DeploymentPolicies>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut found: HashMap<String, DeploymentPolicies> = HashMap::new();
    for (id, limits) in rate_limit_policies::of_deployments(db, &ids).await? {
        found.entry(id).or_default().rate_limits = Some(limits);
    }
    for (id, rules) in ip_policies::of_deployments(db, &ids).await? {
        found.entry(id).or_default().ip_rules = Some(rules);
    }
    Ok(found)
}

/// Who is bound to each deployment, in their order.
async fn bound_callers(
    db: &impl ConnectionTrait,
    of_groups: Option<SimpleExpr>,
) -> Result<HashMap<String, Vec<CallerId>>, StoreError> {
    let rows: Vec<(String, String, String)> = access_auth_bindings::Entity::find()
        .join(JoinType::InnerJoin, access_auth_bindings::Relation::AccessAuth.def())
        .join(JoinType::InnerJoin, access_auth_bindings::Relation::Deployment.def())
        .filter(deployments::Column::ReleaseId.is_not_null())
        .filter(Condition::all().add_option(of_groups))
        .select_only()
        .column(deployments::Column::Id)
        .columns([access_auths::Column::Type, access_auths::Column::AccessKeyId])
        .order_by_asc(access_auths::Column::Type)
        .order_by_asc(access_auths::Column::AccessKeyId)
        .into_tuple()
        .all(db)
        .await?;
    let mut callers: HashMap<String, Vec<CallerId>> = HashMap::new();
    for (deployment, r#type, reference) in rows {
        callers.entry(deployment).or_default().push(caller(&r#type, &reference)?);
    }
    Ok(callers)
}
