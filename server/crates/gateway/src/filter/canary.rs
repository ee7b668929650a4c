//! Canary: which of the two sides of an environment a call meets.

use crate::snapshot::Deployment;
use http::HeaderMap;
use std::{net::IpAddr, sync::Arc};

/// The canary of a deployment, where one runs and the call is its; else the deployment itself.
pub(crate) fn choose(
    live: Arc<Deployment>,
    client: IpAddr,
    headers: &HeaderMap,
) -> Arc<Deployment> {
    match &live.canary {
        Some(canary) if canary.takes(client, headers) => Arc::clone(&canary.deployment),
        Some(_) | None => live,
    }
}
