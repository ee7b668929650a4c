//! What runs beside the live releases: change, promote, stop. A canary begins with a publish.

use crate::{error::AppError, forms::canaries::CanaryForm};
use domain::{ApiGroupId, Environment, PromotePreview, Published};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// Gives the canary of an environment other calls.
#[server(prefix = "/console")]
pub async fn change_canary(
    group: ApiGroupId,
    environment: Environment,
    form: CanaryForm,
) -> Result<(), AppError> {
    let services = services()?;
    let caller = caller().await?;
    Ok(services.canaries().change(&caller, &group, environment, form.parse()?).await?)
}

/// What promoting the canary of an environment would change.
#[server(prefix = "/console")]
pub async fn preview_promote(
    group: ApiGroupId,
    environment: Environment,
) -> Result<PromotePreview, AppError> {
    Ok(services()?.canaries().preview_promote(&caller().await?, &group, environment).await?)
}

/// Lets the canary of an environment serve all of its calls.
#[server(prefix = "/console")]
pub async fn promote_canary(
    group: ApiGroupId,
    environment: Environment,
) -> Result<Published, AppError> {
    Ok(services()?.canaries().promote(&caller().await?, &group, environment).await?)
}

/// Ends the canary of an environment.
#[server(prefix = "/console")]
pub async fn stop_canary(group: ApiGroupId, environment: Environment) -> Result<(), AppError> {
    Ok(services()?.canaries().stop(&caller().await?, &group, environment).await?)
}
