//! Dynamic routing: rules by which requests of an environment go to another backend.

use crate::{
    error::AppError,
    forms::backend_configs::{RouteForm, RouteMove},
};
use domain::{ApiGroupId, BackendConfig, BackendConfigId, Environment, EnvironmentRoutes};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The rules of each environment.
#[server(prefix = "/console")]
pub async fn list_routes(group: ApiGroupId) -> Result<Vec<EnvironmentRoutes>, AppError> {
    Ok(services()?.backend_configs().list(&caller().await?, &group).await?)
}

/// One rule.
#[server(prefix = "/console")]
pub async fn get_route(
    group: ApiGroupId,
    route: BackendConfigId,
) -> Result<BackendConfig, AppError> {
    Ok(services()?.backend_configs().get(&caller().await?, &group, &route).await?)
}

/// Makes a rule, the last of its environment.
#[server(prefix = "/console")]
pub async fn create_route(
    group: ApiGroupId,
    environment: Environment,
    form: RouteForm,
) -> Result<BackendConfig, AppError> {
    let (rules, caller) = (services()?, caller().await?);
    Ok(rules.backend_configs().create(&caller, &group, environment, form.parse()?).await?)
}

/// Changes a rule; its place stays.
#[server(prefix = "/console")]
pub async fn update_route(
    group: ApiGroupId,
    route: BackendConfigId,
    form: RouteForm,
) -> Result<BackendConfig, AppError> {
    let (rules, caller) = (services()?, caller().await?);
    Ok(rules.backend_configs().update(&caller, &group, &route, form.parse()?).await?)
}

/// Moves a rule one place up or down.
#[server(prefix = "/console")]
pub async fn move_route(group: ApiGroupId, form: RouteMove) -> Result<(), AppError> {
    let (route, direction) = form.parse()?;
    let (rules, caller) = (services()?, caller().await?);
    Ok(rules.backend_configs().move_one(&caller, &group, &route, direction).await?)
}

/// Deletes a rule; those behind it move up.
#[server(prefix = "/console")]
pub async fn delete_route(group: ApiGroupId, route: BackendConfigId) -> Result<(), AppError> {
    Ok(services()?.backend_configs().delete(&caller().await?, &group, &route).await?)
}
