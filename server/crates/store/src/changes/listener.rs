//! Listening to the change feed.

use super::{CHANNEL, latest};
use crate::{Store, StoreError};
use sea_orm::{
    DbBackend,
    sqlx::{
        self,
        postgres::{PgListener, PgNotification},
    },
};
use std::{convert::Infallible, error::Error, future::pending, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{error::Elapsed, sleep, timeout},
};

/// How often a SQLite file is looked at for what other processes wrote; also when a lost connection is tried again.
const POLL: Duration = Duration::from_secs(1);
/// How often the number is asked for although PostgreSQL would tell: a connection may be dead without having said so.
const DOUBT: Duration = Duration::from_secs(15);

/// Tells when the feed's number has grown: at once for commits of this process, by PostgreSQL's notifications for those
/// of others, and within about a second for those of others on SQLite. Ends its background task when dropped.
///
/// Begin to listen before the first load: then nothing that is committed in between is missed.
#[derive(Debug)]
pub struct ChangeListener {
    receiver: watch::Receiver<i64>,
    task: JoinHandle<()>,
}

impl ChangeListener {
    pub(crate) async fn start(store: &Store) -> Result<Self, StoreError> {
        let mut receiver = store.latest_change().subscribe();
        announce(store, latest(&store.read()).await?);
        receiver.mark_unchanged();
        let store = store.clone();
        let task = tokio::spawn(async move {
            match store.readers().get_database_backend() {
                DbBackend::Postgres => follow_notifications(&store).await,
                _ => poll(&store).await,
            };
        });
        Ok(Self { receiver, task })
    }

    /// The newest number known; may be behind by what was committed a moment ago.
    #[must_use]
    pub fn latest(&self) -> i64 {
        *self.receiver.borrow()
    }

    /// Waits until the number is greater than when this was last answered (or than at the beginning), and gives it.
    /// May be dropped and called again at any time.
    pub async fn changed(&mut self) -> i64 {
        if self.receiver.changed().await.is_err() {
            // The task holds the store, and so the sender; only a runtime that shuts down comes here.
            pending::<Infallible>().await;
        }
        *self.receiver.borrow_and_update()
    }
}

impl Drop for ChangeListener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Tells the listeners of this process; a number that they have heard of already says nothing to them.
pub(crate) fn announce(store: &Store, number: i64) {
    store.latest_change().send_if_modified(|known| {
        let grown = number > *known;
        *known = number.max(*known);
        grown
    });
}

async fn ask(store: &Store) {
    match latest(&store.read()).await {
        Ok(number) => announce(store, number),
        Err(error) => tracing::warn!(
            error = &error as &dyn Error,
            "the change feed cannot be read; trying again"
        ),
    }
}

async fn poll(store: &Store) -> Infallible {
    loop {
        sleep(POLL).await;
        ask(store).await;
    }
}

async fn follow_notifications(store: &Store) -> Infallible {
    loop {
        let Err(error) = hear(store).await;
        tracing::warn!(
            error = &error as &dyn Error,
            "PostgreSQL's notifications cannot be heard; trying again"
        );
        sleep(POLL).await;
        ask(store).await;
    }
}

/// Until the connection cannot be had again.
async fn hear(store: &Store) -> Result<Infallible, sqlx::Error> {
    let mut listener =
        PgListener::connect_with(store.readers().get_postgres_connection_pool()).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // Also at the beginning: what was committed before it listened was not told.
        ask(store).await;
        while let Some(number) = heard(timeout(DOUBT, listener.try_recv()).await)? {
            announce(store, number);
        }
    }
}

/// The number that was told; `None` when it has to be asked for: nothing was told for long, or the connection was lost.
fn heard(
    told: Result<Result<Option<PgNotification>, sqlx::Error>, Elapsed>,
) -> Result<Option<i64>, sqlx::Error> {
    let notification = told.unwrap_or(Ok(None))?;
    Ok(notification.and_then(|notification| notification.payload().parse().ok()))
}
