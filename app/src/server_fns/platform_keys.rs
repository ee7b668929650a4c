//! Platform keys of the signed-in account.

use crate::error::AppError;
use domain::{Page, PageQuery, PlatformKey, PlatformKeyId, RevealedPlatformKey};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The signed-in account's keys.
#[server(prefix = "/console")]
pub async fn list_platform_keys(query: PageQuery) -> Result<Page<PlatformKey>, AppError> {
    Ok(services()?.platform_keys().list(&caller().await?, query).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_platform_key(id: PlatformKeyId) -> Result<PlatformKey, AppError> {
    Ok(services()?.platform_keys().get(&caller().await?, &id).await?)
}

/// Makes a key pair.
#[server(prefix = "/console")]
pub async fn create_platform_key(description: String) -> Result<PlatformKey, AppError> {
    let description = description.trim().to_owned();
    Ok(services()?.platform_keys().create(&caller().await?, description).await?)
}

/// The key with its SecretKey while it is new; that it was asked for is recorded.
#[server(prefix = "/console")]
pub async fn reveal_platform_key(
    id: PlatformKeyId,
) -> Result<Option<RevealedPlatformKey>, AppError> {
    Ok(services()?.platform_keys().reveal(&caller().await?, &id).await?)
}

/// Enables or disables a key. Calls signed with a disabled one fail at once.
#[server(prefix = "/console")]
pub async fn set_platform_key_enabled(
    id: PlatformKeyId,
    enabled: bool,
) -> Result<PlatformKey, AppError> {
    Ok(services()?.platform_keys().set_enabled(&caller().await?, &id, enabled).await?)
}

/// Deletes a key. Calls signed with it fail at once. `confirm_name` must be its name when it is bound.
#[server(prefix = "/console")]
pub async fn delete_platform_key(
    id: PlatformKeyId,
    #[server(default)] confirm_name: String,
) -> Result<(), AppError> {
    Ok(services()?.platform_keys().delete(&caller().await?, &id, &confirm_name).await?)
}
