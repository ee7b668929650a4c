//! Certificates that come by themselves, without an authority that answers: who may choose so, and what becomes of tries that
//! fail. With one: `server/tests/integration/automatic_certificates.rs`.

use crate::{
    support::{Installation, conflict, on_both_databases, with_domains},
    user_domains::{add, certificate, online_group},
};
use domain::{
    AcmeState, ApiGroup, AutomaticCertificate, ChallengeKind, DomainCheck, FailureKind, UserDomain,
    Validity,
};
use services::{Acme, AcmeSettings, Caller, DomainSettings, Noun, ServiceError, Services};
use std::{net::TcpListener, time::Duration};
use testkit::Authority;

const SHOP: &str = "shop.example.com";
const MINUTE: i64 = 60;

/// Services with an authority that nobody reaches.
async fn with_acme(at: &Installation) -> Services {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let acme = Acme::new(AcmeSettings {
        directory: format!("https://localhost:{nobody}/dir"),
        contact: String::new(),
        roots: Authority::new().pem().to_owned(),
        challenge: ChallengeKind::Http01,
        renew_before: Duration::from_hours(720),
    });
    let acme = Some(acme.unwrap());
    let check = DomainCheck::Provider;
    with_domains(at, DomainSettings { check, https: true, acme, ..DomainSettings::default() }).await
}

async fn chosen(at: &Installation, services: &Services) -> (Caller, ApiGroup, UserDomain) {
    let ada = at.register("ada").await;
    let group = online_group(at, &ada, "PetStore").await;
    let domain = add(at, &ada, &group, SHOP).await;
    services.user_domains().verify(&ada, &group.id, &domain.id).await.unwrap();
    services.automatic_certificates().choose(&ada, &group.id, &domain.id).await.unwrap();
    (ada, group, domain)
}

async fn standing(
    services: &Services,
    caller: &Caller,
    group: &ApiGroup,
) -> Option<AutomaticCertificate> {
    let listed = services.user_domains().list(caller, &group.id).await.unwrap();
    listed.domains.into_iter().next().unwrap().automatic
}

on_both_databases! {
    async fn where_no_authority_is_set_none_is_asked(at: &Installation) {
        let ada = at.register("ada").await;
        let group = online_group(at, &ada, "PetStore").await;
        let domain = add(at, &ada, &group, SHOP).await;
        let automatic = at.services.automatic_certificates();
        assert!(!automatic.is_on());
        let refused = conflict(automatic.choose(&ada, &group.id, &domain.id).await);
        assert!(refused.message.contains("acme.directory"), "{refused}");
        conflict(automatic.try_now(&ada, &group.id, &domain.id).await);
        automatic.work().await.unwrap();
        let listed = at.services.user_domains().list(&ada, &group.id).await.unwrap();
        assert_eq!((listed.acme, &listed.domains[0].automatic), (AcmeState::Off, &None));
    }

    async fn a_try_that_fails_says_why_and_comes_again_later_and_later(at: &Installation) {
        let services = with_acme(at).await;
        let (ada, group, domain) = chosen(at, &services).await;
        let automatic = services.automatic_certificates();
        automatic.work().await.unwrap();
        let first = standing(&services, &ada, &group).await.unwrap();
        let failure = first.last_failure.clone().unwrap();
        assert_eq!((first.failures, failure.kind), (1, FailureKind::Unreachable), "{failure:?}");
        assert_eq!(first.claimed_until, None);
        let rest = (first.next_at.0 - failure.at.0) / 1000;
        assert!((15 * MINUTE..19 * MINUTE).contains(&rest), "{rest}");
        // Not before its time.
        at.clock.pass_seconds(14 * MINUTE);
        automatic.work().await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await, Some(first));
        at.clock.pass_seconds(5 * MINUTE);
        automatic.work().await.unwrap();
        let second = standing(&services, &ada, &group).await.unwrap();
        let rest = (second.next_at.0 - second.last_failure.unwrap().at.0) / 1000;
        assert_eq!(second.failures, 2);
        assert!((30 * MINUTE..38 * MINUTE).contains(&rest), "{rest}");
        // Unless somebody asks.
        automatic.try_now(&ada, &group.id, &domain.id).await.unwrap();
        automatic.work().await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await.unwrap().failures, 3);
    }

    async fn a_try_under_way_is_not_begun_again_until_it_must_have_been_broken_off(at: &Installation) {
        let services = with_acme(at).await;
        let (ada, group, domain) = chosen(at, &services).await;
        let automatic = services.automatic_certificates();
        let tx = at.store.begin().await.unwrap();
        let now = standing(&services, &ada, &group).await.unwrap().next_at;
        let span = (now, now.plus_ms(300_000));
        let claim = store::automatic_certificates::claim(&tx, &domain.id, "killed", span);
        assert!(claim.await.unwrap());
        tx.commit().await.unwrap();
        conflict(automatic.try_now(&ada, &group.id, &domain.id).await);
        automatic.work().await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await.unwrap().failures, 0);
        at.clock.pass_seconds(300);
        automatic.work().await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await.unwrap().failures, 1);
    }

    async fn who_uploads_a_certificate_or_removes_it_wants_none_by_itself(at: &Installation) {
        let services = with_acme(at).await;
        let (ada, group, domain) = chosen(at, &services).await;
        let (domains, automatic) = (services.user_domains(), services.automatic_certificates());
        let issued = certificate(&Authority::new().issue(&[SHOP]));
        domains.set_certificate(&ada, &group.id, &domain.id, issued).await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await, None);
        let none = Err(ServiceError::NotFound { what: Noun::UserDomain });
        assert_eq!(automatic.try_now(&ada, &group.id, &domain.id).await, none);
        // The uploaded one serves until another comes, and its owner is warned of its end.
        automatic.choose(&ada, &group.id, &domain.id).await.unwrap();
        let listed = domains.list(&ada, &group.id).await.unwrap();
        assert!(listed.domains[0].domain.certificate.is_some());
        assert_eq!(listed.domains[0].validity, Some(Validity::Valid));
        domains.remove_certificate(&ada, &group.id, &domain.id).await.unwrap();
        assert_eq!(standing(&services, &ada, &group).await, None);
    }

    async fn a_name_with_a_star_gets_none_by_itself(at: &Installation) {
        let services = with_acme(at).await;
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let domain = add(at, &ada, &group, "*.example.com").await;
        let refused = services.automatic_certificates().choose(&ada, &group.id, &domain.id).await;
        assert_eq!(conflict(refused).field, "domain");
    }

    async fn the_domains_of_others_are_not_found(at: &Installation) {
        let services = with_acme(at).await;
        let (_, group, domain) = chosen(at, &services).await;
        let bob = at.register("bob").await;
        let none = Err(ServiceError::NotFound { what: Noun::ApiGroup });
        let automatic = services.automatic_certificates();
        assert_eq!(automatic.choose(&bob, &group.id, &domain.id).await, none);
        assert_eq!(automatic.try_now(&bob, &group.id, &domain.id).await, none);
    }
}
