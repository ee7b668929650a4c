//! The search over everything that the caller has.

use crate::{Caller, Inner, ServiceError};
use domain::{Found, FoundKind, PageQuery, Region, search::FOUND_MAX};
use store::Connection;

/// The search over everything that the caller has.
pub struct Search<'a> {
    pub(crate) services: &'a Inner,
}

impl Search<'_> {
    /// What has `text` in its name, id or description, at most [`FOUND_MAX`] of each kind; nothing for a blank text. Of APIs,
    /// those of the groups' latest revisions.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn find(&self, caller: &Caller, text: &str) -> Result<Vec<Found>, ServiceError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let snapshot = self.services.store.snapshot().await?;
        let mut found = provided(&snapshot, caller, text).await?;
        found.extend(policies(&snapshot, caller, text).await?);
        found.extend(keys(&snapshot, caller, text).await?);
        Ok(found)
    }
}

fn query(text: &str) -> PageQuery {
    PageQuery { search: text.to_owned(), ..PageQuery::new(1, FOUND_MAX) }
}

fn entry(kind: FoundKind, id: &impl ToString, name: String, detail: String) -> Found {
    Found { kind, id: id.to_string(), name, detail, place: None }
}

/// Groups of all regions, and their APIs.
async fn provided(
    conn: &impl Connection,
    caller: &Caller,
    text: &str,
) -> Result<Vec<Found>, ServiceError> {
    let mut found = Vec::new();
    for region in Region::ALL {
        let groups = store::api_groups::search(conn, caller.id(), region, &query(text)).await?;
        found.extend(groups.into_iter().map(|group| {
            let detail = format!("{region} {}", group.path());
            entry(FoundKind::ApiGroup, &group.id, group.name, detail)
        }));
    }
    let apis = store::apis::search(conn, caller.id(), text, FOUND_MAX).await?;
    found.extend(apis.into_iter().map(|(group, revision, api)| {
        let detail = format!("{} {}", api.definition.method.as_str(), api.definition.path);
        let place = Some((group, revision));
        Found { place, ..entry(FoundKind::Api, &api.id, api.definition.name, detail) }
    }));
    Ok(found)
}

/// What is bound to deployments: policies of all regions, authorizations, signatures.
async fn policies(
    conn: &impl Connection,
    caller: &Caller,
    text: &str,
) -> Result<Vec<Found>, ServiceError> {
    let (owner, query) = (caller.id(), query(text));
    let mut found = Vec::new();
    for region in Region::ALL {
        let page = store::rate_limit_policies::list(conn, owner, region, &query).await?;
        found.extend(page.rows.into_iter().map(|policy| {
            entry(FoundKind::RateLimitPolicy, &policy.id, policy.name, policy.description)
        }));
        let page = store::ip_policies::list(conn, owner, region, &query).await?;
        found.extend(
            page.rows.into_iter().map(|policy| {
                entry(FoundKind::IpPolicy, &policy.id, policy.name, policy.description)
            }),
        );
    }
    let page = store::access_auths::list(conn, owner, &query).await?;
    found.extend(
        page.rows
            .into_iter()
            .map(|auth| entry(FoundKind::AccessAuth, &auth.id, auth.name, auth.description)),
    );
    let page = store::backend_signatures::list(conn, owner, &query).await?;
    found.extend(page.rows.into_iter().map(|signature| {
        let name = signature.access_key;
        entry(FoundKind::BackendSignature, &signature.id, name, signature.description)
    }));
    Ok(found)
}

/// The caller's own keys.
async fn keys(
    conn: &impl Connection,
    caller: &Caller,
    text: &str,
) -> Result<Vec<Found>, ServiceError> {
    let (owner, query) = (caller.id(), query(text));
    let page = store::access_keys::list(conn, owner, &query).await?;
    let access = page
        .rows
        .into_iter()
        .map(|key| entry(FoundKind::AccessKey, &key.id, key.name, key.description));
    let mut found: Vec<Found> = access.collect();
    let page = store::subscription_keys::list(conn, owner, &query).await?;
    found.extend(
        page.rows
            .into_iter()
            .map(|key| entry(FoundKind::SubscriptionKey, &key.id, key.name, key.description)),
    );
    let page = store::platform_keys::list(conn, owner, &query).await?;
    found.extend(
        page.rows
            .into_iter()
            .map(|key| entry(FoundKind::PlatformKey, &key.id, key.id.to_string(), key.description)),
    );
    Ok(found)
}
