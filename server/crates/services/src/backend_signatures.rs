//! Backend signatures: the platform key that the gateway signs forwarded requests with.

use crate::{
    Caller, Inner, Noun, ServiceError, accounts, audit::Write, error::of, random, vault::Place,
};
use domain::{
    BackendSignature, BackendSignatureId, BindableDeployment, DeploymentId, ErrorKind,
    NewBackendSignature, Page, PageQuery, SignableDeployment, SigningKeyState,
    backend_signature::no_such_key,
};
use std::collections::HashSet;
use store::Connection;

/// Functions about the backend signatures of the caller, a provider. Another account's is `NotFound`.
pub struct BackendSignatures<'a> {
    pub(crate) services: &'a Inner,
}

impl BackendSignatures<'_> {
    /// The caller's backend signatures.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        query: PageQuery,
    ) -> Result<Page<BackendSignature>, ServiceError> {
        let reader = self.services.store.read();
        Ok(store::backend_signatures::list(&reader, caller.id(), &query).await?)
    }

    /// The AccessKeys that a backend signature of the caller can name: those of its own platform keys, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn access_keys(&self, caller: &Caller) -> Result<Vec<String>, ServiceError> {
        let keys = store::platform_keys::of_account(&self.services.store.read(), caller.id()).await;
        Ok(keys?.into_iter().map(|key| key.id.to_string()).collect())
    }

    /// Names a platform key; bound to nothing yet.
    ///
    /// # Errors
    /// `Invalid` for `accessKey` (also when the caller has no such platform key) and `description`; `Conflict` on `accessKey`
    /// when it is named already.
    pub async fn create(
        &self,
        caller: &Caller,
        new: NewBackendSignature,
    ) -> Result<BackendSignature, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        check_key(&write.tx, caller, &new.access_key).await?;
        let signature = BackendSignature {
            id: BackendSignatureId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            access_key: new.access_key,
            key_state: SigningKeyState::Usable,
            description: new.description,
            bound: Vec::new(),
            created_at: write.at,
        };
        store::backend_signatures::insert(&write.tx, &signature).await?;
        write.record("create", Noun::BackendSignature, &signature.id).await?;
        write.commit().await?;
        Ok(signature)
    }

    /// One backend signature.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
    ) -> Result<BackendSignature, ServiceError> {
        own(&self.services.store.read(), caller, id).await
    }

    /// Changes key and description. What it is bound to is signed with the new key at once.
    ///
    /// # Errors
    /// `NotFound`; as [`create`](Self::create). A key that is missing by now may stay named.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
        change: NewBackendSignature,
    ) -> Result<BackendSignature, ServiceError> {
        change.validate()?;
        let (write, before) = self.lock_own(caller, id).await?;
        if change.access_key != before.access_key {
            check_key(&write.tx, caller, &change.access_key).await?;
            write.changed(before.bound.iter().map(place));
        }
        let updated = store::backend_signatures::update(&write.tx, id, &change).await;
        updated.map_err(of(Noun::BackendSignature))?;
        write.record("update", Noun::BackendSignature, id).await?;
        let after = own(&write.tx, caller, id).await?;
        write.commit().await?;
        Ok(after)
    }

    /// Deletes a backend signature that is bound to nothing.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is bound.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
    ) -> Result<(), ServiceError> {
        let (write, signature) = self.lock_own(caller, id).await?;
        if !signature.bound.is_empty() {
            return Err(still_bound());
        }
        let deleted = store::backend_signatures::delete(&write.tx, id).await;
        deleted.map_err(of(Noun::BackendSignature))?;
        write.record("delete", Noun::BackendSignature, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// What can be bound and is not, and what is bound: the two columns of the transfer list. What can be bound are the
    /// caller's deployments, live or not; those that another backend signature signs say so.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bindable(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
    ) -> Result<(Vec<SignableDeployment>, Vec<BindableDeployment>), ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let bound = own(&snapshot, caller, id).await?.bound;
        let all = store::backend_signatures::signable(&snapshot, caller.id()).await?;
        let others = all.into_iter().filter(|(_, by)| by.as_ref() != Some(id));
        Ok((others.map(|(deployment, _)| deployment).collect(), bound))
    }

    /// Binds a backend signature to exactly these deployments, at once, each in the place of what it was bound to.
    ///
    /// # Errors
    /// `NotFound` for the backend signature, or a deployment of somebody else.
    pub async fn bind(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
        deployments: &[DeploymentId],
    ) -> Result<BackendSignature, ServiceError> {
        let (write, _) = self.lock_own(caller, id).await?;
        let all = store::backend_signatures::signable(&write.tx, caller.id()).await?;
        let allowed: HashSet<&DeploymentId> =
            all.iter().map(|(one, _)| &one.deployment.deployment_id).collect();
        if !deployments.iter().all(|deployment| allowed.contains(deployment)) {
            return Err(ServiceError::NotFound { what: Noun::Deployment });
        }
        let bound = store::backend_signatures::bind(&write.tx, id, deployments, write.at).await;
        write.changed(bound.map_err(of(Noun::Deployment))?);
        write.record("bind", Noun::BackendSignature, id).await?;
        let signature = own(&write.tx, caller, id).await?;
        write.commit().await?;
        Ok(signature)
    }

    /// Begins to change one of the caller's backend signatures.
    async fn lock_own(
        &self,
        caller: &Caller,
        id: &BackendSignatureId,
    ) -> Result<(Write<'_>, BackendSignature), ServiceError> {
        let write = self.services.write(caller).await?;
        accounts::lock(&write, caller).await?;
        let signature = own(&write.tx, caller, id).await?;
        Ok((write, signature))
    }
}

/// Where the SecretKey of a platform key lies.
pub(crate) fn key_place(access_key: &str) -> Place<'_> {
    Place { table: crate::platform_keys::TABLE, row: access_key }
}

fn place(bound: &BindableDeployment) -> (domain::ApiGroupId, domain::Environment) {
    (bound.api_group_id.clone(), bound.environment)
}

/// Another account's key is none: a signature with it would speak in that account's name.
async fn check_key(
    conn: &impl Connection,
    caller: &Caller,
    access_key: &str,
) -> Result<(), ServiceError> {
    let Ok(id) = access_key.parse() else { return Err(ServiceError::Invalid(vec![no_such_key()])) };
    let key = store::platform_keys::get(conn, &id).await?;
    if key.is_some_and(|key| key.owner == *caller.id()) {
        Ok(())
    } else {
        Err(ServiceError::Invalid(vec![no_such_key()]))
    }
}

fn still_bound() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "",
        "unbind it from every group before it is deleted",
        "删除前需要先解除所有绑定关系，否则无法删除。",
    )
}

async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &BackendSignatureId,
) -> Result<BackendSignature, ServiceError> {
    let signature = store::backend_signatures::get(conn, id).await?;
    signature
        .filter(|signature| signature.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::BackendSignature })
}
