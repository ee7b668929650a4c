//! Custom domains: who may have one, what certificates it takes, and what the gateway is told.

use crate::support::{Installation, conflict, invalid, on_both_databases, with_domains};
use domain::{
    ApiGroup, DomainCheck, DomainState, Environment, NewCertificate, NewUserDomain, Secret,
    ServedDomain, UserDomain, UserDomainPatch, Validity, user_domain::DOMAINS_PER_GROUP,
};
use services::{Caller, Dns, DomainSettings, Noun, ServiceError, Services};
use testkit::{Authority, Issued, NameServer};

const ONLINE: Environment = Environment::Online;
const SHOP: &str = "shop.example.com";

pub(crate) fn new(domain: &str) -> NewUserDomain {
    NewUserDomain { domain: domain.to_owned(), environment: ONLINE }
}

pub(crate) fn certificate(issued: &Issued) -> NewCertificate {
    NewCertificate {
        chain: issued.certificate.clone(),
        private_key: Secret::new(issued.private_key.clone()),
    }
}

pub(crate) async fn add(
    at: &Installation,
    caller: &Caller,
    group: &ApiGroup,
    name: &str,
) -> UserDomain {
    at.services.user_domains().create(caller, &group.id, new(name)).await.unwrap()
}

/// A domain that the operator, who is the first to register, confirmed.
async fn confirmed(at: &Installation, caller: &Caller, group: &ApiGroup, name: &str) -> UserDomain {
    let domain = add(at, caller, group, name).await;
    at.services.user_domains().verify(caller, &group.id, &domain.id).await.unwrap()
}

/// The domains of the online environment, as a gateway that starts now is told.
async fn told(at: &Installation) -> Vec<ServedDomain> {
    let all = at.services.published().snapshot().await.unwrap().deployments;
    let found = all.into_iter().find(|one| one.environment == ONLINE);
    found.map(|one| one.policies.domains).unwrap_or_default()
}

/// Services that ask a name server.
async fn asking(at: &Installation, names: &NameServer) -> Services {
    let dns = Some(Dns::new(&[names.address()]).unwrap());
    let settings = DomainSettings { check: DomainCheck::Dns, dns, ..DomainSettings::default() };
    with_domains(at, settings).await
}

pub(crate) async fn online_group(at: &Installation, caller: &Caller, name: &str) -> ApiGroup {
    let group = at.published_group(caller, name).await;
    at.publish(caller, &group, "0.0.1", ONLINE).await;
    group
}

on_both_databases! {
    async fn a_domain_is_told_to_the_gateway_from_the_moment_that_it_is_verified(at: &Installation) {
        let ada = at.register("ada").await;
        let group = online_group(at, &ada, "PetStore").await;
        let domain = add(at, &ada, &group, "  Bücher.Example. ").await;
        assert_eq!((domain.domain.as_str(), domain.state), ("xn--bcher-kva.example", DomainState::Pending));
        assert_eq!(told(at).await, []);
        let before = at.latest_change().await;
        at.services.user_domains().verify(&ada, &group.id, &domain.id).await.unwrap();
        let served = ServedDomain {
            name: "xn--bcher-kva.example".into(),
            redirect_http: false,
            certificate: None,
            challenge: None,
        };
        assert_eq!(told(at).await, std::slice::from_ref(&served));
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let (place, now) = &changes.deployments[0];
        assert_eq!(place, &(group.id.clone(), ONLINE));
        assert_eq!(now.as_ref().unwrap().policies.domains, [served]);
        at.services.user_domains().delete(&ada, &group.id, &domain.id).await.unwrap();
        assert_eq!(told(at).await, []);
    }

    async fn a_sixth_domain_and_names_that_are_no_ones_own_are_refused(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let domains = at.services.user_domains();
        let ours = format!("{}.cn-north-1.localhost", group.id);
        for bad in ["", "com", "10.0.0.1", &ours, "*.localhost", "a b.com", "xn--a.example"] {
            let refused = domains.create(&ada, &group.id, new(bad)).await;
            assert_eq!(invalid(refused), ["domain"], "{bad}");
        }
        for number in 0..DOMAINS_PER_GROUP {
            add(at, &ada, &group, &format!("d{number}.example.com")).await;
        }
        let again = domains.create(&ada, &group.id, new("sixth.example.com")).await;
        assert_eq!(conflict(again).message_zh, "每个分组最多绑定5个域名");
        let listed = domains.list(&ada, &group.id).await.unwrap();
        assert!(!listed.has_room() && listed.may_confirm && !listed.https);
        assert_eq!(listed.domains[0].cname, ours);
    }

    async fn one_of_many_that_claim_a_name_has_it(at: &Installation) {
        let ada = at.register("ada").await;
        let (pets, toys) = (at.group(&ada, "Pets").await, at.group(&ada, "Toys").await);
        let domains = at.services.user_domains();
        confirmed(at, &ada, &pets, SHOP).await;
        let second = domains.create(&ada, &pets.id, new(SHOP)).await;
        assert_eq!(conflict(second).field, "domain");
        let claimed = add(at, &ada, &toys, SHOP).await;
        let refused = conflict(domains.verify(&ada, &toys.id, &claimed.id).await);
        assert_eq!((refused.field.as_str(), refused.message_zh.as_str()), ("domain", "该域名已绑定到其他分组"));
    }

    async fn who_confirms_is_a_setting(at: &Installation) {
        let (operator, bob) = (at.register("ada").await, at.register("bob").await);
        let group = at.group(&bob, "PetStore").await;
        let domain = add(at, &bob, &group, SHOP).await;
        let refused = at.services.user_domains().verify(&bob, &group.id, &domain.id).await;
        assert!(conflict(refused).message.contains("paifang domain confirm"));
        assert!(!at.services.user_domains().list(&bob, &group.id).await.unwrap().may_confirm);
        // Not even an operator sees the groups of others; the command line is for that.
        let foreign = at.services.user_domains().verify(&operator, &group.id, &domain.id).await;
        assert_eq!(foreign, Err(ServiceError::NotFound { what: Noun::ApiGroup }));
        let domains = at.services.user_domains();
        let by_command = domains.confirm_by_operator(" Shop.example.com", None).await.unwrap();
        assert_eq!(by_command.state, DomainState::Verified);

        let other = add(at, &bob, &group, "www.example.com").await;
        let settings = DomainSettings { check: DomainCheck::Provider, ..DomainSettings::default() };
        let trusting = with_domains(at, settings).await;
        let verified = trusting.user_domains().verify(&bob, &group.id, &other.id).await.unwrap();
        assert_eq!(verified.state, DomainState::Verified);
    }

    async fn an_operator_confirms_or_refuses_the_domains_of_others_and_nobody_else_does(at: &Installation) {
        let (operator, bob) = (at.register("ada").await, at.register("bob").await);
        let group = at.group(&bob, "PetStore").await;
        let (shop, www) = (add(at, &bob, &group, SHOP).await, add(at, &bob, &group, "www.example.com").await);
        let domains = at.services.user_domains();
        assert_eq!(domains.waiting(&bob).await, Err(ServiceError::Forbidden));
        assert_eq!(domains.confirm(&bob, &shop.id).await, Err(ServiceError::Forbidden));
        assert_eq!(domains.refuse(&bob, &shop.id, "no").await, Err(ServiceError::Forbidden));
        let listed = domains.waiting(&operator).await.unwrap();
        assert_eq!((listed.domains.len(), listed.check), (2, DomainCheck::Operator));
        assert_eq!(listed.domains[0].owner, "bob@example.com");

        assert_eq!(domains.confirm(&operator, &shop.id).await.unwrap().state, DomainState::Verified);
        assert_eq!(invalid(domains.refuse(&operator, &www.id, "  ").await), ["reason"]);
        let long = "x".repeat(201);
        assert_eq!(invalid(domains.refuse(&operator, &www.id, &long).await), ["reason"]);
        domains.refuse(&operator, &www.id, " It is ours. ").await.unwrap();
        assert_eq!(conflict(domains.refuse(&operator, &shop.id, "no").await).field, "domain");
        let of_bob = domains.list(&bob, &group.id).await.unwrap().domains;
        let told = of_bob.iter().find(|view| view.domain.id == www.id).unwrap();
        assert_eq!(told.domain.refusal.as_deref(), Some("It is ours."));
        assert_eq!(told.domain.state, DomainState::Invalid);
        // An operator may think again.
        let confirmed = domains.confirm(&operator, &www.id).await.unwrap();
        assert_eq!((confirmed.state, confirmed.refusal), (DomainState::Verified, None));
        assert_eq!(domains.waiting(&operator).await.unwrap().domains, []);
        let verbs: Vec<_> = at.audit_log().await.into_iter().map(|line| line.verb).collect();
        assert!(verbs.ends_with(&["verify".into(), "refuse".into(), "verify".into()]), "{verbs:?}");
    }

    async fn a_domain_proves_itself_by_a_text_or_by_where_it_leads(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let names = NameServer::start().await;
        let services = asking(at, &names).await;
        let domains = services.user_domains();
        assert!(!domains.list(&ada, &group.id).await.unwrap().may_confirm);
        let by_text = add(at, &ada, &group, "*.text.example.com").await;
        let by_name = add(at, &ada, &group, "name.example.com").await;
        for domain in [&by_text, &by_name] {
            let missing = conflict(domains.verify(&ada, &group.id, &domain.id).await);
            assert!(missing.message.contains(&domain.record_value()), "{missing}");
        }
        let states = || async {
            let listed = domains.list(&ada, &group.id).await.unwrap().domains;
            listed.into_iter().map(|view| view.domain.state).collect::<Vec<_>>()
        };
        assert_eq!(states().await, [DomainState::Invalid, DomainState::Invalid]);

        // Somebody else's proof and another group are no proof.
        names.text("_paifang.text.example.com", &by_name.record_value());
        names.leads_to("name.example.com", "xaaaaaaaaaaa.cn-north-1.localhost");
        for domain in [&by_text, &by_name] {
            assert!(domains.verify(&ada, &group.id, &domain.id).await.is_err());
        }
        names.text("_paifang.text.example.com", &by_text.record_value());
        names.leads_to("name.example.com", &format!("{}.CN-north-1.localhost", group.id));
        for domain in [&by_text, &by_name] {
            let verified = domains.verify(&ada, &group.id, &domain.id).await.unwrap();
            assert_eq!(verified.state, DomainState::Verified);
        }
        assert_eq!(states().await, [DomainState::Verified, DomainState::Verified]);
        // Records may go once they were seen.
        names.text("_paifang.text.example.com", "gone");
        assert!(domains.verify(&ada, &group.id, &by_text.id).await.is_err());
        assert_eq!(states().await, [DomainState::Verified, DomainState::Verified]);
    }

    async fn name_servers_that_do_not_answer_are_no_proof_against_a_domain(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let domain = add(at, &ada, &group, SHOP).await;
        // Nobody listens there.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let dns = Some(Dns::new(&[nobody]).unwrap());
        let settings = DomainSettings { check: DomainCheck::Dns, dns, ..DomainSettings::default() };
        let services = with_domains(at, settings).await;
        let failed = services.user_domains().verify(&ada, &group.id, &domain.id).await;
        assert!(matches!(failed, Err(ServiceError::Unavailable { .. })), "{failed:?}");
        let listed = services.user_domains().list(&ada, &group.id).await.unwrap();
        assert_eq!(listed.domains[0].domain.state, DomainState::Pending);
    }

    async fn the_command_line_asks_which_of_many_and_knows_no_other(at: &Installation) {
        let ada = at.register("ada").await;
        let (pets, toys) = (at.group(&ada, "Pets").await, at.group(&ada, "Toys").await);
        add(at, &ada, &pets, SHOP).await;
        add(at, &ada, &toys, SHOP).await;
        let domains = at.services.user_domains();
        assert_eq!(conflict(domains.confirm_by_operator(SHOP, None).await).field, "group");
        let one = domains.confirm_by_operator(SHOP, Some(&toys.id)).await.unwrap();
        assert_eq!(one.api_group_id, toys.id);
        let none = domains.confirm_by_operator("www.example.com", None).await;
        assert_eq!(none, Err(ServiceError::NotFound { what: Noun::UserDomain }));
    }

    async fn a_certificate_is_shown_and_served_and_its_key_is_neither_shown_nor_readable(at: &Installation) {
        let ada = at.register("ada").await;
        let group = online_group(at, &ada, "PetStore").await;
        let domain = confirmed(at, &ada, &group, SHOP).await;
        let (authority, domains) = (Authority::new(), at.services.user_domains());
        let issued = authority.issue(&["www.example.com", "*.example.com"]);
        let chain = format!("{}{}", issued.certificate, authority.pem());
        let with_chain = NewCertificate { chain: chain.clone(), ..certificate(&issued) };
        let set = domains.set_certificate(&ada, &group.id, &domain.id, with_chain).await.unwrap();
        let shown = set.certificate.unwrap();
        assert_eq!(shown.names, ["www.example.com", "*.example.com"]);
        assert!(shown.issuer.contains("Test Authority"), "{}", shown.issuer);
        assert!(shown.subject.contains("CN=www.example.com"), "{}", shown.subject);
        assert_eq!(shown.not_after.to_string(), "2100-01-01 00:00:00");
        assert_eq!(shown.fingerprint.len(), 95);

        let patch = UserDomainPatch { environment: ONLINE, redirect_http: true };
        domains.update(&ada, &group.id, &domain.id, patch).await.unwrap();
        let served = told(at).await.pop().unwrap();
        assert!(served.redirect_http);
        let served = served.certificate.unwrap();
        assert_eq!(served.chain, chain.trim());
        assert_eq!(served.private_key.expose(), issued.private_key);
        let listed = domains.list(&ada, &group.id).await.unwrap();
        assert_eq!(listed.domains[0].validity, Some(Validity::Valid));
        let json = serde_json::to_string(&listed).unwrap();
        assert!(!json.contains("PRIVATE"));

        domains.remove_certificate(&ada, &group.id, &domain.id).await.unwrap();
        let bare = told(at).await.pop().unwrap();
        assert_eq!((bare.redirect_http, bare.certificate), (false, None));
    }

    async fn a_certificate_that_would_not_serve_is_refused_by_the_field_that_is_wrong(at: &Installation) {
        let ada = at.register("ada").await;
        let group = at.group(&ada, "PetStore").await;
        let domain = add(at, &ada, &group, SHOP).await;
        let authority = Authority::new();
        let good = authority.issue(&[SHOP]);
        let other = authority.issue(&[SHOP]);
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let of = |chain: &str, key: &str| NewCertificate {
            chain: chain.into(),
            private_key: Secret::new(key),
        };
        let past = authority.issue_for(&[SHOP], (2000, 2001));
        let future = authority.issue_for(&[SHOP], (2090, 2100));
        let upside_down = format!("{}{}", authority.pem(), good.certificate);
        for (bad, field, why) in [
            (of("", &good.private_key), "certificate", "required"),
            (of(pem, &good.private_key), "certificate", "cannot be read"),
            (of(&good.certificate, key), "privateKey", "RSA"),
            (of(&good.certificate, &other.private_key), "privateKey", "of another"),
            (certificate(&authority.issue(&["www.example.com"])), "certificate", "www.example.com"),
            (certificate(&past), "certificate", "expired at 2001"),
            (certificate(&future), "certificate", "not valid before 2090"),
            (of(&upside_down, &good.private_key), "certificate", "first"),
        ] {
            let domains = at.services.user_domains();
            let set = domains.set_certificate(&ada, &group.id, &domain.id, bad).await;
            let Err(ServiceError::Invalid(broken)) = set else { panic!("{why} is taken") };
            let broken: Vec<_> = broken.iter().map(|one| (one.field.as_str(), &one.message)).collect();
            assert!(
                matches!(broken[..], [(at, message)] if at == field && message.contains(why)),
                "{field} {why}: {broken:?}"
            );
        }
    }

    async fn a_redirect_needs_a_certificate_and_a_move_tells_both_environments(at: &Installation) {
        let ada = at.register("ada").await;
        let group = online_group(at, &ada, "PetStore").await;
        let domain = confirmed(at, &ada, &group, SHOP).await;
        let domains = at.services.user_domains();
        let patch = |environment, redirect_http| UserDomainPatch { environment, redirect_http };
        let refused = domains.update(&ada, &group.id, &domain.id, patch(ONLINE, true)).await;
        assert_eq!(invalid(refused), ["redirectHttp"]);
        let before = at.latest_change().await;
        domains.update(&ada, &group.id, &domain.id, patch(Environment::Test, false)).await.unwrap();
        let changes = at.services.published().changes_since(before).await.unwrap().unwrap();
        let told: Vec<_> = changes
            .deployments
            .into_iter()
            .map(|((_, environment), now)| (environment, now.unwrap().policies.domains.len()))
            .collect();
        assert_eq!(told, [(ONLINE, 0), (Environment::Test, 1)]);
    }

    async fn what_belongs_to_another_is_not_found(at: &Installation) {
        let (ada, bob) = (at.register("ada").await, at.register("bob").await);
        let (pets, toys) = (at.group(&ada, "Pets").await, at.group(&bob, "Toys").await);
        let domain = add(at, &ada, &pets, SHOP).await;
        let domains = at.services.user_domains();
        let group = Err(ServiceError::NotFound { what: Noun::ApiGroup });
        assert_eq!(domains.list(&bob, &pets.id).await.map(drop), group);
        assert_eq!(domains.create(&bob, &pets.id, new(SHOP)).await.map(drop), group);
        assert_eq!(domains.delete(&bob, &pets.id, &domain.id).await, group);
        let there = Err(ServiceError::NotFound { what: Noun::UserDomain });
        assert_eq!(domains.delete(&bob, &toys.id, &domain.id).await, there);
        assert_eq!(domains.verify(&bob, &toys.id, &domain.id).await.map(drop), there);
        let issued = Authority::new().issue(&[SHOP]);
        let set = domains.set_certificate(&bob, &toys.id, &domain.id, certificate(&issued)).await;
        assert_eq!(set.map(drop), there);
    }
}
