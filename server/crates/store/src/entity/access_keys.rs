//! Callers' keys.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub owner_id: String,
    pub name: String,
    pub description: String,
    pub api_key: String,
    pub key_id: String,
    pub secret: Vec<u8>,
    pub search_text: String,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::accounts::Entity",
        from = "Column::OwnerId",
        to = "super::accounts::Column::Id"
    )]
    Owner,
}

impl ActiveModelBehavior for ActiveModel {}
