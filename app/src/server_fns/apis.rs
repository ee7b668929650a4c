//! APIs of a revision, and the import of documents.

use crate::{error::AppError, forms::apis::ApiForm};
use domain::{Api, ApiGroupId, ApiId, ImportPlan, Page, PageQuery, RevisionNumber, Timestamp};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{
    context::{caller, services},
    revisions::made_from,
};

/// An API that was saved, and the revision that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedApi {
    /// The API.
    pub api: Api,
    /// The revision.
    pub revision: RevisionNumber,
}

/// What importing a document would do, with the document, for the step that does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedImport {
    /// What it would do.
    pub plan: ImportPlan,
    /// The document.
    pub document: String,
}

/// An import that was done, and the revision that it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneImport {
    /// How many APIs were added and changed.
    pub count: usize,
    /// The revision.
    pub revision: RevisionNumber,
}

/// The APIs of a revision.
#[server(prefix = "/console")]
pub async fn list_apis(
    group: ApiGroupId,
    revision: RevisionNumber,
    query: PageQuery,
) -> Result<Page<Api>, AppError> {
    Ok(services()?.apis().list(&caller().await?, &group, revision, query).await?)
}

/// One of them.
#[server(prefix = "/console")]
pub async fn get_api(
    group: ApiGroupId,
    revision: RevisionNumber,
    api: ApiId,
) -> Result<Api, AppError> {
    Ok(services()?.apis().get(&caller().await?, &group, revision, &api).await?)
}

/// Adds an API to a revision; with `into`, to a new revision of that number, made from it.
#[server(prefix = "/console")]
pub async fn create_api(
    group: ApiGroupId,
    revision: RevisionNumber,
    into: Option<RevisionNumber>,
    form: ApiForm,
) -> Result<SavedApi, AppError> {
    let (services, caller, definition) = (services()?, caller().await?, form.parse()?);
    let revision = made_from(&services, &caller, &group, revision, into).await?;
    let created = services.apis().create(&caller, &group, revision, definition).await;
    let api = created.map_err(|error| form.placed(error.into()))?;
    Ok(SavedApi { api, revision })
}

/// Replaces an API's definition; with `into`, in a new revision of that number, made from this one. What was changed since
/// `seen` is not overwritten.
#[server(prefix = "/console")]
pub async fn update_api(
    group: ApiGroupId,
    revision: RevisionNumber,
    into: Option<RevisionNumber>,
    api: ApiId,
    seen: Option<Timestamp>,
    form: ApiForm,
) -> Result<SavedApi, AppError> {
    let (services, caller, value) = (services()?, caller().await?, form.parse()?);
    let edit = domain::Edit { value, seen };
    let revision = made_from(&services, &caller, &group, revision, into).await?;
    let updated = services.apis().update(&caller, &group, revision, &api, edit).await;
    let api = updated.map_err(|error| form.placed(error.into()))?;
    Ok(SavedApi { api, revision })
}

/// Deletes an API from a revision; other revisions keep it.
#[server(prefix = "/console")]
pub async fn delete_api(
    group: ApiGroupId,
    revision: RevisionNumber,
    api: ApiId,
) -> Result<(), AppError> {
    Ok(services()?.apis().delete(&caller().await?, &group, revision, &api).await?)
}

/// What importing a document would do to a revision; nothing is changed.
#[server(prefix = "/console")]
pub async fn plan_import(
    group: ApiGroupId,
    revision: RevisionNumber,
    document: String,
) -> Result<PlannedImport, AppError> {
    let plan =
        services()?.apis().plan_import(&caller().await?, &group, revision, &document).await?;
    Ok(PlannedImport { plan, document })
}

/// Imports a document into a revision, or with `into` into a new one made from it. What the plan refused is left out.
#[server(prefix = "/console")]
pub async fn import_apis(
    group: ApiGroupId,
    revision: RevisionNumber,
    into: Option<RevisionNumber>,
    document: String,
) -> Result<DoneImport, AppError> {
    let (services, caller) = (services()?, caller().await?);
    let revision = made_from(&services, &caller, &group, revision, into).await?;
    let plan = services.apis().import(&caller, &group, revision, &document).await?;
    let (added, changed, ..) = plan.counts();
    Ok(DoneImport { count: added + changed, revision })
}
