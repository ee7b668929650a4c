//! What the gateway signs with, by deployment.

use crate::{
    Sealed, StoreError,
    entity::{
        backend_signature_bindings as bindings,
        backend_signatures::{self, Column, Relation},
        deployments, platform_keys,
    },
    query::parse,
};
use domain::DeploymentId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect, RelationTrait,
    sea_query::{Expr, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A platform key that forwarded requests are signed with, its SecretKey encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSigner {
    /// The AccessKey.
    pub access_key: String,
    /// The SecretKey.
    pub secret: Sealed,
}

#[derive(FromQueryResult)]
struct Row {
    deployment_id: String,
    access_key: String,
    key_id: String,
    secret: Vec<u8>,
}

/// What is signed with what, of these groups or of all. Bindings whose key is missing or disabled are left out.
pub(crate) async fn signers(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<HashMap<DeploymentId, SealedSigner>, StoreError> {
    let of_groups: Option<SimpleExpr> =
        groups.map(|groups| deployments::Column::GroupId.is_in(groups.iter().copied()));
    let rows = bindings::Entity::find()
        .join(JoinType::InnerJoin, bindings::Relation::Deployment.def())
        .join(JoinType::InnerJoin, bindings::Relation::BackendSignature.def())
        .join(JoinType::InnerJoin, Relation::PlatformKey.def())
        .filter(deployments::Column::ReleaseId.is_not_null())
        .filter(usable())
        .filter(Condition::all().add_option(of_groups))
        .select_only()
        .column(bindings::Column::DeploymentId)
        .columns([
            platform_keys::Column::AccessKey,
            platform_keys::Column::KeyId,
            platform_keys::Column::Secret,
        ])
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let id = parse("backend_signature_bindings.deployment_id", &row.deployment_id)?;
            let secret = Sealed { key_id: row.key_id, bytes: row.secret };
            Ok((id, SealedSigner { access_key: row.access_key, secret }))
        })
        .collect()
}

/// The key is enabled and belongs to whom the backend signature belongs to.
pub(super) fn usable() -> SimpleExpr {
    Expr::col((platform_keys::Entity, platform_keys::Column::OwnerId))
        .eq(Expr::col((backend_signatures::Entity, Column::OwnerId)))
        .and(platform_keys::Column::Enabled.eq(true))
}
