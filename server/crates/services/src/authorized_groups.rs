//! What callers may call, whoever publishes it.

use crate::{
    Caller, Inner, ServiceError, access_keys, api_groups::confirm_name, platform_keys,
    subscription_keys,
};
use domain::{ApiGroupId, AuthorizedGroup, CallerId, KeyId, KeyUsage, Page, PageQuery};
use std::collections::BTreeSet;
use store::{Tx, authorized_groups::AuthorizedEnvironment};

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

    /// Where one of the caller's keys is used.
    ///
    /// # Errors
    /// `NotFound` for the key.
    pub async fn usage_of_key(
        &self,
        caller: &Caller,
        id: &KeyId,
    ) -> Result<KeyUsage, ServiceError> {
        let bound = self.of_key(caller, id).await?;
        let groups: BTreeSet<&ApiGroupId> = bound.iter().map(|group| &group.api_group_id).collect();
        let (reader, from) = (self.services.store.read(), self.services.day_ago());
        let mut calls_24h = None;
        for group in groups {
            let owned = store::api_groups::get(&reader, group).await?;
            if owned.is_none_or(|group| group.owner != *caller.id()) {
                continue;
            }
            let calls = store::traffic::calls_by_environment(&reader, group, from).await?;
            let here = bound.iter().filter(|it| it.api_group_id == *group);
            let sum: u64 = here.filter_map(|it| calls.get(&it.environment)).sum();
            calls_24h = Some(calls_24h.unwrap_or(0) + sum);
        }
        Ok(KeyUsage { bound, calls_24h })
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

/// A key that is bound anywhere is deleted only by who types its name.
pub(crate) async fn confirm_unbinding(
    tx: &Tx,
    id: &KeyId,
    name: &str,
    typed: &str,
) -> Result<(), ServiceError> {
    if store::authorized_groups::of_key(tx, id).await?.is_empty() {
        return Ok(());
    }
    confirm_name(name, typed)
}
