//! Subscription keys: what a caller shows instead of signing.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts, audit::Write,
    authorized_groups::confirm_unbinding, error::of, random, vault::Place,
};
use domain::{
    ErrorKind, NewSubscriptionKey, Page, PageQuery, RevealedSubscriptionKey, SubscriptionKey,
    SubscriptionKeyId, subscription_key::KEYS_PER_ACCOUNT,
};
use store::Connection;

/// The table that subscription keys lie in: part of what they are sealed to.
const TABLE: &str = "subscription_keys";

/// Functions about the caller's own keys. Another account's key is `NotFound`.
pub struct SubscriptionKeys<'a> {
    pub(crate) services: &'a Inner,
}

impl SubscriptionKeys<'_> {
    /// The caller's keys.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<SubscriptionKey>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::subscription_keys::list(&reader, caller.id(), &query).await?)
    }

    /// Makes a key.
    ///
    /// # Errors
    /// `Invalid` for `name` and `description`; `Conflict` on `name` when the caller has one of this name, on nothing when
    /// there are [`KEYS_PER_ACCOUNT`] already.
    pub async fn create(
        &self,
        caller: &Caller,
        new: NewSubscriptionKey,
    ) -> Result<SubscriptionKey, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        if store::subscription_keys::count(&write.tx, caller.id()).await? >= KEYS_PER_ACCOUNT {
            return Err(too_many());
        }
        let key = SubscriptionKey {
            id: SubscriptionKeyId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            name: new.name,
            description: new.description,
            created_at: write.at,
        };
        let secret = self.services.vault.seal(place(&key.id), &random::subscription_key()?)?;
        store::subscription_keys::insert(&write.tx, &key, &secret).await?;
        write.key_changed(key.id.clone());
        write.record("create", Noun::SubscriptionKey, &key.id).await?;
        write.commit().await?;
        Ok(key)
    }

    /// One key.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &SubscriptionKeyId,
    ) -> Result<SubscriptionKey, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes name and description.
    ///
    /// # Errors
    /// `NotFound`; as [`create`](Self::create).
    pub async fn update(
        &self,
        caller: &Caller,
        id: &SubscriptionKeyId,
        change: NewSubscriptionKey,
    ) -> Result<SubscriptionKey, ServiceError> {
        change.validate()?;
        let write = self.lock_own(caller, id).await?;
        let updated = store::subscription_keys::update(&write.tx, id, &change).await;
        let key = updated.map_err(of(Noun::SubscriptionKey))?;
        write.record("update", Noun::SubscriptionKey, id).await?;
        write.commit().await?;
        Ok(key)
    }

    /// Deletes a key, and every authorization that names it. Calls with it are refused from then on.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `confirmName` when the key is bound to a deployment and that is not its name.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &SubscriptionKeyId,
        confirm_name: &str,
    ) -> Result<(), ServiceError> {
        let write = self.lock_own(caller, id).await?;
        let name = own(&write.tx, caller, id).await?.name;
        confirm_unbinding(&write.tx, &id.clone().into(), &name, confirm_name).await?;
        let deleted = store::subscription_keys::delete(&write.tx, id).await;
        write.changed(deleted.map_err(of(Noun::SubscriptionKey))?);
        write.key_changed(id.clone());
        write.record("delete", Noun::SubscriptionKey, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// The key itself. That it was asked for stands in the audit log.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn reveal(
        &self,
        caller: &Caller,
        id: &SubscriptionKeyId,
    ) -> Result<RevealedSubscriptionKey, ServiceError> {
        let write = self.lock_own(caller, id).await?;
        let sealed = store::subscription_keys::secret(&write.tx, id).await?;
        let sealed = sealed.ok_or(ServiceError::NotFound { what: Noun::SubscriptionKey })?;
        let opened = self.services.vault.open(place(id), &sealed);
        let key = opened.map_err(|cause| ServiceError::unavailable("vault", &cause))?;
        write.record("reveal", Noun::SubscriptionKey, id).await?;
        write.commit().await?;
        Ok(RevealedSubscriptionKey { key: key.expose().to_owned() })
    }

    /// Begins to change one of the caller's keys.
    async fn lock_own(
        &self,
        caller: &Caller,
        id: &SubscriptionKeyId,
    ) -> Result<Write<'_>, ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        own(&write.tx, caller, id).await?;
        Ok(write)
    }
}

/// Where a key lies.
pub(crate) fn place(id: &SubscriptionKeyId) -> Place<'_> {
    Place { table: TABLE, row: id.as_str() }
}

pub(crate) async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &SubscriptionKeyId,
) -> Result<SubscriptionKey, ServiceError> {
    let key = store::subscription_keys::get(conn, id).await?;
    key.filter(|key| key.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::SubscriptionKey })
}

fn too_many() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::Range,
        "",
        format!("an account has at most {KEYS_PER_ACCOUNT} subscription keys"),
        format!("每个用户最多{KEYS_PER_ACCOUNT}个订阅密钥"),
    )
}
