//! Certificates that come by themselves: who chooses so, and the work of getting and renewing them.

use crate::{
    Acme, Caller, Inner, Noun, ServiceError,
    acme::{Failure, Http, Issued, Step},
    audit::Write,
    certificates,
    error::of,
    random,
    user_domains::{UserDomains, place, tell},
    vault::Place,
};
use domain::{
    ApiGroupId, AutomaticCertificate, Challenge, ErrorKind, FailedTry, FailureKind, NewCertificate,
    Secret, Timestamp, UserDomain, UserDomainId,
    automatic_certificate::{check_automatic, next_try, renew_at},
};
use futures_util::future::join_all;
use instant_acme::{Account, AccountCredentials};
use std::time::Duration;
use store::{StoreError, user_domains::SealedCertificate};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The table that the credentials of accounts lie in: part of what they are sealed to.
const ACCOUNTS: &str = "acme_accounts";
/// Domains that this process works on at a time.
const AT_A_TIME: u64 = 4;
/// Longest time that one try takes; and how long a domain is claimed for it. After a crash it is free when that is over.
const TRY_LIMIT: Duration = Duration::from_mins(3);
const CLAIM_MS: i64 = 5 * 60 * 1000;
/// How often a try begins anew at once, where the authority asks for that.
const BAD_NONCES: u32 = 3;

/// Functions about certificates that come by themselves, of domains of the caller's groups; and, without a caller, the work of
/// getting them, which the server does.
pub struct AutomaticCertificates<'a> {
    pub(crate) services: &'a Inner,
}

impl AutomaticCertificates<'_> {
    /// Has a domain's certificate come by itself from now on. The one that there is serves until then.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain; `Conflict` when no authority is set, or on `domain` when it has a `*`.
    pub async fn choose(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<UserDomain, ServiceError> {
        let acme = self.acme()?;
        let domains = self.domains();
        let (write, domain) = domains.lock_one(caller, group, id).await?;
        if let Some(wrong) = check_automatic(&domain.domain) {
            return Err(ServiceError::Conflict(wrong));
        }
        if store::automatic_certificates::get(&write.tx, id).await?.is_none() {
            let automatic = AutomaticCertificate::new(write.at);
            store::automatic_certificates::put(&write.tx, id, &automatic).await?;
            write.record("choose_automatic", Noun::UserDomain, id).await?;
            write.commit().await?;
        }
        acme.wake();
        Ok(domain)
    }

    /// Has it tried now, instead of later.
    ///
    /// # Errors
    /// `NotFound` for the group, or the domain, or when its certificate does not come by itself; `Conflict` when no authority
    /// is set, a try is under way, or the authority wants to be left alone.
    pub async fn try_now(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<UserDomain, ServiceError> {
        let acme = self.acme()?;
        let domains = self.domains();
        let (write, domain) = domains.lock_one(caller, group, id).await?;
        let before = store::automatic_certificates::get(&write.tx, id).await?;
        let before = before.ok_or(ServiceError::NotFound { what: Noun::UserDomain })?;
        if before.is_under_way(write.at) {
            return Err(under_way());
        }
        if before.must_wait(write.at) {
            return Err(left_alone(before.next_at));
        }
        let now = AutomaticCertificate { next_at: write.at, ..before };
        store::automatic_certificates::put(&write.tx, id, &now).await?;
        write.commit().await?;
        acme.wake();
        Ok(domain)
    }

    /// Whether an authority is set, so that there can be anything to do.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.services.domains.acme.is_some()
    }

    /// Does what is due now, some domains at a time: gets certificates and renews them. What fails is noted and tried later.
    /// May be dropped at any time: what it was at is free again some minutes later.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn work(&self) -> Result<(), ServiceError> {
        let Some(acme) = &self.services.domains.acme else { return Ok(()) };
        loop {
            let (reader, now) = (self.services.store.read(), self.services.clock.now());
            let due = store::automatic_certificates::due(&reader, now, AT_A_TIME).await?;
            if due.is_empty() {
                return Ok(());
            }
            join_all(due.iter().map(|domain| self.try_one(acme, domain))).await;
        }
    }

    /// Waits until there may be something to do before its time.
    pub async fn woken(&self) {
        match &self.services.domains.acme {
            Some(acme) => acme.woken().await,
            None => std::future::pending().await,
        }
    }

    fn acme(&self) -> Result<&Acme, ServiceError> {
        self.services.domains.acme.as_ref().ok_or_else(switched_off)
    }

    fn domains(&self) -> UserDomains<'_> {
        UserDomains { services: self.services }
    }

    async fn try_one(&self, acme: &Acme, domain: &UserDomain) {
        if let Err(error) = self.claim_and_try(acme, domain).await {
            // It stays claimed, so that it is not tried again at once.
            tracing::warn!(domain = domain.domain, %error, "a certificate cannot be got");
        }
    }

    async fn claim_and_try(&self, acme: &Acme, domain: &UserDomain) -> Result<(), ServiceError> {
        let by = hex::encode(random::bytes::<16>()?);
        let write = self.services.write_as(None).await?;
        let until = write.at.plus_ms(CLAIM_MS);
        let span = (write.at, until);
        let is_ours =
            store::automatic_certificates::claim(&write.tx, &domain.id, &by, span).await?;
        write.commit().await?;
        if !is_ours {
            return Ok(());
        }
        let one = Try { services: self.services, acme, domain, by: &by };
        match timeout(TRY_LIMIT, one.run()).await {
            Ok(Ok(issued)) => one.install(issued).await,
            Ok(Err(failure)) => one.fail(failure?).await,
            Err(_elapsed) => one.fail(out_of_time()).await,
        }
    }
}

/// A try for a domain that this process has claimed.
struct Try<'a> {
    services: &'a Inner,
    acme: &'a Acme,
    domain: &'a UserDomain,
    /// In whose name.
    by: &'a str,
}

impl Try<'_> {
    /// Orders a certificate. The failure's own failure is of ours, and says nothing about the domain.
    async fn run(&self) -> Result<Issued, Result<Failure, ServiceError>> {
        let http = self.acme.http();
        let mut left = BAD_NONCES;
        loop {
            let step = match self.order(&http).await {
                Ok(issued) => return Ok(issued),
                Err(step) => step,
            };
            left -= 1;
            if !step.is_bad_nonce() || left == 0 {
                return Err(step.into_failure(&http));
            }
        }
    }

    async fn order(&self, http: &Http) -> Result<Issued, Step> {
        let account = self.account(http).await?;
        let issued = self.acme.order(&account, &self.domain.domain, |challenge| async move {
            self.publish(&challenge).await
        });
        let outcome = issued.await;
        if outcome.as_ref().is_err_and(Step::is_unknown_account) {
            // The next try makes another.
            self.forget_account().await?;
        }
        outcome
    }

    /// The account at the authority; a new one where there is none yet.
    async fn account(&self, http: &Http) -> Result<Account, Step> {
        if let Some(credentials) = self.credentials().await? {
            return Ok(opened(http, credentials).await?);
        }
        let _one = self.acme.opening().lock().await;
        if let Some(credentials) = self.credentials().await? {
            return Ok(opened(http, credentials).await?);
        }
        let (account, credentials) = self.acme.open_account(http.clone()).await?;
        if self.keep(&credentials).await? {
            return Ok(account);
        }
        // Another node was first: its account is everybody's.
        match self.credentials().await? {
            Some(credentials) => Ok(opened(http, credentials).await?),
            None => Ok(account),
        }
    }

    async fn credentials(&self) -> Result<Option<AccountCredentials>, ServiceError> {
        let directory = &self.acme.settings().directory;
        let sealed = store::acme_accounts::get(&self.services.store.read(), directory).await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.services.vault.open(account_place(directory), &sealed);
        let text = opened.map_err(|cause| ServiceError::unavailable("vault", &cause))?;
        // Not the error's own text: that could repeat some of the key.
        let read = serde_json::from_str(text.expose());
        let told = "the credentials of the account at the authority cannot be read";
        read.map(Some).map_err(|_unreadable| ServiceError::unavailable("acme", told))
    }

    /// Keeps the credentials of a new account; whether there were none yet.
    async fn keep(&self, credentials: &AccountCredentials) -> Result<bool, ServiceError> {
        let directory = &self.acme.settings().directory;
        let text = serde_json::to_string(credentials).map(Zeroizing::new);
        let text = text.map_err(|cause| ServiceError::unavailable("acme", &cause))?;
        let secret = Secret::new(text.as_str());
        let sealed = self.services.vault.seal(account_place(directory), &secret)?;
        let write = self.services.write_as(None).await?;
        match store::acme_accounts::insert(&write.tx, directory, &sealed, write.at).await {
            Ok(()) => {}
            Err(StoreError::Duplicate(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        write.record("create", Noun::AcmeAccount, directory).await?;
        write.commit().await?;
        Ok(true)
    }

    async fn forget_account(&self) -> Result<(), ServiceError> {
        let directory = &self.acme.settings().directory;
        let write = self.services.write_as(None).await?;
        store::acme_accounts::delete(&write.tx, directory).await?;
        write.record("forget", Noun::AcmeAccount, directory).await?;
        write.commit().await?;
        Ok(())
    }

    /// Has the gateways answer a challenge; that of this process does when it returns.
    async fn publish(&self, challenge: &Challenge) -> Result<(), ServiceError> {
        let Some((write, domain, _)) = self.begin().await? else { return Err(no_longer_ours()) };
        let (id, by) = (&domain.id, self.by);
        store::automatic_certificates::set_challenge(&write.tx, id, by, challenge).await?;
        tell(&write, &domain);
        write.commit().await?;
        Ok(())
    }

    /// Puts what was issued into force.
    async fn install(&self, issued: Issued) -> Result<(), ServiceError> {
        let Some((write, domain, _)) = self.begin().await? else { return Ok(()) };
        let Issued { chain, private_key } = issued;
        let new = NewCertificate { chain, private_key };
        let certificate = match certificates::inspect(&new, &domain.domain, write.at) {
            Ok(certificate) => certificate,
            Err(violations) => {
                drop(write);
                let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
                return self.fail(Failure::of(FailureKind::Unusable, told.join("; "))).await;
            }
        };
        let sealed = SealedCertificate {
            certificate: certificate.clone(),
            chain: new.chain.trim().to_owned(),
            private_key: self.services.vault.seal(place(&domain.id), &new.private_key)?,
        };
        let set = store::user_domains::set_certificate(&write.tx, &domain.id, &sealed).await;
        set.map_err(of(Noun::UserDomain))?;
        let next_at = renew_at(&certificate, self.acme.settings().renew_before, write.at);
        let automatic = AutomaticCertificate::new(next_at);
        store::automatic_certificates::put(&write.tx, &domain.id, &automatic).await?;
        tell(&write, &domain);
        write.record("renew_certificate", Noun::UserDomain, &domain.id).await?;
        write.commit().await?;
        let until = certificate.not_after;
        tracing::info!(domain = domain.domain, %until, renewal = %next_at, "a certificate came");
        Ok(())
    }

    /// Notes why there is none, and when it is tried again.
    async fn fail(&self, failure: Failure) -> Result<(), ServiceError> {
        let Some((write, domain, before)) = self.begin().await? else { return Ok(()) };
        let Failure { kind, detail, retry_after } = failure;
        let failures = before.failures.saturating_add(1);
        let [jitter] = random::bytes::<1>()?;
        let automatic = AutomaticCertificate {
            next_at: next_try(write.at, failures, kind, retry_after, jitter),
            claimed_until: None,
            failures,
            last_failure: Some(FailedTry::new(kind, &detail, write.at)),
        };
        store::automatic_certificates::put(&write.tx, &domain.id, &automatic).await?;
        tell(&write, &domain);
        write.commit().await?;
        let next = automatic.next_at;
        tracing::warn!(domain = domain.domain, ?kind, detail, %next, "no certificate came");
        Ok(())
    }

    /// Begins to write about the domain; `None` when it is gone, or somebody has chosen otherwise meanwhile.
    async fn begin(
        &self,
    ) -> Result<Option<(Write<'_>, UserDomain, AutomaticCertificate)>, ServiceError> {
        let write = self.services.write_as(None).await?;
        if store::api_groups::lock(&write.tx, &self.domain.api_group_id).await?.is_none() {
            return Ok(None);
        }
        let id = &self.domain.id;
        let Some(domain) = store::user_domains::by_id(&write.tx, id).await? else {
            return Ok(None);
        };
        let claimed = store::automatic_certificates::claimed(&write.tx, id, self.by).await?;
        Ok(claimed.map(|automatic| (write, domain, automatic)))
    }
}

async fn opened(
    http: &Http,
    credentials: AccountCredentials,
) -> Result<Account, instant_acme::Error> {
    Account::builder_with_http(Box::new(http.clone())).from_credentials(credentials).await
}

/// Where the credentials of the account at an authority lie.
fn account_place(directory: &str) -> Place<'_> {
    Place { table: ACCOUNTS, row: directory }
}

fn out_of_time() -> Failure {
    Failure::of(FailureKind::Timeout, format!("not done within {TRY_LIMIT:?}"))
}

fn switched_off() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "",
        "certificates do not come by themselves here: no authority is set (acme.directory)",
        "未设置证书签发机构（acme.directory），无法自动签发证书",
    )
}

fn under_way() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "",
        "it is being tried right now; look again in a minute",
        "正在申请证书，请稍后查看",
    )
}

fn left_alone(until: Timestamp) -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "",
        format!("the authority has asked to be left alone until {until} UTC"),
        format!("签发机构要求在{until}（UTC）之后再试"),
    )
}

/// Somebody has chosen otherwise, or removed the domain, while it was worked on.
fn no_longer_ours() -> ServiceError {
    ServiceError::NotFound { what: Noun::UserDomain }
}
