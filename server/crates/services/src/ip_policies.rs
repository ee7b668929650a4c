//! IP policies: from which addresses the caller's groups may be called.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts,
    audit::Write,
    error::of,
    policies::{self, Named},
    random,
};
use domain::{
    DeploymentId, IpPolicy, IpPolicyId, NewIpPolicy, Page, PageQuery, PolicyKind, PolicyTarget,
    Region,
};
use store::Connection;

/// Functions about the caller's IP policies. Another account's is `NotFound`.
pub struct IpPolicies<'a> {
    pub(crate) services: &'a Inner,
}

impl IpPolicies<'_> {
    /// The caller's policies of a region.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        region: Region,
        query: PageQuery,
    ) -> Result<Page<IpPolicy>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::ip_policies::list(&reader, caller.id(), region, &query).await?)
    }

    /// Makes a policy; bound to nothing yet.
    ///
    /// # Errors
    /// `Invalid`; `Conflict` on `policyName` when the caller has one of this name in the region.
    pub async fn create(
        &self,
        caller: &Caller,
        region: Region,
        new: NewIpPolicy,
    ) -> Result<IpPolicy, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let policy = IpPolicy {
            id: IpPolicyId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            region,
            name: new.name,
            description: new.description,
            rules: new.rules,
            bound: Vec::new(),
            created_at: write.at,
        };
        store::ip_policies::insert(&write.tx, &policy).await?;
        write.record("create", Noun::IpPolicy, &policy.id).await?;
        write.commit().await?;
        Ok(policy)
    }

    /// One policy.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, caller: &Caller, id: &IpPolicyId) -> Result<IpPolicy, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes a policy. What it is bound to goes by it when this returns, if a gateway runs in this process.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` on `policyName`.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &IpPolicyId,
        new: NewIpPolicy,
    ) -> Result<IpPolicy, ServiceError> {
        new.validate()?;
        let (write, before) = self.lock_own(caller, id).await?;
        let NewIpPolicy { name, description, rules } = new;
        let policy = IpPolicy { name, description, rules, ..before };
        let updated = store::ip_policies::update(&write.tx, &policy).await;
        updated.map_err(of(Noun::IpPolicy))?;
        policies::changed(&write, &policy.bound);
        write.record("update", Noun::IpPolicy, id).await?;
        write.commit().await?;
        Ok(policy)
    }

    /// Deletes a policy that is bound to nothing.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is bound.
    pub async fn delete(&self, caller: &Caller, id: &IpPolicyId) -> Result<(), ServiceError> {
        let (write, policy) = self.lock_own(caller, id).await?;
        policies::check_unbound(&policy.bound)?;
        store::ip_policies::delete(&write.tx, id).await?;
        write.record("delete", Noun::IpPolicy, id).await?;
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
        id: &IpPolicyId,
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
        id: &IpPolicyId,
        deployments: &[DeploymentId],
    ) -> Result<IpPolicy, ServiceError> {
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
        id: &IpPolicyId,
    ) -> Result<(Write<'_>, IpPolicy), ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let locked = store::ip_policies::lock(&write.tx, id).await;
        locked.map_err(of(Noun::IpPolicy))?;
        let policy = own(&write.tx, caller, id).await?;
        Ok((write, policy))
    }
}

fn named(policy: &IpPolicy) -> Named<'_> {
    Named {
        kind: PolicyKind::Ip,
        noun: Noun::IpPolicy,
        id: policy.id.as_str(),
        region: policy.region,
    }
}

async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &IpPolicyId,
) -> Result<IpPolicy, ServiceError> {
    let policy = store::ip_policies::get(conn, id).await?;
    policy
        .filter(|policy| policy.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::IpPolicy })
}
