//! Subscription keys.

use crate::{error::AppError, forms::subscription_keys::SubscriptionKeyForm};
use domain::{Page, PageQuery, RevealedSubscriptionKey, SubscriptionKey, SubscriptionKeyId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The signed-in account's keys.
#[server(prefix = "/console")]
pub async fn list_subscription_keys(query: PageQuery) -> Result<Page<SubscriptionKey>, AppError> {
    Ok(services()?.subscription_keys().list(&caller().await?, query).await?)
}

/// One of them, without the key itself.
#[server(prefix = "/console")]
pub async fn get_subscription_key(id: SubscriptionKeyId) -> Result<SubscriptionKey, AppError> {
    Ok(services()?.subscription_keys().get(&caller().await?, &id).await?)
}

/// Makes a key.
#[server(prefix = "/console")]
pub async fn create_subscription_key(
    form: SubscriptionKeyForm,
) -> Result<SubscriptionKey, AppError> {
    Ok(services()?.subscription_keys().create(&caller().await?, form.parse()?).await?)
}

/// Changes name and description.
#[server(prefix = "/console")]
pub async fn update_subscription_key(
    id: SubscriptionKeyId,
    form: SubscriptionKeyForm,
) -> Result<SubscriptionKey, AppError> {
    Ok(services()?.subscription_keys().update(&caller().await?, &id, form.parse()?).await?)
}

/// Deletes a key. Calls with it fail at once. `confirm_name` must be its name when it is bound.
#[server(prefix = "/console")]
pub async fn delete_subscription_key(
    id: SubscriptionKeyId,
    #[server(default)] confirm_name: String,
) -> Result<(), AppError> {
    Ok(services()?.subscription_keys().delete(&caller().await?, &id, &confirm_name).await?)
}

/// The key itself; that it was asked for is recorded.
#[server(prefix = "/console")]
pub async fn reveal_subscription_key(
    id: SubscriptionKeyId,
) -> Result<RevealedSubscriptionKey, AppError> {
    Ok(services()?.subscription_keys().reveal(&caller().await?, &id).await?)
}
