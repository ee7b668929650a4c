//! Passwords: hashed with argon2id, off the runtime's threads, a few at a time.

use crate::{ServiceError, random, workers::Workers};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use domain::Secret;
use std::sync::Arc;

/// Memory of one hash, in KiB, and its passes: what OWASP's cheat sheet recommends for argon2id (19 MiB, 2 passes, 1 lane).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Hashes and verifies passwords.
pub(crate) struct Passwords {
    workers: Workers,
    /// The hash of a password that nobody knows: an unknown account costs what a wrong password costs.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) async fn new() -> Result<Self, ServiceError> {
        let mut passwords = Self { workers: Workers::new("password hash"), nobody: Arc::from("") };
        passwords.nobody = Arc::from(passwords.hash(random::secret()?).await?);
        Ok(passwords)
    }

    /// The hash of `password` with a new salt, as a PHC string.
    pub(crate) async fn hash(&self, password: Secret) -> Result<String, ServiceError> {
        self.workers
            .run(move || {
                let hash = argon2()?.hash_password(password.expose().as_bytes());
                hash.map(|hash| hash.to_string()).map_err(|cause| failed(&cause))
            })
            .await?
    }

    /// Whether `password` is the one that `stored` was made from. `None` (no such account) is never true and costs the same.
    pub(crate) async fn verify(
        &self,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, ServiceError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let right = self
            .workers
            .run(move || {
                let hash = PasswordHash::new(&stored).map_err(|cause| failed(&cause))?;
                // The parameters are the stored hash's own, so that they can be raised without locking anybody out.
                let outcome =
                    Argon2::default().verify_password(password.expose().as_bytes(), &hash);
                match outcome {
                    Ok(()) => Ok(true),
                    Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                    Err(cause) => Err(failed(&cause)),
                }
            })
            .await??;
        Ok(known && right)
    }
}

fn argon2() -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|cause| failed(&cause))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(cause: &(impl std::fmt::Display + ?Sized)) -> ServiceError {
    ServiceError::unavailable("password hash", cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_the_password_it_hashed_and_no_other() {
        let passwords = Passwords::new().await.unwrap();
        let hash = passwords.hash(Secret::new("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = |text: &str, hash: Option<String>| passwords.verify(Secret::new(text), hash);
        assert!(verify("correct horse battery", Some(hash.clone())).await.unwrap());
        assert!(!verify("correct horse batterz", Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let passwords = Passwords::new().await.unwrap();
        let one = passwords.hash(Secret::new("correct horse battery")).await.unwrap();
        assert_ne!(one, passwords.hash(Secret::new("correct horse battery")).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_is_compared_with_a_hash_of_the_same_cost() {
        let passwords = Passwords::new().await.unwrap();
        assert!(passwords.nobody.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!passwords.verify(Secret::new("anything at all"), None).await.unwrap());
    }
}
