//! Entries of a history that published nothing themselves: when what they switched to, or took offline, had been published.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The newest publish before an entry with the same content and the same backend. What was switched to without ever having
/// been published has none.
const FILL: &str = "
    UPDATE releases SET published_at = (
        SELECT MAX(p.at) FROM releases p
        WHERE p.group_id = releases.group_id AND p.environment = releases.environment
          AND p.action = 'publish' AND p.sequence < releases.sequence
          AND p.content_hash = releases.content_hash AND p.backend = releases.backend
    )
    WHERE action <> 'publish'";

// At once: a history has a row a publish, and nobody waits for these.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer_null("published_at");
        manager.alter_table(Table::alter().table("releases").add_column(column).take()).await?;
        manager.get_connection().execute_unprepared(FILL).await?;
        Ok(())
    }
}
