//! Groups whose callers are checked by JSON Web Tokens, and the secrets that they share with issuers.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["api_groups", "contents"] {
            // JSON; empty where tokens are not looked at.
            let column = text("jwt").default("").take();
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        jwt_secrets(manager).await
    }
}

/// A row is never changed: another secret is another row, because releases name the one that they were made with.
async fn jwt_secrets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group
        .from("jwt_secrets", "group_id")
        .to("api_groups", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("jwt_secrets")
        .col(text("id").primary_key())
        .col(text("group_id"))
        .col(text("key_id"))
        .col(blob("secret"))
        .col(big_integer("created_at"))
        .foreign_key(&mut group)
        .take();
    manager.create_table(table).await?;
    let group =
        Index::create().name("jwt_secrets_group").table("jwt_secrets").col("group_id").take();
    manager.create_index(group).await
}
