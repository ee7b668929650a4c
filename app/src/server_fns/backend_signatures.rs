//! Backend signatures: what the gateway signs forwarded requests with.

use crate::{error::AppError, forms::backend_signatures::BackendSignatureForm};
use domain::{
    BackendSignature, BackendSignatureId, BindableDeployment, DeploymentId, Page, PageQuery,
    SignableDeployment,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The account's backend signatures.
#[server(prefix = "/console")]
pub async fn list_backend_signatures(query: PageQuery) -> Result<Page<BackendSignature>, AppError> {
    Ok(services()?.backend_signatures().list(&caller().await?, query).await?)
}

/// The AccessKeys that one can name: those of the account's platform keys.
#[server(prefix = "/console")]
pub async fn list_signing_keys() -> Result<Vec<String>, AppError> {
    Ok(services()?.backend_signatures().access_keys(&caller().await?).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_backend_signature(id: BackendSignatureId) -> Result<BackendSignature, AppError> {
    Ok(services()?.backend_signatures().get(&caller().await?, &id).await?)
}

/// Names a platform key; bound to nothing yet.
#[server(prefix = "/console")]
pub async fn create_backend_signature(
    form: BackendSignatureForm,
) -> Result<BackendSignature, AppError> {
    Ok(services()?.backend_signatures().create(&caller().await?, form.parse()?).await?)
}

/// Changes key and description.
#[server(prefix = "/console")]
pub async fn update_backend_signature(
    id: BackendSignatureId,
    form: BackendSignatureForm,
) -> Result<BackendSignature, AppError> {
    Ok(services()?.backend_signatures().update(&caller().await?, &id, form.parse()?).await?)
}

/// Deletes one that is bound to nothing.
#[server(prefix = "/console")]
pub async fn delete_backend_signature(id: BackendSignatureId) -> Result<(), AppError> {
    Ok(services()?.backend_signatures().delete(&caller().await?, &id).await?)
}

/// What can be bound and what is bound: the two columns of the transfer list.
#[server(prefix = "/console")]
pub async fn list_signable(
    id: BackendSignatureId,
) -> Result<(Vec<SignableDeployment>, Vec<BindableDeployment>), AppError> {
    Ok(services()?.backend_signatures().bindable(&caller().await?, &id).await?)
}

/// Binds one to exactly these deployments.
#[server(prefix = "/console")]
pub async fn bind_backend_signature(
    id: BackendSignatureId,
    #[server(default)] deployments: Vec<DeploymentId>,
) -> Result<BackendSignature, AppError> {
    Ok(services()?.backend_signatures().bind(&caller().await?, &id, &deployments).await?)
}
