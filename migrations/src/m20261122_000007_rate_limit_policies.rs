//! Rate limit policies, and what policies of every kind are bound to.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rate_limit_policies(manager).await?;
        policy_bindings(manager).await
    }
}

async fn rate_limit_policies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("rate_limit_policies")
        .col(text("id").primary_key())
        .col(text("owner_id"))
        .col(text("region"))
        .col(text("name"))
        .col(text("description"))
        .col(text("time_unit"))
        .col(big_integer("group_limit"))
        .col(big_integer_null("access_key_limit"))
        .col(big_integer_null("api_limit"))
        .col(big_integer_null("address_limit"))
        .col(text("search_text"))
        .col(big_integer("created_at"))
        .foreign_key(
            ForeignKey::create().from("rate_limit_policies", "owner_id").to("accounts", "id"),
        )
        .take();
    manager.create_table(table).await?;
    let mut name =
        Index::create().name("rate_limit_policies_name_unique").table("rate_limit_policies").take();
    name.col("owner_id").col("region").col("name").unique();
    manager.create_index(name).await
}

/// A deployment has at most one policy of each kind. `policy_id` has no foreign key: by the kind, it names policies of
/// several tables.
async fn policy_bindings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("policy_bindings")
        .col(text("deployment_id"))
        .col(text("kind"))
        .col(text("policy_id"))
        .col(big_integer("bound_at"))
        .primary_key(Index::create().col("deployment_id").col("kind"))
        .foreign_key(
            ForeignKey::create()
                .from("policy_bindings", "deployment_id")
                .to("deployments", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take();
    manager.create_table(table).await?;
    let mut policy = Index::create().name("policy_bindings_policy").table("policy_bindings").take();
    policy.col("policy_id");
    manager.create_index(policy).await
}
