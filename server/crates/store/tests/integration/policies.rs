//! Policies of both kinds, and what they are bound to.

use crate::support::{
    Database, NOW, account, api, group, on_both_databases, publish, put, searching, sorted_by,
    take_offline, unique,
};
use domain::{
    Account, DeploymentId, Environment, IpAction, IpPolicy, IpPolicyId, IpRules, PageQuery,
    PolicyKind, RateLimitPolicy, RateLimitPolicyId, RateLimits, Region, TimeUnit,
};
use store::{
    Store, StoreError, Unique, ip_policies, policy_bindings, published, rate_limit_policies,
};

on_both_databases![
    an_owner_has_one_policy_of_a_name_in_a_region,
    a_policy_comes_back_as_it_was_written_and_changed,
    policies_are_listed_by_region_searched_and_sorted,
    a_deployment_has_one_policy_of_each_kind,
    targets_tell_what_binding_would_replace,
    a_binding_outlives_going_offline_and_not_its_group,
];

const LIMITS: RateLimits = RateLimits {
    unit: TimeUnit::Minute,
    group: 100,
    access_key: Some(10),
    api: None,
    address: None,
};

fn rate_limit(owner: &Account, name: &str) -> RateLimitPolicy {
    RateLimitPolicy {
        id: RateLimitPolicyId::from_random(unique()),
        owner: owner.id.clone(),
        region: Region::CnNorth1,
        name: name.to_owned(),
        description: String::new(),
        limits: LIMITS,
        bound: Vec::new(),
        created_at: NOW,
    }
}

fn ip(owner: &Account, name: &str) -> IpPolicy {
    let ranges = vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
    IpPolicy {
        id: IpPolicyId::from_random(unique()),
        owner: owner.id.clone(),
        region: Region::CnNorth1,
        name: name.to_owned(),
        description: String::new(),
        rules: IpRules { action: IpAction::Deny, ranges },
        bound: Vec::new(),
        created_at: NOW,
    }
}

async fn insert_rate_limit(store: &Store, policy: &RateLimitPolicy) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    rate_limit_policies::insert(&tx, policy).await?;
    tx.commit().await.map(drop)
}

async fn insert_ip(store: &Store, policy: &IpPolicy) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    ip_policies::insert(&tx, policy).await?;
    tx.commit().await.map(drop)
}

/// Binds; the environments for which something changed.
async fn bind(
    store: &Store,
    policy: (PolicyKind, &str),
    wanted: &[DeploymentId],
) -> Vec<Environment> {
    let tx = store.begin().await.unwrap();
    let changed = policy_bindings::bind(&tx, policy, wanted, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let mut environments: Vec<Environment> = changed.into_iter().map(|(_, at)| at).collect();
    environments.sort_unstable();
    environments
}

/// PetStore in all three environments.
async fn published_everywhere(
    store: &Store,
    owner: &Account,
) -> (domain::ApiGroup, Vec<DeploymentId>) {
    let pets = group(store, owner, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let mut ids = Vec::new();
    for environment in Environment::ALL {
        ids.push(publish(store, &pets, "0.0.1", environment).await.0);
    }
    (pets, ids)
}

async fn bound_to(store: &Store, policy: &RateLimitPolicy) -> Vec<DeploymentId> {
    let policy = rate_limit_policies::get(&store.read(), &policy.id).await.unwrap().unwrap();
    policy.bound.into_iter().map(|one| one.deployment_id).collect()
}

async fn an_owner_has_one_policy_of_a_name_in_a_region(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    insert_rate_limit(store, &rate_limit(&ada, "slow")).await.unwrap();
    let again = insert_rate_limit(store, &rate_limit(&ada, "slow")).await;
    assert!(matches!(again, Err(StoreError::Duplicate(Unique::PolicyName))), "{again:?}");
    let elsewhere = RateLimitPolicy { region: Region::CnEast1, ..rate_limit(&ada, "slow") };
    insert_rate_limit(store, &elsewhere).await.unwrap();
    insert_rate_limit(store, &rate_limit(&bob, "slow")).await.unwrap();
    // A policy of another kind may have the name.
    insert_ip(store, &ip(&ada, "slow")).await.unwrap();
    let again = insert_ip(store, &ip(&ada, "slow")).await;
    assert!(matches!(again, Err(StoreError::Duplicate(Unique::PolicyName))), "{again:?}");
}

async fn a_policy_comes_back_as_it_was_written_and_changed(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let before = rate_limit(&ada, "slow");
    insert_rate_limit(store, &before).await.unwrap();
    let get = async || rate_limit_policies::get(&store.read(), &before.id).await.unwrap();
    assert_eq!(get().await.as_ref(), Some(&before));
    let limits = RateLimits {
        unit: TimeUnit::Day,
        group: 999_999_999,
        access_key: None,
        api: Some(5),
        address: Some(6),
    };
    let after = RateLimitPolicy {
        name: "每天".into(),
        description: "a day".into(),
        limits,
        ..before.clone()
    };
    let tx = store.begin().await.unwrap();
    rate_limit_policies::lock(&tx, &before.id).await.unwrap();
    rate_limit_policies::update(&tx, &after).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(get().await, Some(after));

    let before = ip(&ada, "office");
    insert_ip(store, &before).await.unwrap();
    let get = async || ip_policies::get(&store.read(), &before.id).await.unwrap();
    assert_eq!(get().await.as_ref(), Some(&before));
    let tx = store.begin().await.unwrap();
    ip_policies::delete(&tx, &before.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(get().await, None);
}

async fn policies_are_listed_by_region_searched_and_sorted(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    for (owner, name) in [(&ada, "beta"), (&ada, "Alpha"), (&bob, "other")] {
        insert_rate_limit(store, &rate_limit(owner, name)).await.unwrap();
    }
    let elsewhere = RateLimitPolicy { region: Region::CnEast1, ..rate_limit(&ada, "far") };
    insert_rate_limit(store, &elsewhere).await.unwrap();
    let list = async |query: PageQuery| {
        let reader = store.read();
        let listed = rate_limit_policies::list(&reader, &ada.id, Region::CnNorth1, &query);
        let page = listed.await.unwrap();
        (page.total, page.rows.into_iter().map(|policy| policy.name).collect::<Vec<_>>())
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(list(sorted_by("policyName", false)).await, (2, names(&["Alpha", "beta"])));
    assert_eq!(list(sorted_by("policyName", true)).await, (2, names(&["beta", "Alpha"])));
    assert_eq!(list(searching("ALPH")).await, (1, names(&["Alpha"])));
}

async fn a_deployment_has_one_policy_of_each_kind(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (_, ids) = published_everywhere(store, &ada).await;
    let (slow, fast, office) =
        (rate_limit(&ada, "slow"), rate_limit(&ada, "fast"), ip(&ada, "office"));
    insert_rate_limit(store, &slow).await.unwrap();
    insert_rate_limit(store, &fast).await.unwrap();
    insert_ip(store, &office).await.unwrap();
    let [slow_key, fast_key] = [&slow, &fast].map(|one| (PolicyKind::RateLimit, one.id.as_str()));
    let office_key = (PolicyKind::Ip, office.id.as_str());

    let [test, preview, online] = Environment::ALL;
    assert_eq!(bind(store, slow_key, &ids[..2]).await, [test, preview]);
    assert_eq!(bind(store, slow_key, &ids[..2]).await, []);
    assert_eq!(bind(store, office_key, &ids[..1]).await, [test]);
    // What another binds is taken from the first; what was not named any more is unbound.
    assert_eq!(bind(store, fast_key, &ids[1..]).await, [preview, online]);
    assert_eq!(bound_to(store, &slow).await, ids[..1]);
    assert_eq!(bound_to(store, &fast).await, ids[1..]);
    assert_eq!(bind(store, fast_key, &ids[2..]).await, [preview]);
    assert_eq!(bound_to(store, &fast).await, ids[2..]);

    let all = published::all(store).await.unwrap().deployments;
    let of = |id: &DeploymentId| &all.iter().find(|one| one.id == *id).unwrap().policies;
    assert_eq!(of(&ids[0]).rate_limits, Some(LIMITS));
    assert_eq!(of(&ids[0]).ip_rules.as_ref(), Some(&office.rules));
    assert_eq!((of(&ids[1]).rate_limits, of(&ids[1]).ip_rules.as_ref()), (None, None));

    let tx = store.begin().await.unwrap();
    let nowhere = [DeploymentId::from_random(unique())];
    let refused = policy_bindings::bind(&tx, slow_key, &nowhere, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn targets_tell_what_binding_would_replace(database: &Database) {
    let store = &database.store;
    let (ada, bob) = (account(store).await, account(store).await);
    let (_, ids) = published_everywhere(store, &ada).await;
    published_everywhere(store, &bob).await;
    let (slow, fast) = (rate_limit(&ada, "slow"), rate_limit(&ada, "fast"));
    insert_rate_limit(store, &slow).await.unwrap();
    insert_rate_limit(store, &fast).await.unwrap();
    bind(store, (PolicyKind::RateLimit, slow.id.as_str()), &ids[..1]).await;
    let targets = async |policy: (PolicyKind, &str), region| {
        let found = policy_bindings::targets(&store.read(), policy, (&ada.id, region)).await;
        let found = found.unwrap().into_iter();
        found.map(|one| (one.deployment.deployment_id, one.replaces)).collect::<Vec<_>>()
    };
    let with_first = |replaced: Option<&str>| {
        let replaced = |index| replaced.filter(|_| index == 0).map(str::to_owned);
        ids.iter().cloned().enumerate().map(|(n, id)| (id, replaced(n))).collect::<Vec<_>>()
    };
    let here = Region::CnNorth1;
    let for_fast = targets((PolicyKind::RateLimit, fast.id.as_str()), here).await;
    assert_eq!(for_fast, with_first(Some("slow")));
    let for_slow = targets((PolicyKind::RateLimit, slow.id.as_str()), here).await;
    assert_eq!(for_slow, with_first(None));
    assert_eq!(targets((PolicyKind::Ip, "ipp-0"), here).await, with_first(None));
    assert_eq!(targets((PolicyKind::Ip, "ipp-0"), Region::CnEast1).await, []);
}

async fn a_binding_outlives_going_offline_and_not_its_group(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, ids) = published_everywhere(store, &ada).await;
    let slow = rate_limit(&ada, "slow");
    insert_rate_limit(store, &slow).await.unwrap();
    bind(store, (PolicyKind::RateLimit, slow.id.as_str()), &ids[..1]).await;
    take_offline(store, &pets, Environment::Test).await;
    assert_eq!(bound_to(store, &slow).await, ids[..1]);
    publish(store, &pets, "0.0.1", Environment::Test).await;
    let live = published::all(store).await.unwrap().deployments;
    assert!(live.iter().any(|one| one.id == ids[0] && one.policies.rate_limits == Some(LIMITS)));
    let of_group = policy_bindings::of_group(&store.read(), &pets.id).await.unwrap();
    let [(Environment::Test, shown)] = &of_group[..] else { panic!("{of_group:?}") };
    assert_eq!((shown.id.as_str(), shown.name.as_str()), (slow.id.as_str(), "slow"));

    let tx = store.begin().await.unwrap();
    store::api_groups::delete(&tx, &pets.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bound_to(store, &slow).await, []);
}
