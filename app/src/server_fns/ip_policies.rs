//! IP policies of the signed-in account.

use crate::{error::AppError, forms::ip_policies::IpPolicyForm};
use domain::{DeploymentId, IpPolicy, IpPolicyId, Page, PageQuery, PolicyTarget, Region};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The account's policies of a region.
#[server(prefix = "/console")]
pub async fn list_ip_policies(
    region: Region,
    query: PageQuery,
) -> Result<Page<IpPolicy>, AppError> {
    Ok(services()?.ip_policies().list(&caller().await?, region, query).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_ip_policy(id: IpPolicyId) -> Result<IpPolicy, AppError> {
    Ok(services()?.ip_policies().get(&caller().await?, &id).await?)
}

/// Makes a policy; bound to nothing yet.
#[server(prefix = "/console")]
pub async fn create_ip_policy(region: Region, form: IpPolicyForm) -> Result<IpPolicy, AppError> {
    let (caller, new) = (caller().await?, form.parse()?);
    Ok(services()?.ip_policies().create(&caller, region, new).await?)
}

/// Changes a policy. What it is bound to goes by it at once.
#[server(prefix = "/console")]
pub async fn update_ip_policy(id: IpPolicyId, form: IpPolicyForm) -> Result<IpPolicy, AppError> {
    let (caller, new) = (caller().await?, form.parse()?);
    Ok(services()?.ip_policies().update(&caller, &id, new).await?)
}

/// Deletes a policy that is bound to nothing.
#[server(prefix = "/console")]
pub async fn delete_ip_policy(id: IpPolicyId) -> Result<(), AppError> {
    Ok(services()?.ip_policies().delete(&caller().await?, &id).await?)
}

/// What can be bound and what is bound: the two columns of the transfer list.
#[server(prefix = "/console")]
pub async fn list_ip_targets(
    id: IpPolicyId,
) -> Result<(Vec<PolicyTarget>, Vec<PolicyTarget>), AppError> {
    Ok(services()?.ip_policies().bindable(&caller().await?, &id).await?)
}

/// Binds the policy to exactly these deployments.
#[server(prefix = "/console")]
pub async fn bind_ip_policy(
    id: IpPolicyId,
    #[server(default)] deployments: Vec<DeploymentId>,
) -> Result<IpPolicy, AppError> {
    Ok(services()?.ip_policies().bind(&caller().await?, &id, &deployments).await?)
}
