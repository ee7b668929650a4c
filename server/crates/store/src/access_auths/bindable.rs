//! Deployments as what is bound to them sees them: which group, where, and what runs there.

use crate::{
    StoreError,
    deployments::revision_number,
    entity::{access_auth_bindings as bindings, api_groups, deployments, releases},
    query::parse,
};
use domain::{ApiGroupId, BindableDeployment, Environment};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Select,
};

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Place {
    pub(crate) deployment_id: String,
    group_id: String,
    group_name: String,
    region: String,
    environment: String,
    /// `None` while it is offline.
    revision_ordinal: Option<i64>,
}

impl Place {
    pub(crate) fn key(&self) -> Result<(ApiGroupId, Environment), StoreError> {
        let environment = parse("deployments.environment", &self.environment)?;
        Ok((parse("deployments.group_id", &self.group_id)?, environment))
    }

    pub(crate) fn read(&self) -> Result<BindableDeployment, StoreError> {
        let (api_group_id, environment) = self.key()?;
        Ok(BindableDeployment {
            deployment_id: parse("deployments.id", &self.deployment_id)?,
            api_group_id,
            group_name: self.group_name.clone(),
            region: parse("api_groups.region", &self.region)?,
            environment,
            revision: self.revision_ordinal.map(revision_number).transpose()?,
        })
    }
}

/// All deployments, for a [`Place`] each.
pub(crate) fn places() -> Select<deployments::Entity> {
    deployments::Entity::find()
        .join(JoinType::InnerJoin, deployments::Relation::ApiGroup.def())
        .join(JoinType::LeftJoin, deployments::Relation::Release.def())
        .select_only()
        .column_as(deployments::Column::Id, "deployment_id")
        .columns([deployments::Column::GroupId, deployments::Column::Environment])
        .column_as(api_groups::Column::Name, "group_name")
        .column(api_groups::Column::Region)
        .column(releases::Column::RevisionOrdinal)
}

/// What each of these authorizations is bound to.
pub(super) async fn of_auths(
    db: &impl ConnectionTrait,
    auths: &[&str],
) -> Result<Vec<(String, Place)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Bound {
        auth_id: String,
        #[sea_orm(nested)]
        place: Place,
    }
    let rows = places()
        .join_rev(JoinType::InnerJoin, bindings::Relation::Deployment.def())
        .column(bindings::Column::AuthId)
        .filter(bindings::Column::AuthId.is_in(auths.iter().copied()))
        .into_model::<Bound>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.auth_id, row.place)).collect())
}

/// By group name and environment.
pub(crate) fn in_order(mut places: Vec<BindableDeployment>) -> Vec<BindableDeployment> {
    places.sort_by(|a, b| {
        let key =
            |p: &BindableDeployment| (p.group_name.clone(), p.api_group_id.clone(), p.environment);
        key(a).cmp(&key(b))
    });
    places
}
