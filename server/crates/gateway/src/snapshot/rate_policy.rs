//! The rate limits of a deployment, prepared, with what is counted in them.

use super::deployment::{CompiledApi, Deployment};
use crate::limiter::{Limit, Scope};
use domain::{ApiId, RateLimits, TimeUnit};
use std::{collections::HashMap, sync::Arc};

/// The rate limits of a deployment. What was counted goes on being counted when the deployment is published again, or its
/// limits change but not their unit.
#[derive(Debug)]
pub(crate) struct RatePolicy {
    /// The unit of all its limits.
    pub(crate) unit: TimeUnit,
    /// For all calls.
    pub(crate) group: Limit,
    /// For the calls of each key.
    pub(crate) access_key: Option<Limit>,
    /// For the calls of each API.
    pub(crate) api: Option<Limit>,
    /// For the calls from each address.
    pub(crate) address: Option<Limit>,
    /// The deployment.
    pub(crate) scope: Arc<Scope>,
    /// Its APIs, in their order; empty where their calls are not limited.
    pub(crate) api_scopes: Box<[Arc<Scope>]>,
}

impl RatePolicy {
    /// Prepares `limits` for a deployment with these APIs. `before`: see [`Deployment::compile`].
    pub(super) fn compile(
        limits: &RateLimits,
        apis: &[CompiledApi],
        before: &[&Deployment],
    ) -> Self {
        let unit = limits.unit;
        let with_policy =
            before.iter().filter_map(|before| Some((*before, before.rate_policy.as_ref()?)));
        let before: Vec<_> = with_policy.filter(|(_, policy)| policy.unit == unit).collect();
        let limit = |most| Limit::new(unit, most);
        Self {
            unit,
            group: limit(limits.group),
            access_key: limits.access_key.map(limit),
            api: limits.api.map(limit),
            address: limits.address.map(limit),
            scope: before
                .first()
                .map_or_else(|| Arc::new(Scope::new()), |(_, policy)| Arc::clone(&policy.scope)),
            api_scopes: match limits.api {
                Some(_) => api_scopes(apis, &before),
                None => Box::default(),
            },
        }
    }
}

/// A scope for each API: the one of before, where it was limited then.
fn api_scopes(apis: &[CompiledApi], before: &[(&Deployment, &RatePolicy)]) -> Box<[Arc<Scope>]> {
    // What stands first in `before` goes before what follows.
    let known: HashMap<Option<&ApiId>, &Arc<Scope>> = before
        .iter()
        .rev()
        .flat_map(|(deployment, policy)| deployment.apis.iter().zip(&policy.api_scopes))
        .map(|(api, scope)| (api.label.api.as_ref(), scope))
        .collect();
    let scope = |api: &CompiledApi| {
        let known = known.get(&api.label.api.as_ref());
        known.map_or_else(|| Arc::new(Scope::new()), |scope| Arc::clone(scope))
    };
    apis.iter().map(scope).collect()
}
