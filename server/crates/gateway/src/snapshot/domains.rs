//! Custom domains: from a host name to the group and environment that it leads to.

use crate::route::host::{self, GroupKey};
use bytes::Bytes;
use domain::{Environment, ServedCertificate, ServedChallenge, ServedDomain};
use rustls::{
    crypto::ring::sign::any_supported_type,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use std::{collections::HashMap, sync::Arc};

/// Longest host name, in bytes.
const NAME_MAX: usize = 253;

/// Where a custom domain leads to.
pub(crate) type Place = (GroupKey, Environment);

/// A custom domain, prepared.
#[derive(Clone, Debug)]
pub(crate) struct CustomDomain {
    /// Where it leads to.
    pub(crate) place: Place,
    /// Whether plain HTTP calls are sent to HTTPS.
    pub(crate) redirect_http: bool,
    /// What it is served with by HTTPS.
    pub(crate) certificate: Option<Arc<CertifiedKey>>,
    /// What an authority is answered that is about to give it a certificate.
    pub(crate) challenge: Option<Challenge>,
}

/// What an authority is answered, prepared.
#[derive(Clone, Debug)]
pub(crate) enum Challenge {
    /// By plain HTTP: the text of a token.
    Http {
        /// The token.
        token: Box<str>,
        /// The text.
        text: Bytes,
    },
    /// By a handshake.
    Tls(Arc<CertifiedKey>),
}

impl Challenge {
    fn compile(challenge: &ServedChallenge) -> Result<Self, String> {
        match challenge {
            ServedChallenge::Http { token, key_authorization } => Ok(Self::Http {
                token: token.as_str().into(),
                text: Bytes::copy_from_slice(key_authorization.as_bytes()),
            }),
            ServedChallenge::Tls { chain, private_key } => {
                let (chain, private_key) = (chain.clone(), private_key.clone());
                // Not checked: it was made for this, and has a critical extension that only authorities know.
                Ok(Self::Tls(Arc::new(read(&ServedCertificate { chain, private_key })?)))
            }
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http { token, text }, Self::Http { token: other, text: other_text }) => {
                token == other && text == other_text
            }
            (Self::Tls(key), Self::Tls(other)) => key.cert == other.cert,
            _ => false,
        }
    }
}

impl CustomDomain {
    /// Prepares a domain.
    ///
    /// # Errors
    /// In words for a person, when its certificate or key cannot be used.
    pub(crate) fn compile(domain: &ServedDomain, place: Place) -> Result<Self, String> {
        let certificate = domain.certificate.as_ref().map(certified_key).transpose();
        let certificate = certificate
            .map_err(|cause| format!("the certificate of {}: {cause}", domain.name))?
            .map(Arc::new);
        let challenge = domain.challenge.as_ref().map(Challenge::compile).transpose();
        let challenge =
            challenge.map_err(|cause| format!("the challenge of {}: {cause}", domain.name))?;
        Ok(Self { place, redirect_http: domain.redirect_http, certificate, challenge })
    }

    /// Whether it is served in the same way. The same certificate has the same key.
    fn is_like(&self, other: &Self) -> bool {
        let chain = |domain: &Self| domain.certificate.as_ref().map(|key| key.cert.clone());
        self.place == other.place
            && self.redirect_http == other.redirect_http
            && chain(self) == chain(other)
            && match (&self.challenge, &other.challenge) {
                (None, None) => true,
                (Some(challenge), Some(other)) => challenge.is_like(other),
                _ => false,
            }
    }
}

fn certified_key(certificate: &ServedCertificate) -> Result<CertifiedKey, String> {
    let certified = read(certificate)?;
    certified.keys_match().map_err(|cause| cause.to_string())?;
    Ok(certified)
}

fn read(certificate: &ServedCertificate) -> Result<CertifiedKey, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate.chain.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|cause| cause.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(certificate.private_key.expose().as_bytes())
        .map_err(|_told_nothing_of_a_key| "its private key cannot be read".to_owned())?;
    let key = any_supported_type(&key).map_err(|cause| cause.to_string())?;
    Ok(CertifiedKey::new(chain, key))
}

/// All custom domains. A clone shares everything; a change copies the table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Domains(Arc<Table>);

#[derive(Clone, Debug, Default)]
struct Table {
    exact: HashMap<Box<str>, CustomDomain>,
    /// By what follows `*.`.
    wildcards: HashMap<Box<str>, CustomDomain>,
    /// Whether any of them has a challenge by plain HTTP.
    has_http_challenges: bool,
}

impl Table {
    /// The part that a name as it was published is in, and its key there.
    fn part<'n>(&mut self, name: &'n str) -> (&mut HashMap<Box<str>, CustomDomain>, &'n str) {
        match name.strip_prefix("*.") {
            Some(parent) => (&mut self.wildcards, parent),
            None => (&mut self.exact, name),
        }
    }

    fn published(&self, name: &str) -> Option<&CustomDomain> {
        match name.strip_prefix("*.") {
            Some(parent) => self.wildcards.get(parent),
            None => self.exact.get(name),
        }
    }
}

impl Domains {
    /// The domain that a `Host` header (or an authority, or the name in a TLS handshake) names, in any case, with or without
    /// port and dot at its end: the name itself before a wildcard. Takes no memory.
    pub(crate) fn find(&self, host: &str) -> Option<&CustomDomain> {
        let Table { exact, wildcards, .. } = &*self.0;
        if exact.is_empty() && wildcards.is_empty() {
            return None;
        }
        let mut buffer = [0; NAME_MAX];
        let name = lower(host::name(host), &mut buffer)?;
        exact.get(name).or_else(|| {
            let (_, parent) = name.split_once('.').filter(|(first, _)| !first.is_empty())?;
            wildcards.get(parent)
        })
    }

    /// Whether any domain has a challenge by plain HTTP.
    pub(crate) fn has_http_challenges(&self) -> bool {
        self.0.has_http_challenges
    }

    /// What an authority is answered for the domain of exactly this name: it asks for no other.
    pub(crate) fn challenged(&self, host: &str) -> Option<&Challenge> {
        let mut buffer = [0; NAME_MAX];
        let name = lower(host::name(host), &mut buffer)?;
        self.0.exact.get(name)?.challenge.as_ref()
    }

    /// Puts the domains of a place in the place of those it had (`before`). Copies nothing when they are the same.
    pub(crate) fn put(
        &mut self,
        place: Place,
        before: &[Box<str>],
        now: Vec<(Box<str>, CustomDomain)>,
    ) {
        let gone: Vec<&str> = before
            .iter()
            .map(|name| &**name)
            .filter(|name| !now.iter().any(|(kept, _)| **kept == **name))
            // It may lead to another place by now.
            .filter(|name| self.0.published(name).is_some_and(|there| there.place == place))
            .collect();
        let is_same = now.iter().all(|(name, domain)| {
            self.0.published(name).is_some_and(|there| there.is_like(domain))
        });
        if gone.is_empty() && is_same {
            return;
        }
        let table = Arc::make_mut(&mut self.0);
        for name in gone {
            let (part, key) = table.part(name);
            part.remove(key);
        }
        for (name, domain) in now {
            let (part, key) = table.part(&name);
            part.insert(key.into(), domain);
        }
        let is_by_http =
            |domain: &CustomDomain| matches!(domain.challenge, Some(Challenge::Http { .. }));
        table.has_http_challenges = table.exact.values().any(is_by_http);
    }

    /// Keeps those domains that `keeps` says: by name as it was published, and place.
    pub(crate) fn keep(&mut self, keeps: impl Fn(&str, Place) -> bool) {
        let table = Arc::make_mut(&mut self.0);
        table.exact.retain(|name, domain| keeps(name, domain.place));
        table.wildcards.retain(|parent, domain| keeps(&format!("*.{parent}"), domain.place));
    }
}

/// The name in lower case; `None` when it is too long for one.
fn lower<'b>(name: &str, buffer: &'b mut [u8; NAME_MAX]) -> Option<&'b str> {
    let buffer = buffer.get_mut(..name.len())?;
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str) -> Place {
        (GroupKey::parse(id).unwrap(), Environment::Online)
    }

    const PETS: &str = "xv3xbwah945y";
    const TOYS: &str = "xaaaaaaaaaaa";

    fn plain(id: &str) -> CustomDomain {
        CustomDomain { place: place(id), redirect_http: false, certificate: None, challenge: None }
    }

    fn put(domains: &mut Domains, id: &str, before: &[&str], now: &[&str]) {
        let names: Vec<Box<str>> = before.iter().map(|name| (*name).into()).collect();
        let now = now.iter().map(|name| ((*name).into(), plain(id))).collect();
        domains.put(place(id), &names, now);
    }

    fn leads(domains: &Domains, host: &str) -> Option<Place> {
        domains.find(host).map(|domain| domain.place)
    }

    #[test]
    fn a_name_is_found_in_any_case_with_any_port_and_before_a_wildcard() {
        let mut domains = Domains::default();
        assert_eq!(leads(&domains, "shop.example.com"), None);
        put(&mut domains, PETS, &[], &["*.example.com"]);
        put(&mut domains, TOYS, &[], &["shop.example.com"]);
        for host in ["shop.example.com", "SHOP.Example.com.", "shop.example.com:8000"] {
            assert_eq!(leads(&domains, host), Some(place(TOYS)), "{host}");
        }
        assert_eq!(leads(&domains, "Other.example.com:80"), Some(place(PETS)));
        let long = format!("{}.example.com", "a".repeat(300));
        for host in ["example.com", "a.b.example.com", ".example.com", "*", "", "com", &long] {
            assert_eq!(leads(&domains, host), None, "{host}");
        }
    }

    #[test]
    fn a_domain_that_moved_stays_where_it_is() {
        let mut domains = Domains::default();
        put(&mut domains, PETS, &[], &["a.example.com", "*.b.example.com"]);
        put(&mut domains, TOYS, &[], &["a.example.com"]);
        put(&mut domains, PETS, &["a.example.com", "*.b.example.com"], &[]);
        assert_eq!(leads(&domains, "a.example.com"), Some(place(TOYS)));
        assert_eq!(leads(&domains, "x.b.example.com"), None);
    }

    #[test]
    fn the_same_domains_copy_nothing() {
        let mut domains = Domains::default();
        put(&mut domains, PETS, &[], &["a.example.com"]);
        let before = domains.clone();
        put(&mut domains, PETS, &["a.example.com"], &["a.example.com"]);
        assert!(Arc::ptr_eq(&before.0, &domains.0));
        put(&mut domains, PETS, &["a.example.com"], &["b.example.com"]);
        assert!(!Arc::ptr_eq(&before.0, &domains.0));
        domains.keep(|name, _| name != "b.example.com");
        assert_eq!(leads(&domains, "b.example.com"), None);
    }
}
