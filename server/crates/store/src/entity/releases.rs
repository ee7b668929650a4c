//! The history of environments.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "releases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub group_id: String,
    pub environment: String,
    pub sequence: i64,
    pub action: String,
    pub revision_ordinal: i64,
    pub note: String,
    pub backend: String,
    pub description: String,
    pub account_email: String,
    pub at: i64,
    pub content_hash: String,
    pub previous_content_hash: Option<String>,
    pub difference: String,
    pub search_text: String,
    pub canary: Option<String>,
    pub published_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::contents::Entity",
        from = "(Column::GroupId, Column::ContentHash)",
        to = "(super::contents::Column::GroupId, super::contents::Column::Hash)"
    )]
    Content,
    /// The revision it was made from, if that is still there.
    #[sea_orm(
        belongs_to = "super::revisions::Entity",
        from = "(Column::GroupId, Column::RevisionOrdinal)",
        to = "(super::revisions::Column::GroupId, super::revisions::Column::Ordinal)"
    )]
    Revision,
    /// The deployment that it is live in.
    #[sea_orm(has_one = "super::deployments::Entity")]
    Deployment,
}

impl Related<super::deployments::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Deployment.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
