//! Backend configs: the rules of dynamic routing, by group and environment.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut group = ForeignKey::create();
        group
            .from("backend_configs", "group_id")
            .to("api_groups", "id")
            .on_delete(ForeignKeyAction::Cascade);
        let table = Table::create()
            .table("backend_configs")
            .col(text("id").primary_key())
            .col(text("group_id"))
            .col(text("environment"))
            .col(big_integer("sort"))
            .col(text("header_params"))
            .col(text("query_params"))
            .col(text("backend"))
            .col(text("description"))
            .col(big_integer("created_at"))
            .foreign_key(&mut group)
            .take();
        manager.create_table(table).await?;
        let mut place =
            Index::create().name("backend_configs_place").table("backend_configs").take();
        place.col("group_id").col("environment").col("sort");
        manager.create_index(place).await
    }
}
