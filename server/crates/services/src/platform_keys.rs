//! The key pairs that sign calls of the management API.

use crate::{Inner, Noun, ServiceError, accounts, random, vault::Place};
use domain::Secret;
use store::platform_keys::PlatformKey;

/// The table that platform keys lie in: part of what their secrets are sealed to.
pub(crate) const TABLE: &str = "platform_keys";

/// Functions about platform keys; for the command line of the server's machine.
pub struct PlatformKeys<'a> {
    pub(crate) services: &'a Inner,
}

impl PlatformKeys<'_> {
    /// Makes a key pair for the account with this e-mail address: AccessKey and SecretKey, 32 upper-case hexadecimal digits
    /// each.
    ///
    /// # Errors
    /// `NotFound` when there is no such account.
    pub async fn create(&self, email: &str) -> Result<(String, Secret), ServiceError> {
        let write = self.services.write_as(None).await?;
        let found = accounts::by_email(&write.tx, email).await?;
        let (account, _) = found.ok_or(ServiceError::NotFound { what: Noun::Account })?;
        let (access_key, secret) = (random::hex_digits()?, random::secret()?);
        let key = PlatformKey {
            secret: self.services.vault.seal(Place { table: TABLE, row: &access_key }, &secret)?,
            access_key: access_key.clone(),
            owner: account.id,
            created_at: write.at,
        };
        store::platform_keys::insert(&write.tx, &key).await?;
        write.record("create", Noun::PlatformKey, &access_key).await?;
        write.commit().await?;
        Ok((access_key, secret))
    }
}
