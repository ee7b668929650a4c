//! Certificates that come by themselves: whose turn it is, who works on it, and what the gateway is told meanwhile.

use crate::{
    support::{
        Database, NOW, account, api, group, on_both_databases, publish, put as put_apis, sealed,
    },
    user_domains::{add, new, try_set},
};
use domain::{
    ApiGroup, AutomaticCertificate, Challenge, ChallengeKind, DomainState, Environment, FailedTry,
    FailureKind, Timestamp, UserDomain,
};
use store::{
    Store, StoreError, acme_accounts, api_groups, automatic_certificates as automatic, published,
    user_domains,
};

on_both_databases![
    a_domain_is_due_when_it_is_served_and_its_time_has_come,
    of_many_processes_one_works_on_a_domain_and_another_once_its_time_is_over,
    who_has_not_claimed_a_domain_has_no_say,
    the_gateway_is_told_what_an_authority_is_to_be_answered,
    what_is_known_of_a_domain_goes_with_it,
    an_authority_has_one_account,
];

fn at(ms: i64) -> Timestamp {
    NOW.plus_ms(ms)
}

fn challenge() -> Challenge {
    let (token, key_authorization) = ("t".to_owned(), "t.k".to_owned());
    Challenge { kind: ChallengeKind::Http01, token, key_authorization }
}

/// A verified domain of a group that is live online, whose certificate comes by itself.
async fn chosen(store: &Store) -> (ApiGroup, UserDomain) {
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    put_apis(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    let shop = add(store, &pets, "shop.example.com").await;
    try_set(store, &shop, DomainState::Verified).await.unwrap();
    put(store, &shop, &AutomaticCertificate::new(NOW)).await;
    let shop = user_domains::by_id(&store.read(), &shop.id).await.unwrap().unwrap();
    (pets, shop)
}

async fn put(store: &Store, domain: &UserDomain, how: &AutomaticCertificate) {
    let tx = store.begin().await.unwrap();
    automatic::put(&tx, &domain.id, how).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(store: &Store, domain: &UserDomain, by: &str, span: (i64, i64)) -> bool {
    let tx = store.begin().await.unwrap();
    let span = (at(span.0), at(span.1));
    let claimed = automatic::claim(&tx, &domain.id, by, span).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn due(store: &Store, ms: i64) -> Vec<UserDomain> {
    automatic::due(&store.read(), at(ms), 10).await.unwrap()
}

async fn a_domain_is_due_when_it_is_served_and_its_time_has_come(database: &Database) {
    let store = &database.store;
    let (pets, shop) = chosen(store).await;
    assert_eq!(due(store, -1).await, []);
    assert_eq!(due(store, 0).await, std::slice::from_ref(&shop));
    // Neither what nobody verified nor what leads to where nothing runs.
    let claimed = add(store, &pets, "claimed.example.com").await;
    put(store, &claimed, &AutomaticCertificate::new(NOW)).await;
    let elsewhere = UserDomain { environment: Environment::Test, ..new(&pets, "test.example.com") };
    let tx = store.begin().await.unwrap();
    user_domains::insert(&tx, &elsewhere).await.unwrap();
    tx.commit().await.unwrap();
    try_set(store, &elsewhere, DomainState::Verified).await.unwrap();
    put(store, &elsewhere, &AutomaticCertificate::new(NOW)).await;
    assert_eq!(due(store, 0).await, std::slice::from_ref(&shop));
    publish(store, &pets, "0.0.1", Environment::Test).await;
    assert_eq!(due(store, 0).await.len(), 2);
    assert_eq!(automatic::due(&store.read(), NOW, 1).await.unwrap().len(), 1);

    let later = AutomaticCertificate {
        failures: 3,
        last_failure: Some(FailedTry::new(FailureKind::Challenge, "没有找到", NOW)),
        ..AutomaticCertificate::new(at(5))
    };
    put(store, &shop, &later).await;
    assert_eq!(due(store, 4).await.len(), 1);
    let known = automatic::of_group(&store.read(), &pets.id).await.unwrap();
    assert_eq!((known.len(), &known[&shop.id]), (3, &later));
}

async fn of_many_processes_one_works_on_a_domain_and_another_once_its_time_is_over(
    database: &Database,
) {
    let store = &database.store;
    let other = database.of_another_process().await;
    let (_, shop) = chosen(store).await;
    let both =
        tokio::join!(claim(store, &shop, "one", (0, 10)), claim(&other, &shop, "another", (0, 10)));
    assert!(both.0 != both.1, "{both:?}");
    assert_eq!(due(store, 9).await, []);
    assert!(!claim(store, &shop, "third", (9, 20)).await);
    let known = automatic::get(&store.read(), &shop.id).await.unwrap().unwrap();
    assert!(known.is_under_way(at(9)) && !known.is_under_way(at(10)));
    // Whoever had it was killed.
    assert_eq!(due(store, 10).await.len(), 1);
    assert!(claim(store, &shop, "third", (10, 20)).await);
    other.close().await.unwrap();
}

async fn who_has_not_claimed_a_domain_has_no_say(database: &Database) {
    let store = &database.store;
    let (_, shop) = chosen(store).await;
    assert!(claim(store, &shop, "one", (0, 10)).await);
    let tx = store.begin().await.unwrap();
    assert_eq!(automatic::claimed(&tx, &shop.id, "another").await.unwrap(), None);
    assert!(!automatic::set_challenge(&tx, &shop.id, "another", &challenge()).await.unwrap());
    assert!(automatic::claimed(&tx, &shop.id, "one").await.unwrap().is_some());
    assert!(automatic::set_challenge(&tx, &shop.id, "one", &challenge()).await.unwrap());
    // What is chosen anew is nobody's.
    automatic::put(&tx, &shop.id, &AutomaticCertificate::new(NOW)).await.unwrap();
    assert_eq!(automatic::claimed(&tx, &shop.id, "one").await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn the_gateway_is_told_what_an_authority_is_to_be_answered(database: &Database) {
    let store = &database.store;
    let (pets, shop) = chosen(store).await;
    let told = || async {
        let mut domains = published::all(store).await.unwrap().domains;
        let place = (pets.id.clone(), Environment::Online);
        domains.remove(&place).unwrap().pop().unwrap().challenge
    };
    assert_eq!(told().await, None);
    assert!(claim(store, &shop, "one", (0, 10)).await);
    let tx = store.begin().await.unwrap();
    automatic::set_challenge(&tx, &shop.id, "one", &challenge()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(told().await, Some(challenge()));
    put(store, &shop, &AutomaticCertificate::new(at(1))).await;
    assert_eq!(told().await, None);
}

async fn what_is_known_of_a_domain_goes_with_it(database: &Database) {
    let store = &database.store;
    let (pets, shop) = chosen(store).await;
    let tx = store.begin().await.unwrap();
    let nowhere = new(&pets, "gone.example.com");
    let refused = automatic::put(&tx, &nowhere.id, &AutomaticCertificate::new(NOW)).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    drop(tx);
    let tx = store.begin().await.unwrap();
    assert!(automatic::delete(&tx, &shop.id).await.unwrap());
    assert!(!automatic::delete(&tx, &shop.id).await.unwrap());
    automatic::put(&tx, &shop.id, &AutomaticCertificate::new(NOW)).await.unwrap();
    user_domains::delete(&tx, &shop.id).await.unwrap();
    assert_eq!(automatic::get(&tx, &shop.id).await.unwrap(), None);
    assert!(api_groups::lock(&tx, &pets.id).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn an_authority_has_one_account(database: &Database) {
    let store = &database.store;
    let directory = "https://ca.example.com/directory";
    let tx = store.begin().await.unwrap();
    assert_eq!(acme_accounts::get(&tx, directory).await.unwrap(), None);
    acme_accounts::insert(&tx, directory, &sealed("one"), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let tx = store.begin().await.unwrap();
    let second = acme_accounts::insert(&tx, directory, &sealed("two"), NOW).await;
    assert!(matches!(second, Err(StoreError::Duplicate(_))), "{second:?}");
    drop(tx);
    let tx = store.begin().await.unwrap();
    assert_eq!(acme_accounts::get(&tx, directory).await.unwrap(), Some(sealed("one")));
    acme_accounts::delete(&tx, directory).await.unwrap();
    assert_eq!(acme_accounts::get(&tx, directory).await.unwrap(), None);
    tx.commit().await.unwrap();
}
