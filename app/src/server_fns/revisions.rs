//! Revisions of a group.

use crate::{error::AppError, forms::revisions::RevisionForm};
use domain::{ApiGroupId, Difference, Page, PageQuery, Revision, RevisionNumber, RevisionView};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::context::{caller, services},
    domain::NewRevision,
};

/// A page of a group's revisions.
#[server(prefix = "/console")]
pub async fn list_revisions(
    group: ApiGroupId,
    query: PageQuery,
) -> Result<Page<RevisionView>, AppError> {
    Ok(services()?.revisions().list(&caller().await?, &group, query).await?)
}

/// All of a group's revisions, newest first, to choose from.
#[server(prefix = "/console")]
pub async fn all_revisions(group: ApiGroupId) -> Result<Vec<RevisionView>, AppError> {
    Ok(services()?.revisions().numbers(&caller().await?, &group).await?)
}

/// The next free number.
#[server(prefix = "/console")]
pub async fn suggest_revision(group: ApiGroupId) -> Result<RevisionNumber, AppError> {
    Ok(services()?.revisions().suggest_next(&caller().await?, &group).await?)
}

/// Makes a revision from another one.
#[server(prefix = "/console")]
pub async fn create_revision(group: ApiGroupId, form: RevisionForm) -> Result<Revision, AppError> {
    Ok(services()?.revisions().create(&caller().await?, &group, form.parse()?).await?)
}

/// Changes a revision's note.
#[server(prefix = "/console")]
pub async fn update_revision_note(
    group: ApiGroupId,
    revision: RevisionNumber,
    note: String,
) -> Result<Revision, AppError> {
    let note = note.trim().to_owned();
    Ok(services()?.revisions().update_note(&caller().await?, &group, revision, note).await?)
}

/// Deletes a revision that is live nowhere.
#[server(prefix = "/console")]
pub async fn delete_revision(group: ApiGroupId, revision: RevisionNumber) -> Result<(), AppError> {
    Ok(services()?.revisions().delete(&caller().await?, &group, revision).await?)
}

/// What differs between two revisions.
#[server(prefix = "/console")]
pub async fn compare_revisions(
    group: ApiGroupId,
    before: RevisionNumber,
    after: RevisionNumber,
) -> Result<Difference, AppError> {
    Ok(services()?.revisions().compare(&caller().await?, &group, before, after).await?)
}

/// The revision to write to: `revision` itself, or, with `into`, a new one of that number that begins with its APIs.
#[cfg(feature = "ssr")]
pub(super) async fn made_from(
    services: &services::Services,
    caller: &services::Caller,
    group: &ApiGroupId,
    revision: RevisionNumber,
    into: Option<RevisionNumber>,
) -> Result<RevisionNumber, AppError> {
    let Some(number) = into else { return Ok(revision) };
    let new = NewRevision { number, based_on: revision, note: String::new() };
    Ok(services.revisions().create(caller, group, new).await?.number)
}
