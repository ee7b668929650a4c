//! Access authorizations: whom a provider lets call what.

use crate::{Caller, Inner, Noun, ServiceError, accounts, audit::Write, error::of, random};
use domain::{
    AccessAuth, AccessAuthId, AccessAuthType, AccountId, BindableDeployment, CallerId,
    DeploymentId, ErrorKind, KeyId, NamedCaller, NewAccessAuth, OwnCaller, Page, PageQuery,
    error::{Violations, check},
    text::{DESCRIPTION_MAX, check_length},
};
use std::collections::HashSet;
use store::Connection;

/// Functions about the authorizations that the caller, as a provider, made. Another account's is `NotFound`.
pub struct AccessAuths<'a> {
    pub(crate) services: &'a Inner,
}

impl AccessAuths<'_> {
    /// The caller's authorizations.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<AccessAuth>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::access_auths::list(&reader, caller.id(), &query).await?)
    }

    /// Authorizes a key, whoever owns it, or an account; bound to nothing yet.
    ///
    /// # Errors
    /// `Invalid` for `accessKey` (also when there is no such key or account) and `description`; `Conflict` on `accessKey`
    /// when the caller authorized it already.
    pub async fn create(
        &self,
        caller: &Caller,
        new: NewAccessAuth,
    ) -> Result<AccessAuth, ServiceError> {
        let named = new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let (named, name) = find(&write.tx, named).await?.ok_or_else(|| nobody(new.r#type))?;
        let auth = AccessAuth {
            id: AccessAuthId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            caller: named,
            name,
            description: new.description,
            bound: Vec::new(),
            created_at: write.at,
        };
        store::access_auths::insert(&write.tx, &auth).await.map_err(of(noun(new.r#type)))?;
        write.record("create", Noun::AccessAuth, &auth.id).await?;
        write.commit().await?;
        Ok(auth)
    }

    /// The callers of one kind that are the caller's own: what can be chosen without typing. Keys of others are typed.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn own_callers(
        &self,
        caller: &Caller,
        kind: AccessAuthType,
    ) -> Result<Vec<OwnCaller>, ServiceError> {
        let (reader, owner) = (self.services.store.read(), caller.id());
        // An account has fewer keys of each kind than this.
        let all = PageQuery::new(1, 100);
        let own = |reference: String, name: String| OwnCaller { reference, name };
        Ok(match kind {
            AccessAuthType::SubscriptionKey => {
                let keys = store::subscription_keys::list(&reader, owner, &all).await?.rows;
                keys.into_iter().map(|key| own(key.id.into(), key.name)).collect()
            }
            AccessAuthType::AccessKey => {
                let keys = store::access_keys::list(&reader, owner, &all).await?.rows;
                keys.into_iter().map(|key| own(key.id.into(), key.name)).collect()
            }
            AccessAuthType::PlatformKey => {
                let keys = store::platform_keys::of_account(&reader, owner).await?;
                keys.into_iter().map(|key| own(key.id.into(), key.description)).collect()
            }
            AccessAuthType::Account => vec![own(caller.account.email.clone(), String::new())],
        })
    }

    /// One authorization.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &AccessAuthId,
    ) -> Result<AccessAuth, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes the description.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `description`.
    pub async fn update_description(
        &self,
        caller: &Caller,
        id: &AccessAuthId,
        description: String,
    ) -> Result<AccessAuth, ServiceError> {
        let mut violations = Violations::new();
        check_length("description", &description, DESCRIPTION_MAX, &mut violations);
        check(violations)?;
        let (write, auth) = self.lock_own(caller, id).await?;
        let set = store::access_auths::set_description(&write.tx, &auth, &description).await;
        set.map_err(of(Noun::AccessAuth))?;
        write.record("update", Noun::AccessAuth, id).await?;
        write.commit().await?;
        Ok(AccessAuth { description, ..auth })
    }

    /// Deletes an authorization. Calls of whom it names to what it was bound to are refused from then on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, caller: &Caller, id: &AccessAuthId) -> Result<(), ServiceError> {
        let (write, _) = self.lock_own(caller, id).await?;
        let deleted = store::access_auths::delete(&write.tx, id).await;
        write.changed(deleted.map_err(of(Noun::AccessAuth))?);
        write.record("delete", Noun::AccessAuth, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// What can be bound and is not, and what is bound: the two columns of the transfer list. What can be bound are the
    /// caller's deployments that check signatures, live or not; for a subscription key also those that check tokens.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bindable(
        &self,
        caller: &Caller,
        id: &AccessAuthId,
    ) -> Result<(Vec<BindableDeployment>, Vec<BindableDeployment>), ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let auth = own(&snapshot, caller, id).await?;
        let (r#type, bound) = (auth.r#type(), auth.bound);
        let mut available = store::access_auths::bindable(&snapshot, caller.id(), r#type).await?;
        let taken: HashSet<&DeploymentId> = bound.iter().map(|one| &one.deployment_id).collect();
        available.retain(|one| !taken.contains(&one.deployment_id));
        Ok((available, bound))
    }

    /// Binds an authorization to exactly these deployments.
    ///
    /// # Errors
    /// `NotFound` for the authorization, or a deployment that is neither bound nor can be.
    pub async fn bind(
        &self,
        caller: &Caller,
        id: &AccessAuthId,
        deployments: &[DeploymentId],
    ) -> Result<AccessAuth, ServiceError> {
        let (write, auth) = self.lock_own(caller, id).await?;
        let available =
            store::access_auths::bindable(&write.tx, caller.id(), auth.r#type()).await?;
        let allowed: HashSet<&DeploymentId> =
            available.iter().chain(&auth.bound).map(|one| &one.deployment_id).collect();
        let mut wanted: Vec<DeploymentId> = deployments.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.iter().all(|deployment| allowed.contains(deployment)) {
            return Err(ServiceError::NotFound { what: Noun::Deployment });
        }
        let bound = store::access_auths::bind(&write.tx, id, &wanted, write.at).await;
        write.changed(bound.map_err(of(Noun::Deployment))?);
        write.record("bind", Noun::AccessAuth, id).await?;
        let auth = own(&write.tx, caller, id).await?;
        write.commit().await?;
        Ok(auth)
    }

    /// Begins to change one of the caller's authorizations.
    async fn lock_own(
        &self,
        caller: &Caller,
        id: &AccessAuthId,
    ) -> Result<(Write<'_>, AccessAuth), ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let auth = own(&write.tx, caller, id).await?;
        Ok((write, auth))
    }
}

async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &AccessAuthId,
) -> Result<AccessAuth, ServiceError> {
    let auth = store::access_auths::get(conn, id).await?;
    auth.filter(|auth| auth.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::AccessAuth })
}

/// The caller of that name, and what people know it by; `None` when there is none.
async fn find(
    conn: &impl Connection,
    named: NamedCaller,
) -> Result<Option<(CallerId, String)>, ServiceError> {
    let key = match named {
        NamedCaller::Email(email) => {
            let account: Option<AccountId> =
                accounts::by_email(conn, &email).await?.map(|(account, _)| account.id);
            return Ok(account.map(|id| (CallerId::Account(id), email)));
        }
        NamedCaller::Key(key) => key,
    };
    let is_there = match &key {
        KeyId::AccessKey(id) => store::access_keys::get(conn, id).await?.is_some(),
        KeyId::SubscriptionKey(id) => store::subscription_keys::get(conn, id).await?.is_some(),
        KeyId::PlatformKey(id) => store::platform_keys::get(conn, id).await?.is_some(),
    };
    let name = key.as_str().to_owned();
    Ok(is_there.then(|| (key.into(), name)))
}

fn noun(kind: AccessAuthType) -> Noun {
    match kind {
        AccessAuthType::SubscriptionKey => Noun::SubscriptionKey,
        AccessAuthType::AccessKey => Noun::AccessKey,
        AccessAuthType::PlatformKey => Noun::PlatformKey,
        AccessAuthType::Account => Noun::Account,
    }
}

fn nobody(kind: AccessAuthType) -> ServiceError {
    let (message, message_zh) = match kind {
        AccessAuthType::SubscriptionKey => (
            "there is no such subscription key; its owner sees the ID on the page of the key",
            "订阅密钥不存在，请向调用者确认订阅ID",
        ),
        AccessAuthType::AccessKey => (
            "there is no such access key; its owner sees the ID on the page of the key",
            "访问密钥不存在，请向调用者确认密钥ID",
        ),
        AccessAuthType::PlatformKey => (
            "there is no such platform key; its owner sees the AccessKey on the page of platform keys",
            "平台密钥不存在，请向其所有者确认Access Key",
        ),
        AccessAuthType::Account => ("no account has this e-mail address", "该邮箱没有对应的账号"),
    };
    ServiceError::invalid(ErrorKind::State, "accessKey", message, message_zh)
}
