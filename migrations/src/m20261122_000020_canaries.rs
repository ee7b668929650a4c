//! Canaries of deployments, what each side served while one ran, and what the history says of them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        canaries(manager).await?;
        canary_traffic(manager).await?;
        let settings = text_null("canary").take();
        manager.alter_table(Table::alter().table("releases").add_column(settings).take()).await
    }
}

/// At most one a deployment.
async fn canaries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut deployment = ForeignKey::create();
    deployment
        .from("canaries", "deployment_id")
        .to("deployments", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let mut release = ForeignKey::create();
    release
        .from("canaries", "release_id")
        .to("releases", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("canaries")
        .col(text("deployment_id").primary_key())
        .col(text("release_id"))
        .col(text("settings"))
        .foreign_key(&mut deployment)
        .foreign_key(&mut release)
        .take();
    manager.create_table(table).await?;
    let release =
        Index::create().name("canaries_release").table("canaries").col("release_id").take();
    manager.create_index(release).await
}

/// By minute, all APIs together.
async fn canary_traffic(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = ForeignKey::create();
    group
        .from("canary_traffic", "group_id")
        .to("api_groups", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("canary_traffic")
        .col(text("group_id"))
        // No foreign key: what was served may be told after its release is gone.
        .col(text("release_id"))
        .col(big_integer("at"))
        .col(big_integer("requests"))
        .col(big_integer("successes"))
        .col(big_integer("client_errors"))
        .col(big_integer("server_errors"))
        .col(big_integer("bytes_in"))
        .col(big_integer("bytes_out"))
        .col(big_integer("latency_sum_us"))
        .col(text("latencies"))
        .primary_key(Index::create().col("group_id").col("release_id").col("at"))
        .foreign_key(&mut group)
        .take();
    manager.create_table(table).await?;
    let age = Index::create().name("canary_traffic_age").table("canary_traffic").col("at").take();
    manager.create_index(age).await
}
