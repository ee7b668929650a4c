//! What policies of every kind have in common: what they can be bound to, and that bound ones stay.

use crate::{Caller, Noun, ServiceError, audit::Write, error::of};
use domain::{
    BindableDeployment, DeploymentId, PolicyKind, PolicyTarget, Region, policy::still_bound,
};
use std::collections::HashSet;
use store::Connection;

/// A policy of some kind, by its id.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) kind: PolicyKind,
    pub(crate) noun: Noun,
    pub(crate) id: &'a str,
    pub(crate) region: Region,
}

/// The two columns of the transfer list: what the policy can be bound to and is not, and what it is bound to.
pub(crate) async fn bindable(
    conn: &impl Connection,
    caller: &Caller,
    policy: Named<'_>,
    bound: &[BindableDeployment],
) -> Result<(Vec<PolicyTarget>, Vec<PolicyTarget>), ServiceError> {
    let is_bound: HashSet<&DeploymentId> = bound.iter().map(|one| &one.deployment_id).collect();
    let targets = targets(conn, caller, policy).await?;
    Ok(targets.into_iter().partition(|target| !is_bound.contains(&target.deployment.deployment_id)))
}

async fn targets(
    conn: &impl Connection,
    caller: &Caller,
    policy: Named<'_>,
) -> Result<Vec<PolicyTarget>, ServiceError> {
    let (named, whose) = ((policy.kind, policy.id), (caller.id(), policy.region));
    Ok(store::policy_bindings::targets(conn, named, whose).await?)
}

/// Binds a policy, which must be locked, to exactly these deployments, and tells the gateways.
///
/// # Errors
/// `NotFound` for a deployment that is none of the caller's in the policy's region.
pub(crate) async fn bind(
    write: &Write<'_>,
    caller: &Caller,
    policy: Named<'_>,
    deployments: &[DeploymentId],
) -> Result<(), ServiceError> {
    let targets = targets(&write.tx, caller, policy).await?;
    let allowed: HashSet<&DeploymentId> =
        targets.iter().map(|target| &target.deployment.deployment_id).collect();
    if !deployments.iter().all(|wanted| allowed.contains(wanted)) {
        return Err(ServiceError::NotFound { what: Noun::Deployment });
    }
    let named = (policy.kind, policy.id);
    let bound = store::policy_bindings::bind(&write.tx, named, deployments, write.at).await;
    write.changed(bound.map_err(of(Noun::Deployment))?);
    write.record("bind", policy.noun, policy.id).await
}

/// Tells the gateways that a policy is another one now.
pub(crate) fn changed(write: &Write<'_>, bound: &[BindableDeployment]) {
    write.changed(bound.iter().map(|one| (one.api_group_id.clone(), one.environment)));
}

/// Refuses to delete what is bound.
///
/// # Errors
/// `Conflict`.
pub(crate) fn check_unbound(bound: &[BindableDeployment]) -> Result<(), ServiceError> {
    if bound.is_empty() { Ok(()) } else { Err(ServiceError::Conflict(still_bound())) }
}
