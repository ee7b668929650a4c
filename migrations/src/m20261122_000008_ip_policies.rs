//! IP policies. What they are bound to stands beside the other policies' bindings.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `ranges`: a JSON list of addresses and networks.
        let table = Table::create()
            .table("ip_policies")
            .col(text("id").primary_key())
            .col(text("owner_id"))
            .col(text("region"))
            .col(text("name"))
            .col(text("description"))
            .col(text("action"))
            .col(text("ranges"))
            .col(text("search_text"))
            .col(big_integer("created_at"))
            .foreign_key(ForeignKey::create().from("ip_policies", "owner_id").to("accounts", "id"))
            .take();
        manager.create_table(table).await?;
        let mut name = Index::create().name("ip_policies_name_unique").table("ip_policies").take();
        name.col("owner_id").col("region").col("name").unique();
        manager.create_index(name).await
    }
}
