//! Sessions of signed-in people: in the database, found by the hash of what the browser has.

use crate::{clock::now, config::ConsoleConfig};
use async_trait::async_trait;
use axum::{extract::Request, middleware::Next, response::Response};
use domain::Timestamp;
use sha2::{Digest, Sha256};
use store::{Store, StoreError, sessions};
use time::Duration;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The cookie's name.
pub(crate) const COOKIE: &str = "paifang_session";
/// When a session was last seen, in hours since 1970. Writing it renews session and cookie: once an hour is enough.
const SEEN: &str = "seen";

/// The layer that gives every request its session.
pub(crate) fn layer(store: Store, config: &ConsoleConfig) -> SessionManagerLayer<StoredSessions> {
    let idle = Duration::try_from(config.session_idle).unwrap_or(Duration::MAX);
    SessionManagerLayer::new(StoredSessions { store })
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(config.https)
        .with_expiry(Expiry::OnInactivity(idle))
}

/// Sessions in the database.
#[derive(Clone, Debug)]
pub(crate) struct StoredSessions {
    store: Store,
}

impl StoredSessions {
    async fn write(&self, record: &Record, must_be_new: bool) -> Result<bool> {
        let data = serde_json::to_vec(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let ends = record.expiry_date.unix_timestamp().saturating_mul(1000);
        let transaction = self.store.begin().await.map_err(backend)?;
        // A request that began before a sign-out must not bring the session back when it ends after it.
        if !must_be_new
            && sessions::load(&transaction, &hashed(record.id), now())
                .await
                .map_err(backend)?
                .is_none()
        {
            return Ok(false);
        }
        let saved =
            sessions::save(&transaction, &hashed(record.id), &data, Timestamp(ends), must_be_new)
                .await
                .map_err(backend)?;
        transaction.commit().await.map_err(backend)?;
        Ok(saved)
    }
}

#[async_trait]
impl SessionStore for StoredSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.write(record, true).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, false).await.map(|_saved| ())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found =
            sessions::load(&self.store.read(), &hashed(*id), now()).await.map_err(backend)?;
        let Some(bytes) = found else { return Ok(None) };
        let data = serde_json::from_slice(&bytes).map_err(|e| Error::Decode(e.to_string()))?;
        // The row is there, so it has not ended; when it ends is decided anew when it is written next.
        let expiry_date = time::OffsetDateTime::now_utc();
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let transaction = self.store.begin().await.map_err(backend)?;
        sessions::delete(&transaction, &hashed(*id)).await.map_err(backend)?;
        transaction.commit().await.map_err(backend).map(|_change| ())
    }
}

/// Whoever reads the database must not be able to sign in with what stands there.
fn hashed(id: Id) -> String {
    hex::encode(Sha256::digest(id.0.to_be_bytes()))
}

#[expect(clippy::needless_pass_by_value, reason = "called by map_err")]
fn backend(error: StoreError) -> Error {
    tracing::error!(%error, cause = std::error::Error::source(&error), "sessions cannot be reached");
    Error::Backend(error.to_string())
}

/// Renews the session of whoever is signed in, at most once an hour.
pub(crate) async fn renew(session: Session, request: Request, next: Next) -> Response {
    let hour = now().0 / 3_600_000;
    // Without a cookie there is nothing to renew, and the database is not asked. With one, reading shows whether there
    // is such a session; if not, it has no id any more.
    if session.id().is_some()
        && let Ok(seen) = session.get::<i64>(SEEN).await
        && session.id().is_some()
        && seen != Some(hour)
    {
        // Fails only when the database does, and then the page says so.
        let _unreachable = session.insert(SEEN, hour).await;
    }
    next.run(request).await
}
