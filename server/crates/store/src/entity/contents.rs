//! What releases serve.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub prefix: String,
    pub auth_type: String,
    pub strip_prefix: bool,
    pub strict_signatures: bool,
    pub answers: String,
    pub jwt: String,
    pub validation: String,
    pub apis_hash: String,
    pub content: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
