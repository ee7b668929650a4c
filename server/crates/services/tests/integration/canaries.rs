//! Canaries: start, change, promote, stop, and what becomes of them.

use crate::support::{
    BEGIN, Installation, all, backend, conflict, definition, invalid, new_publish, number,
    on_both_databases,
};
use domain::{
    ApiGroup, CanaryHeader, CanarySettings, CountedBy, Environment, Method, MonitorQuery,
    NewPublish, PublishedDeployment, ReleaseAction, ReleaseId, Share, monitor::Traffic,
};
use services::{Caller, Noun, ServiceError, TrafficRow};

const TEST: Environment = Environment::Test;

fn settings(per_mille: u16) -> CanarySettings {
    CanarySettings {
        share: Share::from_per_mille(per_mille).unwrap(),
        counted_by: CountedBy::ClientAddress,
        header: Some(CanaryHeader { name: "x-canary".to_owned(), value: Some("yes".to_owned()) }),
    }
}

fn as_canary(per_mille: u16) -> NewPublish {
    NewPublish {
        canary: Some(settings(per_mille)),
        backend: backend(9002),
        ..new_publish("0.0.2", TEST)
    }
}

/// A group whose 0.0.1 is live in test, with a 0.0.2 that has another path.
async fn two_revisions(at: &Installation, ada: &Caller) -> ApiGroup {
    let group = at.published_group(ada, "PetStore").await;
    at.revision(ada, &group, "0.0.2", "0.0.1").await;
    let (apis, second) = (at.services.apis(), number("0.0.2"));
    let pet = apis.list(ada, &group.id, second, all()).await.unwrap().rows.remove(0);
    let moved = definition("getPet", Method::Get, "/animals/{petId}");
    apis.update(ada, &group.id, second, &pet.id, moved).await.unwrap();
    group
}

/// With 0.0.2 as its canary.
async fn with_canary(at: &Installation, ada: &Caller) -> ApiGroup {
    let group = two_revisions(at, ada).await;
    at.services.deployments().publish(ada, &group.id, as_canary(50)).await.unwrap();
    group
}

/// What a gateway that starts now would serve in test.
async fn served(at: &Installation) -> PublishedDeployment {
    let all = at.services.published().snapshot().await.unwrap().deployments;
    all.into_iter().find(|deployment| deployment.environment == TEST).unwrap()
}

/// Actions of the history with the canary's share, newest first.
async fn history(at: &Installation, ada: &Caller, group: &ApiGroup) -> Vec<(ReleaseAction, u16)> {
    let entries = at.services.deployments().history(ada, &group.id, TEST, all()).await.unwrap();
    let share = |canary: Option<CanarySettings>| canary.map_or(0, |c| c.share.per_mille());
    entries.rows.into_iter().map(|entry| (entry.action, share(entry.canary))).collect()
}

on_both_databases! {
    async fn a_canary_runs_beside_what_is_live_and_the_gateway_is_told(at: &Installation) {
        let ada = at.register("ada").await;
        let group = two_revisions(at, &ada).await;
        let change = at.latest_change().await;
        let started =
            at.services.deployments().publish(&ada, &group.id, as_canary(50)).await.unwrap();
        assert!(started.is_canary && started.previous.is_none());
        let canary = started.deployment.canary.unwrap();
        assert_eq!((canary.revision, &canary.backend), (number("0.0.2"), &backend(9002)));
        assert_eq!((canary.started_at, canary.settings), (BEGIN, settings(50)));
        assert_eq!(started.deployment.deployment.revision, number("0.0.1"));

        let changes = at.services.published().changes_since(change).await.unwrap().unwrap();
        let [((id, TEST), Some(now))] = &changes.deployments[..] else { panic!("{changes:?}") };
        assert_eq!((id, now.revision), (&group.id, number("0.0.1")));
        let told = now.canary.as_deref().unwrap();
        assert_eq!((told.revision, &told.settings), (number("0.0.2"), &settings(50)));
        assert_eq!(told.content.apis[0].definition.path.to_string(), "/animals/{petId}");
        // Started anew, it is told the same.
        assert_eq!(&served(at).await, now);
        let entries = history(at, &ada, &group).await;
        assert_eq!(entries, [(ReleaseAction::Canary, 50), (ReleaseAction::Publish, 0)]);
    }

    async fn a_changed_share_reaches_the_gateway_and_the_history(at: &Installation) {
        let ada = at.register("ada").await;
        let group = with_canary(at, &ada).await;
        let release = served(at).await.canary.unwrap().release_id;
        let change = at.latest_change().await;
        at.services.canaries().change(&ada, &group.id, TEST, settings(255)).await.unwrap();
        assert_eq!(at.latest_change().await, change + 1);
        let canary = served(at).await.canary.unwrap();
        assert_eq!((canary.settings, canary.release_id), (settings(255), release));
        assert_eq!(history(at, &ada, &group).await[0], (ReleaseAction::CanaryChange, 255));
        let verbs = at.audit_log().await;
        assert!(format!("{verbs:?}").contains("change_canary"), "{verbs:?}");
    }

    async fn a_promoted_canary_is_what_is_live_and_can_be_switched_back(at: &Installation) {
        let ada = at.register("ada").await;
        let group = with_canary(at, &ada).await;
        let canaries = at.services.canaries();
        let preview = canaries.preview_promote(&ada, &group.id, TEST).await.unwrap();
        assert_eq!(
            (preview.live.revision, preview.canary.revision),
            (number("0.0.1"), number("0.0.2"))
        );
        // The path of its one API, and the backend.
        assert_eq!(preview.difference.counts(), (0, 1, 0));
        assert_eq!(preview.difference.settings[0].field, "backend");

        let promoted = canaries.promote(&ada, &group.id, TEST).await.unwrap();
        assert_eq!(promoted.deployment.canary, None);
        let live = served(at).await;
        assert_eq!((live.revision, live.backend, live.canary), (number("0.0.2"), backend(9002), None));
        let (before, revision) = promoted.previous.unwrap();
        assert_eq!(revision, number("0.0.1"));
        let entries = at.services.deployments().history(&ada, &group.id, TEST, all()).await.unwrap();
        let entry = &entries.rows[0];
        assert_eq!((entry.action, entry.live), (ReleaseAction::Promote, true));
        assert_eq!((entry.note.as_str(), entry.by.as_str()), ("note of 0.0.2", "ada@example.com"));
        assert_eq!(entry.description, "0.0.2 to test");
        at.services.deployments().switch_to_release(&ada, &group.id, &before).await.unwrap();
        assert_eq!(served(at).await.revision, number("0.0.1"));
    }

    async fn what_goes_live_leaves_the_canary_unless_it_is_told(at: &Installation) {
        let ada = at.register("ada").await;
        let group = with_canary(at, &ada).await;
        let deployments = at.services.deployments();
        deployments.publish(&ada, &group.id, new_publish("0.0.1", TEST)).await.unwrap();
        let entries = deployments.history(&ada, &group.id, TEST, all()).await.unwrap().rows;
        let canary = entries.iter().find(|entry| entry.action == ReleaseAction::Canary).unwrap();
        deployments.switch_to_release(&ada, &group.id, &canary.id).await.unwrap();
        assert_eq!(served(at).await.canary.unwrap().revision, number("0.0.2"));
        let stop = NewPublish { stop_canary: true, ..new_publish("0.0.1", TEST) };
        let view = deployments.publish(&ada, &group.id, stop).await.unwrap().deployment;
        assert_eq!((view.canary, served(at).await.canary), (None, None));
        let entries = history(at, &ada, &group).await;
        assert_eq!(entries[..2], [(ReleaseAction::Publish, 0), (ReleaseAction::CanaryStop, 50)]);
    }

    async fn offline_stops_the_canary_and_it_does_not_come_back(at: &Installation) {
        let ada = at.register("ada").await;
        let group = with_canary(at, &ada).await;
        let deployments = at.services.deployments();
        deployments.take_offline(&ada, &group.id, TEST, "").await.unwrap();
        let entries = history(at, &ada, &group).await;
        assert_eq!(entries[..2], [(ReleaseAction::Offline, 0), (ReleaseAction::CanaryStop, 50)]);
        deployments.publish(&ada, &group.id, new_publish("0.0.1", TEST)).await.unwrap();
        assert_eq!(served(at).await.canary, None);
    }

    async fn the_revision_of_a_canary_is_read_only_until_it_is_stopped(at: &Installation) {
        let ada = at.register("ada").await;
        let group = with_canary(at, &ada).await;
        let (apis, second) = (at.services.apis(), number("0.0.2"));
        let pet = apis.list(&ada, &group.id, second, all()).await.unwrap().rows.remove(0);
        let edit = || definition("getPet", Method::Get, "/beasts/{petId}");
        let refused = apis.update(&ada, &group.id, second, &pet.id, edit()).await;
        assert!(
            matches!(&refused, Err(ServiceError::ReadOnly { environments, .. }) if environments[..] == [TEST]),
            "{refused:?}"
        );
        let deleted = at.services.revisions().delete(&ada, &group.id, second).await;
        assert_eq!(conflict(deleted).field, "revision");
        at.services.canaries().stop(&ada, &group.id, TEST).await.unwrap();
        assert_eq!(served(at).await.canary, None);
        apis.update(&ada, &group.id, second, &pet.id, edit()).await.unwrap();
    }

    async fn both_sides_are_reported_since_both_have_run(at: &Installation) {
        let ada = at.register("ada").await;
        let group = two_revisions(at, &ada).await;
        at.clock.pass_seconds(600);
        at.services.deployments().publish(&ada, &group.id, as_canary(50)).await.unwrap();
        let live = served(at).await;
        let (live, canary) = (live.release_id.clone(), live.canary.unwrap().release_id);
        let row = |release: Option<&ReleaseId>, seconds: i64, requests: u64, failed: u64| TrafficRow {
            group: group.id.clone(),
            environment: TEST,
            api: None,
            release: release.cloned(),
            minute: BEGIN.plus_ms(seconds * 1000),
            traffic: Traffic { requests, server_errors: failed, ..Traffic::default() },
        };
        let rows = vec![
            row(None, 500, 70, 0),
            row(Some(&live), 600, 95, 1),
            row(Some(&canary), 600, 5, 4),
        ];
        at.services.monitoring().record(rows).await.unwrap();
        at.clock.pass_seconds(60);
        let report = async |query| at.services.monitoring().report(&ada, &group.id, query).await.unwrap();
        let all = report(MonitorQuery::default()).await;
        assert_eq!(all.total.requests, 170);
        let [compared] = &all.canaries[..] else { panic!("{:?}", all.canaries) };
        assert_eq!((compared.environment, compared.settings.share.per_mille()), (TEST, 50));
        assert_eq!(compared.from.0, BEGIN.plus_ms(600_000).0 - BEGIN.0.rem_euclid(60_000));
        let told = [&compared.live, &compared.canary]
            .map(|side| (side.revision, side.traffic.requests, side.traffic.failures()));
        assert_eq!(told, [(number("0.0.1"), 95, 1), (number("0.0.2"), 5, 4)]);
        let online = MonitorQuery { environment: Some(Environment::Online), ..MonitorQuery::default() };
        assert_eq!(report(online).await.canaries, []);
        at.services.canaries().promote(&ada, &group.id, TEST).await.unwrap();
        assert_eq!(report(MonitorQuery::default()).await.canaries, []);
    }
}

#[tokio::test]
async fn there_is_at_most_one_canary_and_none_beside_nothing() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = with_canary(&at, &ada).await;
    let deployments = at.services.deployments();
    let before = (at.latest_change().await, at.audit_log().await);
    let second = conflict(deployments.publish(&ada, &group.id, as_canary(1)).await);
    assert_eq!(second.field, "canary");
    assert!(second.message.contains("0.0.2") && second.message_zh.contains("0.0.2"), "{second}");
    let online = NewPublish { environment: Environment::Online, ..as_canary(1) };
    let beside_nothing = conflict(deployments.publish(&ada, &group.id, online).await);
    assert_eq!(beside_nothing.field, "environment");
    let (canaries, online) = (at.services.canaries(), Environment::Online);
    let change = canaries.change(&ada, &group.id, online, settings(1)).await;
    assert_eq!(conflict(change).field, "environment");
    assert_eq!(conflict(canaries.promote(&ada, &group.id, online).await).field, "environment");
    assert_eq!(conflict(canaries.stop(&ada, &group.id, online).await).field, "environment");
    let preview = canaries.preview_promote(&ada, &group.id, online).await;
    assert_eq!(conflict(preview).field, "environment");
    assert_eq!((at.latest_change().await, at.audit_log().await), before);
}

#[tokio::test]
async fn a_header_that_no_call_could_have_is_refused() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = with_canary(&at, &ada).await;
    let header = Some(CanaryHeader { name: "x canary".to_owned(), value: None });
    let bad = CanarySettings { header, ..settings(50) };
    let changed = at.services.canaries().change(&ada, &group.id, TEST, bad.clone()).await;
    assert_eq!(invalid(changed), ["headerName"]);
    let new = NewPublish { canary: Some(bad), ..as_canary(1) };
    assert_eq!(
        invalid(at.services.deployments().publish(&ada, &group.id, new).await),
        ["headerName"]
    );
}

#[tokio::test]
async fn the_canary_of_another_is_not_found() {
    let at = Installation::on_sqlite().await;
    let (ada, eve) = (at.register("ada").await, at.register("eve").await);
    let group = with_canary(&at, &ada).await;
    let gone = ServiceError::NotFound { what: Noun::ApiGroup };
    let canaries = at.services.canaries();
    assert_eq!(canaries.stop(&eve, &group.id, TEST).await, Err(gone.clone()));
    assert_eq!(canaries.promote(&eve, &group.id, TEST).await, Err(gone.clone()));
    let changed = canaries.change(&eve, &group.id, TEST, settings(1)).await;
    assert_eq!(changed, Err(gone.clone()));
    assert_eq!(canaries.preview_promote(&eve, &group.id, TEST).await, Err(gone));
    assert!(served(&at).await.canary.is_some());
}
