//! Subscription keys of callers, platform keys that can be disabled, and groups whose signatures are checked strictly.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, boolean, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        subscription_keys(manager).await?;
        add(manager, "platform_keys", boolean("enabled").default(true).take()).await?;
        add(manager, "platform_keys", text("description").default("").take()).await?;
        for table in ["api_groups", "contents"] {
            add(manager, table, boolean("strict_signatures").default(false).take()).await?;
        }
        Ok(())
    }
}

async fn subscription_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("subscription_keys")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("name"))
        .col(text("description"))
        .col(text("key_id"))
        .col(blob("secret"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .foreign_key(
            ForeignKey::create().from("subscription_keys", "owner_id").to("accounts", "id"),
        )
        .take();
    manager.create_table(table).await?;
    let mut name =
        Index::create().name("subscription_keys_name_unique").table("subscription_keys").take();
    name.col("owner_id").col("name").unique();
    manager.create_index(name).await
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column).take()).await
}
