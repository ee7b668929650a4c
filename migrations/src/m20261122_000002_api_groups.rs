//! API groups, their revisions, and the APIs of each revision.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        api_groups(manager).await?;
        revisions(manager).await?;
        apis(manager).await
    }
}

async fn api_groups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("api_groups")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("region"))
        .col(text("name"))
        .col(text("description"))
        .col(text("prefix"))
        .col(text("auth_type"))
        .col(boolean("strip_prefix"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(ForeignKey::create().from("api_groups", "owner_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    let name = Index::create()
        .name("api_groups_name_unique")
        .table("api_groups")
        .col("owner_id")
        .col("region")
        .col("name")
        .unique()
        .take();
    manager.create_index(name).await
}

async fn revisions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group.from("revisions", "group_id").to("api_groups", "id").on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("revisions")
        .col(text("group_id"))
        // The number as one whole number with the same order; `number` is how it is written.
        .col(big_integer("ordinal"))
        .col(text("number"))
        .col(text("note"))
        .col(big_integer_null("based_on"))
        .col(big_integer("api_count"))
        .col(text("apis_hash"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .col(big_integer("revised_at"))
        .primary_key(Index::create().col("group_id").col("ordinal"))
        .foreign_key(&mut group)
        .take();
    manager.create_table(table).await
}

async fn apis(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut revision = ForeignKey::create();
    revision
        .from("apis", ("group_id", "revision_ordinal"))
        .to("revisions", ("group_id", "ordinal"))
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("apis")
        .col(text("group_id"))
        .col(big_integer("revision_ordinal"))
        .col(text("api_id"))
        .col(text("name"))
        .col(text("method"))
        .col(text("path"))
        .col(text("path_shape"))
        .col(text("definition"))
        .col(text("definition_hash"))
        .col(text("search_text"))
        .col(big_integer("updated_at"))
        .primary_key(Index::create().col("group_id").col("revision_ordinal").col("api_id"))
        .foreign_key(&mut revision)
        .take();
    manager.create_table(table).await?;
    let mut name = Index::create().name("apis_name_unique").table("apis").take();
    name.col("group_id").col("revision_ordinal").col("name").unique();
    manager.create_index(name).await?;
    let mut route = Index::create().name("apis_route_unique").table("apis").take();
    route.col("group_id").col("revision_ordinal").col("method").col("path_shape").unique();
    manager.create_index(route).await
}
