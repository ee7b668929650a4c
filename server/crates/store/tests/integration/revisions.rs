//! Revisions: numbers, copies, and what changed since the base.

use crate::support::{
    Database, NOW, account, api, content, group, new_group, new_revision, number,
    on_both_databases, publish, put, revision, searching, sorted_by, take_offline,
};
use domain::{Api, Difference, Environment, PageQuery, Revision};
use store::{StoreError, Unique, apis, revisions};

on_both_databases![
    a_number_is_taken_once_in_a_group,
    a_revision_begins_with_the_apis_of_its_base,
    revisions_are_ordered_by_number,
    says_where_it_is_live,
    counts_changes_as_a_comparison_does,
    what_was_based_on_a_removed_revision_is_based_on_its_base,
    a_note_is_changed_and_found,
];

async fn a_number_is_taken_once_in_a_group(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (pets, other) = (group(store, &ada, "PetStore").await, group(store, &ada, "Other").await);
    revision(store, &pets, "0.0.2", "0.0.1").await;
    let insert = async |group: &domain::ApiGroup, text: &str, base: Option<&str>| {
        let tx = store.begin().await.unwrap();
        revisions::insert(&tx, &group.id, &new_revision(text, base)).await?;
        tx.commit().await.map(drop)
    };
    let refused = insert(&pets, "0.0.2", Some("0.0.1")).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::RevisionNumber))), "{refused:?}");
    let refused = insert(&pets, "0.0.3", Some("7.7.7")).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let refused = insert(&new_group(&ada, "nowhere"), "0.0.1", None).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    insert(&other, "0.0.2", Some("0.0.1")).await.unwrap();
}

async fn a_revision_begins_with_the_apis_of_its_base(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let (mut a, b) = (api("a", "GET", "/a"), api("b", "GET", "/b"));
    put(store, &pets, "0.0.1", &[a.clone(), b.clone()]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    let copies = apis::all(&store.read(), &pets.id, number("0.0.2")).await.unwrap();
    assert_eq!(copies, [a.clone(), b]);

    a.definition.description = "changed later".to_owned();
    put(store, &pets, "0.0.1", &[a]).await;
    let same = apis::all(&store.read(), &pets.id, number("0.0.2")).await.unwrap();
    assert_eq!(same, copies, "a copy does not follow its base");
}

async fn revisions_are_ordered_by_number(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    for text in ["0.0.10", "0.0.9", "1.0.0", "0.999.999"] {
        revision(store, &pets, text, "0.0.1").await;
    }
    let newest_first = ["1.0.0", "0.999.999", "0.0.10", "0.0.9", "0.0.1"];
    let reader = store.read();
    let numbers = async |query: PageQuery| {
        let page = revisions::list(&reader, &pets.id, &query).await.unwrap();
        page.rows.iter().map(|row| row.revision.number.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(PageQuery::default()).await, newest_first);
    assert_eq!(
        numbers(sorted_by("revision", false)).await,
        newest_first.iter().rev().copied().collect::<Vec<_>>()
    );
    assert_eq!(numbers(searching("0.0.")).await, ["0.0.10", "0.0.9", "0.0.1"]);
    let all = revisions::all(&reader, &pets.id).await.unwrap();
    assert_eq!(all.len(), 5);
    let texts: Vec<String> = revisions::numbers(&reader, &pets.id)
        .await
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts, newest_first);
    let latest = revisions::latest(&reader, &pets.id).await.unwrap().unwrap();
    assert_eq!(latest, new_revision("1.0.0", Some("0.0.1")));
}

async fn says_where_it_is_live(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("a", "GET", "/a")]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    publish(store, &pets, "0.0.1", Environment::Online).await;
    publish(store, &pets, "0.0.1", Environment::Test).await;
    publish(store, &pets, "0.0.2", Environment::Preview).await;
    let published_to = async |text: &str| {
        let reader = store.read();
        let view = revisions::view(&reader, &pets.id, number(text)).await.unwrap().unwrap();
        let asked = revisions::published_to(&reader, &pets.id, number(text)).await.unwrap();
        assert_eq!(view.published_to, asked);
        asked
    };
    assert_eq!(published_to("0.0.1").await, [Environment::Test, Environment::Online]);
    assert_eq!(published_to("0.0.2").await, [Environment::Preview]);
    take_offline(store, &pets, Environment::Online).await;
    assert_eq!(published_to("0.0.1").await, [Environment::Test]);
}

/// The APIs of a base, and several ways to change them.
fn variations() -> (Vec<Api>, Vec<Vec<Api>>) {
    let base = vec![api("a", "GET", "/a"), api("b", "GET", "/b/{x}"), api("c", "POST", "/c")];
    let with = |change: &dyn Fn(&mut Vec<Api>)| {
        let mut apis = base.clone();
        change(&mut apis);
        apis
    };
    let changed = vec![
        with(&|_| {}),
        with(&|apis| apis[0].definition.description = "x".to_owned()),
        with(&|apis| drop(apis.remove(1))),
        with(&|apis| apis.push(api("d", "GET", "/d"))),
        // Made anew, just as it was, and under another route.
        with(&|apis| apis[0] = api("a", "GET", "/a")),
        with(&|apis| apis[0] = api("a", "GET", "/elsewhere")),
        with(&|apis| apis[1] = api("b", "GET", "/b/{y}")),
        // Two that trade routes, and one that takes another's name.
        with(&|apis| {
            apis[0] = api("a", "POST", "/c");
            apis[2] = api("c", "GET", "/a");
        }),
        with(&|apis| {
            apis.remove(0);
            apis[0].definition.name = "a".to_owned();
            apis.push(api("b", "PUT", "/new"));
        }),
        Vec::new(),
    ];
    (base, changed)
}

async fn counts_changes_as_a_comparison_does(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let (base, variations) = variations();
    let mut seen = Vec::new();
    for (index, apis) in variations.iter().enumerate() {
        let pets = group(store, &ada, &format!("PetStore{index}")).await;
        put(store, &pets, "0.0.1", &base).await;
        revision(store, &pets, "0.0.2", "0.0.1").await;
        let tx = store.begin().await.unwrap();
        for api in &base {
            apis::delete(&tx, &pets.id, number("0.0.2"), &api.id, NOW).await.unwrap();
        }
        apis::put(&tx, &pets.id, number("0.0.2"), apis, NOW).await.unwrap();
        tx.commit().await.unwrap();

        let (before, after) =
            (content(store, &pets, "0.0.1").await, content(store, &pets, "0.0.2").await);
        let expected = Difference::between(Some(&before), &after).counts();
        let views = revisions::all(&store.read(), &pets.id).await.unwrap();
        assert_eq!(views[0].changes, expected, "variation {index}");
        assert_eq!(views[1].changes, (3, 0, 0), "a revision on nothing has added all it has");
        seen.push(expected);
    }
    assert!(
        seen.contains(&(0, 0, 0)) && seen.contains(&(0, 0, 3)) && seen.contains(&(0, 2, 0)),
        "{seen:?}"
    );
}

async fn what_was_based_on_a_removed_revision_is_based_on_its_base(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    put(store, &pets, "0.0.1", &[api("a", "GET", "/a")]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    put(store, &pets, "0.0.2", &[api("b", "GET", "/b")]).await;
    revision(store, &pets, "0.0.3", "0.0.2").await;
    put(store, &pets, "0.0.3", &[api("c", "GET", "/c")]).await;
    let tx = store.begin().await.unwrap();
    revisions::delete(&tx, &pets.id, number("0.0.2")).await.unwrap();
    let again = revisions::delete(&tx, &pets.id, number("0.0.2")).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    let reader = store.read();
    let view = revisions::view(&reader, &pets.id, number("0.0.3")).await.unwrap().unwrap();
    assert_eq!((view.revision.based_on, view.changes), (Some(number("0.0.1")), (2, 0, 0)));
    assert_eq!(apis::all(&reader, &pets.id, number("0.0.2")).await.unwrap(), []);
}

async fn a_note_is_changed_and_found(database: &Database) {
    let store = &database.store;
    let ada = account(store).await;
    let pets = group(store, &ada, "PetStore").await;
    let tx = store.begin().await.unwrap();
    let at = NOW.plus_ms(9);
    revisions::set_note(&tx, &pets.id, number("0.0.1"), "Erste Fassung", at).await.unwrap();
    let nowhere = revisions::set_note(&tx, &pets.id, number("9.9.9"), "x", at).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    let found = revisions::list(&store.read(), &pets.id, &searching("erste f")).await.unwrap();
    let expected = Revision {
        note: "Erste Fassung".to_owned(),
        revised_at: at,
        ..new_revision("0.0.1", None)
    };
    assert_eq!(found.rows.into_iter().map(|row| row.revision).collect::<Vec<_>>(), [expected]);
}
