//! Platform keys: AccessKey and SecretKey of an account. They sign calls of the management API, and of published APIs
//! whose providers let the account call.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts, audit::Write,
    authorized_groups::confirm_unbinding, error::of, random, vault::Place,
};
use domain::{
    AccountId, ErrorKind, Page, PageQuery, PlatformKey, PlatformKeyId, RevealedPlatformKey, Secret,
    error::{Violations, check},
    platform_key::{DESCRIPTION_MAX, KEYS_PER_ACCOUNT, SECRET_SHOWN_FOR_MS},
    text::check_length,
};
use store::Connection;

/// The table that platform keys lie in: part of what their secrets are sealed to.
pub(crate) const TABLE: &str = "platform_keys";

/// Functions about the caller's own platform keys (another account's key is `NotFound`); one without a caller is for the
/// command line of the server's machine.
pub struct PlatformKeys<'a> {
    pub(crate) services: &'a Inner,
}

impl PlatformKeys<'_> {
    /// The caller's keys.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<PlatformKey>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::platform_keys::list(&reader, caller.id(), &query).await?)
    }

    /// One key.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &PlatformKeyId,
    ) -> Result<PlatformKey, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Makes a key pair. [`reveal`](Self::reveal) shows its SecretKey for some minutes.
    ///
    /// # Errors
    /// `Invalid` for `description`; `Conflict` on nothing when there are [`KEYS_PER_ACCOUNT`] already.
    pub async fn create(
        &self,
        caller: &Caller,
        description: String,
    ) -> Result<PlatformKey, ServiceError> {
        let mut violations = Violations::new();
        check_length("description", &description, DESCRIPTION_MAX, &mut violations);
        check(violations)?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let (key, _) = self.insert(write, caller.id(), description).await?;
        Ok(key)
    }

    /// Makes a key pair for the account with this e-mail address, from the command line of the server's machine.
    ///
    /// # Errors
    /// `NotFound` when there is no such account; `Conflict` as [`create`](Self::create).
    pub async fn create_by_operator(
        &self,
        email: &str,
    ) -> Result<RevealedPlatformKey, ServiceError> {
        let write = self.services.write_as(None).await?;
        let found = accounts::by_email(&write.tx, email).await?;
        let (account, _) = found.ok_or(ServiceError::NotFound { what: Noun::Account })?;
        // So that the count holds.
        store::accounts::lock(&write.tx, &account.id).await?;
        let (key, secret) = self.insert(write, &account.id, String::new()).await?;
        Ok(RevealedPlatformKey { id: key.id, secret_key: secret.expose().to_owned() })
    }

    async fn insert(
        &self,
        write: Write<'_>,
        owner: &AccountId,
        description: String,
    ) -> Result<(PlatformKey, Secret), ServiceError> {
        if store::platform_keys::count(&write.tx, owner).await? >= KEYS_PER_ACCOUNT {
            return Err(too_many());
        }
        let key = PlatformKey {
            id: PlatformKeyId::from_random(random::bytes()?),
            owner: owner.clone(),
            description,
            enabled: true,
            created_at: write.at,
        };
        let secret = random::secret()?;
        let sealed = self.services.vault.seal(place(&key.id), &secret)?;
        store::platform_keys::insert(&write.tx, &key, &sealed).await?;
        write.key_changed(key.id.clone());
        write.record("create", Noun::PlatformKey, &key.id).await?;
        write.commit().await?;
        Ok((key, secret))
    }

    /// The key with its SecretKey, while it is new: `None` from [`SECRET_SHOWN_FOR_MS`] after it was made on. That it was
    /// asked for stands in the audit log.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn reveal(
        &self,
        caller: &Caller,
        id: &PlatformKeyId,
    ) -> Result<Option<RevealedPlatformKey>, ServiceError> {
        let (write, key) = self.lock_own(caller, id).await?;
        if write.at >= key.created_at.plus_ms(SECRET_SHOWN_FOR_MS) {
            return Ok(None);
        }
        let sealed = store::platform_keys::secret(&write.tx, id).await?;
        let sealed = sealed.ok_or(ServiceError::NotFound { what: Noun::PlatformKey })?;
        let opened = self.services.vault.open(place(id), &sealed);
        let secret = opened.map_err(|cause| ServiceError::unavailable("vault", &cause))?;
        write.record("reveal", Noun::PlatformKey, id).await?;
        write.commit().await?;
        Ok(Some(RevealedPlatformKey { id: key.id, secret_key: secret.expose().to_owned() }))
    }

    /// Enables or disables a key. Calls signed with a disabled one are refused from then on; its authorizations stay.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn set_enabled(
        &self,
        caller: &Caller,
        id: &PlatformKeyId,
        enabled: bool,
    ) -> Result<PlatformKey, ServiceError> {
        let (write, key) = self.lock_own(caller, id).await?;
        let set = store::platform_keys::set_enabled(&write.tx, id, enabled).await;
        write.changed(set.map_err(of(Noun::PlatformKey))?);
        write.key_changed(id.clone());
        let verb = if enabled { "enable" } else { "disable" };
        write.record(verb, Noun::PlatformKey, id).await?;
        write.commit().await?;
        Ok(PlatformKey { enabled, ..key })
    }

    /// Deletes a key, and every authorization that names it. Calls signed with it are refused from then on.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `confirmName` when the key is bound to a deployment and that is not its AccessKey.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &PlatformKeyId,
        confirm_name: &str,
    ) -> Result<(), ServiceError> {
        let (write, _) = self.lock_own(caller, id).await?;
        confirm_unbinding(&write.tx, &id.clone().into(), id.as_str(), confirm_name).await?;
        let deleted = store::platform_keys::delete(&write.tx, id).await;
        write.changed(deleted.map_err(of(Noun::PlatformKey))?);
        write.key_changed(id.clone());
        write.record("delete", Noun::PlatformKey, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// Begins to change one of the caller's keys.
    async fn lock_own(
        &self,
        caller: &Caller,
        id: &PlatformKeyId,
    ) -> Result<(Write<'_>, PlatformKey), ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let key = own(&write.tx, caller, id).await?;
        Ok((write, key))
    }
}

/// Where a key's secret lies.
pub(crate) fn place(id: &PlatformKeyId) -> Place<'_> {
    Place { table: TABLE, row: id.as_str() }
}

pub(crate) async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &PlatformKeyId,
) -> Result<PlatformKey, ServiceError> {
    let key = store::platform_keys::get(conn, id).await?;
    key.filter(|key| key.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::PlatformKey })
}

fn too_many() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::Range,
        "",
        format!("an account has at most {KEYS_PER_ACCOUNT} platform keys"),
        format!("每个用户最多{KEYS_PER_ACCOUNT}个平台密钥"),
    )
}
