//! Publish, switch, take offline, history.

use crate::support::{
    BEGIN, Installation, all, backend, conflict, definition, invalid, new_publish, number,
    on_both_databases,
};
use domain::{
    ApiChange, ApiGroup, ApiGroupPatch, Environment, Method, NewPublish, PublishedDeployment,
    ReleaseAction, RevisionNumber, Validation,
};
use services::{Caller, Noun, ServiceError};
use std::time::Duration;

const TEST: Environment = Environment::Test;
const ONLINE: Environment = Environment::Online;

/// What the gateway is told to serve in an environment.
async fn served(at: &Installation, environment: Environment) -> Option<PublishedDeployment> {
    let all = at.services.published().snapshot().await.unwrap().deployments;
    all.into_iter().find(|deployment| deployment.environment == environment)
}

/// The paths that are served there.
async fn paths(at: &Installation, environment: Environment) -> Vec<String> {
    let served = served(at, environment).await;
    let apis = served.map(|deployment| deployment.content.apis).unwrap_or_default();
    apis.iter().map(|api| api.definition.path.to_string()).collect()
}

/// Revision 0.0.2 with another path for the API of 0.0.1.
async fn second_revision(at: &Installation, ada: &Caller, group: &ApiGroup) {
    at.revision(ada, group, "0.0.2", "0.0.1").await;
    let (apis, second) = (at.services.apis(), number("0.0.2"));
    let pet = apis.list(ada, &group.id, second, all()).await.unwrap().rows.remove(0);
    let moved = definition("getPet", Method::Get, "/animals/{petId}");
    apis.update(ada, &group.id, second, &pet.id, moved).await.unwrap();
}

on_both_databases! {
    async fn a_publish_tells_what_it_replaced_and_the_gateway_gets_all_of_it(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        second_revision(at, &ada, &group).await;

        let preview =
            at.services.deployments().preview(&ada, &group.id, number("0.0.2"), TEST).await.unwrap();
        assert_eq!(preview.current.unwrap().revision, number("0.0.1"));
        assert_eq!(preview.note, "note of 0.0.2");
        let ApiChange::Changed { fields, .. } = &preview.difference.apis[0] else { panic!() };
        assert_eq!(fields[0].after.as_deref(), Some("/animals/{petId}"));

        let before = at.latest_change().await;
        at.clock.pass_seconds(60);
        let published = at.publish(&ada, &group, "0.0.2", TEST).await;
        let view = &published.deployment;
        assert_eq!((view.deployment.revision, view.deployment.published_at), (number("0.0.2"), BEGIN.plus_ms(60_000)));
        assert_eq!(
            view.access_urls,
            [format!("http://{}-test.cn-north-1.localhost:8000/petstore", group.id)]
        );
        assert!(!view.revision_has_changed);
        assert_eq!(published.previous.unwrap().1, number("0.0.1"));
        assert_eq!(published.in_force_after_ms, None);

        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let [((id, TEST), Some(now))] = &changes.deployments[..] else { panic!("{changes:?}") };
        assert_eq!((id, now.revision, &now.backend), (&group.id, number("0.0.2"), &backend(9000)));
        assert_eq!(paths(at, TEST).await, ["/animals/{petId}"]);
        let listed = at.services.deployments().list(&ada, &group.id).await.unwrap();
        assert_eq!(listed, std::slice::from_ref(view));
    }

    async fn switching_back_serves_the_earlier_content(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        second_revision(at, &ada, &group).await;
        let other_backend = NewPublish { backend: backend(9001), ..new_publish("0.0.2", TEST) };
        let deployments = at.services.deployments();
        let second = deployments.publish(&ada, &group.id, other_backend).await.unwrap();
        let (first_release, _) = second.previous.unwrap();
        // Whatever becomes of the revision: what was published is what is switched back to.
        at.services.revisions().delete(&ada, &group.id, number("0.0.1")).await.unwrap();

        let back = deployments.switch_to_release(&ada, &group.id, &first_release).await.unwrap();
        assert_eq!(back.deployment.deployment.revision, number("0.0.1"));
        assert!(back.deployment.revision_has_changed);
        assert_eq!(paths(at, TEST).await, ["/pets/{petId}"]);
        assert_eq!(served(at, TEST).await.unwrap().backend, backend(9000));

        let history = deployments.history(&ada, &group.id, TEST, all()).await.unwrap().rows;
        let shown: Vec<_> = history.iter().map(|r| (r.action, r.revision, r.live)).collect();
        assert_eq!(
            shown,
            [
                (ReleaseAction::Switch, number("0.0.1"), true),
                (ReleaseAction::Publish, number("0.0.2"), false),
                (ReleaseAction::Publish, number("0.0.1"), false),
            ]
        );
        assert_eq!(history[0].difference.counts(), (0, 1, 0));
        assert!(history.iter().all(|release| release.by == "ada@example.com"));
        let again = deployments.switch_to_release(&ada, &group.id, &history[0].id).await;
        assert_eq!(conflict(again).field, "release");
    }

    async fn only_what_was_published_there_earlier_can_be_switched_to(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        // A draft that was never published.
        second_revision(at, &ada, &group).await;
        let deployments = at.services.deployments();
        let earlier = async || {
            let rows = deployments.earlier(&ada, &group.id, TEST).await.unwrap();
            rows.iter().map(|release| (release.revision, release.at)).collect::<Vec<_>>()
        };
        assert_eq!(earlier().await, []);
        at.clock.pass_seconds(60);
        at.publish(&ada, &group, "0.0.2", TEST).await;
        assert_eq!(earlier().await, [(number("0.0.1"), BEGIN)]);
        // Publishing the same again makes no choice of its own, but the newer note is told.
        at.publish(&ada, &group, "0.0.1", TEST).await;
        at.clock.pass_seconds(60);
        at.publish(&ada, &group, "0.0.2", TEST).await;
        assert_eq!(earlier().await, [(number("0.0.1"), BEGIN.plus_ms(60_000))]);
        // What is published elsewhere is no choice here.
        assert_eq!(deployments.earlier(&ada, &group.id, ONLINE).await.unwrap(), []);

        let [first] = &deployments.earlier(&ada, &group.id, TEST).await.unwrap()[..] else {
            panic!("one choice")
        };
        let difference = deployments.preview_switch(&ada, &group.id, &first.id).await.unwrap();
        assert_eq!(difference.counts(), (0, 1, 0));
        deployments.switch_to_release(&ada, &group.id, &first.id).await.unwrap();
        assert_eq!(earlier().await, [(number("0.0.2"), BEGIN.plus_ms(120_000))]);
        deployments.take_offline(&ada, &group.id, TEST, "").await.unwrap();
        assert_eq!(earlier().await.len(), 2);
    }

    async fn an_entry_that_published_nothing_has_no_note_but_says_what_it_is_about(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        second_revision(at, &ada, &group).await;
        at.clock.pass_seconds(60);
        let second = at.publish(&ada, &group, "0.0.2", TEST).await;
        let deployments = at.services.deployments();
        at.clock.pass_seconds(60);
        let (first, _) = second.previous.unwrap();
        deployments.switch_to_release(&ada, &group.id, &first).await.unwrap();
        at.clock.pass_seconds(60);
        deployments.take_offline(&ada, &group.id, TEST, "").await.unwrap();
        let history = async || {
            deployments.history(&ada, &group.id, TEST, all()).await.unwrap().rows
        };
        let rows = history().await;
        deployments.switch_to_release(&ada, &group.id, &rows[0].id).await.unwrap();
        let told: Vec<_> = history().await.into_iter().map(|entry| {
            (entry.action, entry.note + &entry.description, entry.published_at)
        }).collect();
        let of_first = || (String::new(), Some(BEGIN));
        let published = |text: &str| (ReleaseAction::Publish, text.to_owned(), None);
        let about_first = |action| { let (note, at) = of_first(); (action, note, at) };
        assert_eq!(told, [
            about_first(ReleaseAction::Switch),
            about_first(ReleaseAction::Offline),
            about_first(ReleaseAction::Switch),
            published("note of 0.0.20.0.2 to test"),
            published("0.0.1 to test"),
        ]);
    }

    async fn a_deployment_keeps_its_id_offline_and_what_is_bound_to_it(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        let key = at.access_key(&ada, "mine").await;
        let auth = at.access_auth(&ada, &key).await;
        let id = served(at, TEST).await.unwrap().id;
        let bound = at.services.access_auths().bind(&ada, &auth.id, std::slice::from_ref(&id)).await;
        assert_eq!(bound.unwrap().bound.len(), 1);

        let deployments = at.services.deployments();
        deployments.take_offline(&ada, &group.id, TEST, "").await.unwrap();
        assert_eq!(served(at, TEST).await, None);
        assert_eq!(deployments.list(&ada, &group.id).await.unwrap(), []);
        let offline = &deployments.history(&ada, &group.id, TEST, all()).await.unwrap().rows[0];
        assert_eq!((offline.action, offline.live), (ReleaseAction::Offline, false));
        assert_eq!(offline.difference.counts(), (0, 0, 1));

        // Switching to the entry that took it offline brings back what it took.
        deployments.switch_to_release(&ada, &group.id, &offline.id).await.unwrap();
        let again = served(at, TEST).await.unwrap();
        assert_eq!((again.id, again.callers), (id, vec![key.id.into()]));
    }

    async fn a_publish_that_is_given_up_halfway_is_whole_or_nothing(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        second_revision(at, &ada, &group).await;
        let mut before = number("0.0.1");
        for round in 0..30_u64 {
            let next = if round % 2 == 0 { "0.0.2" } else { "0.0.1" };
            let change = at.latest_change().await;
            let entries = at.audit_log().await.len();
            let deployments = at.services.deployments();
            let publish = deployments.publish(&ada, &group.id, new_publish(next, TEST));
            // However far it comes in this time.
            let _ = tokio::time::timeout(Duration::from_micros(round * round * 100), publish).await;
            // It may be at its commit: whoever gets the group's lock after it sees what became of it.
            let tx = at.store.begin().await.unwrap();
            store::api_groups::lock(&tx, &group.id).await.unwrap();
            drop(tx);

            let live = deployments.list(&ada, &group.id).await.unwrap().remove(0).deployment;
            let history = deployments.history(&ada, &group.id, TEST, all()).await.unwrap().rows;
            let lives: Vec<_> = history.iter().filter(|release| release.live).collect();
            assert_eq!(lives.len(), 1);
            assert_eq!((&lives[0].id, lives[0].revision), (&live.release_id, live.revision));
            let done = at.audit_log().await.len() > entries;
            assert_eq!(at.latest_change().await > change, done, "round {round}");
            assert_eq!(live.revision, if done { number(next) } else { before });
            before = live.revision;
        }
    }
}

#[tokio::test]
async fn a_group_without_apis_cannot_be_published() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let deployments = at.services.deployments();
    let before = (at.latest_change().await, at.audit_log().await);
    let refused = conflict(deployments.publish(&ada, &group.id, new_publish("0.0.1", TEST)).await);
    assert_eq!(refused.message, "Cannot publish a group without APIs");
    assert_eq!((at.latest_change().await, at.audit_log().await), before);
    assert_eq!(deployments.history(&ada, &group.id, TEST, all()).await.unwrap().total, 0);
}

#[tokio::test]
async fn nothing_is_published_that_is_not_there_or_breaks_a_rule() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let deployments = at.services.deployments();
    let missing = deployments.publish(&ada, &group.id, new_publish("9.9.9", TEST)).await;
    assert_eq!(missing, Err(ServiceError::NotFound { what: Noun::Revision }));
    let long = NewPublish { description: "x".repeat(181), ..new_publish("0.0.1", TEST) };
    assert_eq!(invalid(deployments.publish(&ada, &group.id, long).await), ["description"]);
}

#[tokio::test]
async fn taking_online_offline_asks_for_the_groups_name() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    at.publish(&ada, &group, "0.0.1", ONLINE).await;
    let deployments = at.services.deployments();
    let offline = |environment, name| deployments.take_offline(&ada, &group.id, environment, name);
    assert_eq!(invalid(offline(ONLINE, "").await), ["confirmName"]);
    assert_eq!(invalid(offline(ONLINE, "petstore").await), ["confirmName"]);
    assert_eq!(offline(ONLINE, "PetStore").await, Ok(()));
    assert_eq!(offline(TEST, "").await, Ok(()));
    assert_eq!(conflict(offline(TEST, "").await).field, "environment");
}

#[tokio::test]
async fn environments_run_on_their_own() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    second_revision(&at, &ada, &group).await;
    at.publish(&ada, &group, "0.0.2", ONLINE).await;
    assert_eq!(paths(&at, TEST).await, ["/pets/{petId}"]);
    assert_eq!(paths(&at, ONLINE).await, ["/animals/{petId}"]);
    let running = at.services.api_groups().get(&ada, &group.id).await.unwrap().running;
    assert_eq!(running, [(TEST, number("0.0.1")), (ONLINE, number("0.0.2"))]);
    let listed = at.services.deployments().list(&ada, &group.id).await.unwrap();
    assert_eq!(
        listed.iter().map(|view| view.deployment.environment).collect::<Vec<_>>(),
        [TEST, ONLINE]
    );
}

#[tokio::test]
async fn edits_that_are_live_nowhere_are_marked() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let marked = || async {
        at.services.api_groups().get(&ada, &group.id).await.unwrap().unpublished_changes
    };
    assert!(!marked().await);
    second_revision(&at, &ada, &group).await;
    assert!(marked().await);
    at.publish(&ada, &group, "0.0.2", TEST).await;
    assert!(!marked().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publish_returns_when_the_gateway_of_this_process_serves_it() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let feed = at.services.clone();
    let mut watch = feed.published().watch().await.unwrap();
    at.services.applied().send(at.latest_change().await);
    let gateway = tokio::spawn(async move {
        let mut served = feed.published().snapshot().await.unwrap().change;
        loop {
            watch.changed().await;
            let Some(changes) = feed.published().changes_since(served).await.unwrap() else {
                break;
            };
            served = changes.change;
            feed.applied().send(served);
        }
    });
    for _ in 0..5 {
        let published = at.publish(&ada, &group, "0.0.1", TEST).await;
        assert!(published.in_force_after_ms.is_some());
    }
    gateway.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_publishes_at_the_same_time_waits_in_line() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    second_revision(&at, &ada, &group).await;
    let publishes: Vec<_> = (0..10)
        .map(|n| {
            let (services, ada, id) = (at.services.clone(), ada.clone(), group.id.clone());
            let revision = if n % 2 == 0 { "0.0.1" } else { "0.0.2" };
            tokio::spawn(async move {
                services.deployments().publish(&ada, &id, new_publish(revision, TEST)).await
            })
        })
        .collect();
    for publish in publishes {
        publish.await.unwrap().unwrap();
    }
    let history = at.services.deployments().history(&ada, &group.id, TEST, all()).await.unwrap();
    assert_eq!(history.total, 11);
    // Each tells the difference to the one before it.
    for pair in history.rows.windows(2) {
        assert_eq!(pair[0].difference.is_empty(), pair[0].revision == pair[1].revision);
    }
}

#[tokio::test]
async fn a_first_publish_adds_everything() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    at.api(&ada, &group, "getPet", "/pets/{petId}").await;
    let first = RevisionNumber::FIRST;
    let preview = at.services.deployments().preview(&ada, &group.id, first, ONLINE).await.unwrap();
    assert_eq!((preview.current, preview.difference.counts()), (None, (1, 0, 0)));
    let published = at.publish(&ada, &group, "0.0.1", ONLINE).await;
    assert_eq!(published.previous, None);
}

#[tokio::test]
async fn what_calls_cannot_be_validated_by_is_not_published_where_they_are() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    // A document may say so; it is kept as it is.
    let document = r#"{"swagger": "2.0", "info": {"title": "p", "version": "1"}, "basePath": "/petstore",
        "paths": {"/pets": {"post": {"operationId": "createPet",
            "parameters": [{"name": "pet", "in": "body", "schema": {"type": "strin"}},
                {"name": "lang", "in": "query", "type": "string", "enum": ["en", 1], "maxLength": 5}],
            "responses": {"200": {"description": "good"}}}}}}"#;
    at.services.apis().import(&ada, &group.id, number("0.0.1"), document).await.unwrap();
    at.publish(&ada, &group, "0.0.1", TEST).await;
    let apis = served(&at, TEST).await.unwrap().content.apis;
    let rules = apis[0].definition.parameters[0].schema.clone().unwrap();
    assert_eq!(rules, serde_json::json!({ "enum": ["en", "1"], "maxLength": 5 }));

    let mut settings = group.settings.clone();
    settings.validation = Validation::Log;
    let patch = ApiGroupPatch {
        name: group.name.clone(),
        description: String::new(),
        settings,
        jwt_secret: None,
    };
    at.services.api_groups().update(&ada, &group.id, patch).await.unwrap();
    let refused =
        at.services.deployments().publish(&ada, &group.id, new_publish("0.0.1", TEST)).await;
    let Err(ServiceError::Invalid(rules)) = refused else { panic!("{refused:?}") };
    assert_eq!(rules[0].field, "revision");
    assert!(rules[0].message.starts_with("createPet reqBody /type: "), "{}", rules[0].message);
}
