//! API groups.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub owner_id: String,
    pub region: String,
    pub name: String,
    pub description: String,
    pub prefix: String,
    pub auth_type: String,
    pub strip_prefix: bool,
    pub strict_signatures: bool,
    pub answers: String,
    pub jwt: String,
    pub validation: String,
    pub search_text: String,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
