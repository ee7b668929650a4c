//! API groups.

use crate::{error::AppError, forms::api_groups::ApiGroupForm};
use domain::{ApiGroup, ApiGroupId, ApiGroupSummary, Page, PageQuery, Region, Timestamp};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The account's groups in a region.
#[server(prefix = "/console")]
pub async fn list_api_groups(
    region: Region,
    query: PageQuery,
) -> Result<Page<ApiGroupSummary>, AppError> {
    Ok(services()?.api_groups().list(&caller().await?, region, query).await?)
}

/// One of them, with what runs where.
#[server(prefix = "/console")]
pub async fn get_api_group(id: ApiGroupId) -> Result<ApiGroupSummary, AppError> {
    Ok(services()?.api_groups().get(&caller().await?, &id).await?)
}

/// Makes a group and its first revision.
#[server(prefix = "/console")]
pub async fn create_api_group(region: Region, form: ApiGroupForm) -> Result<ApiGroup, AppError> {
    Ok(services()?.api_groups().create(&caller().await?, form.parse_new(region)?).await?)
}

/// Changes a group; path prefix and authorization take effect with the next publish. What was changed since `seen` is not
/// overwritten.
#[server(prefix = "/console")]
pub async fn update_api_group(
    id: ApiGroupId,
    seen: Option<Timestamp>,
    form: ApiGroupForm,
) -> Result<ApiGroup, AppError> {
    let edit = domain::Edit { value: form.parse()?, seen };
    Ok(services()?.api_groups().update(&caller().await?, &id, edit).await?)
}

/// Deletes a group with all that belongs to it. `confirm_name` is its name, typed.
#[server(prefix = "/console")]
pub async fn delete_api_group(
    id: ApiGroupId,
    #[server(default)] confirm_name: String,
) -> Result<(), AppError> {
    Ok(services()?.api_groups().delete(&caller().await?, &id, confirm_name.trim()).await?)
}
