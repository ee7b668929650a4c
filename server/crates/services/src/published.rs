//! What the gateway is told: everything that is published, and the changes since.

use crate::{
    Inner, ServiceError, access_keys,
    acme::challenge_certificate,
    backend_signatures, jwt_secrets, platform_keys, subscription_keys, user_domains,
    vault::{OpenError, Place, Vault, VaultKey},
};
use domain::{
    ApiGroupId, BackendSigningKey, CallerKey, Challenge, ChallengeKind, DeploymentId, Environment,
    GroupContent, JwtKeys, JwtSecretId, KeyId, PublishedDeployment, PublishedKey, Secret,
    ServedCertificate, ServedChallenge, ServedDomain,
};
use std::collections::HashMap;
use store::{
    Sealed,
    backend_signatures::SealedSigner,
    changes::ChangeListener,
    published::SealedKey,
    user_domains::{SealedDomain, SealedDomains},
};

pub use store::published::{PublishedAll as SealedState, PublishedSince as SealedChanges};

/// The feed of what is published, for the process that keeps a gateway up to date.
pub struct PublishedFeed<'a> {
    pub(crate) services: &'a Inner,
}

/// Everything that is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedState {
    /// The number of the last change it contains.
    pub change: i64,
    /// What runs where.
    pub deployments: Vec<PublishedDeployment>,
    /// All keys that can be used, bound or not.
    pub keys: Vec<CallerKey>,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedChanges {
    /// The number of the last change it contains; the one that was asked with when nothing changed.
    pub change: i64,
    /// What runs now in each environment that changed; `None`: nothing.
    pub deployments: Vec<((ApiGroupId, Environment), Option<PublishedDeployment>)>,
    /// Each key that changed; `None`: it cannot be used (any more).
    pub keys: Vec<PublishedKey>,
}

/// Tells when the number of the last change may have grown: at once for commits of this process, by PostgreSQL's
/// notifications for those of others, within a second for those of others on SQLite.
#[derive(Debug)]
pub struct ChangeWatch(ChangeListener);

impl ChangeWatch {
    /// Waits until the number has grown since this was last called (or since the beginning), and gives it. May be dropped
    /// and called again at any time.
    pub async fn changed(&mut self) -> i64 {
        self.0.changed().await
    }
}

impl PublishedFeed<'_> {
    /// Everything, from one moment.
    ///
    /// # Errors
    /// `Unavailable`; also when a secret was sealed with a key that is not in the key file.
    pub async fn snapshot(&self) -> Result<PublishedState, ServiceError> {
        self.open(self.sealed_snapshot().await?)
    }

    /// What changed after `change`, from one moment; `None` when the feed does not reach back that far: take a
    /// [`snapshot`](Self::snapshot).
    ///
    /// # Errors
    /// As [`snapshot`](Self::snapshot).
    pub async fn changes_since(
        &self,
        change: i64,
    ) -> Result<Option<PublishedChanges>, ServiceError> {
        let changes = self.sealed_changes_since(change).await?;
        changes.map(|changes| self.open_changes(changes)).transpose()
    }

    /// A [`snapshot`](Self::snapshot) with its secrets encrypted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sealed_snapshot(&self) -> Result<SealedState, ServiceError> {
        Ok(store::published::all(&self.services.store).await?)
    }

    /// [`changes_since`](Self::changes_since) with their secrets encrypted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sealed_changes_since(
        &self,
        change: i64,
    ) -> Result<Option<SealedChanges>, ServiceError> {
        Ok(store::published::since(&self.services.store, change).await?)
    }

    /// Decrypts a snapshot.
    ///
    /// # Errors
    /// `Unavailable` when a secret was sealed with a key that is not in the key file.
    pub fn open(&self, sealed: SealedState) -> Result<PublishedState, ServiceError> {
        Opening { vault: &self.services.vault }.snapshot(sealed)
    }

    /// Decrypts changes.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_changes(&self, sealed: SealedChanges) -> Result<PublishedChanges, ServiceError> {
        Opening { vault: &self.services.vault }.changes(sealed)
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn watch(&self) -> Result<ChangeWatch, ServiceError> {
        Ok(ChangeWatch(self.services.store.listen().await?))
    }
}

/// Decrypts what is published, for a process that has these keys and no database.
///
/// # Errors
/// `Unavailable` when there is no key, or a secret was sealed with another one.
pub fn open_published(
    keys: &[VaultKey],
    sealed: SealedState,
) -> Result<PublishedState, ServiceError> {
    Opening { vault: &Vault::new(keys)? }.snapshot(sealed)
}

/// Decrypts what is published.
struct Opening<'a> {
    vault: &'a Vault,
}

impl Opening<'_> {
    fn snapshot(&self, mut all: SealedState) -> Result<PublishedState, ServiceError> {
        self.add_signers(all.deployments.iter_mut(), all.signers)?;
        self.add_domains(all.deployments.iter_mut(), all.domains)?;
        self.add_jwt_secrets(all.deployments.iter_mut(), &all.jwt_secrets)?;
        let mut keys = Vec::with_capacity(all.keys.len());
        for key in all.keys {
            keys.extend(self.key(key)?);
        }
        Ok(PublishedState { change: all.change, deployments: all.deployments, keys })
    }

    fn changes(&self, mut since: SealedChanges) -> Result<PublishedChanges, ServiceError> {
        let deployments = since.deployments.iter_mut().filter_map(|(_, now)| now.as_mut());
        self.add_signers(deployments, since.signers)?;
        let deployments = since.deployments.iter_mut().filter_map(|(_, now)| now.as_mut());
        self.add_domains(deployments, since.domains)?;
        let deployments = since.deployments.iter_mut().filter_map(|(_, now)| now.as_mut());
        self.add_jwt_secrets(deployments, &since.jwt_secrets)?;
        let mut keys = Vec::with_capacity(since.keys.len());
        for (id, key) in since.keys {
            let opened = key.map(|key| self.key(key)).transpose()?.flatten();
            keys.push((id, opened));
        }
        Ok(PublishedChanges { change: since.change, deployments: since.deployments, keys })
    }

    /// The key with its secret. One that was tampered with is left out: nobody can sign with it, and the others go on.
    fn key(&self, key: SealedKey) -> Result<Option<CallerKey>, ServiceError> {
        let secret = self.secret(place(&key.id), &key.secret)?;
        Ok(secret.map(|secret| CallerKey {
            id: key.id,
            owner: key.owner,
            pin: key.pin,
            api_key: key.api_key,
            secret,
        }))
    }

    /// Gives deployments what their forwarded requests are signed with. Where the secret was tampered with, they are not
    /// signed, and the others go on.
    fn add_signers<'d>(
        &self,
        deployments: impl Iterator<Item = &'d mut PublishedDeployment>,
        mut signers: HashMap<DeploymentId, SealedSigner>,
    ) -> Result<(), ServiceError> {
        for deployment in deployments {
            let Some(SealedSigner { access_key, secret }) = signers.remove(&deployment.id) else {
                continue;
            };
            let secret = self.secret(backend_signatures::key_place(&access_key), &secret)?;
            deployment.policies.backend_signature =
                secret.map(|secret| BackendSigningKey { access_key, secret });
        }
        Ok(())
    }

    /// Gives deployments their domains. One whose private key was tampered with is served without its certificate, and the
    /// others go on.
    fn add_domains<'d>(
        &self,
        deployments: impl Iterator<Item = &'d mut PublishedDeployment>,
        mut domains: SealedDomains,
    ) -> Result<(), ServiceError> {
        for deployment in deployments {
            let place = (deployment.api_group_id.clone(), deployment.environment);
            let sealed = domains.remove(&place).unwrap_or_default();
            let opened = sealed.into_iter().map(|domain| self.domain(domain));
            deployment.policies.domains = opened.collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    /// Gives deployments the secret that their tokens are verified with. Where it was tampered with, they have none and
    /// accept no token, and the others go on.
    fn add_jwt_secrets<'d>(
        &self,
        deployments: impl Iterator<Item = &'d mut PublishedDeployment>,
        secrets: &HashMap<JwtSecretId, Sealed>,
    ) -> Result<(), ServiceError> {
        for deployment in deployments {
            deployment.policies.jwt_secret = self.jwt_secret(&deployment.content, secrets)?;
            if let Some(canary) = &mut deployment.canary {
                canary.jwt_secret = self.jwt_secret(&canary.content, secrets)?;
            }
        }
        Ok(())
    }

    /// The secret that a content names.
    fn jwt_secret(
        &self,
        content: &GroupContent,
        secrets: &HashMap<JwtSecretId, Sealed>,
    ) -> Result<Option<Secret>, ServiceError> {
        let keys = content.settings.jwt.as_ref().map(|jwt| &jwt.keys);
        let Some(JwtKeys::SharedSecret { id: Some(id) }) = keys else { return Ok(None) };
        let Some(secret) = secrets.get(id) else { return Ok(None) };
        self.secret(jwt_secrets::place(id), secret)
    }

    fn domain(&self, domain: SealedDomain) -> Result<ServedDomain, ServiceError> {
        let SealedDomain { id, name, redirect_http, certificate, challenge } = domain;
        let certificate = match certificate {
            None => None,
            Some((chain, key)) => self
                .secret(user_domains::place(&id), &key)?
                .map(|private_key| ServedCertificate { chain, private_key }),
        };
        // Without it there would be nothing that a redirect leads to.
        let redirect_http = redirect_http && certificate.is_some();
        let challenge = challenge.and_then(|challenge| served_challenge(&name, challenge));
        Ok(ServedDomain { name, redirect_http, certificate, challenge })
    }

    /// The secret that lies at a place; `None` when it was tampered with.
    fn secret(&self, place: Place<'_>, sealed: &Sealed) -> Result<Option<Secret>, ServiceError> {
        match self.vault.open(place, sealed) {
            Ok(secret) => Ok(Some(secret)),
            Err(OpenError::Forged) => {
                tracing::error!(
                    table = place.table,
                    row = place.row,
                    "the secret of a key was changed or moved; it is not served"
                );
                Ok(None)
            }
            Err(cause) => Err(ServiceError::unavailable("vault", &cause)),
        }
    }
}

/// What the gateway answers an authority for a domain. Each node makes a certificate of its own for it.
fn served_challenge(name: &str, challenge: Challenge) -> Option<ServedChallenge> {
    let Challenge { kind, token, key_authorization } = challenge;
    match kind {
        ChallengeKind::Http01 => Some(ServedChallenge::Http { token, key_authorization }),
        ChallengeKind::TlsAlpn01 => match challenge_certificate(name, &key_authorization) {
            Ok((chain, private_key)) => Some(ServedChallenge::Tls { chain, private_key }),
            Err(cause) => {
                tracing::error!(domain = name, cause, "a challenge cannot be answered");
                None
            }
        },
    }
}

/// Where a key's secret lies.
fn place(id: &KeyId) -> Place<'_> {
    match id {
        KeyId::AccessKey(id) => access_keys::place(id),
        KeyId::SubscriptionKey(id) => subscription_keys::place(id),
        KeyId::PlatformKey(id) => platform_keys::place(id),
    }
}
