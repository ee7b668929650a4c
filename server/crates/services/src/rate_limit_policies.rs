//! Rate limit policies: how often the caller's groups may be called.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts,
    audit::Write,
    error::of,
    policies::{self, Named},
    random,
};
use domain::{
    DeploymentId, NewRateLimitPolicy, Page, PageQuery, PolicyKind, PolicyTarget, RateLimitPolicy,
    RateLimitPolicyId, Region,
};
use store::Connection;

/// Functions about the caller's rate limit policies. Another account's is `NotFound`.
pub struct RateLimitPolicies<'a> {
    pub(crate) services: &'a Inner,
}

impl RateLimitPolicies<'_> {
    /// The caller's policies of a region.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        region: Region,
        query: PageQuery,
    ) -> Result<Page<RateLimitPolicy>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::rate_limit_policies::list(&reader, caller.id(), region, &query).await?)
    }

    /// Makes a policy; bound to nothing yet.
    ///
    /// # Errors
    /// `Invalid`; `Conflict` on `policyName` when the caller has one of this name in the region.
    pub async fn create(
        &self,
        caller: &Caller,
        region: Region,
        new: NewRateLimitPolicy,
    ) -> Result<RateLimitPolicy, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let policy = RateLimitPolicy {
            id: RateLimitPolicyId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            region,
            name: new.name,
            description: new.description,
            limits: new.limits,
            bound: Vec::new(),
            created_at: write.at,
        };
        store::rate_limit_policies::insert(&write.tx, &policy).await?;
        write.record("create", Noun::RateLimitPolicy, &policy.id).await?;
        write.commit().await?;
        Ok(policy)
    }

    /// One policy.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
    ) -> Result<RateLimitPolicy, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes a policy. What it is bound to goes by it when this returns, if a gateway runs in this process.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` on `policyName`.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
        new: NewRateLimitPolicy,
    ) -> Result<RateLimitPolicy, ServiceError> {
        new.validate()?;
        let (write, before) = self.lock_own(caller, id).await?;
        let NewRateLimitPolicy { name, description, limits } = new;
        let policy = RateLimitPolicy { name, description, limits, ..before };
        let updated = store::rate_limit_policies::update(&write.tx, &policy).await;
        updated.map_err(of(Noun::RateLimitPolicy))?;
        policies::changed(&write, &policy.bound);
        write.record("update", Noun::RateLimitPolicy, id).await?;
        write.commit().await?;
        Ok(policy)
    }

    /// Deletes a policy that is bound to nothing.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is bound.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
    ) -> Result<(), ServiceError> {
        let (write, policy) = self.lock_own(caller, id).await?;
        policies::check_unbound(&policy.bound)?;
        store::rate_limit_policies::delete(&write.tx, id).await?;
        write.record("delete", Noun::RateLimitPolicy, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// What can be bound and is not, and what is bound: the two columns of the transfer list. What can be bound are the
    /// caller's deployments of the policy's region, live or not.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bindable(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
    ) -> Result<(Vec<PolicyTarget>, Vec<PolicyTarget>), ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let policy = own(&snapshot, caller, id).await?;
        policies::bindable(&snapshot, caller, named(&policy), &policy.bound).await
    }

    /// Binds a policy to exactly these deployments; there it replaces the one that was bound. In force when this returns, if
    /// a gateway runs in this process.
    ///
    /// # Errors
    /// `NotFound` for the policy, or a deployment that it cannot be bound to.
    pub async fn bind(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
        deployments: &[DeploymentId],
    ) -> Result<RateLimitPolicy, ServiceError> {
        let (write, policy) = self.lock_own(caller, id).await?;
        policies::bind(&write, caller, named(&policy), deployments).await?;
        let policy = own(&write.tx, caller, id).await?;
        write.commit().await?;
        Ok(policy)
    }

    /// Begins to change one of the caller's policies.
    async fn lock_own(
        &self,
        caller: &Caller,
        id: &RateLimitPolicyId,
    ) -> Result<(Write<'_>, RateLimitPolicy), ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let locked = store::rate_limit_policies::lock(&write.tx, id).await;
        locked.map_err(of(Noun::RateLimitPolicy))?;
        let policy = own(&write.tx, caller, id).await?;
        Ok((write, policy))
    }
}

fn named(policy: &RateLimitPolicy) -> Named<'_> {
    Named {
        kind: PolicyKind::RateLimit,
        noun: Noun::RateLimitPolicy,
        id: policy.id.as_str(),
        region: policy.region,
    }
}

async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &RateLimitPolicyId,
) -> Result<RateLimitPolicy, ServiceError> {
    let policy = store::rate_limit_policies::get(conn, id).await?;
    policy
        .filter(|policy| policy.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::RateLimitPolicy })
}
