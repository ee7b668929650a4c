//! APIs of revisions.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "apis")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision_ordinal: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub api_id: String,
    pub name: String,
    pub method: String,
    pub path: String,
    pub path_shape: String,
    pub definition: String,
    pub definition_hash: String,
    pub search_text: String,
    pub updated_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
