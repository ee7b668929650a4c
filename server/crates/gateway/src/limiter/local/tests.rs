//! The rule, held against an oracle that knows nothing of slots: the times of all calls that passed.

use super::{super::Scope, *};
use crate::snapshot::CallerNumber;
use domain::TimeUnit;
use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Barrier, Mutex},
};

const SECOND: Nanos = 1_000_000_000;

/// Numbers by chance, the same in every run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Remembers when calls passed, and finds the fullest window that ends with each.
#[derive(Default)]
struct Oracle(VecDeque<Nanos>);

impl Oracle {
    /// A call passed: how many passed in the window of `unit` that ends with it.
    fn passed(&mut self, now: Nanos, unit: Nanos) -> usize {
        self.0.push_back(now);
        while self.0.pop_front_if(|past| *past + unit <= now).is_some() {}
        self.0.len()
    }
}

fn nanos(unit: TimeUnit) -> Nanos {
    unit.length().as_secs() * SECOND
}

/// The three kinds of what is counted.
fn all_kinds(scope: &Scope) -> [Counted<'_>; 3] {
    [
        Counted::All(scope),
        Counted::Caller(scope, CallerNumber::AccessKey(7)),
        Counted::Address(scope, IpAddr::V4(Ipv4Addr::LOCALHOST)),
    ]
}

/// Three units of bursts and rests by chance, and never too many calls in any window; nor far fewer than there could be.
fn simulate(unit: TimeUnit, most: u32, seed: u64) {
    let (limiter, scope, length) = (LocalLimiter::new(100), Scope::new(), nanos(unit));
    for counted in all_kinds(&scope) {
        let (limit, mut chance) = (Limit::new(unit, most), Chance(seed));
        let (mut oracle, mut now, mut passed) = (Oracle::default(), chance.below(length), 0);
        let end = now + 3 * length;
        while now < end {
            for _ in 0..chance.below(2 * u64::from(most)) {
                now += chance.below(length / 100_000 + 1);
                let in_window = match limiter.take(counted, limit, now) {
                    Ok(_) => oracle.passed(now, length),
                    Err(_) => continue,
                };
                passed += 1;
                assert!(in_window <= most as usize, "{unit} {counted:?}: {in_window} at {now}");
            }
            now += chance.below(length / 7);
        }
        // Every window could have been filled, but for the sixtieth that places come back late.
        assert!(passed >= 2 * most, "{unit} {counted:?}: only {passed} passed");
    }
}

#[test]
fn in_no_window_of_any_unit_do_more_calls_pass_than_the_limit() {
    for unit in TimeUnit::ALL {
        for (seed, most) in [(1, 1), (2, 2), (3, 10), (4, 61), (5, 500)] {
            simulate(unit, most, seed);
        }
    }
}

#[test]
fn a_place_is_free_again_a_sixtieth_after_its_unit_at_the_latest() {
    for unit in TimeUnit::ALL {
        let (limiter, length) = (LocalLimiter::new(100), nanos(unit));
        for offset in [0, 1, length / 61, length / 60 - 1, length / 3, length - 1] {
            let scope = Scope::new();
            for counted in all_kinds(&scope) {
                let limit = Limit::new(unit, 1);
                assert!(limiter.take(counted, limit, offset).is_ok());
                let refused = limiter.take(counted, limit, offset + length - 1).unwrap_err();
                assert!(refused.reset_seconds <= length / 60 / SECOND + 1, "{refused:?}");
                // A slot of a sixtieth of a second has no whole number of nanoseconds.
                let late = offset + length + length / 60 + 100;
                assert!(limiter.take(counted, limit, late).is_ok(), "{unit} {offset} {counted:?}");
            }
        }
    }
}

#[test]
fn tells_what_remains_and_when_the_first_place_is_free_again() {
    let (limiter, scope) = (LocalLimiter::new(100), Scope::new());
    let limit = Limit::new(TimeUnit::Minute, 2);
    for counted in all_kinds(&scope) {
        let told = |now| match limiter.take(counted, limit, now * SECOND) {
            Ok(taken) => (true, taken.standing),
            Err(standing) => (false, standing),
        };
        let standing = |remaining, reset_seconds| Standing { limit: 2, remaining, reset_seconds };
        assert_eq!(told(100), (true, standing(1, 61)));
        assert_eq!(told(130), (true, standing(0, 31)));
        assert_eq!(told(150), (false, standing(0, 11)));
        assert_eq!(told(161), (true, standing(0, 30)));
    }
}

#[test]
fn what_is_given_back_was_never_counted() {
    let (limiter, scope) = (LocalLimiter::new(100), Scope::new());
    let limit = Limit::new(TimeUnit::Minute, 3);
    for counted in all_kinds(&scope) {
        let take = |now: u64| limiter.take(counted, limit, now * SECOND);
        let (first, second) = (take(1000).unwrap(), take(1005).unwrap());
        take(1010).unwrap();
        // In the current slot, in one before, and in one that no window reaches any more.
        limiter.give_back(counted, take(1061).unwrap_or(second));
        assert!(take(1061).is_ok() && take(1061).is_err());
        limiter.give_back(counted, first);
        assert!(take(1062).is_err());
        let third = take(1071).unwrap();
        assert!(take(1071).is_ok() && take(1071).is_err());
        assert!(take(1122).is_ok() && take(1122).is_err());
        limiter.give_back(counted, third);
        assert!(take(1123).is_ok() && take(1123).is_err());
    }
}

#[test]
fn a_clock_that_lags_behind_lets_nothing_more_pass() {
    let (limiter, scope) = (LocalLimiter::new(100), Scope::new());
    let limit = Limit::new(TimeUnit::Second, 2);
    for counted in all_kinds(&scope) {
        assert!(limiter.take(counted, limit, 10 * SECOND).is_ok());
        assert!(limiter.take(counted, limit, 9 * SECOND).is_ok());
        assert!(limiter.take(counted, limit, 8 * SECOND).is_err());
        assert!(limiter.take(counted, limit, 10 * SECOND + SECOND / 2).is_err());
    }
}

/// Several threads, each with its own clock that runs on its own; the times of what passed, sorted.
fn hammer(limiter: &LocalLimiter, counted: Counted<'_>, limit: Limit) -> Vec<Nanos> {
    const THREADS: u64 = 4;
    let (passed, begin) = (Mutex::new(Vec::new()), Barrier::new(THREADS as usize));
    // All threads go by one clock: what it says is a call's time.
    let clock = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            let (passed, begin, clock) = (&passed, &begin, &clock);
            scope.spawn(move || {
                let (mut chance, mut own) = (Chance(seed), Vec::new());
                begin.wait();
                for _ in 0..50_000 {
                    let step = chance.below(2 * SECOND / 10_000);
                    let now = clock.fetch_add(step, std::sync::atomic::Ordering::SeqCst) + step;
                    if let Ok(taken) = limiter.take(counted, limit, now) {
                        // One in eight is refused by somebody else.
                        if chance.below(8) == 0 {
                            limiter.give_back(counted, taken);
                        } else {
                            // It counts from when it was counted: a thread may have slept since it read the clock.
                            own.push(now.max(taken.slot * limit.slot));
                        }
                    }
                }
                passed.lock().unwrap().extend(own);
            });
        }
    });
    let mut passed = passed.into_inner().unwrap();
    passed.sort_unstable();
    passed
}

#[test]
fn several_threads_together_pass_no_more_than_the_limit_and_not_much_less() {
    let (limiter, scope) = (LocalLimiter::new(100), Scope::new());
    for counted in all_kinds(&scope) {
        let limit = Limit::new(TimeUnit::Second, 500);
        let passed = hammer(&limiter, counted, limit);
        let mut oracle = Oracle::default();
        for now in &passed {
            let in_window = oracle.passed(*now, SECOND);
            assert!(in_window <= 500, "{counted:?}: {in_window} in the second before {now}");
        }
        // 200,000 calls in about 20 s of that clock: 10,000 could pass.
        assert!(passed.len() > 8_000, "{counted:?}: {}", passed.len());
    }
}

#[test]
fn a_call_of_one_scope_key_or_address_is_not_counted_for_another() {
    let (limiter, scopes) = (LocalLimiter::new(100), [Scope::new(), Scope::new()]);
    let limit = Limit::new(TimeUnit::Minute, 1);
    for scope in &scopes {
        let near = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1));
        let kinds = all_kinds(scope);
        let others = [
            Counted::Caller(scope, CallerNumber::AccessKey(8)),
            Counted::Address(scope, IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))),
            Counted::Address(scope, near),
        ];
        for counted in kinds.into_iter().chain(others) {
            assert!(limiter.take(counted, limit, 0).is_ok(), "{counted:?}");
        }
        // All of a /64 network are one.
        let same = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9));
        assert!(limiter.take(Counted::Address(scope, same), limit, 0).is_err());
    }
}

#[test]
fn of_too_many_addresses_the_least_recently_used_is_forgotten_and_none_refused() {
    let (limiter, scope) = (LocalLimiter::new(50), Scope::new());
    let limit = Limit::new(TimeUnit::Day, 2);
    let address = |n: u32| Counted::Address(&scope, Ipv4Addr::from_bits(n).into());
    for n in 0..50 {
        assert!(limiter.take(address(n), limit, u64::from(n)).is_ok());
    }
    assert!(limiter.take(address(0), limit, 60).is_ok());
    // The fifty-first takes the place of the second; the first is remembered.
    assert!(limiter.take(address(50), limit, 61).is_ok());
    assert_eq!(limiter.addresses.len(), 50);
    assert!(limiter.take(address(0), limit, 62).is_err());
    let again = limiter.take(address(1), limit, 63).unwrap();
    assert_eq!(again.standing.remaining, 1);
    for n in 1000..100_000 {
        assert!(limiter.take(address(n), limit, u64::from(n)).is_ok());
    }
    assert_eq!(limiter.addresses.len(), 50);
}

#[test]
fn keys_that_were_idle_for_a_unit_take_no_memory() {
    let (limiter, scope) = (LocalLimiter::new(1), Scope::new());
    let limit = Limit::new(TimeUnit::Second, 1);
    for n in 0..100_000 {
        // Ten thousand a second.
        let now = n * SECOND / 10_000;
        assert!(
            limiter.take(Counted::Caller(&scope, CallerNumber::AccessKey(n)), limit, now).is_ok()
        );
        assert!(limiter.callers.len() <= 40_000 || n % 1000 != 0);
    }
    assert!(limiter.callers.len() <= 40_000, "{}", limiter.callers.len());
}
