//! Access keys: what a caller signs with.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts, audit::Write,
    authorized_groups::confirm_unbinding, error::of, random, vault::Place,
};
use domain::{
    AccessKey, AccessKeyId, ErrorKind, NewAccessKey, Page, PageQuery, RevealedAccessKey, Secret,
    access_key::KEYS_PER_ACCOUNT,
};
use store::Connection;

/// The table that access keys lie in: part of what their secrets are sealed to.
pub(crate) const TABLE: &str = "access_keys";

/// Functions about the caller's own keys. Another account's key is `NotFound`.
pub struct AccessKeys<'a> {
    pub(crate) services: &'a Inner,
}

impl AccessKeys<'_> {
    /// The caller's keys.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<AccessKey>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::access_keys::list(&reader, caller.id(), &query).await?)
    }

    /// Makes a key, with an APIKey and an APISecret of its own.
    ///
    /// # Errors
    /// `Invalid` for `keyName` and `keyDesc`; `Conflict` on `keyName` when the caller has one of this name, on nothing when
    /// there are [`KEYS_PER_ACCOUNT`] already.
    pub async fn create(
        &self,
        caller: &Caller,
        new: NewAccessKey,
    ) -> Result<AccessKey, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        if store::access_keys::count(&write.tx, caller.id()).await? >= KEYS_PER_ACCOUNT {
            return Err(too_many());
        }
        let key = AccessKey {
            id: AccessKeyId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            name: new.name,
            description: new.description,
            api_key: random::hex_digits()?,
            created_at: write.at,
        };
        let secret = self.services.vault.seal(place(&key.id), &random::secret()?)?;
        store::access_keys::insert(&write.tx, &key, &secret).await?;
        write.key_changed(key.id.clone());
        write.record("create", Noun::AccessKey, &key.id).await?;
        write.commit().await?;
        Ok(key)
    }

    /// One key.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, caller: &Caller, id: &AccessKeyId) -> Result<AccessKey, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes name and description.
    ///
    /// # Errors
    /// `NotFound`; as [`create`](Self::create).
    pub async fn update(
        &self,
        caller: &Caller,
        id: &AccessKeyId,
        change: NewAccessKey,
    ) -> Result<AccessKey, ServiceError> {
        change.validate()?;
        let write = self.lock_own(caller, id).await?;
        let updated = store::access_keys::update(&write.tx, id, &change).await;
        let key = updated.map_err(of(Noun::AccessKey))?;
        write.record("update", Noun::AccessKey, id).await?;
        write.commit().await?;
        Ok(key)
    }

    /// Deletes a key, and every authorization that names it. Calls signed with it are refused from then on.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `confirmName` when the key is bound to a deployment and that is not its name.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &AccessKeyId,
        confirm_name: &str,
    ) -> Result<(), ServiceError> {
        let write = self.lock_own(caller, id).await?;
        let name = own(&write.tx, caller, id).await?.name;
        confirm_unbinding(&write.tx, &id.clone().into(), &name, confirm_name).await?;
        let bound = store::access_keys::delete(&write.tx, id).await.map_err(of(Noun::AccessKey))?;
        write.key_changed(id.clone());
        write.changed(bound);
        write.record("delete", Noun::AccessKey, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// The key with its APISecret. That it was asked for stands in the audit log.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn reveal(
        &self,
        caller: &Caller,
        id: &AccessKeyId,
    ) -> Result<RevealedAccessKey, ServiceError> {
        let write = self.lock_own(caller, id).await?;
        let key = own(&write.tx, caller, id).await?;
        let sealed = store::access_keys::secret(&write.tx, id).await?;
        let sealed = sealed.ok_or(ServiceError::NotFound { what: Noun::AccessKey })?;
        let opened = self.services.vault.open(place(id), &sealed);
        let secret = opened.map_err(|cause| ServiceError::unavailable("vault", &cause))?;
        write.record("reveal", Noun::AccessKey, id).await?;
        write.commit().await?;
        Ok(revealed(key, &secret))
    }

    /// Gives the key a new APISecret. Calls signed with the old one are refused from then on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn reset_secret(
        &self,
        caller: &Caller,
        id: &AccessKeyId,
    ) -> Result<RevealedAccessKey, ServiceError> {
        let write = self.lock_own(caller, id).await?;
        let key = own(&write.tx, caller, id).await?;
        let secret = random::secret()?;
        let sealed = self.services.vault.seal(place(id), &secret)?;
        let set = store::access_keys::set_secret(&write.tx, id, &sealed).await;
        set.map_err(of(Noun::AccessKey))?;
        write.key_changed(id.clone());
        write.record("reset_secret", Noun::AccessKey, id).await?;
        write.commit().await?;
        Ok(revealed(key, &secret))
    }

    /// Begins to change one of the caller's keys.
    async fn lock_own(&self, caller: &Caller, id: &AccessKeyId) -> Result<Write<'_>, ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        own(&write.tx, caller, id).await?;
        Ok(write)
    }
}

/// Where a key's secret lies.
pub(crate) fn place(id: &AccessKeyId) -> Place<'_> {
    Place { table: TABLE, row: id.as_str() }
}

pub(crate) async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &AccessKeyId,
) -> Result<AccessKey, ServiceError> {
    let key = store::access_keys::get(conn, id).await?;
    key.filter(|key| key.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::AccessKey })
}

fn revealed(key: AccessKey, secret: &Secret) -> RevealedAccessKey {
    RevealedAccessKey { api_key: key.api_key, api_secret: secret.expose().to_owned() }
}

fn too_many() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::Range,
        "",
        format!("an account has at most {KEYS_PER_ACCOUNT} access keys"),
        format!("每个用户最多{KEYS_PER_ACCOUNT}个访问密钥"),
    )
}
