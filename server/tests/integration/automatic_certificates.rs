//! Certificates that come by themselves: from a real authority, Pebble, which looks at the domain as any does.

use crate::support::{TestServer, get};
use domain::{
    ApiGroup, AuthType, BackendService, ChallengeKind, DomainCheck, Environment, FailureKind,
    NewUserDomain, UserDomain, UserDomainPatch, UserDomainView, Validity,
};
use server::config::AcmeConfig;
use services::ServiceError;
use std::{fs, net::Ipv4Addr, time::Duration};
use testkit::{HttpsClient, NameServer, Pebble, PebbleSettings};
use tokio::time::sleep;

const SHOP: &str = "shop.example.test";
const PET: &str = "/petstore/pets/1";
/// As an authority gives it, of which thirty days are less than a third.
const LONG: Duration = Duration::from_hours(100 * 24);
const POLL: Duration = Duration::from_millis(100);

/// A server with an authority, and a group that is served at [`SHOP`].
struct World {
    server: TestServer,
    pebble: Pebble,
    names: NameServer,
    group: ApiGroup,
    domain: UserDomain,
}

impl World {
    async fn new(challenge: ChallengeKind, validity: Duration) -> Self {
        let mut pebble = Pebble::new();
        let acme = AcmeConfig {
            directory: pebble.directory(),
            agree_terms: true,
            contact: "ada@example.com".to_owned(),
            root_ca: pebble.root_file(),
            challenge,
            ..AcmeConfig::default()
        };
        let server = TestServer::with(|config| {
            config.acme = acme;
            config.gateway.domain_check = DomainCheck::Provider;
        })
        .await;
        let names = NameServer::start().await;
        let settings = PebbleSettings {
            http: server.gateway().port(),
            tls: server.running.https_addr().unwrap().port(),
            names: names.address(),
            validity,
        };
        pebble.start(settings).await;
        let group = server.petstore(AuthType::None).await;
        let (domains, caller) = (server.running.services().user_domains(), &server.caller);
        let new = NewUserDomain { domain: SHOP.to_owned(), environment: Environment::Online };
        let domain = domains.create(caller, &group.id, new).await.unwrap();
        let domain = domains.verify(caller, &group.id, &domain.id).await.unwrap();
        Self { server, pebble, names, group, domain }
    }

    /// As [`new`](Self::new), with something published, and a name that leads here.
    async fn served(challenge: ChallengeKind, validity: Duration) -> Self {
        let world = Self::new(challenge, validity).await;
        world.names.is_at(SHOP, Ipv4Addr::LOCALHOST);
        world.publish().await;
        world
    }

    async fn publish(&self) {
        self.server.publish(&self.group, BackendService::Mock).await;
    }

    async fn choose(&self) {
        let automatic = self.server.running.services().automatic_certificates();
        automatic.choose(&self.server.caller, &self.group.id, &self.domain.id).await.unwrap();
    }

    async fn try_now(&self) -> Result<UserDomain, ServiceError> {
        let automatic = self.server.running.services().automatic_certificates();
        automatic.try_now(&self.server.caller, &self.group.id, &self.domain.id).await
    }

    async fn view(&self) -> UserDomainView {
        let domains = self.server.running.services().user_domains();
        let listed = domains.list(&self.server.caller, &self.group.id).await.unwrap();
        listed.domains.into_iter().next().unwrap()
    }

    /// Waits until the domain stands so.
    async fn until(&self, is_so: impl Fn(&UserDomainView) -> bool) -> UserDomainView {
        loop {
            let view = self.view().await;
            if is_so(&view) {
                return view;
            }
            sleep(POLL).await;
        }
    }

    async fn certified(&self) -> UserDomainView {
        self.until(|view| view.domain.certificate.is_some()).await
    }

    /// A client that trusts the authority's certificates and no others.
    async fn client(&self) -> HttpsClient {
        let issuers = self.pebble.issuers().await.unwrap();
        HttpsClient::new(self.server.running.https_addr().unwrap(), &issuers)
    }
}

fn fingerprint(view: &UserDomainView) -> String {
    view.domain.certificate.as_ref().unwrap().fingerprint.clone()
}

async fn a_domain_gets_a_certificate(challenge: ChallengeKind) {
    let world = World::served(challenge, LONG).await;
    assert!(world.client().await.connect(SHOP).await.is_err());
    world.choose().await;
    let view = world.certified().await;
    let mut connection = world.client().await.connect(SHOP).await.unwrap();
    assert_eq!(connection.get(PET).await.unwrap().0, 200);
    let automatic = view.automatic.unwrap();
    assert_eq!((automatic.failures, automatic.claimed_until), (0, None));
    let certificate = view.domain.certificate.unwrap();
    assert_eq!(certificate.names, [SHOP]);
    // Thirty days before its end.
    let rest = certificate.not_after.0 - automatic.next_at.0;
    assert_eq!(rest, 30 * 24 * 60 * 60 * 1000);
    // What was answered to the authority is answered no more.
    let looked = get(world.server.gateway(), SHOP, "/.well-known/acme-challenge/x").await;
    assert_eq!(looked.status, 404);
}

#[tokio::test]
async fn a_domain_gets_a_certificate_by_http_and_https_works_with_no_restart() {
    a_domain_gets_a_certificate(ChallengeKind::Http01).await;
}

#[tokio::test]
async fn a_domain_gets_a_certificate_by_tls_and_https_works_with_no_restart() {
    a_domain_gets_a_certificate(ChallengeKind::TlsAlpn01).await;
}

#[tokio::test]
async fn a_certificate_is_renewed_before_its_end_while_connections_go_on() {
    let world = World::served(ChallengeKind::Http01, Duration::from_secs(15)).await;
    world.choose().await;
    let first = world.certified().await;
    let mut connection = world.client().await.connect(SHOP).await.unwrap();
    assert_eq!(connection.get(PET).await.unwrap().0, 200);
    // It has less than thirty days, but nobody needs to be warned.
    assert_eq!(first.validity, Some(Validity::Valid));
    let redirect = UserDomainPatch { environment: Environment::Online, redirect_http: true };
    let domains = world.server.running.services().user_domains();
    domains
        .update(&world.server.caller, &world.group.id, &world.domain.id, redirect)
        .await
        .unwrap();

    let second = world.until(|view| fingerprint(view) != fingerprint(&first)).await;

    assert!(second.domain.redirect_http);
    assert_eq!(connection.get(PET).await.unwrap().0, 200);
    let mut anew = world.client().await.connect(SHOP).await.unwrap();
    assert_eq!(anew.get(PET).await.unwrap().0, 200);
    assert_ne!(anew.leaf, connection.leaf);
}

#[tokio::test]
async fn a_domain_that_leads_nowhere_is_told_why_and_gets_its_certificate_once_it_does() {
    let world = World::new(ChallengeKind::Http01, LONG).await;
    world.publish().await;
    world.choose().await;
    let failed = world.until(|view| view.automatic.as_ref().unwrap().failures > 0).await;
    let automatic = failed.automatic.unwrap();
    let last = automatic.last_failure.unwrap();
    assert_eq!(last.kind, FailureKind::Challenge, "{}", last.detail);
    assert!(last.detail.contains(SHOP), "{}", last.detail);
    // A quarter of an hour, and up to a quarter of that.
    let rest = Duration::from_millis(u64::try_from(automatic.next_at.0 - last.at.0).unwrap());
    assert!((15 * 60..19 * 60).contains(&rest.as_secs()), "{rest:?}");
    assert_eq!(failed.domain.certificate, None);

    world.names.is_at(SHOP, Ipv4Addr::LOCALHOST);
    world.try_now().await.unwrap();
    let view = world.certified().await;
    assert_eq!(view.automatic.unwrap().last_failure, None);
}

#[tokio::test]
async fn nothing_is_asked_for_before_something_is_published_there() {
    let world = World::new(ChallengeKind::Http01, LONG).await;
    world.names.is_at(SHOP, Ipv4Addr::LOCALHOST);
    world.choose().await;
    let view = world.view().await;
    assert!(!view.is_live && view.automatic.unwrap().claimed_until.is_none());
    world.publish().await;
    assert!(world.certified().await.is_live);
}

#[tokio::test]
async fn no_key_lies_in_clear_in_the_database() {
    let world = World::served(ChallengeKind::Http01, LONG).await;
    world.choose().await;
    let view = world.certified().await;
    let json = serde_json::to_string(&view).unwrap();
    assert!(!json.contains("PRIVATE KEY"));
    for file in fs::read_dir(world.server.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("key_pkcs8") && !text.contains("PRIVATE KEY"));
    }
}
