//! What the services are opened with.

use crate::{Acme, Clock, Dns, SystemClock, VaultKey};
use domain::{ApiGroupId, DomainCheck, Environment, Region};
use std::{num::NonZeroU32, sync::Arc};

/// Settings of the services.
pub struct ServicesSettings {
    /// The keys that secrets are encrypted with where they lie: the first seals, all of them open.
    pub vault_keys: Vec<VaultKey>,
    /// Where published groups are called.
    pub addresses: GatewayAddresses,
    /// How many accounts may be registered from one address in an hour; `None`: as many as come.
    pub registrations: Option<NonZeroU32>,
    /// How custom domains are verified and served.
    pub domains: DomainSettings,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

impl ServicesSettings {
    /// These keys (see [`VaultKey::load_or_create`]), as many registrations as come, and the machine's clock.
    #[must_use]
    pub fn new(vault_keys: Vec<VaultKey>, addresses: GatewayAddresses) -> Self {
        Self {
            vault_keys,
            addresses,
            registrations: None,
            domains: DomainSettings::default(),
            clock: Arc::new(SystemClock::default()),
        }
    }
}

/// How custom domains are verified and served.
#[derive(Clone)]
pub struct DomainSettings {
    /// Who says that a domain is its provider's. Default: an operator.
    pub check: DomainCheck,
    /// The name servers that are asked with [`DomainCheck::Dns`]; without them every domain stays as it is.
    pub dns: Option<Dns>,
    /// Whether the gateway serves HTTPS. Default no.
    pub https: bool,
    /// Where certificates come from by themselves. Default nowhere.
    pub acme: Option<Acme>,
}

impl Default for DomainSettings {
    fn default() -> Self {
        Self { check: DomainCheck::Operator, dns: None, https: false, acme: None }
    }
}

/// Where published groups are called: a domain, and the listeners that serve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayAddresses {
    /// What the host names of groups end with, e.g. `localhost`.
    pub domain: String,
    /// The listeners, the one to be shown first at the front. Without any, addresses have no port.
    pub bases: Vec<UrlBase>,
}

/// One listener of the gateway, as callers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlBase {
    /// Whether it speaks TLS.
    pub https: bool,
    /// Its port.
    pub port: u16,
}

impl UrlBase {
    /// Plain HTTP on its own port.
    const PLAIN: Self = Self { https: false, port: 80 };

    fn url(self, host: &str, path: &str) -> String {
        match (self.https, self.port) {
            (false, 80) => format!("http://{host}{path}"),
            (true, 443) => format!("https://{host}{path}"),
            (false, port) => format!("http://{host}:{port}{path}"),
            (true, port) => format!("https://{host}:{port}{path}"),
        }
    }
}

impl GatewayAddresses {
    /// The addresses of a group in an environment, one for each listener: `http://ID-test.REGION.DOMAIN:PORT/PREFIX`. The
    /// port is left out where it is the scheme's own, the path where the prefix is empty.
    #[must_use]
    pub fn urls(
        &self,
        group: &ApiGroupId,
        region: Region,
        environment: Environment,
        prefix: &str,
    ) -> Vec<String> {
        let host = environment.host(group, region, &self.domain);
        let path = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        let bases = if self.bases.is_empty() { &[UrlBase::PLAIN] } else { self.bases.as_slice() };
        bases.iter().map(|base| base.url(&host, &path)).collect()
    }

    /// The first of [`urls`](Self::urls).
    #[must_use]
    pub fn url(
        &self,
        group: &ApiGroupId,
        region: Region,
        environment: Environment,
        prefix: &str,
    ) -> String {
        self.urls(group, region, environment, prefix).swap_remove(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port_only_where_the_scheme_does_not_say_it() {
        let group: ApiGroupId = "xv3xbwah945y".parse().unwrap();
        let base = |https, port| UrlBase { https, port };
        let mut addresses = GatewayAddresses {
            domain: "localhost".into(),
            bases: vec![base(false, 8000), base(true, 443), base(false, 80), base(true, 8443)],
        };
        let urls = |addresses: &GatewayAddresses| {
            addresses.urls(&group, Region::CnNorth1, Environment::Test, "petstore")
        };
        assert_eq!(
            urls(&addresses),
            [
                "http://xv3xbwah945y-test.cn-north-1.localhost:8000/petstore",
                "https://xv3xbwah945y-test.cn-north-1.localhost/petstore",
                "http://xv3xbwah945y-test.cn-north-1.localhost/petstore",
                "https://xv3xbwah945y-test.cn-north-1.localhost:8443/petstore",
            ]
        );
        addresses.bases.clear();
        assert_eq!(urls(&addresses), ["http://xv3xbwah945y-test.cn-north-1.localhost/petstore"]);
        assert_eq!(
            addresses.url(&group, Region::CnEast2, Environment::Online, ""),
            "http://xv3xbwah945y.cn-east-2.localhost"
        );
    }
}
