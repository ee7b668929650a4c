//! Challenges: what authorities find that look whether a custom domain leads here.

use super::{
    custom_domains::{plain, publish, with_domains},
    https::{self, Client, leaf, secured},
    support::{World, assert_refused, no_ceiling},
};
use domain::{Environment, Secret, ServedChallenge, ServedDomain};
use gateway::{GatewaySettings, ServerSettings};
use http::Method;
use testkit::{Authority, Issued};
use tokio::io::AsyncReadExt as _;

const SHOP: &str = "shop.example.com";
const PATH: &str = "/.well-known/acme-challenge/t0ken";

fn by_http(domain: ServedDomain) -> ServedDomain {
    let challenge = ServedChallenge::Http {
        token: "t0ken".to_owned(),
        key_authorization: "t0ken.thumbprint".to_owned(),
    };
    ServedDomain { challenge: Some(challenge), ..domain }
}

fn by_tls(domain: ServedDomain, proof: &Issued) -> ServedDomain {
    let challenge = ServedChallenge::Tls {
        chain: proof.certificate.clone(),
        private_key: Secret::new(proof.private_key.clone()),
    };
    ServedDomain { challenge: Some(challenge), ..domain }
}

async fn world(domains: Vec<ServedDomain>) -> World {
    let settings = GatewaySettings { https_port: Some(443), ..no_ceiling() };
    World::with(settings, |backend| vec![with_domains(Environment::Online, backend, domains)]).await
}

#[tokio::test]
async fn the_token_of_a_domain_is_answered_also_where_plain_calls_are_sent_to_https() {
    let issued = Authority::new().issue(&[SHOP]);
    let https_only = ServedDomain { redirect_http: true, ..secured(SHOP, &issued) };
    let world = world(vec![by_http(https_only)]).await;
    for host in [SHOP, "SHOP.example.com:80", "shop.example.com."] {
        let response = world.client.get(host, PATH).await;
        assert_eq!(response.status.as_u16(), 200, "{host}");
        assert_eq!(response.body, "t0ken.thumbprint");
    }
    assert_eq!(world.client.get(SHOP, "/petstore/pets").await.status.as_u16(), 301);
    assert_eq!(world.backend.requests(), 0);
}

#[tokio::test]
async fn what_nobody_waits_for_is_a_call_like_any_other() {
    let world = world(vec![by_http(plain(SHOP)), plain("www.example.com")]).await;
    let told = "no route and no API found with those values";
    let other = "/.well-known/acme-challenge/other";
    for (method, host, path) in [
        (Method::GET, "www.example.com", PATH),
        (Method::GET, "other.example.com", PATH),
        (Method::GET, SHOP, other),
        (Method::GET, SHOP, "/.well-known/acme-challenge/"),
        (Method::POST, SHOP, PATH),
    ] {
        let response = world.client.request(method, host, path).await;
        assert_refused(&response, 404, "NOT_FOUND", told);
    }
    assert_eq!(world.client.get(SHOP, "/petstore/pets").await.status.as_u16(), 200);
    publish(&world, Environment::Online, Some(vec![plain(SHOP)]));
    assert_refused(&world.client.get(SHOP, PATH).await, 404, "NOT_FOUND", told);
    publish(&world, Environment::Online, Some(vec![by_http(plain(SHOP))]));
    assert_eq!(world.client.get(SHOP, PATH).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_handshake_that_offers_the_challenge_alone_gets_the_proof_and_nothing_after_it() {
    let authority = Authority::new();
    let (real, proof) = (authority.issue(&[SHOP]), authority.issue(&[SHOP]));
    let domains = vec![by_tls(secured(SHOP, &real), &proof)];
    let (_world, server) = https::world(ServerSettings::default(), domains).await;
    // Each of its own, as a session that was begun before is gone on with.
    let client = || Client::new(&authority, &server);
    let mut stream = client().offering(&[b"acme-tls/1"]).connect(SHOP).await.unwrap();
    let given = leaf(&stream);
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"acme-tls/1"[..]));
    assert!(!matches!(stream.read(&mut [0; 1]).await, Ok(1..)), "it goes on");

    let both = client().offering(&[b"acme-tls/1", b"http/1.1"]).connect(SHOP).await.unwrap();
    assert_eq!(both.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_ne!(leaf(&both), given);
    assert_eq!(client().get(SHOP).await.status().as_u16(), 200);
}

#[tokio::test]
async fn a_challenges_handshake_that_nobody_waits_for_is_refused() {
    let authority = Authority::new();
    let domains = vec![secured(SHOP, &authority.issue(&[SHOP])), by_http(plain("www.example.com"))];
    let (_world, server) = https::world(ServerSettings::default(), domains).await;
    let client = Client::new(&authority, &server).offering(&[b"acme-tls/1"]);
    for name in [SHOP, "www.example.com"] {
        assert!(client.connect(name).await.is_err(), "{name}");
    }
}
