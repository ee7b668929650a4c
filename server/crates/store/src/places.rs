//! Deployments as what is bound to them sees them: which group, where, and what runs there.

use crate::{
    StoreError,
    deployments::revision_number,
    entity::{api_groups, deployments, releases},
    query::parse,
};
use domain::{ApiGroupId, BindableDeployment, Environment};
use sea_orm::{EntityTrait, FromQueryResult, JoinType, QuerySelect, RelationTrait, Select};

/// Which group, where, and what runs there.
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
    /// Which place it is.
    pub(crate) fn key(&self) -> Result<(ApiGroupId, Environment), StoreError> {
        let environment = parse("deployments.environment", &self.environment)?;
        Ok((parse("deployments.group_id", &self.group_id)?, environment))
    }

    /// As the transfer list shows it.
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

/// By group name and environment.
pub(crate) fn in_order(mut places: Vec<BindableDeployment>) -> Vec<BindableDeployment> {
    places.sort_by(|a, b| {
        let key =
            |p: &BindableDeployment| (p.group_name.clone(), p.api_group_id.clone(), p.environment);
        key(a).cmp(&key(b))
    });
    places
}
