//! Backend signatures, and what they are bound to.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend_signatures(manager).await?;
        backend_signature_bindings(manager).await
    }
}

/// `access_key` has no foreign key: a platform key can be deleted at once, and its signatures tell that it is missing.
async fn backend_signatures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("backend_signatures")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("access_key"))
        .col(text("description"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .foreign_key(
            ForeignKey::create().from("backend_signatures", "owner_id").to("accounts", "id"),
        )
        .take();
    manager.create_table(table).await?;
    let mut key =
        Index::create().name("backend_signatures_key_unique").table("backend_signatures").take();
    key.col("owner_id").col("access_key").unique();
    manager.create_index(key).await?;
    let mut of_key =
        Index::create().name("backend_signatures_access_key").table("backend_signatures").take();
    of_key.col("access_key");
    manager.create_index(of_key).await
}

/// A deployment has at most one: it is the primary key.
async fn backend_signature_bindings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let part_of = |column: &'static str, table: &'static str| {
        ForeignKey::create()
            .from("backend_signature_bindings", column)
            .to(table, "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()
    };
    let table = Table::create()
        .table("backend_signature_bindings")
        .col(text("deployment_id").primary_key())
        .col(text("signature_id"))
        .col(big_integer("bound_at"))
        .foreign_key(&mut part_of("deployment_id", "deployments"))
        .foreign_key(&mut part_of("signature_id", "backend_signatures"))
        .take();
    manager.create_table(table).await?;
    let mut signature = Index::create()
        .name("backend_signature_bindings_signature")
        .table("backend_signature_bindings")
        .take();
    signature.col("signature_id");
    manager.create_index(signature).await
}
