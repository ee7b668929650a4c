//! APIs of a revision.

use crate::support::{Installation, all, conflict, definition, invalid, on_both_databases};
use domain::{ApiId, Edit, Method, PageQuery, RevisionNumber};
use serde_json::{Value, json};
use services::{Noun, ServiceError};

const FIRST: RevisionNumber = RevisionNumber::FIRST;

on_both_databases! {
    async fn name_and_route_are_unique_in_a_revision(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        let apis = at.services.apis();
        let create = |name, method, path| apis.create(&ada, &group.id, FIRST, definition(name, method, path));
        assert_eq!(conflict(create("getPet", Method::Get, "/other").await).field, "apiName");
        // Names in braces do not tell two routes apart.
        assert_eq!(conflict(create("other", Method::Get, "/pets/{id}").await).field, "path");
        let deletes = create("deletePet", Method::Delete, "/pets/{id}").await.unwrap();
        let renamed = definition("getPet", Method::Delete, "/pets/{id}");
        let update = apis.update(&ada, &group.id, FIRST, &deletes.id, renamed).await;
        assert_eq!(conflict(update).field, "apiName");
    }
}

#[tokio::test]
async fn an_api_keeps_its_id_when_it_changes() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let pet = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    at.clock.pass_seconds(1);
    let changed = definition("getAnimal", Method::Get, "/animals/{id}");
    let apis = at.services.apis();
    let updated = apis.update(&ada, &group.id, FIRST, &pet.id, changed.clone()).await.unwrap();
    assert_eq!((&updated.id, &updated.definition), (&pet.id, &changed));
    assert!(updated.updated_at > pet.updated_at);
    assert_eq!(apis.get(&ada, &group.id, FIRST, &pet.id).await.unwrap(), updated);
}

#[tokio::test]
async fn a_deleted_api_is_gone() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let pet = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    let apis = at.services.apis();
    apis.delete(&ada, &group.id, FIRST, &pet.id).await.unwrap();
    let gone = ServiceError::NotFound { what: Noun::Api };
    assert_eq!(apis.get(&ada, &group.id, FIRST, &pet.id).await, Err(gone.clone()));
    assert_eq!(apis.delete(&ada, &group.id, FIRST, &pet.id).await, Err(gone.clone()));
    let update = apis.update(&ada, &group.id, FIRST, &pet.id, pet.definition).await;
    assert_eq!(update, Err(gone.clone()));
    let never = ApiId::from_random([0; 12]);
    assert_eq!(apis.get(&ada, &group.id, FIRST, &never).await, Err(gone));
}

#[tokio::test]
async fn a_path_parameter_must_be_defined() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let mut undefined = definition("getPet", Method::Get, "/pets/{petId}");
    undefined.parameters.clear();
    let outcome = at.services.apis().create(&ada, &group.id, FIRST, undefined).await;
    assert_eq!(invalid(outcome), ["parameters"]);
}

#[tokio::test]
async fn a_list_is_searched_and_paged_in_a_revision_that_is_there() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    for n in 0..12 {
        at.api(&ada, &group, &format!("getPet{n}"), &format!("/pets/p{n}")).await;
    }
    let apis = at.services.apis();
    let page = apis.list(&ada, &group.id, FIRST, PageQuery::new(2, 10)).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (2, 12));
    let found = PageQuery { search: "pet11".into(), ..all() };
    assert_eq!(apis.list(&ada, &group.id, FIRST, found).await.unwrap().total, 1);
    let missing = apis.list(&ada, &group.id, "9.9.9".parse().unwrap(), all()).await;
    assert_eq!(missing, Err(ServiceError::NotFound { what: Noun::Revision }));
}

#[tokio::test]
async fn of_two_edits_of_one_api_the_second_is_refused_and_overwrites_nothing() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let pet = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    let edit = |name| Edit {
        value: definition(name, Method::Get, "/pets/{petId}"),
        seen: Some(pet.updated_at),
    };
    let apis = at.services.apis();
    at.clock.pass_seconds(1);
    let first = apis.update(&ada, &group.id, FIRST, &pet.id, edit("first")).await.unwrap();

    let second = apis.update(&ada, &group.id, FIRST, &pet.id, edit("second")).await;

    assert_eq!(conflict(second).field, "updatedAt");
    assert_eq!(apis.get(&ada, &group.id, FIRST, &pet.id).await.unwrap(), first);
}

/// An API whose body and one parameter are checked by these schemas.
fn checked(body: Value, parameter: Option<Value>) -> domain::ApiDefinition {
    let mut checked = definition("createPet", Method::Post, "/pets/{petId}");
    checked.request_body.schema = Some(body);
    checked.parameters[0].schema = parameter;
    checked
}

#[tokio::test]
async fn a_schema_that_calls_cannot_be_checked_by_is_refused_with_its_place() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let apis = at.services.apis();
    let remote = json!({ "properties": { "a": { "$ref": "https://example.com/a.json" } } });
    let bad = checked(remote, Some(json!({ "pattern": "(" })));
    let outcome = apis.create(&ada, &group.id, FIRST, bad.clone()).await;
    let Err(ServiceError::Invalid(rules)) = outcome else { panic!("{outcome:?}") };
    let told: Vec<(&str, &str)> =
        rules.iter().map(|rule| (rule.field.as_str(), rule.message.as_str())).collect();
    assert_eq!(told[0].0, "parameters[0].schema");
    assert!(told[0].1.starts_with("/pattern: "), "{told:?}");
    assert_eq!(told[1].0, "reqBody");
    assert!(
        told[1].1.starts_with("/properties/a/$ref: ") && told[1].1.contains("nothing is fetched")
    );
    assert!(rules[1].message_zh.contains("不支持外部引用"));

    let good = checked(json!({ "type": "object" }), Some(json!({ "maxLength": 5 })));
    let api = apis.create(&ada, &group.id, FIRST, good).await.unwrap();
    let update = apis.update(&ada, &group.id, FIRST, &api.id, bad).await;
    assert_eq!(invalid(update), ["parameters[0].schema", "reqBody"]);
}
