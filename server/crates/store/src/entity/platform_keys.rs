//! AK/SK pairs of accounts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "platform_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub access_key: String,
    pub owner_id: String,
    pub key_id: String,
    pub secret: Vec<u8>,
    pub created_at: i64,
    pub enabled: bool,
    pub description: String,
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
