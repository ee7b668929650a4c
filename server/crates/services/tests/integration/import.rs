//! Importing documents into a revision. (What becomes of odd documents is told beside the reader.)

use crate::support::{Installation, all, definition, invalid, on_both_databases};
use domain::{ImportOutcome, Method, RevisionNumber};

const PETSTORE: &str = include_str!("../documents/petstore.yaml");
const FIRST: RevisionNumber = RevisionNumber::FIRST;

on_both_databases! {
    async fn the_petstore_is_shown_first_and_then_imported(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let apis = at.services.apis();
        let planned = apis.plan_import(&ada, &group.id, FIRST, PETSTORE).await.unwrap();
        assert_eq!(planned.counts(), (3, 0, 0, 0));
        assert_eq!(apis.list(&ada, &group.id, FIRST, all()).await.unwrap().total, 0);

        let done = apis.import(&ada, &group.id, FIRST, PETSTORE).await.unwrap();
        assert_eq!(done, planned);
        let mut names: Vec<String> = apis
            .list(&ada, &group.id, FIRST, all())
            .await
            .unwrap()
            .rows
            .into_iter()
            .map(|api| api.definition.name)
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["createPet", "getPetInfo", "testFunction"]);

        let again = apis.import(&ada, &group.id, FIRST, PETSTORE).await.unwrap();
        assert_eq!(again.counts(), (0, 0, 3, 0));
    }

    async fn what_is_refused_is_left_out_and_two_apis_may_swap_names(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let cat = at.api(&ada, &group, "cat", "/a").await;
        let dog = at.api(&ada, &group, "dog", "/b").await;
        let document = "swagger: '2.0'
paths:
  /a: {get: {operationId: dog}}
  /b: {get: {operationId: cat}}
  /c: {get: {operationId: not-a-name}}
";
        let done = at.services.apis().import(&ada, &group.id, FIRST, document).await.unwrap();
        assert_eq!(done.counts(), (0, 2, 0, 1));
        let ImportOutcome::Refused(refused) = &done.outcomes[2] else { panic!("{done:?}") };
        assert_eq!((refused.route.as_str(), refused.line), ("GET /c", 5));

        let name = |id| {
            let (services, ada, group) = (at.services.clone(), ada.clone(), group.id.clone());
            async move { services.apis().get(&ada, &group, FIRST, &id).await.unwrap().definition.name }
        };
        assert_eq!((name(cat.id).await, name(dog.id).await), ("dog".into(), "cat".into()));
        assert_eq!(at.services.apis().list(&ada, &group.id, FIRST, all()).await.unwrap().total, 2);
    }
}

on_both_databases! {
    async fn any_character_that_a_document_may_have_can_be_kept_or_is_refused(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let document = r#"{"swagger": "2.0", "paths": {
            "/kept": {"get": {
                "parameters": [{"in": "query", "name": "q", "type": "string", "default": "\u0000'\"", "description": "\u0000\ud800"}],
                "responses": {"200": {"schema": {"type": "object", "description": "a\u0000\uffff😀"}}}
            }},
            "/refused": {"get": {"description": "a\u0000b"}}
        }}"#;
        let done = at.services.apis().import(&ada, &group.id, FIRST, document).await.unwrap();
        assert_eq!(done.counts(), (1, 0, 0, 1));
        at.publish(&ada, &group, "0.0.1", domain::Environment::Test).await;
        let served = at.services.published().snapshot().await.unwrap().deployments.remove(0);
        let schema = served.content.apis[0].definition.response_body.schema.clone().unwrap();
        assert_eq!(schema["description"], "a\0\u{ffff}😀");
    }
}

#[tokio::test]
async fn apis_that_the_document_does_not_have_stay() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    at.api(&ada, &group, "mine", "/mine").await;
    at.services.apis().import(&ada, &group.id, FIRST, PETSTORE).await.unwrap();
    assert_eq!(at.services.apis().list(&ada, &group.id, FIRST, all()).await.unwrap().total, 4);
}

#[tokio::test]
async fn the_base_path_is_left_out_where_the_group_says_it() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let document = "swagger: '2.0'\nbasePath: /petstore/v2\npaths: {/pets: {post: {}}}";
    let plan = at.services.apis().plan_import(&ada, &group.id, FIRST, document).await.unwrap();
    let ImportOutcome::Added { definition: added, .. } = &plan.outcomes[0] else { panic!() };
    assert_eq!(added, &definition("postPets", Method::Post, "/v2/pets"));
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_told_with_field_and_line() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let outcome = at.services.apis().import(&ada, &group.id, FIRST, "openapi: 3.1.0").await;
    assert_eq!(invalid(outcome), ["file"]);
}
