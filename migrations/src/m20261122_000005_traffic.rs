//! What the gateway served, by minute and by hour.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut group = ForeignKey::create();
        group
            .from("traffic", "group_id")
            .to("api_groups", "id")
            .on_delete(ForeignKeyAction::Cascade);
        let table = Table::create()
            .table("traffic")
            .col(text("group_id"))
            // 1 or 60. Each call is counted in one row of either kind: long ranges are read by the hour.
            .col(big_integer("span_minutes"))
            .col(big_integer("at"))
            .col(text("environment"))
            // Empty for requests that matched no API.
            .col(text("api"))
            .col(big_integer("requests"))
            .col(big_integer("successes"))
            .col(big_integer("client_errors"))
            .col(big_integer("server_errors"))
            .col(big_integer("bytes_in"))
            .col(big_integer("bytes_out"))
            .col(big_integer("latency_sum_us"))
            .col(text("latencies"))
            .primary_key(
                Index::create()
                    .col("group_id")
                    .col("span_minutes")
                    .col("at")
                    .col("environment")
                    .col("api"),
            )
            .foreign_key(&mut group)
            .take();
        manager.create_table(table).await?;
        let age = Index::create()
            .name("traffic_age")
            .table("traffic")
            .col("span_minutes")
            .col("at")
            .take();
        manager.create_index(age).await
    }
}
