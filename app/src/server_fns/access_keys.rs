//! Access keys.

use crate::{error::AppError, forms::access_keys::AccessKeyForm};
use domain::{AccessKey, AccessKeyId, Page, PageQuery, RevealedAccessKey};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The signed-in account's keys.
#[server(prefix = "/console")]
pub async fn list_access_keys(query: PageQuery) -> Result<Page<AccessKey>, AppError> {
    Ok(services()?.access_keys().list(&caller().await?, query).await?)
}

/// One of its keys, without the secret.
#[server(prefix = "/console")]
pub async fn get_access_key(id: AccessKeyId) -> Result<AccessKey, AppError> {
    Ok(services()?.access_keys().get(&caller().await?, &id).await?)
}

/// Makes a key.
#[server(prefix = "/console")]
pub async fn create_access_key(form: AccessKeyForm) -> Result<AccessKey, AppError> {
    Ok(services()?.access_keys().create(&caller().await?, form.parse()?).await?)
}

/// Changes a key's name and description.
#[server(prefix = "/console")]
pub async fn update_access_key(
    id: AccessKeyId,
    form: AccessKeyForm,
) -> Result<AccessKey, AppError> {
    Ok(services()?.access_keys().update(&caller().await?, &id, form.parse()?).await?)
}

/// Deletes a key. Calls with it fail at once. `confirm_name` must be its name when it is bound.
#[server(prefix = "/console")]
pub async fn delete_access_key(
    id: AccessKeyId,
    #[server(default)] confirm_name: String,
) -> Result<(), AppError> {
    Ok(services()?.access_keys().delete(&caller().await?, &id, &confirm_name).await?)
}

/// The key with its APISecret; that it was asked for is recorded.
#[server(prefix = "/console")]
pub async fn reveal_access_key(id: AccessKeyId) -> Result<RevealedAccessKey, AppError> {
    Ok(services()?.access_keys().reveal(&caller().await?, &id).await?)
}

/// Gives the key a new APISecret. Calls signed with the old one fail at once.
#[server(prefix = "/console")]
pub async fn reset_access_key_secret(id: AccessKeyId) -> Result<(), AppError> {
    services()?.access_keys().reset_secret(&caller().await?, &id).await?;
    Ok(())
}
