//! Providers' keys that the gateway signs with.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "backend_signatures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub owner_id: String,
    pub access_key: String,
    pub description: String,
    pub search_text: String,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The key, if it is still there.
    #[sea_orm(
        belongs_to = "super::platform_keys::Entity",
        from = "Column::AccessKey",
        to = "super::platform_keys::Column::AccessKey"
    )]
    PlatformKey,
}

impl ActiveModelBehavior for ActiveModel {}
