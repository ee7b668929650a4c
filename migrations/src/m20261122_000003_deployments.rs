//! Deployments, the releases that are their history, and what releases serve.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        contents(manager).await?;
        releases(manager).await?;
        deployments(manager).await
    }
}

/// What a release serves. Publishing the same again finds it here by its hash.
async fn contents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group.from("contents", "group_id").to("api_groups", "id").on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("contents")
        .col(text("group_id"))
        .col(text("hash"))
        .col(text("prefix"))
        .col(text("auth_type"))
        .col(boolean("strip_prefix"))
        .col(text("apis_hash"))
        .col(text("content"))
        .primary_key(Index::create().col("group_id").col("hash"))
        .foreign_key(&mut group)
        .take();
    manager.create_table(table).await
}

async fn releases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group.from("releases", "group_id").to("api_groups", "id").on_delete(ForeignKeyAction::Cascade);
    let content = |column: &'static str| {
        ForeignKey::create()
            .from("releases", ("group_id", column))
            .to("contents", ("group_id", "hash"))
            .on_delete(ForeignKeyAction::Cascade)
            .take()
    };
    let table = Table::create()
        .table("releases")
        .col(text("id").primary_key())
        .col(text("group_id"))
        .col(text("environment"))
        // Counts up in its environment: the order of the history.
        .col(big_integer("sequence"))
        .col(text("action"))
        .col(big_integer("revision_ordinal"))
        .col(text("note"))
        .col(text("backend"))
        .col(text("description"))
        .col(text("account_email"))
        .col(big_integer("at"))
        .col(text("content_hash"))
        .col(text_null("previous_content_hash"))
        .col(text("difference"))
        .col(text("search_text"))
        .foreign_key(&mut group)
        .foreign_key(&mut content("content_hash"))
        .foreign_key(&mut content("previous_content_hash"))
        .take();
    manager.create_table(table).await?;
    let mut order = Index::create().name("releases_sequence_unique").table("releases").take();
    order.col("group_id").col("environment").col("sequence").unique();
    manager.create_index(order).await?;
    for column in ["content_hash", "previous_content_hash"] {
        let name = format!("releases_{column}");
        let index = Index::create().name(name).table("releases").col("group_id").col(column).take();
        manager.create_index(index).await?;
    }
    Ok(())
}

/// A row stays when its environment goes offline: what is bound to it stays bound.
async fn deployments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group
        .from("deployments", "group_id")
        .to("api_groups", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let mut release = ForeignKey::create();
    release
        .from("deployments", "release_id")
        .to("releases", "id")
        .on_delete(ForeignKeyAction::SetNull);
    let table = Table::create()
        .table("deployments")
        .col(text("id").primary_key())
        .col(text("group_id"))
        .col(text("environment"))
        .col(text_null("release_id"))
        .foreign_key(&mut group)
        .foreign_key(&mut release)
        .take();
    manager.create_table(table).await?;
    let mut environment =
        Index::create().name("deployments_environment_unique").table("deployments").take();
    environment.col("group_id").col("environment").unique();
    manager.create_index(environment).await?;
    let release =
        Index::create().name("deployments_release").table("deployments").col("release_id").take();
    manager.create_index(release).await
}
