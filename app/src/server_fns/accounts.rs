//! Register, sign in, sign out, change the password.

use crate::{
    error::AppError,
    forms::accounts::{CredentialsForm, PasswordForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{begin_session, caller, end_session, peer_address, services};

/// Registers an account and signs it in.
#[server(prefix = "/console")]
pub async fn register(form: CredentialsForm) -> Result<(), AppError> {
    let account = services()?.accounts().register(form.parse()?, peer_address()).await?;
    begin_session(&account).await
}

/// Signs an account in.
#[server(prefix = "/console")]
pub async fn sign_in(form: CredentialsForm) -> Result<(), AppError> {
    let (email, password) = form.parse_sign_in()?;
    let account = services()?.accounts().sign_in(&email, password, peer_address()).await;
    begin_session(&account.map_err(|error| AppError::from(error).at_sign_in())?).await
}

/// Signs out: the session is deleted.
#[server(prefix = "/console")]
pub async fn sign_out() -> Result<(), AppError> {
    caller().await?;
    end_session().await
}

/// Changes the password. All other sessions of the account are over; this one goes on under a new id.
#[server(prefix = "/console")]
pub async fn change_password(form: PasswordForm) -> Result<(), AppError> {
    let (old, new) = form.parse()?;
    let account = services()?.accounts().change_password(&caller().await?, old, new).await?;
    begin_session(&account).await
}
