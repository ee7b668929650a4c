//! Compiling and applying, without a request.

use super::*;
use domain::{
    Api, ApiBackend as ApiBackendChoice, ApiDefinition, AuthType, BackendService, Body,
    GroupContent, GroupSettings, MatchType, Method, Region, Secret, Timestamp,
};

fn api(id: u32, path: &str) -> Api {
    Api {
        id: format!("api-{id:012}").parse().unwrap(),
        definition: ApiDefinition {
            name: format!("api{id}"),
            description: String::new(),
            method: Method::Get,
            path: path.parse().unwrap(),
            match_type: MatchType::Absolute,
            parameters: Vec::new(),
            request_body: Body::default(),
            response_body: Body::default(),
            backend: ApiBackendChoice::Deployment,
            mapping: domain::ApiMapping::default(),
            limits: domain::CallLimits::default(),
            cache: None,
        },
        updated_at: Timestamp(0),
    }
}

fn group_id(number: u32) -> ApiGroupId {
    format!("x{number:011}").parse().unwrap()
}

fn deployment(number: u32, environment: Environment, apis: Vec<Api>) -> PublishedDeployment {
    PublishedDeployment {
        id: format!("dep-{number:012}").parse().unwrap(),
        api_group_id: group_id(number),
        region: Region::CnNorth1,
        environment,
        release_id: format!("rel-{number:012}").parse().unwrap(),
        revision: "0.0.1".parse().unwrap(),
        content: GroupContent::new(
            GroupSettings {
                prefix: "p".to_owned(),
                auth_type: AuthType::None,
                ..GroupSettings::default()
            },
            apis,
        ),
        backend: BackendService::Single { address: "http://backend:9000".parse().unwrap() },
        callers: Vec::new(),
        policies: domain::DeploymentPolicies::default(),
        canary: None,
    }
}

fn compile(deployments: Vec<PublishedDeployment>) -> Snapshot {
    Snapshot::compile(SnapshotConfig { domain: "localhost".to_owned() }, deployments, Vec::new())
        .unwrap()
}

fn find(snapshot: &Snapshot, number: u32, environment: Environment) -> Option<&Arc<Deployment>> {
    snapshot.deployment(GroupKey::of(&group_id(number)).unwrap(), environment)
}

use Environment::{Online, Preview, Test};

#[test]
fn hosts_of_what_is_published_are_published() {
    let snapshot = compile(vec![
        deployment(1, Online, vec![api(1, "/a")]),
        deployment(1, Test, vec![api(1, "/a")]),
    ]);
    for (host, is_published) in [
        ("x00000000001.cn-north-1.localhost:8000", true),
        ("x00000000001-test.cn-north-1.localhost", true),
        ("x00000000001-preview.cn-north-1.localhost", false),
        ("x00000000001.cn-east-1.localhost", false),
        ("x00000000002.cn-north-1.localhost", false),
        ("localhost", false),
    ] {
        assert_eq!(snapshot.host_is_published(host), is_published, "{host}");
    }
}

#[test]
fn a_request_finds_the_api_that_would_answer_it() {
    let snapshot = compile(vec![deployment(1, Online, vec![api(1, "/a"), api(2, "/a/{id}")])]);
    let host = "x00000000001.cn-north-1.localhost:8000";
    let find = |host: &str, method: http::Method, path: &str| {
        snapshot.find_api(host, &method, path).map(ApiId::as_str)
    };
    assert_eq!(find(host, http::Method::GET, "/p/a"), Some("api-000000000001"));
    assert_eq!(find(host, http::Method::GET, "/p/a/7"), Some("api-000000000002"));
    assert_eq!(find(host, http::Method::POST, "/p/a"), None);
    assert_eq!(find(host, http::Method::GET, "/p/a/../a"), None);
    assert_eq!(find("x00000000001.cn-east-1.localhost", http::Method::GET, "/p/a"), None);
    assert_eq!(find("localhost", http::Method::GET, "/p/a"), None);
}

#[test]
fn apply_compiles_what_changed_and_shares_the_rest() {
    let before = compile((0..5000).map(|n| deployment(n, Online, vec![api(n, "/a")])).collect());
    let after = before.apply(
        vec![
            ((group_id(7), Online), Some(deployment(7, Online, vec![api(7, "/b")]))),
            ((group_id(8), Online), None),
            ((group_id(9), Preview), Some(deployment(9, Preview, vec![api(9, "/a")]))),
        ],
        Vec::new(),
    );
    assert!(find(&after, 8, Online).is_none() && find(&before, 8, Online).is_some());
    assert!(find(&after, 9, Preview).is_some() && find(&before, 9, Preview).is_none());
    for number in (0..5000).filter(|n| *n != 8) {
        let same = Arc::ptr_eq(
            find(&before, number, Online).unwrap(),
            find(&after, number, Online).unwrap(),
        );
        assert_eq!(same, number != 7, "{number}");
    }
    assert!(before.groups.shared_with(&after.groups) >= 253);
}

#[test]
fn a_group_that_is_offline_everywhere_leaves_nothing_behind() {
    let before = compile(vec![
        deployment(1, Online, vec![api(1, "/a")]),
        deployment(1, Test, vec![api(1, "/a")]),
    ]);
    let one_left = before.apply(vec![((group_id(1), Test), None)], Vec::new());
    assert!(find(&one_left, 1, Online).is_some());
    let none_left = one_left.apply(vec![((group_id(1), Online), None)], Vec::new());
    assert!(none_left.groups.get(&GroupKey::of(&group_id(1)).unwrap()).is_none());
}

#[test]
fn counters_go_on_with_the_same_labels_after_a_publish() {
    let before = compile(vec![deployment(1, Online, vec![api(1, "/a"), api(2, "/b")])]);
    let next = deployment(1, Online, vec![api(2, "/c"), api(3, "/d")]);
    let after = before.apply(vec![((group_id(1), Online), Some(next))], Vec::new());
    let (before, after) = (find(&before, 1, Online).unwrap(), find(&after, 1, Online).unwrap());
    let label = |deployment: &Arc<Deployment>, id: &str| {
        let of = |api: &&CompiledApi| api.label.api.as_ref().is_some_and(|api| api.as_str() == id);
        Arc::clone(&deployment.apis.iter().find(of).unwrap().label)
    };
    assert!(Arc::ptr_eq(&label(before, "api-000000000002"), &label(after, "api-000000000002")));
    assert!(Arc::ptr_eq(&before.unmatched, &after.unmatched));
}

#[test]
fn a_deployment_that_does_not_compile_is_named_and_harms_no_other() {
    let twice = || deployment(1, Online, vec![api(1, "/a/{x}"), api(2, "/a/{y}")]);
    let snapshot = compile(vec![twice(), deployment(2, Online, vec![api(1, "/a")])]);
    let [refused] = snapshot.refused() else { panic!("{:?}", snapshot.refused()) };
    assert_eq!((&refused.api_group_id, refused.environment), (&group_id(1), Online));
    assert_eq!(
        refused.reason,
        "api1 (GET /a/{x}) and api2 (GET /a/{y}) would match the same requests"
    );
    assert!(find(&snapshot, 1, Online).is_none() && find(&snapshot, 2, Online).is_some());
    // What was served before goes on being served.
    let good = snapshot.apply(
        vec![((group_id(1), Online), Some(deployment(1, Online, vec![api(1, "/a")])))],
        Vec::new(),
    );
    assert_eq!(good.refused(), []);
    let kept = good.apply(vec![((group_id(1), Online), Some(twice()))], Vec::new());
    assert_eq!(kept.refused().len(), 1);
    assert!(Arc::ptr_eq(find(&good, 1, Online).unwrap(), find(&kept, 1, Online).unwrap()));
}

#[test]
fn keys_are_found_by_what_a_signature_names() {
    let id = || domain::KeyId::AccessKey("00000000000a".parse().unwrap());
    let key = CallerKey {
        id: id(),
        owner: "acc-000000000001".parse().unwrap(),
        pin: "bob@example.com".to_owned(),
        api_key: "A".to_owned(),
        secret: Secret::new("s"),
    };
    let before = compile(Vec::new()).apply(Vec::new(), vec![(id(), Some(key))]);
    assert_eq!(before.key("A").map(|key| key.caller.number), Some(CallerNumber::AccessKey(10)));
    let after = before.apply(Vec::new(), vec![(id(), None)]);
    assert!(after.key("A").is_none() && before.key("A").is_some());
}

#[test]
fn only_bound_keys_are_admitted() {
    let mut published = deployment(1, Online, vec![api(1, "/a")]);
    published.callers = ["0000000000ff", "000000000001"]
        .map(|id| domain::KeyId::AccessKey(id.parse().unwrap()).into())
        .to_vec();
    let snapshot = compile(vec![published]);
    let deployment = find(&snapshot, 1, Online).unwrap();
    let admits = |number| deployment.admits(CallerNumber::AccessKey(number));
    assert_eq!([0, 1, 2, 255].map(admits), [false, true, false, true]);
    assert!(!deployment.admits(CallerNumber::SubscriptionKey(1)));
}

#[test]
fn a_domain_that_is_no_host_name_is_refused() {
    let config = SnapshotConfig { domain: "http://localhost".to_owned() };
    let error = Snapshot::compile(config, Vec::new(), Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "the domain \"http://localhost\" is not a host name");
}
