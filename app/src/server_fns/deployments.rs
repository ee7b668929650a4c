//! What runs where: publish, switch, take offline, history.

use crate::{error::AppError, forms::deployments::PublishForm};
use domain::{
    ApiGroupId, DeploymentView, Difference, Environment, Page, PageQuery, PublishPreview,
    Published, Release, ReleaseId, RevisionNumber,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// What runs in each environment of a group.
#[server(prefix = "/console")]
pub async fn list_deployments(group: ApiGroupId) -> Result<Vec<DeploymentView>, AppError> {
    Ok(services()?.deployments().list(&caller().await?, &group).await?)
}

/// What publishing a revision to an environment would change.
#[server(prefix = "/console")]
pub async fn preview_publish(
    group: ApiGroupId,
    revision: RevisionNumber,
    environment: Environment,
) -> Result<PublishPreview, AppError> {
    Ok(services()?.deployments().preview(&caller().await?, &group, revision, environment).await?)
}

/// Publishes a revision; it serves calls when this returns.
#[server(prefix = "/console")]
pub async fn publish(group: ApiGroupId, form: PublishForm) -> Result<Published, AppError> {
    Ok(services()?.deployments().publish(&caller().await?, &group, form.parse()?).await?)
}

/// What an environment can be switched to: what was published to it earlier.
#[server(prefix = "/console")]
pub async fn earlier_releases(
    group: ApiGroupId,
    environment: Environment,
) -> Result<Vec<Release>, AppError> {
    Ok(services()?.deployments().earlier(&caller().await?, &group, environment).await?)
}

/// What switching to an entry of the history would change.
#[server(prefix = "/console")]
pub async fn preview_switch(group: ApiGroupId, release: ReleaseId) -> Result<Difference, AppError> {
    Ok(services()?.deployments().preview_switch(&caller().await?, &group, &release).await?)
}

/// Lets an environment run what it ran before, just as it was.
#[server(prefix = "/console")]
pub async fn switch_to_release(
    group: ApiGroupId,
    release: ReleaseId,
) -> Result<Published, AppError> {
    Ok(services()?.deployments().switch_to_release(&caller().await?, &group, &release).await?)
}

/// Takes an environment offline. For online, `confirm_name` must be the group's name.
#[server(prefix = "/console")]
pub async fn take_offline(
    group: ApiGroupId,
    environment: Environment,
    #[server(default)] confirm_name: String,
) -> Result<(), AppError> {
    let services = services()?;
    Ok(services
        .deployments()
        .take_offline(&caller().await?, &group, environment, &confirm_name)
        .await?)
}

/// What was done to an environment, newest first.
#[server(prefix = "/console")]
pub async fn deployment_history(
    group: ApiGroupId,
    environment: Environment,
    query: PageQuery,
) -> Result<Page<Release>, AppError> {
    Ok(services()?.deployments().history(&caller().await?, &group, environment, query).await?)
}
