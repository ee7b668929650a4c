//! Custom domains: who has a name, and what the gateway is told.

use crate::support::{
    Database, NOW, account, api, group, on_both_databases, publish, put, sealed, unique,
};
use domain::{
    ApiGroup, Certificate, DomainState, Environment, UserDomain, UserDomainId, UserDomainPatch,
};
use store::{
    Store, StoreError, Unique, published,
    user_domains::{self, SealedCertificate, SealedDomain},
};

on_both_databases![
    many_claim_a_name_and_one_has_it,
    a_domain_and_its_certificate_are_changed_and_removed,
    the_gateway_is_told_verified_domains_where_they_lead_to,
    what_waits_is_listed_with_whose_it_is_and_what_was_refused_last,
];

pub(crate) fn new(group: &ApiGroup, name: &str) -> UserDomain {
    UserDomain {
        id: UserDomainId::from_random(unique()),
        api_group_id: group.id.clone(),
        domain: name.to_owned(),
        environment: Environment::Online,
        state: DomainState::Pending,
        token: "t0".to_owned(),
        certificate: None,
        redirect_http: false,
        refusal: None,
        created_at: NOW,
    }
}

async fn try_add(store: &Store, domain: &UserDomain) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    user_domains::insert(&tx, domain).await?;
    tx.commit().await.map(drop)
}

pub(crate) async fn add(store: &Store, group: &ApiGroup, name: &str) -> UserDomain {
    let domain = new(group, name);
    try_add(store, &domain).await.unwrap();
    domain
}

pub(crate) async fn try_set(
    store: &Store,
    domain: &UserDomain,
    state: DomainState,
) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    user_domains::set_state(&tx, domain, state).await?;
    tx.commit().await.map(drop)
}

fn certificate() -> SealedCertificate {
    let certificate = Certificate {
        subject: "CN=shop.example.com".to_owned(),
        issuer: "CN=店铺 CA".to_owned(),
        names: vec!["shop.example.com".to_owned()],
        not_before: NOW,
        not_after: NOW.plus_ms(1),
        fingerprint: "AB:CD".to_owned(),
    };
    SealedCertificate { certificate, chain: "chain".to_owned(), private_key: sealed("key") }
}

async fn many_claim_a_name_and_one_has_it(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, toys) = (group(store, &ada, "Pets").await, group(store, &ada, "Toys").await);
    let of_pets = add(store, &pets, "shop.example.com").await;
    let again = try_add(store, &new(&pets, "shop.example.com")).await;
    assert!(matches!(again, Err(StoreError::Duplicate(Unique::UserDomain))), "{again:?}");
    let of_toys = add(store, &toys, "shop.example.com").await;
    let named = user_domains::named(&store.read(), "shop.example.com").await.unwrap();
    assert_eq!(named.len(), 2);

    try_set(store, &of_toys, DomainState::Verified).await.unwrap();
    let taken = try_set(store, &of_pets, DomainState::Verified).await;
    assert!(matches!(taken, Err(StoreError::Duplicate(Unique::ServedDomain))), "{taken:?}");
    try_set(store, &of_toys, DomainState::Invalid).await.unwrap();
    try_set(store, &of_pets, DomainState::Verified).await.unwrap();
    let state = user_domains::get(&store.read(), &pets.id, &of_pets.id).await.unwrap().unwrap();
    assert_eq!(state, UserDomain { state: DomainState::Verified, ..of_pets.clone() });
    let foreign = user_domains::get(&store.read(), &toys.id, &of_pets.id).await.unwrap();
    assert_eq!(foreign, None);
}

async fn a_domain_and_its_certificate_are_changed_and_removed(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    let before = add(store, &pets, "shop.example.com").await;
    let patch = UserDomainPatch { environment: Environment::Test, redirect_http: true };
    let tx = store.begin().await.unwrap();
    user_domains::set_certificate(&tx, &before.id, &certificate()).await.unwrap();
    user_domains::update(&tx, &before.id, &patch).await.unwrap();
    let after = user_domains::get(&tx, &pets.id, &before.id).await.unwrap().unwrap();
    let expected = UserDomain {
        environment: Environment::Test,
        redirect_http: true,
        certificate: Some(certificate().certificate),
        ..before.clone()
    };
    assert_eq!(after, expected);
    user_domains::remove_certificate(&tx, &before.id).await.unwrap();
    let bare = user_domains::get(&tx, &pets.id, &before.id).await.unwrap().unwrap();
    assert_eq!(bare, UserDomain { certificate: None, redirect_http: false, ..expected });
    user_domains::delete(&tx, &before.id).await.unwrap();
    for gone in [
        user_domains::delete(&tx, &before.id).await,
        user_domains::update(&tx, &before.id, &patch).await,
        user_domains::set_certificate(&tx, &before.id, &certificate()).await,
        user_domains::set_state(&tx, &before, DomainState::Verified).await,
    ] {
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    }
}

async fn the_gateway_is_told_verified_domains_where_they_lead_to(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    let plain = add(store, &pets, "b.example.com").await;
    let secured = add(store, &pets, "a.example.com").await;
    add(store, &pets, "claimed.example.com").await;
    for domain in [&plain, &secured] {
        try_set(store, domain, DomainState::Verified).await.unwrap();
    }
    let tx = store.begin().await.unwrap();
    user_domains::set_certificate(&tx, &secured.id, &certificate()).await.unwrap();
    let online = (pets.id.clone(), Environment::Online);
    store::changes::append(&tx, store::changes::Change::Deployment(online.0.clone(), online.1));
    let change = tx.commit().await.unwrap().unwrap();

    let served = |domain: &UserDomain, certificate| SealedDomain {
        id: domain.id.clone(),
        name: domain.domain.clone(),
        redirect_http: false,
        certificate,
        challenge: None,
    };
    let both =
        vec![served(&secured, Some(("chain".to_owned(), sealed("key")))), served(&plain, None)];
    let all = published::all(store).await.unwrap().domains;
    assert_eq!(all.into_iter().collect::<Vec<_>>(), [(online.clone(), both.clone())]);
    let since = published::since(store, change - 1).await.unwrap().unwrap().domains;
    assert_eq!(since.into_iter().collect::<Vec<_>>(), [(online, both)]);
}

async fn what_waits_is_listed_with_whose_it_is_and_what_was_refused_last(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "Pets").await;
    let refused = add(store, &pets, "a.example.com").await;
    let waiting = add(store, &pets, "b.example.com").await;
    let verified = add(store, &pets, "c.example.com").await;
    try_set(store, &verified, DomainState::Verified).await.unwrap();
    let tx = store.begin().await.unwrap();
    user_domains::refuse(&tx, &refused.id, "不是您的域名").await.unwrap();
    tx.commit().await.unwrap();

    let listed = user_domains::waiting(&store.read(), 10).await.unwrap();
    let names: Vec<&str> = listed.iter().map(|row| row.domain.domain.as_str()).collect();
    assert_eq!(names, ["b.example.com", "a.example.com"]);
    assert_eq!((listed[0].group_name.as_str(), &listed[0].owner), ("Pets", &ada.email));
    assert_eq!(listed[0].domain, waiting);
    assert_eq!(listed[1].domain.refusal.as_deref(), Some("不是您的域名"));
    assert_eq!(listed[1].domain.state, DomainState::Invalid);
    assert_eq!(user_domains::waiting(&store.read(), 1).await.unwrap().len(), 1);
    // Who is verified after all was not refused.
    try_set(store, &refused, DomainState::Verified).await.unwrap();
    let after = user_domains::by_id(&store.read(), &refused.id).await.unwrap().unwrap();
    assert_eq!((after.state, after.refusal), (DomainState::Verified, None));
    let tx = store.begin().await.unwrap();
    let gone = user_domains::refuse(&tx, &new(&pets, "x").id, "no").await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
}
