//! How many passwords may be tried.

use super::*;
use domain::Timestamp;
use std::{net::Ipv4Addr, sync::atomic::AtomicU64, sync::atomic::Ordering};

#[derive(Default)]
struct Stopped(AtomicU64);

impl Stopped {
    fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

fn attempts() -> (Attempts, Arc<Stopped>) {
    let clock = Arc::new(Stopped::default());
    let shared: Arc<dyn Clock> = clock.clone();
    (Attempts::new(&shared, NonZeroU32::new(3)), clock)
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn wait_of(outcome: Result<(), ServiceError>) -> u64 {
    match outcome {
        Err(ServiceError::TooManyAttempts { retry_after_seconds }) => retry_after_seconds,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_account_has_five_attempts_then_one_every_thirty_seconds() {
    let (attempts, clock) = attempts();
    for n in 0..5 {
        assert_eq!(attempts.take("Ada@example.com", address(n)), Ok(()));
    }
    assert_eq!(wait_of(attempts.take(" ada@EXAMPLE.com", address(9))), 30);
    clock.pass(29);
    assert_eq!(wait_of(attempts.take("ada@example.com", address(9))), 1);
    clock.pass(1);
    assert_eq!(attempts.take("ada@example.com", address(9)), Ok(()));
    assert_eq!(wait_of(attempts.take("ada@example.com", address(9))), 30);
}

#[test]
fn an_address_has_its_registrations_of_an_hour_one_after_the_other() {
    let (attempts, clock) = attempts();
    for _ in 0..3 {
        assert_eq!(attempts.take_registration(address(1)), Ok(()));
    }
    assert_eq!(wait_of(attempts.take_registration(address(1))), 1200);
    assert_eq!(attempts.take_registration(address(2)), Ok(()));
    clock.pass(1200);
    assert_eq!(attempts.take_registration(address(1)), Ok(()));
    assert_eq!(wait_of(attempts.take_registration(address(1))), 1200);
}

#[test]
fn without_a_limit_an_address_may_register_as_often_as_it_likes() {
    let clock: Arc<dyn Clock> = Arc::new(Stopped::default());
    let attempts = Attempts::new(&clock, None);
    for _ in 0..1000 {
        assert_eq!(attempts.take_registration(address(1)), Ok(()));
    }
}

#[test]
fn an_address_has_twenty_attempts_then_one_every_five_seconds() {
    let (attempts, clock) = attempts();
    for n in 0..20 {
        assert_eq!(attempts.take(&format!("{n}@example.com"), address(1)), Ok(()));
    }
    assert_eq!(wait_of(attempts.take("other@example.com", address(1))), 5);
    assert_eq!(attempts.take("other@example.com", address(2)), Ok(()));
    clock.pass(5);
    assert_eq!(attempts.take("other@example.com", address(1)), Ok(()));
}

#[test]
fn all_addresses_of_an_ipv6_customer_are_one() {
    let (attempts, _) = attempts();
    for n in 0..20 {
        let address: IpAddr = format!("2001:db8:1:2::{n:x}").parse().unwrap();
        assert_eq!(attempts.take(&format!("{n}@example.com"), address), Ok(()));
    }
    let neighbour = "2001:db8:1:3::1".parse().unwrap();
    assert_eq!(wait_of(attempts.take("z@example.com", "2001:db8:1:2::ffff".parse().unwrap())), 5);
    assert_eq!(attempts.take("z@example.com", neighbour), Ok(()));
    // An IPv4 address that arrives over an IPv6 socket is that IPv4 address.
    assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), address(1));
}

#[test]
fn who_knows_the_password_is_never_made_to_wait() {
    let (attempts, _) = attempts();
    for _ in 0..100 {
        attempts.take("ada@example.com", address(1)).unwrap();
        attempts.succeeded("ada@example.com", Some(address(1)));
    }
}

#[test]
fn knowing_one_password_gives_no_attempts_at_others() {
    let (attempts, _) = attempts();
    for n in 0..20 {
        attempts.take("mine@example.com", address(1)).unwrap();
        attempts.succeeded("mine@example.com", Some(address(1)));
        attempts.take(&format!("{n}@example.com"), address(1)).unwrap();
    }
    assert_eq!(wait_of(attempts.take("mine@example.com", address(1))), 5);
}

#[test]
fn a_flood_of_accounts_neither_grows_for_ever_nor_frees_the_one_under_attack() {
    let (attempts, _) = attempts();
    for _ in 0..5 {
        attempts.take_of_account("ada@example.com").unwrap();
    }
    for n in 0..KEYS_MAX + 10 {
        attempts.take_of_account(&format!("{n}@example.com")).unwrap();
    }
    assert!(attempts.accounts.store.len() <= KEYS_MAX);
    assert_eq!(wait_of(attempts.take_of_account("ada@example.com")), 30);
}

#[test]
fn what_is_long_over_is_forgotten() {
    let (attempts, clock) = attempts();
    for n in 0..10 {
        attempts.take_of_account(&format!("{n}@example.com")).unwrap();
    }
    clock.pass(150);
    attempts.accounts.limiter.retain_recent();
    assert!(attempts.accounts.store.is_empty());
}
