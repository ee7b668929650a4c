//! Access authorizations: whom the signed-in account lets call its groups.

use crate::{error::AppError, forms::access_auths::AccessAuthForm};
use domain::{
    AccessAuth, AccessAuthId, AccessAuthType, BindableDeployment, DeploymentId, OwnCaller, Page,
    PageQuery,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The account's authorizations.
#[server(prefix = "/console")]
pub async fn list_access_auths(query: PageQuery) -> Result<Page<AccessAuth>, AppError> {
    Ok(services()?.access_auths().list(&caller().await?, query).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_access_auth(id: AccessAuthId) -> Result<AccessAuth, AppError> {
    Ok(services()?.access_auths().get(&caller().await?, &id).await?)
}

/// The account's own callers of a kind, to choose from.
#[server(prefix = "/console")]
pub async fn list_own_callers(kind: AccessAuthType) -> Result<Vec<OwnCaller>, AppError> {
    Ok(services()?.access_auths().own_callers(&caller().await?, kind).await?)
}

/// Authorizes a caller; bound to nothing yet.
#[server(prefix = "/console")]
pub async fn create_access_auth(form: AccessAuthForm) -> Result<AccessAuth, AppError> {
    Ok(services()?.access_auths().create(&caller().await?, form.parse()?).await?)
}

/// Changes the description.
#[server(prefix = "/console")]
pub async fn update_access_auth(
    id: AccessAuthId,
    description: String,
) -> Result<AccessAuth, AppError> {
    let description = description.trim().to_owned();
    Ok(services()?.access_auths().update_description(&caller().await?, &id, description).await?)
}

/// Deletes an authorization. Calls of whom it names fail at once.
#[server(prefix = "/console")]
pub async fn delete_access_auth(id: AccessAuthId) -> Result<(), AppError> {
    Ok(services()?.access_auths().delete(&caller().await?, &id).await?)
}

/// What can be bound and what is bound: the two columns of the transfer list.
#[server(prefix = "/console")]
pub async fn list_bindable(
    id: AccessAuthId,
) -> Result<(Vec<BindableDeployment>, Vec<BindableDeployment>), AppError> {
    Ok(services()?.access_auths().bindable(&caller().await?, &id).await?)
}

/// Binds the authorization to exactly these deployments.
#[server(prefix = "/console")]
pub async fn bind_access_auth(
    id: AccessAuthId,
    #[server(default)] deployments: Vec<DeploymentId>,
) -> Result<AccessAuth, AppError> {
    Ok(services()?.access_auths().bind(&caller().await?, &id, &deployments).await?)
}
