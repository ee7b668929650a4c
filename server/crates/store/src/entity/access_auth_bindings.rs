//! What authorizations are bound to.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_auth_bindings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub auth_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub deployment_id: String,
    pub bound_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::access_auths::Entity",
        from = "Column::AuthId",
        to = "super::access_auths::Column::Id"
    )]
    AccessAuth,
    #[sea_orm(
        belongs_to = "super::deployments::Entity",
        from = "Column::DeploymentId",
        to = "super::deployments::Column::Id"
    )]
    Deployment,
}

impl ActiveModelBehavior for ActiveModel {}
