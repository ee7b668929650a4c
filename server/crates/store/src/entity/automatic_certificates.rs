//! Domains whose certificates come by themselves.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automatic_certificates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: String,
    pub next_at: i64,
    pub claimed_by: Option<String>,
    pub claimed_until: Option<i64>,
    pub failures: i32,
    pub last_failure: Option<String>,
    pub challenge: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::user_domains::Entity",
        from = "Column::DomainId",
        to = "super::user_domains::Column::Id"
    )]
    Domain,
}

impl Related<super::user_domains::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Domain.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
