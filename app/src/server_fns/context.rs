//! What a server function asks for first: the services, and who is calling. Code of the server only.

use crate::error::AppError;
use axum::{extract::ConnectInfo, http::request::Parts};
use domain::{Account, AccountId};
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use services::{Caller, Services};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower_sessions::Session;

const SIGNED_IN: &str = "signed_in";

/// What a session knows of who signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SignedIn {
    account: AccountId,
    epoch: i64,
}

/// The services of this process.
///
/// # Errors
/// `Unavailable` outside of a request, which is a defect.
pub fn services() -> Result<Services, AppError> {
    use_context().ok_or_else(|| broken("no services in the context"))
}

/// Who is calling.
///
/// # Errors
/// `SignInRequired` when nobody is signed in or the session is over; `Unavailable`.
pub async fn caller() -> Result<Caller, AppError> {
    let account = signed_in(&services()?, &session()?).await?;
    account.map(Caller::new).ok_or(AppError::SignInRequired)
}

/// The account that a session belongs to, if it is still good.
pub(crate) async fn signed_in(
    services: &Services,
    session: &Session,
) -> Result<Option<Account>, AppError> {
    let known: Option<SignedIn> = session.get(SIGNED_IN).await.map_err(|cause| broken(&cause))?;
    let Some(SignedIn { account, epoch }) = known else { return Ok(None) };
    Ok(services.accounts().session_account(&account, epoch).await?)
}

/// Makes the session that of `account`, under a new id, so that an id from before is worth nothing.
pub(crate) async fn begin_session(account: &Account) -> Result<(), AppError> {
    let session = session()?;
    session.cycle_id().await.map_err(|cause| broken(&cause))?;
    let known = SignedIn { account: account.id.clone(), epoch: account.session_epoch };
    session.insert(SIGNED_IN, known).await.map_err(|cause| broken(&cause))
}

/// Ends the session and forgets all of it.
pub(crate) async fn end_session() -> Result<(), AppError> {
    session()?.flush().await.map_err(|cause| broken(&cause))
}

/// The address that the request came from; what a proxy in front says does not count.
pub(crate) fn peer_address() -> IpAddr {
    let parts = use_context::<Parts>();
    let peer = parts.and_then(|parts| {
        parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
    });
    peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

fn session() -> Result<Session, AppError> {
    let parts = use_context::<Parts>();
    parts
        .and_then(|parts| parts.extensions.get::<Session>().cloned())
        .ok_or_else(|| broken("no session in the request"))
}

/// Something of ours failed: the cause goes to the log.
fn broken(cause: &(impl std::fmt::Display + ?Sized)) -> AppError {
    tracing::error!(%cause, "the console failed");
    AppError::Unavailable { reference: String::new() }
}
