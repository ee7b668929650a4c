//! Groups: create, change, delete.

use crate::support::{
    BEGIN, Installation, all, conflict, invalid, new_group, number, on_both_databases,
};
use domain::{
    AnswerSettings, ApiGroupPatch, CorsSettings, Edit, Environment, GroupSettings, NewApiGroup,
    PageQuery, Region, api_group::AuthType,
};
use services::{Noun, ServiceError};

on_both_databases! {
    async fn a_new_group_has_the_empty_revision_0_0_1(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let summary = at.services.api_groups().get(&ada, &group.id).await.unwrap();
        assert_eq!(summary.latest_revision, number("0.0.1"));
        assert_eq!((summary.running.len(), summary.calls_24h), (0, 0));
        assert_eq!(summary.group, group);
        assert_eq!((group.created_at, group.updated_at), (BEGIN, BEGIN));
        let revisions = at.services.revisions().numbers(&ada, &group.id).await.unwrap();
        assert_eq!((revisions.len(), revisions[0].api_count), (1, 0));
    }

    async fn a_name_is_unique_in_its_owners_region(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        at.group(&ada, "PetStore").await;
        at.group(&bob, "PetStore").await;
        let elsewhere = NewApiGroup { region: Region::CnEast2, ..new_group("PetStore") };
        at.services.api_groups().create(&ada, elsewhere).await.unwrap();
        let again = at.services.api_groups().create(&ada, new_group("PetStore")).await;
        assert_eq!(conflict(again).field, "groupName");

        let other = at.group(&ada, "Other").await;
        let patch = ApiGroupPatch {
            name: "PetStore".into(),
            description: String::new(),
            settings: other.settings.clone(),
            jwt_secret: None,
        };
        let renamed = at.services.api_groups().update(&ada, &other.id, patch).await;
        assert_eq!(conflict(renamed).field, "groupName");
    }

    async fn deleting_a_group_asks_for_its_name_and_takes_it_offline_everywhere(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.published_group(&ada, "PetStore").await;
        at.publish(&ada, &group, "0.0.1", Environment::Online).await;
        let groups = at.services.api_groups();
        assert_eq!(invalid(groups.delete(&ada, &group.id, "petstore").await), ["confirmName"]);
        let before = at.latest_change().await;

        groups.delete(&ada, &group.id, "PetStore").await.unwrap();

        let gone = Err(ServiceError::NotFound { what: Noun::ApiGroup });
        assert_eq!(groups.get(&ada, &group.id).await, gone);
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let mut environments: Vec<_> =
            changes.deployments.iter().map(|((_, environment), now)| (*environment, now.is_none())).collect();
        environments.sort_unstable();
        assert_eq!(environments, [(Environment::Test, true), (Environment::Online, true)]);
        assert_eq!(at.services.published().snapshot().await.unwrap().deployments, []);
    }
}

#[tokio::test]
async fn a_list_has_the_callers_groups_of_one_region() {
    let at = Installation::on_sqlite().await;
    let (ada, bob) = (at.register("ada").await, at.register("bob").await);
    for name in ["Pets", "Toys"] {
        at.group(&ada, name).await;
    }
    at.group(&bob, "Cars").await;
    let groups = at.services.api_groups();
    let list = |query: PageQuery| groups.list(&ada, Region::CnNorth1, query);
    assert_eq!(list(all()).await.unwrap().total, 2);
    let found = list(PageQuery { search: "toy".into(), ..all() }).await.unwrap();
    assert_eq!(found.rows[0].group.name, "Toys");
    let elsewhere = groups.list(&ada, Region::CnSouth1, all()).await.unwrap();
    assert_eq!(elsewhere.total, 0);
}

#[tokio::test]
async fn settings_take_effect_with_the_next_publish() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.published_group(&ada, "PetStore").await;
    let unpublished = || async {
        at.services.api_groups().get(&ada, &group.id).await.unwrap().unpublished_changes
    };
    assert!(!unpublished().await);
    let patch = ApiGroupPatch {
        name: "Animals".into(),
        description: "all of them".into(),
        settings: GroupSettings {
            prefix: "animals".into(),
            auth_type: AuthType::None,
            strip_prefix: true,
            strict_signatures: true,
            answers: AnswerSettings {
                cors: Some(CorsSettings {
                    origins: vec!["https://*.example.com".parse().unwrap()],
                    ..CorsSettings::default()
                }),
                compression: true,
            },
            ..GroupSettings::default()
        },
        jwt_secret: None,
    };
    at.clock.pass_seconds(1);
    let updated = at.services.api_groups().update(&ada, &group.id, patch.clone()).await.unwrap();
    assert_eq!((updated.updated_at, updated.created_at), (BEGIN.plus_ms(1000), BEGIN));

    let live = || async {
        at.services.published().snapshot().await.unwrap().deployments.remove(0).content.settings
    };
    assert_eq!(live().await, group.settings);
    assert!(unpublished().await);
    at.publish(&ada, &group, "0.0.1", Environment::Test).await;
    assert_eq!(live().await, patch.settings);
    assert!(!unpublished().await);
}

#[tokio::test]
async fn every_broken_rule_of_a_group_is_told_at_once() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let mut new = new_group("Pet Store");
    new.description = "x".repeat(257);
    new.settings.prefix = "/petstore".into();
    new.settings.answers.cors = Some(CorsSettings::default());
    let outcome = at.services.api_groups().create(&ada, new).await;
    assert_eq!(invalid(outcome), ["groupName", "description", "prefix", "corsOrigins"]);
}

#[tokio::test]
async fn of_two_edits_of_one_state_the_second_is_refused_and_overwrites_nothing() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let group = at.group(&ada, "PetStore").await;
    let patch = |name: &str| ApiGroupPatch {
        name: name.into(),
        description: String::new(),
        settings: group.settings.clone(),
        jwt_secret: None,
    };
    let edit = |name| Edit { value: patch(name), seen: Some(group.updated_at) };
    let groups = at.services.api_groups();
    at.clock.pass_seconds(1);
    groups.update(&ada, &group.id, edit("First")).await.unwrap();

    assert_eq!(conflict(groups.update(&ada, &group.id, edit("Second")).await).field, "updatedAt");

    assert_eq!(groups.get(&ada, &group.id).await.unwrap().group.name, "First");
    // Who does not say what they saw overwrites it.
    groups.update(&ada, &group.id, patch("Third")).await.unwrap();
}
