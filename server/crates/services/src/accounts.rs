//! Accounts: who may sign in.

use crate::{Caller, Inner, Noun, ServiceError, audit::Write, error::of, random};
use domain::{
    Account, AccountId, AccountState, ErrorKind, NewAccount, Role, Secret,
    account::{PASSWORD_MAX, check_email, check_password, normalize_email},
};
use std::net::IpAddr;
use store::Connection;

/// Functions about accounts. Those without a caller are for people who have not signed in yet, or for the command line of
/// the server's machine.
pub struct Accounts<'a> {
    pub(crate) services: &'a Inner,
}

impl Accounts<'_> {
    /// Registers a person, from `address`. The first account of an installation is its operator, however many register at once.
    ///
    /// # Errors
    /// `Invalid` for `email` or `password`; `Conflict` on `email` when it is registered already; `TooManyAttempts` when this
    /// address registered too often.
    pub async fn register(
        &self,
        new: NewAccount,
        address: IpAddr,
    ) -> Result<Account, ServiceError> {
        // What was mistyped does not count.
        new.validate()?;
        self.services.attempts.take_registration(address)?;
        self.create(new, Role::Member, "register").await
    }

    /// Makes an account from the command line of the server's machine. The first one of an installation is its operator in
    /// any case.
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub async fn create_by_operator(
        &self,
        email: &str,
        password: Secret,
        role: Role,
    ) -> Result<Account, ServiceError> {
        self.create(NewAccount { email: email.to_owned(), password }, role, "create").await
    }

    async fn create(
        &self,
        new: NewAccount,
        role: Role,
        verb: &str,
    ) -> Result<Account, ServiceError> {
        new.validate()?;
        // Before the transaction: hashing takes long, and others wait for it.
        let hash = self.services.passwords.hash(new.password).await?;
        let write = self.services.write_as(None).await?;
        let first = store::accounts::count_and_hold(&write.tx).await? == 0;
        let account = Account {
            id: AccountId::from_random(random::bytes()?),
            email: normalize_email(&new.email),
            role: if first { Role::Operator } else { role },
            state: AccountState::Active,
            session_epoch: 0,
            created_at: write.at,
        };
        store::accounts::insert(&write.tx, &account, &hash).await?;
        write.record(verb, Noun::Account, &account.id).await?;
        write.commit().await?;
        Ok(account)
    }

    /// Signs a person in. What is wrong (address unknown, password wrong, account locked) cannot be told from the answer nor
    /// from the time it takes.
    ///
    /// # Errors
    /// `Forbidden`; `TooManyAttempts` when this account or this address was wrong too often.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Secret,
        address: IpAddr,
    ) -> Result<Account, ServiceError> {
        let Inner { store, passwords, attempts, .. } = self.services;
        attempts.take(email, address)?;
        let (account, hash) = by_email(&store.read(), email).await?.unzip();
        // No account has a longer one, and hashing it would be work for nothing.
        let hash = hash.filter(|_| password.expose().len() <= PASSWORD_MAX);
        let right = passwords.verify(password, hash).await?;
        let account = account.filter(|_| right).ok_or(ServiceError::Forbidden)?;
        attempts.succeeded(email, Some(address));
        if account.state == AccountState::Active {
            Ok(account)
        } else {
            Err(ServiceError::Forbidden)
        }
    }

    /// The account of a session that was made at `epoch`; `None` when it is over: the password was changed since, or the
    /// account is locked or gone.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn session_account(
        &self,
        id: &AccountId,
        epoch: i64,
    ) -> Result<Option<Account>, ServiceError> {
        let account = store::accounts::get(&self.services.store.read(), id).await?;
        Ok(account.filter(|account| {
            account.session_epoch == epoch && account.state == AccountState::Active
        }))
    }

    /// Changes the caller's password. Every session that was made before is over; the account that comes back has the epoch
    /// of new ones.
    ///
    /// # Errors
    /// `Invalid` for `oldPassword` (it is not the present one) or `newPassword`; `TooManyAttempts`.
    pub async fn change_password(
        &self,
        caller: &Caller,
        old: Secret,
        new: Secret,
    ) -> Result<Account, ServiceError> {
        if let Some(wrong) = check_password("newPassword", &new) {
            return Err(vec![wrong].into());
        }
        let Inner { store, passwords, attempts, .. } = self.services;
        let email = &caller.account.email;
        attempts.take_of_account(email)?;
        let found = by_email(&store.read(), email).await?;
        let (account, hash) = found.ok_or(ServiceError::NotFound { what: Noun::Account })?;
        if !passwords.verify(old, Some(hash)).await? {
            return Err(wrong_old_password());
        }
        attempts.succeeded(email, None);
        let hash = passwords.hash(new).await?;
        let write = self.services.write(caller).await?;
        let now = lock(&write, caller).await?;
        if now.session_epoch != account.session_epoch {
            // It was changed a moment ago; what was typed is the password before that.
            return Err(wrong_old_password());
        }
        let account = store::accounts::set_password(&write.tx, caller.id(), &hash)
            .await
            .map_err(of(Noun::Account))?;
        write.record("change_password", Noun::Account, &account.id).await?;
        write.commit().await?;
        Ok(account)
    }

    /// Locks the account with this e-mail address, or unlocks it; from the command line of the server's machine. A locked
    /// account cannot sign in, its sessions are over, and calls with any of its keys are refused; what it published runs on.
    ///
    /// # Errors
    /// `NotFound` when there is no such account.
    pub async fn set_state(&self, email: &str, state: AccountState) -> Result<(), ServiceError> {
        let write = self.services.write_as(None).await?;
        let found = by_email(&write.tx, email).await?;
        let (account, _) = found.ok_or(ServiceError::NotFound { what: Noun::Account })?;
        // Nobody adds a key meanwhile.
        let account = store::accounts::lock(&write.tx, &account.id).await?;
        let account = account.ok_or(ServiceError::NotFound { what: Noun::Account })?;
        store::accounts::set_role_and_state(&write.tx, &account.id, account.role, state)
            .await
            .map_err(of(Noun::Account))?;
        for key in store::published::keys_of(&write.tx, &account.id).await? {
            write.key_changed(key);
        }
        let verb = match state {
            AccountState::Active => "unlock",
            AccountState::Disabled => "lock",
        };
        write.record(verb, Noun::Account, &account.id).await?;
        write.commit().await?;
        Ok(())
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&self) -> Result<u64, ServiceError> {
        Ok(store::accounts::count(&self.services.store.read()).await?)
    }
}

/// The account of an e-mail address as typed, with the hash of its password.
pub(crate) async fn by_email(
    conn: &impl Connection,
    email: &str,
) -> Result<Option<(Account, String)>, ServiceError> {
    // No account has such an address, and not every database can be asked for it.
    if check_email(email).is_some() {
        return Ok(None);
    }
    Ok(store::accounts::by_email(conn, &normalize_email(email)).await?)
}

/// The caller's account; what it owns is counted and changed by nobody else until the end of the transaction.
pub(crate) async fn lock(write: &Write<'_>, caller: &Caller) -> Result<Account, ServiceError> {
    let account = store::accounts::lock(&write.tx, caller.id()).await?;
    account.ok_or(ServiceError::NotFound { what: Noun::Account })
}

fn wrong_old_password() -> ServiceError {
    ServiceError::invalid(
        ErrorKind::State,
        "oldPassword",
        "this is not your present password",
        "当前密码不正确",
    )
}
