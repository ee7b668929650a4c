//! Callers' keys, and providers' authorizations of them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        access_keys(manager).await?;
        access_auths(manager).await?;
        access_auth_bindings(manager).await
    }
}

async fn access_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("access_keys")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("name"))
        .col(text("description"))
        .col(text("api_key"))
        .col(text("key_id"))
        .col(blob("secret"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .foreign_key(ForeignKey::create().from("access_keys", "owner_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    let mut api_key =
        Index::create().name("access_keys_api_key_unique").table("access_keys").take();
    api_key.col("api_key").unique();
    manager.create_index(api_key).await?;
    let mut name = Index::create().name("access_keys_name_unique").table("access_keys").take();
    name.col("owner_id").col("name").unique();
    manager.create_index(name).await
}

/// `access_key_id` has no foreign key: by the type, it will also name keys of other tables.
async fn access_auths(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("access_auths")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("type"))
        .col(text("access_key_id"))
        .col(text("description"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .foreign_key(ForeignKey::create().from("access_auths", "owner_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    let mut key = Index::create().name("access_auths_key_unique").table("access_auths").take();
    key.col("owner_id").col("type").col("access_key_id").unique();
    manager.create_index(key).await?;
    let mut of_key = Index::create().name("access_auths_access_key").table("access_auths").take();
    of_key.col("access_key_id");
    manager.create_index(of_key).await
}

async fn access_auth_bindings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let part_of = |column: &'static str, table: &'static str| {
        ForeignKey::create()
            .from("access_auth_bindings", column)
            .to(table, "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()
    };
    let table = Table::create()
        .table("access_auth_bindings")
        .col(text("auth_id"))
        .col(text("deployment_id"))
        .col(big_integer("bound_at"))
        .primary_key(Index::create().col("auth_id").col("deployment_id"))
        .foreign_key(&mut part_of("auth_id", "access_auths"))
        .foreign_key(&mut part_of("deployment_id", "deployments"))
        .take();
    manager.create_table(table).await?;
    let mut deployment = Index::create()
        .name("access_auth_bindings_deployment")
        .table("access_auth_bindings")
        .take();
    deployment.col("deployment_id");
    manager.create_index(deployment).await
}
