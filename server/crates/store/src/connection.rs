//! The store itself: how it is opened, read and written, and where SQLite and PostgreSQL differ.

use crate::{
    StoreError,
    changes::{self, Change, ChangeListener},
};
use migrations::Migrator;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseExecutor,
    DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
    sqlx::{
        ConnectOptions as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use sea_orm_migration::MigratorTrait;
use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// How long a connection is waited for, and on SQLite a writer of another process.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections to PostgreSQL of one process.
const CONNECTIONS: u32 = 16;
/// Connections that read a SQLite file at the same time; each is a thread.
const READERS: u32 = 4;
/// Names the lock on PostgreSQL that one process migrates under; any number that nothing else here uses.
const MIGRATION_LOCK: i64 = 7_207_204_600;

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// For reading; on PostgreSQL also for writing.
    readers: DatabaseConnection,
    /// For writing; on SQLite one connection, so that writers of this process wait for each other in line.
    writer: DatabaseConnection,
    /// The newest number of the change feed that this process knows of.
    latest_change: watch::Sender<i64>,
}

impl Store {
    /// Opens `sqlite://FILE` (made when it is not there, readable for its owner only) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Settings`] for any other address, [`StoreError::Unavailable`] when the database does not answer.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let (readers, writer) = if url.starts_with("sqlite:") {
            let options = sqlite_options(url)?;
            // The writer first: it makes the file and switches it to the write-ahead log.
            let writer = connect_sqlite(options.clone(), 1).await?;
            (connect_sqlite(options, READERS).await?, writer)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = connect_postgres(url).await?;
            (pool.clone(), pool)
        } else {
            return Err(StoreError::Settings(
                "the address of the database begins with sqlite: or postgres:".to_owned(),
            ));
        };
        let latest_change = watch::Sender::new(0);
        Ok(Self { inner: Arc::new(Inner { readers, writer, latest_change }) })
    }

    /// Brings the tables to this program's version, all or nothing; several processes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when they are of a newer version already.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let transaction = self.begin_writing().await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction
                .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                .await?;
        }
        Migrator::up(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// For single reads; each query sees what is committed when it begins.
    #[must_use]
    pub fn read(&self) -> Reader {
        Reader { store: self.clone() }
    }

    /// For several reads that must see the same moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn snapshot(&self) -> Result<ReadSnapshot, StoreError> {
        let readers = &self.inner.readers;
        let transaction = match readers.get_database_backend() {
            DbBackend::Postgres => {
                let (level, mode) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                readers.begin_with_config(Some(level), Some(mode)).await?
            }
            _ => readers.begin().await?,
        };
        Ok(ReadSnapshot { transaction })
    }

    /// For writing: all or nothing. Dropped without [`Tx::commit`], nothing is written. After an error, drop it: what
    /// was written before it cannot be kept. Never begin a second one while holding one: on SQLite it waits for the
    /// first, in vain.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let transaction = self.begin_writing().await?;
        Ok(Tx { transaction, store: self.clone(), changes: Mutex::default() })
    }

    /// Begins to listen to the change feed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn listen(&self) -> Result<ChangeListener, StoreError> {
        ChangeListener::start(self).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.inner.readers.ping().await?)
    }

    /// Closes all connections, after what is running; on SQLite this also folds the write-ahead log into the file.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.close_by_ref().await?;
        Ok(self.inner.writer.close_by_ref().await?)
    }

    pub(crate) fn latest_change(&self) -> &watch::Sender<i64> {
        &self.inner.latest_change
    }

    pub(crate) fn readers(&self) -> &DatabaseConnection {
        &self.inner.readers
    }

    async fn begin_writing(&self) -> Result<DatabaseTransaction, StoreError> {
        // On SQLite a transaction that reads first and writes later could fail when another wrote in between: it has
        // to be a writer from its beginning. PostgreSQL pays no heed to it.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.inner.writer.begin_with_options(options).await?)
    }
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let wrong =
        |reason: String| StoreError::Settings(format!("the address of the database: {reason}"));
    let options: SqliteConnectOptions =
        url.parse().map_err(|error: sea_orm::sqlx::Error| wrong(error.to_string()))?;
    let file = options.get_filename().to_owned();
    if url.contains(":memory:") || url.contains("mode=memory") || file.as_os_str().is_empty() {
        return Err(wrong("sqlite: needs the name of a file".to_owned()));
    }
    make_private(&file).map_err(|error| wrong(format!("{}: {error}", file.display())))?;
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With the write-ahead log, a power cut can lose the last commits but not damage the file.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .disable_statement_logging())
}

/// Makes the file if it is not there, for its owner only: it holds hashes of passwords. SQLite gives the files beside it
/// the same permissions.
fn make_private(file: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn connect_sqlite(
    options: SqliteConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, StoreError> {
    let mut pool = ConnectOptions::new("sqlite:");
    pool.max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |_| options.clone());
    Ok(Database::connect(pool).await?)
}

async fn connect_postgres(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut pool = ConnectOptions::new(url);
    pool.max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| options.application_name("paifang"));
    Ok(Database::connect(pool).await?)
}

/// Reads, each on its own.
#[derive(Clone, Debug)]
pub struct Reader {
    store: Store,
}

/// Reads that all see one moment. Ends when dropped.
#[derive(Debug)]
pub struct ReadSnapshot {
    transaction: DatabaseTransaction,
}

/// A transaction that writes.
#[derive(Debug)]
pub struct Tx {
    transaction: DatabaseTransaction,
    store: Store,
    changes: Mutex<Vec<Change>>,
}

impl Tx {
    /// Writes the changes that were noted, and commits. The number of the last of them, which every gateway must come to
    /// before all of this is in force; `None` when there were none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; nothing was written then, unless the connection broke during the commit itself.
    pub async fn commit(self) -> Result<Option<i64>, StoreError> {
        // Last of all, as the feed's turn is held until the commit, and every writer needs it.
        let latest = changes::write(&self, &self.noted_changes()).await?;
        self.transaction.commit().await?;
        if let Some(latest) = latest {
            changes::announce(&self.store, latest);
        }
        Ok(latest)
    }

    pub(crate) fn note_change(&self, change: Change) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if !changes.contains(&change) {
            changes.push(change);
        }
    }

    fn noted_changes(&self) -> Vec<Change> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub(crate) mod private {
    /// Keeps [`super::Connection`] for the types of this crate, and SeaORM inside it.
    pub trait Executor {
        fn executor(&self) -> sea_orm::DatabaseExecutor<'_>;
    }
}

/// What queries run on: [`Reader`], [`ReadSnapshot`] or [`Tx`].
pub trait Connection: private::Executor + Send + Sync {}

impl private::Executor for Reader {
    fn executor(&self) -> DatabaseExecutor<'_> {
        (&self.store.inner.readers).into()
    }
}
impl private::Executor for ReadSnapshot {
    fn executor(&self) -> DatabaseExecutor<'_> {
        (&self.transaction).into()
    }
}
impl private::Executor for Tx {
    fn executor(&self) -> DatabaseExecutor<'_> {
        (&self.transaction).into()
    }
}
impl Connection for Reader {}
impl Connection for ReadSnapshot {}
impl Connection for Tx {}
