//! Custom domains of groups, with their certificates.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_domains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub group_id: String,
    pub domain: String,
    pub served_domain: Option<String>,
    pub environment: String,
    pub state: String,
    pub token: String,
    pub redirect_http: bool,
    pub certificate: Option<String>,
    pub chain: Option<String>,
    pub key_id: Option<String>,
    pub private_key: Option<Vec<u8>>,
    pub refusal: Option<String>,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::deployments::Entity",
        from = "(Column::GroupId, Column::Environment)",
        to = "(super::deployments::Column::GroupId, super::deployments::Column::Environment)"
    )]
    Deployment,
}

impl ActiveModelBehavior for ActiveModel {}
