//! What callers may call, whoever publishes it.

use crate::{Caller, Inner, ServiceError, access_keys, platform_keys, subscription_keys};
use domain::{AuthorizedGroup, CallerId, KeyId, Page, PageQuery};
use store::authorized_groups::AuthorizedEnvironment;

/// Functions about the groups that the caller's own keys may call.
pub struct AuthorizedGroups<'a> {
    pub(crate) services: &'a Inner,
}

impl AuthorizedGroups<'_> {
    /// The groups that the caller may call: with any of its keys, and as an account. One row for each caller that a provider
    /// named and environment that it was bound to.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<AuthorizedGroup>, ServiceError> {
        let reader = self.services.store.read();
        let page = store::authorized_groups::of_owner(&reader, caller.id(), &query).await?;
        Ok(page.map(|environment| self.authorized(caller, environment)))
    }

    /// The groups that one of the caller's keys may call by itself.
    ///
    /// # Errors
    /// `NotFound` for the key.
    pub async fn of_key(
        &self,
        caller: &Caller,
        id: &KeyId,
    ) -> Result<Vec<AuthorizedGroup>, ServiceError> {
        let reader = self.services.store.read();
        match id {
            KeyId::AccessKey(id) => drop(access_keys::own(&reader, caller, id).await?),
            KeyId::SubscriptionKey(id) => drop(subscription_keys::own(&reader, caller, id).await?),
            KeyId::PlatformKey(id) => drop(platform_keys::own(&reader, caller, id).await?),
        }
        let authorized = store::authorized_groups::of_key(&reader, id).await?;
        Ok(authorized.into_iter().map(|one| self.authorized(caller, one)).collect())
    }

    fn authorized(&self, caller: &Caller, authorized: AuthorizedEnvironment) -> AuthorizedGroup {
        let AuthorizedEnvironment { api_group_id, region, environment, prefix, .. } = authorized;
        let caller_name = match &authorized.caller {
            CallerId::Key(id) => id.as_str().to_owned(),
            // The only account among these is the caller's own.
            CallerId::Account(_) => caller.account.email.clone(),
        };
        AuthorizedGroup {
            access_url: self.services.addresses.url(&api_group_id, region, environment, &prefix),
            api_group_id,
            group_name: authorized.group_name,
            region,
            environment,
            r#type: authorized.caller.auth_type(),
            caller_name,
            authorized_at: authorized.authorized_at,
        }
    }
}
