//! Attempts to sign in, limited by account and by address, so that passwords cannot be tried in numbers; and registrations,
//! limited by address.

use crate::{Clock, ServiceError};
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::Clock as GovernorClock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Five wrong passwords of one account in a row, then one per [`ACCOUNT_EVERY`].
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
const ACCOUNT_EVERY: Duration = Duration::from_secs(30);
/// Twenty wrong passwords from one address in a row, then one per [`ADDRESS_EVERY`].
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
const ADDRESS_EVERY: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_hours(1);
/// Accounts or addresses that are remembered at once.
const KEYS_MAX: usize = 65_536;

/// An account by the hash of its e-mail address: of one size, and nothing that a memory dump should have.
type AccountKey = [u8; 32];

/// Counts attempts. Each takes one from the account and one from the address before the password is looked at, so that many
/// at once gain nothing; a right password gives them back.
pub(crate) struct Attempts {
    accounts: Limiter<AccountKey>,
    addresses: Limiter<IpAddr>,
    registrations: Option<Limiter<IpAddr>>,
}

impl Attempts {
    /// `registrations` from one address in an hour; `None`: as many as come.
    pub(crate) fn new(clock: &Arc<dyn Clock>, registrations: Option<NonZeroU32>) -> Self {
        Self {
            registrations: registrations
                .map(|number| Limiter::new(number, HOUR / number.get(), clock)),
            accounts: Limiter::new(ACCOUNT_BURST, ACCOUNT_EVERY, clock),
            addresses: Limiter::new(ADDRESS_BURST, ADDRESS_EVERY, clock),
        }
    }

    /// Takes one attempt of `email` from `address`.
    ///
    /// # Errors
    /// `TooManyAttempts` when one of the two has none left.
    pub(crate) fn take(&self, email: &str, address: IpAddr) -> Result<(), ServiceError> {
        self.addresses.take(&network(address))?;
        self.take_of_account(email)
    }

    /// Takes one registration from `address`.
    ///
    /// # Errors
    /// `TooManyAttempts` when it has none left.
    pub(crate) fn take_registration(&self, address: IpAddr) -> Result<(), ServiceError> {
        match &self.registrations {
            Some(registrations) => registrations.take(&network(address)),
            None => Ok(()),
        }
    }

    /// Takes one attempt of `email`, for a password that is asked again of someone who is signed in.
    ///
    /// # Errors
    /// `TooManyAttempts` when there is none left.
    pub(crate) fn take_of_account(&self, email: &str) -> Result<(), ServiceError> {
        self.accounts.take(&account_key(email))
    }

    /// The password was right: the account begins anew, and the address gets back what this attempt took.
    pub(crate) fn succeeded(&self, email: &str, address: Option<IpAddr>) {
        self.accounts.store.lock().remove(&account_key(email));
        if let Some(address) = address {
            self.addresses.give_back(&network(address));
        }
    }
}

fn account_key(email: &str) -> AccountKey {
    Sha256::digest(domain::account::normalize_email(email)).into()
}

/// The address that is counted: an IPv6 customer has at least a /64 of them, so that is one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// A limit of one kind of key.
struct Limiter<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, Shared<K>, Monotonic, NoOpMiddleware<Nanos>>,
    store: Shared<K>,
    clock: Monotonic,
    every: Duration,
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    fn new(burst: NonZeroU32, every: Duration, clock: &Arc<dyn Clock>) -> Self {
        let (store, clock) = (Shared::default(), Monotonic(Arc::clone(clock)));
        let quota = Quota::with_period(every).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
        let limiter = RateLimiter::new(quota.allow_burst(burst), store.clone(), clock.clone());
        Self { limiter, store, clock, every }
    }

    fn take(&self, key: &K) -> Result<(), ServiceError> {
        if self.store.lock().len() >= KEYS_MAX {
            self.limiter.retain_recent();
            self.store.forget_the_least_limited();
        }
        self.limiter.check_key(key).map_err(|until| self.too_many(&until))
    }

    fn too_many(&self, until: &NotUntil<Nanos>) -> ServiceError {
        let wait = until.wait_time_from(self.clock.now());
        let retry_after_seconds = wait.as_millis().div_ceil(1000).max(1);
        ServiceError::TooManyAttempts {
            retry_after_seconds: u64::try_from(retry_after_seconds).unwrap_or(u64::MAX),
        }
    }

    fn give_back(&self, key: &K) {
        if let Some(due) = self.store.lock().get_mut(key) {
            *due = due.saturating_sub(self.every.into());
        }
    }
}

/// Our clock as governor wants it.
#[derive(Clone)]
struct Monotonic(Arc<dyn Clock>);

impl GovernorClock for Monotonic {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

/// Governor's state of each key: the time when its attempts are all used up. Shared, because governor's own stores give no
/// way to forget one key.
struct Shared<K>(Arc<Mutex<HashMap<K, Nanos>>>);

impl<K> Clone for Shared<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Default for Shared<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> Shared<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Nanos>> {
        // Whoever panicked while holding it left whole entries behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When still too many are remembered, drops the half that is closest to a fresh start.
    fn forget_the_least_limited(&self) {
        let mut states = self.lock();
        if states.len() < KEYS_MAX {
            return;
        }
        let mut due: Vec<Nanos> = states.values().copied().collect();
        let middle = due.len() / 2;
        let (_, median, _) = due.select_nth_unstable(middle);
        let median = *median;
        states.retain(|_, due| *due > median);
    }
}

impl<K: Clone + Eq + Hash> StateStore for Shared<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.lock();
        let (outcome, due) = measure(states.get(key).copied())?;
        states.insert(key.clone(), due);
        Ok(outcome)
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Shared<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, due| *due > drop_below);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
#[path = "attempts/tests.rs"]
mod tests;
