//! Certificates that come by themselves: the accounts at authorities, and how each domain stands; and why an operator refused
//! a domain.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, integer, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let refusal = Table::alter().table("user_domains").add_column(text_null("refusal")).take();
        manager.alter_table(refusal).await?;
        let accounts = Table::create()
            .table("acme_accounts")
            // The address of the authority's directory.
            .col(text("directory").primary_key())
            .col(text("key_id"))
            .col(blob("credentials"))
            .col(big_integer("created_at"))
            .take();
        manager.create_table(accounts).await?;
        automatic_certificates(manager).await
    }
}

/// A row is there for each domain whose certificate comes by itself. Who works on one has claimed it until some moment.
async fn automatic_certificates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut domain = ForeignKey::create();
    domain
        .from("automatic_certificates", "domain_id")
        .to("user_domains", "id")
        .on_delete(ForeignKeyAction::Cascade);
    let table = Table::create()
        .table("automatic_certificates")
        .col(text("domain_id").primary_key())
        .col(big_integer("next_at"))
        .col(text_null("claimed_by"))
        .col(big_integer_null("claimed_until"))
        .col(integer("failures"))
        // JSON.
        .col(text_null("last_failure"))
        // JSON: what the authority is to be answered.
        .col(text_null("challenge"))
        .foreign_key(&mut domain)
        .take();
    manager.create_table(table).await
}
