//! Revisions: new, note, delete, compare.

use crate::support::{
    BEGIN, Installation, all, conflict, definition, invalid, number, on_both_databases,
};
use domain::{Environment, ErrorKind, Method, NewRevision, RevisionNumber};
use services::{Noun, ServiceError};

on_both_databases! {
    async fn a_live_revision_is_read_only_and_a_next_number_is_offered(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        let (apis, first) = (at.services.apis(), RevisionNumber::FIRST);
        let pet = apis.list(&ada, &group.id, first, all()).await.unwrap().rows.remove(0);
        at.revision(&ada, &group, "0.0.7", "0.0.1").await;

        let read_only = ServiceError::ReadOnly {
            revision: first,
            environments: vec![Environment::Test],
            suggestion: number("0.0.8"),
        };
        let another = definition("listPets", Method::Get, "/pets");
        let create = apis.create(&ada, &group.id, first, another.clone()).await;
        assert_eq!(create, Err(read_only.clone()));
        let update = apis.update(&ada, &group.id, first, &pet.id, another.clone()).await;
        assert_eq!(update, Err(read_only.clone()));
        let delete = apis.delete(&ada, &group.id, first, &pet.id).await;
        assert_eq!(delete, Err(read_only.clone()));
        let document = "swagger: '2.0'\npaths: {/a: {get: {}}}";
        let plan = apis.plan_import(&ada, &group.id, first, document).await;
        assert_eq!(plan, Err(read_only.clone()));
        let import = apis.import(&ada, &group.id, first, document).await;
        assert_eq!(import, Err(read_only));
        assert_eq!(apis.list(&ada, &group.id, first, all()).await.unwrap().rows, [pet]);

        // Taken offline it can be changed again.
        let offline =
            at.services.deployments().take_offline(&ada, &group.id, Environment::Test, "").await;
        assert_eq!(offline, Ok(()));
        assert!(apis.create(&ada, &group.id, first, another).await.is_ok());
    }

    async fn a_new_revision_begins_with_the_apis_of_its_base(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let pet = at.api(&ada, &group, "getPet", "/pets/{petId}").await;
        at.revision(&ada, &group, "0.0.2", "0.0.1").await;
        let (apis, second) = (at.services.apis(), number("0.0.2"));
        assert_eq!(apis.get(&ada, &group.id, second, &pet.id).await.unwrap(), pet);

        // Each changes on its own from here on.
        let changed = definition("getPet", Method::Get, "/animals/{petId}");
        apis.update(&ada, &group.id, second, &pet.id, changed).await.unwrap();
        let first = apis.get(&ada, &group.id, number("0.0.1"), &pet.id).await.unwrap();
        assert_eq!(first.definition.path.as_str(), "/pets/{petId}");
        let compared =
            at.services.revisions().compare(&ada, &group.id, number("0.0.1"), second).await.unwrap();
        assert_eq!(compared.counts(), (0, 1, 0));
        let views = at.services.revisions().numbers(&ada, &group.id).await.unwrap();
        assert_eq!((views[0].revision.number, views[0].changes), (second, (0, 1, 0)));
    }

    async fn a_number_is_taken_once(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let new = NewRevision {
            number: number("0.0.1"),
            based_on: number("0.0.1"),
            note: String::new(),
        };
        let again = at.services.revisions().create(&ada, &group.id, new).await;
        let error = conflict(again);
        assert_eq!((error.kind, error.field.as_str()), (ErrorKind::Duplicate, "revision"));
        let suggested = at.services.revisions().suggest_next(&ada, &group.id).await.unwrap();
        assert_eq!(suggested, number("0.0.2"));
    }
}

#[tokio::test]
async fn a_base_that_is_not_there_is_not_found() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let new =
        NewRevision { number: number("0.0.2"), based_on: number("3.3.3"), note: String::new() };
    let outcome = at.services.revisions().create(&ada, &group.id, new).await;
    assert_eq!(outcome, Err(ServiceError::NotFound { what: Noun::Revision }));
}

#[tokio::test]
async fn a_live_revision_cannot_be_deleted_nor_can_the_last() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    at.revision(&ada, &group, "0.0.2", "0.0.1").await;
    let revisions = at.services.revisions();
    let refused = conflict(revisions.delete(&ada, &group.id, number("0.0.1")).await);
    let rule = "revision 0.0.1 runs in test: take it offline (or stop its canary) first";
    assert_eq!(refused.message, rule);

    revisions.delete(&ada, &group.id, number("0.0.2")).await.unwrap();
    at.services.deployments().take_offline(&ada, &group.id, Environment::Test, "").await.unwrap();
    let last = conflict(revisions.delete(&ada, &group.id, number("0.0.1")).await);
    assert_eq!(last.message, "a group has at least one revision");
}

#[tokio::test]
async fn a_note_can_be_changed_while_the_revision_is_live() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    at.clock.pass_seconds(5);
    let revisions = at.services.revisions();
    let first = RevisionNumber::FIRST;
    let changed = revisions.update_note(&ada, &group.id, first, "第一版".into()).await.unwrap();
    assert_eq!((changed.note.as_str(), changed.revised_at), ("第一版", BEGIN.plus_ms(5000)));
    let listed = revisions.list(&ada, &group.id, all()).await.unwrap();
    assert_eq!(listed.rows[0].revision, changed);
    let long = revisions.update_note(&ada, &group.id, first, "x".repeat(1025)).await;
    assert_eq!(invalid(long), ["revisionNote"]);
}
