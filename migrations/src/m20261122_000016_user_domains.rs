//! Custom domains of groups, with their certificates.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob_null, boolean, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut group = ForeignKey::create();
        group
            .from("user_domains", "group_id")
            .to("api_groups", "id")
            .on_delete(ForeignKeyAction::Cascade);
        let table = Table::create()
            .table("user_domains")
            .col(text("id").primary_key())
            .col(text("group_id"))
            .col(text("domain"))
            // The domain again once it is verified: many may claim a name, and one has it.
            .col(text_null("served_domain"))
            .col(text("environment"))
            .col(text("state"))
            .col(text("token"))
            .col(boolean("redirect_http"))
            .col(text_null("certificate"))
            .col(text_null("chain"))
            .col(text_null("key_id"))
            .col(blob_null("private_key"))
            .col(big_integer("created_at"))
            .foreign_key(&mut group)
            .take();
        manager.create_table(table).await?;
        let mut name =
            Index::create().name("user_domains_name_unique").table("user_domains").take();
        name.col("group_id").col("domain").unique();
        manager.create_index(name).await?;
        let mut served =
            Index::create().name("user_domains_served_unique").table("user_domains").take();
        served.col("served_domain").unique();
        manager.create_index(served).await
    }
}
