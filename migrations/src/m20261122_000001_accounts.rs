//! Accounts, their sessions and platform keys, and the audit log.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        sessions(manager).await?;
        platform_keys(manager).await?;
        audit_log(manager).await
    }
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("accounts")
        .col(text("id").primary_key())
        .col(text("email"))
        .col(text("password_hash"))
        .col(text("role"))
        .col(text("state"))
        .col(big_integer("session_epoch"))
        .col(big_integer("created_at"))
        .take();
    manager.create_table(table).await?;
    let email = Index::create()
        .name("accounts_email_unique")
        .table("accounts")
        .col("email")
        .unique()
        .take();
    manager.create_index(email).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sessions")
        .col(text("id").primary_key())
        .col(blob("data"))
        .col(big_integer("expires_at"))
        .take();
    manager.create_table(table).await?;
    let expiry =
        Index::create().name("sessions_expires_at").table("sessions").col("expires_at").take();
    manager.create_index(expiry).await
}

async fn platform_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut owner = ForeignKey::create();
    owner
        .from("platform_keys", "owner_id")
        .to("accounts", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("platform_keys")
        .col(text("access_key").primary_key())
        .col(text("owner_id"))
        .col(text("key_id"))
        .col(blob("secret"))
        .col(big_integer("created_at"))
        .foreign_key(&mut owner)
        .take();
    manager.create_table(table).await?;
    let owner =
        Index::create().name("platform_keys_owner").table("platform_keys").col("owner_id").take();
    manager.create_index(owner).await
}

/// Without foreign keys: it outlives what it tells of.
async fn audit_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("audit_log")
        .col(big_integer("id").auto_increment().primary_key())
        .col(text_null("account_id"))
        .col(text("verb"))
        .col(text("object_kind"))
        .col(text("object_id"))
        .col(big_integer("at"))
        .take();
    manager.create_table(table).await?;
    let object = Index::create()
        .name("audit_log_object")
        .table("audit_log")
        .col("object_kind")
        .col("object_id")
        .take();
    manager.create_index(object).await
}
