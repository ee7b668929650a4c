//! What the signed-in account's keys may call.

use crate::error::AppError;
use domain::{AccessKeyId, AuthorizedGroup, KeyId, KeyUsage, Page, PageQuery, SubscriptionKeyId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The groups that any of the account's keys, or the account itself, may call.
#[server(prefix = "/console")]
pub async fn list_authorized_groups(query: PageQuery) -> Result<Page<AuthorizedGroup>, AppError> {
    Ok(services()?.authorized_groups().list(&caller().await?, query).await?)
}

/// The groups that an access key may call.
#[server(prefix = "/console")]
pub async fn list_authorized_groups_of_key(
    id: AccessKeyId,
) -> Result<Vec<AuthorizedGroup>, AppError> {
    Ok(services()?.authorized_groups().of_key(&caller().await?, &id.into()).await?)
}

/// The groups that a subscription key may call.
#[server(prefix = "/console")]
pub async fn list_authorized_groups_of_subscription_key(
    id: SubscriptionKeyId,
) -> Result<Vec<AuthorizedGroup>, AppError> {
    Ok(services()?.authorized_groups().of_key(&caller().await?, &id.into()).await?)
}

/// Where a key is used.
#[server(prefix = "/console")]
pub async fn get_key_usage(key: KeyId) -> Result<KeyUsage, AppError> {
    Ok(services()?.authorized_groups().usage_of_key(&caller().await?, &key).await?)
}
