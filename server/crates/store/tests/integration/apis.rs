//! APIs: what is unique in a revision, search and order, and putting many at once.

use crate::support::{
    Database, NOW, account, api, group, number, on_both_databases, put, revision, searching,
    sorted_by, try_put,
};
use domain::{Api, ApiGroup, ApiId, PageQuery};
use store::{StoreError, Unique, apis, revisions};

on_both_databases![
    a_name_is_unique_in_its_revision,
    a_route_is_unique_whatever_its_parameters_are_called,
    two_apis_can_swap_names_and_routes_in_one_write,
    the_same_api_lives_on_in_other_revisions,
    lists_by_path_and_finds_in_name_path_and_description,
    a_search_over_all_groups_finds_what_their_latest_revisions_have,
    many_apis_are_written_at_once,
    an_api_is_read_as_it_was_written,
    removing_an_api_revises_its_revision,
];

async fn pets(database: &Database) -> ApiGroup {
    let ada = account(&database.store).await;
    group(&database.store, &ada, "PetStore").await
}

async fn a_name_is_unique_in_its_revision(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    put(store, &pets, "0.0.1", &[api("list", "GET", "/pets")]).await;
    let refused = try_put(store, &pets, "0.0.1", &[api("list", "GET", "/other")]).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::ApiName))), "{refused:?}");
    put(store, &pets, "0.0.1", &[api("List", "GET", "/other")]).await;
}

async fn a_route_is_unique_whatever_its_parameters_are_called(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    put(store, &pets, "0.0.1", &[api("a", "GET", "/pets/{id}")]).await;
    let refused = try_put(store, &pets, "0.0.1", &[api("b", "GET", "/pets/{petId}")]).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::ApiRoute))), "{refused:?}");
    put(store, &pets, "0.0.1", &[api("b", "PUT", "/pets/{petId}")]).await;
}

async fn two_apis_can_swap_names_and_routes_in_one_write(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let (mut a, mut b) = (api("a", "GET", "/a"), api("b", "GET", "/b"));
    put(store, &pets, "0.0.1", &[a.clone(), b.clone()]).await;
    std::mem::swap(&mut a.definition, &mut b.definition);
    put(store, &pets, "0.0.1", &[a.clone(), b.clone()]).await;
    let all = apis::all(&store.read(), &pets.id, number("0.0.1")).await.unwrap();
    assert_eq!(all, [b, a]);
}

async fn the_same_api_lives_on_in_other_revisions(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let mut list = api("list", "GET", "/pets");
    let gone = ApiId::from_random([9; 12]);
    put(store, &pets, "0.0.1", &[list.clone()]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    list.definition.name = "listPets".to_owned();
    put(store, &pets, "0.0.2", &[list.clone()]).await;
    let reader = store.read();
    let get = |revision| apis::get(&reader, &pets.id, number(revision), &list.id);
    assert_eq!(get("0.0.1").await.unwrap().unwrap().definition.name, "list");
    assert_eq!(get("0.0.2").await.unwrap(), Some(list.clone()));
    assert_eq!(get("0.0.3").await.unwrap(), None);
    let names = apis::names(&reader, &pets.id, &[list.id.clone(), gone]).await.unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [(list.id, "listPets".to_owned())]);
}

async fn lists_by_path_and_finds_in_name_path_and_description(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let mut described = api("Zoo", "GET", "/zoo");
    described.definition.description = "动物园".to_owned();
    let all = [
        api("b", "POST", "/pets"),
        described,
        api("a", "GET", "/pets"),
        api("C", "GET", "/pets/{id}"),
    ];
    put(store, &pets, "0.0.1", &all).await;
    let names = async |query: PageQuery| {
        let page = apis::list(&store.read(), &pets.id, number("0.0.1"), &query).await.unwrap();
        page.rows.into_iter().map(|api| api.definition.name).collect::<Vec<_>>()
    };
    assert_eq!(names(PageQuery::default()).await, ["a", "b", "C", "Zoo"]);
    assert_eq!(names(sorted_by("path", true)).await, ["Zoo", "C", "b", "a"]);
    assert_eq!(names(sorted_by("apiName", false)).await, ["a", "b", "C", "Zoo"]);
    assert_eq!(names(sorted_by("action", false)).await, ["a", "C", "Zoo", "b"]);
    assert_eq!(names(searching("PETS/{")).await, ["C"]);
    assert_eq!(names(searching("zoo")).await, ["Zoo"]);
    assert_eq!(names(searching("动物")).await, ["Zoo"]);
}

async fn many_apis_are_written_at_once(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let many: Vec<Api> =
        (0..1200).map(|n| api(&format!("a{n}"), "GET", &format!("/p{n}"))).collect();
    put(store, &pets, "0.0.1", &many).await;
    put(store, &pets, "0.0.1", &many).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    let reader = store.read();
    let view = revisions::view(&reader, &pets.id, number("0.0.2")).await.unwrap().unwrap();
    assert_eq!((view.api_count, view.changes), (1200, (0, 0, 0)));
    let query = PageQuery { page_number: 12, page_size: 100, ..sorted_by("apiName", false) };
    let page = apis::list(&reader, &pets.id, number("0.0.2"), &query).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (100, 1200));
    let found = apis::list(&reader, &pets.id, number("0.0.2"), &searching("A119")).await.unwrap();
    assert_eq!(found.total, 11);
}

async fn an_api_is_read_as_it_was_written(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let mut odd = api("odd", "DELETE", "/odd/{a}/{b-c}/x.y_z/");
    odd.definition.response_body.schema = Some(
        serde_json::json!({ "z": 1, "a": { "$ref": "#/x", "number": 1.0e300 }, "text": "\0'\"\\ 宠" }),
    );
    odd.updated_at = NOW.plus_ms(123);
    put(store, &pets, "0.0.1", &[odd.clone()]).await;
    let read = apis::get(&store.read(), &pets.id, number("0.0.1"), &odd.id).await.unwrap().unwrap();
    assert_eq!(read, odd);
    let members = |api: &Api| api.definition.response_body.schema.as_ref().unwrap().to_string();
    assert_eq!(members(&read), members(&odd), "members keep their order");
}

async fn removing_an_api_revises_its_revision(database: &Database) {
    let (store, pets) = (&database.store, pets(database).await);
    let (a, b) = (api("a", "GET", "/a"), api("b", "GET", "/b"));
    put(store, &pets, "0.0.1", &[a.clone(), b.clone()]).await;
    let tx = store.begin().await.unwrap();
    let at = NOW.plus_ms(60_000);
    apis::delete(&tx, &pets.id, number("0.0.1"), &a.id, at).await.unwrap();
    let again = apis::delete(&tx, &pets.id, number("0.0.1"), &a.id, at).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
    tx.commit().await.unwrap();
    let reader = store.read();
    assert_eq!(apis::all(&reader, &pets.id, number("0.0.1")).await.unwrap(), [b]);
    let view = revisions::view(&reader, &pets.id, number("0.0.1")).await.unwrap().unwrap();
    assert_eq!((view.api_count, view.revision.revised_at), (1, at));
}

async fn a_search_over_all_groups_finds_what_their_latest_revisions_have(database: &Database) {
    let store = &database.store;
    let (ada, eve) = (account(store).await, account(store).await);
    let (pets, shops) = (group(store, &ada, "PetStore").await, group(store, &ada, "Shops").await);
    put(store, &pets, "0.0.1", &[api("listPets", "GET", "/pets")]).await;
    put(store, &shops, "0.0.1", &[api("listShops", "GET", "/shops/of/pets")]).await;
    revision(store, &pets, "0.0.2", "0.0.1").await;
    put(store, &pets, "0.0.2", &[api("getPet", "GET", "/pets/{petId}")]).await;
    let others = group(store, &eve, "PetStore").await;
    put(store, &others, "0.0.1", &[api("evesPets", "GET", "/pets")]).await;

    let found = apis::search(&store.read(), &ada.id, "PETS", 10).await.unwrap();

    let found: Vec<_> = found
        .iter()
        .map(|(group, revision, api)| (group, revision.to_string(), api.definition.name.as_str()))
        .collect();
    let second = || "0.0.2".to_owned();
    assert_eq!(
        found,
        [
            (&pets.id, second(), "listPets"),
            (&pets.id, second(), "getPet"),
            (&shops.id, "0.0.1".to_owned(), "listShops"),
        ]
    );
    assert_eq!(apis::search(&store.read(), &ada.id, "pets", 2).await.unwrap().len(), 2);
    assert!(apis::search(&store.read(), &ada.id, "evesPets", 10).await.unwrap().is_empty());
}
