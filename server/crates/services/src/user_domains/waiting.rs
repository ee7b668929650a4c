//! Domains that wait for an operator's word.

use super::{UserDomains, finish};
use crate::{Caller, Noun, ServiceError, audit::Write, error::of};
use domain::{
    DomainState, ErrorKind, Role, UserDomain, UserDomainId, WaitingDomains,
    user_domain::check_refusal,
};

/// Domains that are listed at most.
const LISTED: u64 = 200;

impl UserDomains<'_> {
    /// The domains of all groups that are not verified; at most 200, those that nobody has looked at first.
    ///
    /// # Errors
    /// `Forbidden` for who is no operator.
    pub async fn waiting(&self, caller: &Caller) -> Result<WaitingDomains, ServiceError> {
        only_operators(caller)?;
        let reader = self.services.store.read();
        let domains = store::user_domains::waiting(&reader, LISTED).await?;
        Ok(WaitingDomains { domains, check: self.services.domains.check })
    }

    /// Says as an operator that a domain of any group is its provider's.
    ///
    /// # Errors
    /// `Forbidden` for who is no operator; `NotFound`; `Conflict` on `domain` when it is verified for another group.
    pub async fn confirm(
        &self,
        caller: &Caller,
        id: &UserDomainId,
    ) -> Result<UserDomain, ServiceError> {
        let (write, domain) = self.lock_any(caller, id).await?;
        let state = DomainState::Verified;
        self.set_state(write, &domain, state).await?;
        Ok(UserDomain { state, refusal: None, ..domain })
    }

    /// Says as an operator that a domain of any group is not its provider's, and why, which its provider is shown.
    ///
    /// # Errors
    /// `Forbidden` for who is no operator; `NotFound`; `Invalid` on `reason`; `Conflict` on `domain` when it is verified.
    pub async fn refuse(
        &self,
        caller: &Caller,
        id: &UserDomainId,
        reason: &str,
    ) -> Result<UserDomain, ServiceError> {
        only_operators(caller)?;
        if let Some(wrong) = check_refusal(reason) {
            return Err(ServiceError::Invalid(vec![wrong]));
        }
        let (write, domain) = self.lock_any(caller, id).await?;
        if domain.state == DomainState::Verified {
            return Err(ServiceError::conflict(
                ErrorKind::State,
                "domain",
                "it is verified already, and served",
                "该域名已验证通过并正在使用",
            ));
        }
        let reason = reason.trim();
        let refused = store::user_domains::refuse(&write.tx, id, reason).await;
        refused.map_err(of(Noun::UserDomain))?;
        let state = DomainState::Invalid;
        let after = UserDomain { state, refusal: Some(reason.to_owned()), ..domain };
        finish(write, "refuse", &after).await?;
        Ok(after)
    }

    /// Begins, as an operator, to change a domain of any group.
    async fn lock_any(
        &self,
        caller: &Caller,
        id: &UserDomainId,
    ) -> Result<(Write<'_>, UserDomain), ServiceError> {
        only_operators(caller)?;
        let gone = || ServiceError::NotFound { what: Noun::UserDomain };
        let write = self.services.write(caller).await?;
        let domain = store::user_domains::by_id(&write.tx, id).await?.ok_or_else(gone)?;
        let locked = store::api_groups::lock(&write.tx, &domain.api_group_id).await?;
        locked.ok_or_else(gone)?;
        // As it is now that nobody else changes it.
        let domain = store::user_domains::by_id(&write.tx, id).await?.ok_or_else(gone)?;
        Ok((write, domain))
    }
}

fn only_operators(caller: &Caller) -> Result<(), ServiceError> {
    if caller.account.role == Role::Operator { Ok(()) } else { Err(ServiceError::Forbidden) }
}
