//! Who gets which call.

use super::*;
use http::Request;

const NAMES: [&str; 5] = ["http://a:1", "http://b:2", "http://c:3", "http://d:4", "http://e:5"];

fn balancer(balancing: &Balancing, weights: &[u32]) -> Balancer {
    let shares: Vec<Share<'_>> =
        NAMES.iter().zip(weights).map(|(name, weight)| Share { name, weight: *weight }).collect();
    Balancer::new(balancing, &shares).unwrap()
}

fn turns_of(balancer: &Balancer, open: u32, count: usize) -> Vec<usize> {
    (0..count).map(|_| balancer.choose(0, (open, false), |_| (0, 1)).unwrap()).collect()
}

fn counts(targets: &[usize]) -> Vec<usize> {
    (0..NAMES.len()).map(|t| targets.iter().filter(|target| **target == t).count()).collect()
}

#[test]
fn turns_are_as_many_as_weights_say_and_well_mixed() {
    let balancer = balancer(&Balancing::RoundRobin, &[50, 10, 10]);
    assert_eq!(turns_of(&balancer, 0b111, 7), [0, 0, 1, 0, 2, 0, 0]);
    assert_eq!(counts(&turns_of(&balancer, 0b111, 700)), [500, 100, 100, 0, 0]);
}

#[test]
fn the_turns_of_one_that_is_not_open_are_shared_by_the_others() {
    let even = balancer(&Balancing::RoundRobin, &[1, 1, 1]);
    assert_eq!(counts(&turns_of(&even, 0b110, 600)), [0, 300, 300, 0, 0]);
    let uneven = balancer(&Balancing::RoundRobin, &[4, 3, 1]);
    assert_eq!(counts(&turns_of(&uneven, 0b110, 400)), [0, 300, 100, 0, 0]);
}

#[test]
fn a_retry_takes_nobodys_turn() {
    let balancer = balancer(&Balancing::RoundRobin, &[1, 1, 1]);
    let mut first = Vec::new();
    for _ in 0..300 {
        let target = balancer.choose(0, (0b111, false), |_| (0, 1)).unwrap();
        let again = balancer.choose(0, (0b111 & !(1 << target), true), |_| (0, 1)).unwrap();
        assert_ne!(target, again);
        first.push(target);
    }
    assert_eq!(counts(&first), [100, 100, 100, 0, 0]);
}

#[test]
fn of_two_the_one_with_less_to_do_for_its_weight_is_chosen() {
    let balancer = balancer(&Balancing::LeastRequests, &[1, 1]);
    for _ in 0..100 {
        assert_eq!(balancer.choose(0, (0b11, false), |t| ([9, 3][t], 1)), Some(1));
        assert_eq!(balancer.choose(0, (0b11, false), |t| ([9, 3][t], [10, 1][t])), Some(0));
        assert_eq!(balancer.choose(0, (0b01, false), |t| ([9, 3][t], 1)), Some(0));
    }
    assert_eq!(balancer.choose(0, (0, false), |_| (0, 1)), None);
}

#[test]
fn chance_chooses_all_alike() {
    let balancer = balancer(&Balancing::LeastRequests, &[1; 5]);
    let counts = counts(&turns_of(&balancer, 0b11111, 10_000));
    assert!(counts.iter().all(|count| (1700..2300).contains(count)), "{counts:?}");
}

#[test]
fn one_that_leaves_takes_only_its_own_keys_along() {
    let ring = balancer(&Balancing::ClientAddress, &[1; 5]);
    let keys: Vec<u64> = (0..10_000).map(mixed).collect();
    let of = |open: u32| -> Vec<usize> {
        keys.iter().map(|key| ring.choose(*key, (open, false), |_| (0, 1)).unwrap()).collect()
    };
    let (all, without) = (of(0b11111), of(0b11011));
    let counts = counts(&all);
    assert!(counts.iter().all(|count| (1500..2500).contains(count)), "{counts:?}");
    assert!(all.iter().zip(&without).all(|(before, after)| before == after || *before == 2));
    // Gone for good is the same as not open.
    let shares: Vec<Share<'_>> = NAMES
        .iter()
        .enumerate()
        .filter(|(target, _)| *target != 2)
        .map(|(_, name)| Share { name, weight: 1 })
        .collect();
    let smaller = Balancer::new(&Balancing::ClientAddress, &shares).unwrap();
    let place = |target: usize| [0, 1, 3, 4][target];
    let gone: Vec<usize> = keys
        .iter()
        .map(|key| place(smaller.choose(*key, (0b1111, false), |_| (0, 1)).unwrap()))
        .collect();
    assert_eq!(gone, without);
}

#[test]
fn keys_are_shared_by_weights() {
    let ring = balancer(&Balancing::ClientAddress, &[3, 1]);
    let keys = (0..10_000).map(mixed);
    let targets: Vec<usize> =
        keys.map(|key| ring.choose(key, (0b11, false), |_| (0, 1)).unwrap()).collect();
    assert!((7000..8000).contains(&counts(&targets)[0]), "{:?}", counts(&targets));
}

#[test]
fn a_key_is_a_header_or_a_query_parameter_else_the_address() {
    let head = |uri: &str, user: Option<&str>| {
        let mut request = Request::builder().uri(uri);
        if let Some(user) = user {
            request = request.header("x-user", user);
        }
        request.body(()).unwrap().into_parts().0
    };
    let (one, other): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
    let by = |balancing| balancer(&balancing, &[1, 1]);
    let client = by(Balancing::ClientAddress);
    assert_eq!(client.key(one, &head("/", Some("u"))), client.key(one, &head("/?user=u", None)));
    assert_ne!(client.key(one, &head("/", None)), client.key(other, &head("/", None)));
    let header = by(Balancing::Header { name: "X-User".into() });
    let of = |ip, user| header.key(ip, &head("/", user));
    assert_eq!(of(one, Some("u")), of(other, Some("u")));
    assert_ne!(of(one, Some("u")), of(one, Some("v")));
    assert_eq!(of(one, None), client.key(one, &head("/", None)));
    let query = by(Balancing::Query { name: "user".into() });
    let of = |ip, uri: &str| query.key(ip, &head(uri, None));
    assert_eq!(of(one, "/?a=1&user=u%20v"), of(other, "/p?user=u+v"));
    assert_ne!(of(one, "/?user=u"), of(one, "/?user=v"));
    assert_eq!(of(one, "/"), client.key(one, &head("/", None)));
}
