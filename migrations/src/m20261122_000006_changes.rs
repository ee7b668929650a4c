//! The change feed, and the rows that writers hold to go one after another.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        changes(manager).await?;
        turns(manager).await
    }
}

/// No foreign keys: a change also tells that something is gone.
async fn changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("changes")
        // Given out by the row `changes` of `turns`, not by a sequence: sequences can commit out of order.
        .col(big_integer("id").primary_key())
        .col(text("kind"))
        .col(text_null("group_id"))
        .col(text_null("environment"))
        .col(text_null("access_key_id"))
        .col(big_integer("at"))
        .take();
    manager.create_table(table).await?;
    let age = Index::create().name("changes_at").table("changes").col("at").take();
    manager.create_index(age).await
}

async fn turns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("turns")
        .col(text("name").primary_key())
        .col(big_integer("number"))
        .take();
    manager.create_table(table).await?;
    let mut rows = Query::insert();
    rows.into_table("turns").columns(["name", "number"]);
    for name in ["accounts", "changes", "traffic"] {
        rows.values_panic([name.into(), 0.into()]);
    }
    manager.execute(rows).await
}
