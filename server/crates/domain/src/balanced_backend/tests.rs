//! The rules of several addresses.

use super::*;

fn target(address: &str, weight: u8) -> Target {
    Target { address: address.parse().unwrap(), weight }
}

fn two() -> BalancedBackend {
    BalancedBackend {
        targets: vec![target("http://a:1", 3), target("http://b:2", 1)],
        ..BalancedBackend::of("http://a:1".parse().unwrap())
    }
}

fn fields(backend: &BalancedBackend) -> Vec<String> {
    let mut violations = Violations::new();
    backend.check(&mut violations);
    violations.into_iter().map(|wrong| wrong.field).collect()
}

#[test]
fn addresses_with_weights_are_good() {
    assert_eq!(fields(&two()), Vec::<String>::new());
    assert_eq!(two().to_string(), "http://a:1 ×3, http://b:2");
}

#[test]
fn there_is_an_address_that_takes_calls_and_none_stands_twice() {
    let mut none = two();
    none.targets.clear();
    assert_eq!(fields(&none), ["targets"]);
    let mut drained = two();
    drained.targets.iter_mut().for_each(|target| target.weight = 0);
    assert_eq!(fields(&drained), ["targets"]);
    let mut twice = two();
    twice.targets.push(target("http://a:1", 101));
    assert_eq!(fields(&twice), ["targets[2].weight", "targets[2].address"]);
    let mut many = two();
    many.targets = (1..=33).map(|port| target(&format!("http://a:{port}"), 1)).collect();
    assert_eq!(fields(&many), ["targets"]);
}

#[test]
fn calls_are_told_apart_by_something_with_a_name() {
    let by = |balancing| fields(&BalancedBackend { balancing, ..two() });
    assert_eq!(by(Balancing::Header { name: String::new() }), ["balancingName"]);
    assert_eq!(by(Balancing::Header { name: "a b".into() }), ["balancingName"]);
    assert_eq!(by(Balancing::Query { name: "a b".into() }), Vec::<String>::new());
    assert_eq!(by(Balancing::ClientAddress), Vec::<String>::new());
}

#[test]
fn a_check_asks_for_a_path_at_a_pace_and_expects_statuses() {
    let check = |change: fn(&mut ActiveCheck)| {
        let mut active = ActiveCheck::default();
        change(&mut active);
        fields(&BalancedBackend { active: Some(active), ..two() })
    };
    assert_eq!(check(|_| {}), Vec::<String>::new());
    assert_eq!(check(|check| check.path = "health".into()), ["checkPath"]);
    assert_eq!(check(|check| check.path = "/a b".into()), ["checkPath"]);
    assert_eq!(check(|check| check.interval_ms = 99), ["checkIntervalMs"]);
    assert_eq!(check(|check| check.unhealthy = 0), ["checkUnhealthy"]);
    assert_eq!(check(|check| check.status_to = 199), ["checkStatus"]);
    assert_eq!(check(|check| check.status_to = 600), ["checkStatus"]);
}

#[test]
fn nothing_that_is_not_said_is_stored() {
    let plain = BalancedBackend::of("http://a:1".parse().unwrap());
    assert_eq!(
        serde_json::to_string(&plain).unwrap(),
        r#"{"targets":[{"address":"http://a:1","weight":1}],"balancing":{"by":"round_robin"}}"#
    );
    assert_eq!(plain.plain_address().unwrap().to_string(), "http://a:1");
    let limited = BalancedBackend { retry_statuses: true, ..plain.clone() };
    assert_eq!(limited.plain_address(), None);
    assert_eq!(two().plain_address(), None);
    let read: BalancedBackend =
        serde_json::from_str(r#"{"targets":[{"address":"http://a:1","weight":1}]}"#).unwrap();
    assert_eq!(read, plain);
}
