//! Rate limit policies of the signed-in account.

use crate::{error::AppError, forms::rate_limit_policies::RateLimitPolicyForm};
use domain::{
    DeploymentId, Page, PageQuery, PolicyTarget, RateLimitPolicy, RateLimitPolicyId, Region,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The account's policies of a region.
#[server(prefix = "/console")]
pub async fn list_rate_limit_policies(
    region: Region,
    query: PageQuery,
) -> Result<Page<RateLimitPolicy>, AppError> {
    Ok(services()?.rate_limit_policies().list(&caller().await?, region, query).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_rate_limit_policy(id: RateLimitPolicyId) -> Result<RateLimitPolicy, AppError> {
    Ok(services()?.rate_limit_policies().get(&caller().await?, &id).await?)
}

/// Makes a policy; bound to nothing yet.
#[server(prefix = "/console")]
pub async fn create_rate_limit_policy(
    region: Region,
    form: RateLimitPolicyForm,
) -> Result<RateLimitPolicy, AppError> {
    let (caller, new) = (caller().await?, form.parse()?);
    Ok(services()?.rate_limit_policies().create(&caller, region, new).await?)
}

/// Changes a policy. What it is bound to goes by it at once.
#[server(prefix = "/console")]
pub async fn update_rate_limit_policy(
    id: RateLimitPolicyId,
    form: RateLimitPolicyForm,
) -> Result<RateLimitPolicy, AppError> {
    let (caller, new) = (caller().await?, form.parse()?);
    Ok(services()?.rate_limit_policies().update(&caller, &id, new).await?)
}

/// Deletes a policy that is bound to nothing.
#[server(prefix = "/console")]
pub async fn delete_rate_limit_policy(id: RateLimitPolicyId) -> Result<(), AppError> {
    Ok(services()?.rate_limit_policies().delete(&caller().await?, &id).await?)
}

/// What can be bound and what is bound: the two columns of the transfer list.
#[server(prefix = "/console")]
pub async fn list_rate_limit_targets(
    id: RateLimitPolicyId,
) -> Result<(Vec<PolicyTarget>, Vec<PolicyTarget>), AppError> {
    Ok(services()?.rate_limit_policies().bindable(&caller().await?, &id).await?)
}

/// Binds the policy to exactly these deployments.
#[server(prefix = "/console")]
pub async fn bind_rate_limit_policy(
    id: RateLimitPolicyId,
    #[server(default)] deployments: Vec<DeploymentId>,
) -> Result<RateLimitPolicy, AppError> {
    Ok(services()?.rate_limit_policies().bind(&caller().await?, &id, &deployments).await?)
}
