//! Secrets that groups share with the issuers of their tokens: sealed, and named by the settings.

use crate::{Inner, ServiceError, audit::Write, random, vault::Place};
use domain::{ApiGroupId, DomainError, GroupSettings, JwtKeys, JwtSecretId, Secret};
use store::Sealed;

/// The table that they lie in: part of what they are sealed to.
const TABLE: &str = "jwt_secrets";

/// Where a secret lies.
pub(crate) fn place(id: &JwtSecretId) -> Place<'_> {
    Place { table: TABLE, row: id.as_str() }
}

/// A secret that is still to be written: its group may not be there yet.
pub(crate) struct NewSecret(JwtSecretId, Sealed);

impl NewSecret {
    /// Writes it as a secret of `group`.
    pub(crate) async fn keep(
        &self,
        write: &Write<'_>,
        group: &ApiGroupId,
    ) -> Result<(), ServiceError> {
        let Self(id, secret) = self;
        Ok(store::jwt_secrets::insert(&write.tx, group, (id, secret), write.at).await?)
    }
}

impl Inner {
    /// Has settings name the secret that is given with them, or else the one that `before` names. What they named
    /// themselves does not count, so that nobody names a secret that somebody else gave.
    ///
    /// # Errors
    /// `Invalid` for `jwtSecret` when one is needed and there is neither.
    pub(crate) fn name_jwt_secret(
        &self,
        settings: &mut GroupSettings,
        given: Option<&Secret>,
        before: Option<&GroupSettings>,
    ) -> Result<Option<NewSecret>, ServiceError> {
        let Some(JwtKeys::SharedSecret { id }) = settings.jwt.as_mut().map(|jwt| &mut jwt.keys)
        else {
            return Ok(None);
        };
        if let Some(secret) = given {
            let new = JwtSecretId::from_random(random::bytes()?);
            let sealed = self.vault.seal(place(&new), secret)?;
            *id = Some(new.clone());
            return Ok(Some(NewSecret(new, sealed)));
        }
        *id = match before.and_then(|before| before.jwt.as_ref()).map(|jwt| &jwt.keys) {
            Some(JwtKeys::SharedSecret { id: Some(kept) }) => Some(kept.clone()),
            _ => return Err(ServiceError::Invalid(vec![DomainError::required("jwtSecret")])),
        };
        Ok(None)
    }
}
