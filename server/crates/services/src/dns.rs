//! The records of a domain: whether they say that it is its provider's.

use crate::ServiceError;
use domain::{DomainError, ErrorKind, UserDomain};
use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig, ResolverOpts},
    name_server::TokioConnectionProvider,
    proto::{
        rr::{RData, RecordType},
        xfer::Protocol,
    },
};
use std::{net::SocketAddr, time::Duration};

/// How long one name server may take, and how often all of them are asked.
const TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

/// Asks name servers.
#[derive(Clone)]
pub struct Dns {
    resolver: TokioResolver,
}

/// What the records say.
pub(crate) enum Proof {
    /// That it is.
    Found,
    /// Not that it is; what was looked for.
    Missing(DomainError),
}

impl Dns {
    /// Asks these name servers, or where there are none, those that the system is configured with.
    ///
    /// # Errors
    /// In words for a person, when the system's configuration cannot be read.
    pub fn new(servers: &[SocketAddr]) -> Result<Self, String> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio()
                .map_err(|cause| format!("the system's name servers: {cause}"))?
        } else {
            let mut config = ResolverConfig::new();
            for server in servers {
                config.add_name_server(NameServerConfig::new(*server, Protocol::Udp));
                config.add_name_server(NameServerConfig::new(*server, Protocol::Tcp));
            }
            TokioResolver::builder_with_config(config, TokioConnectionProvider::default())
        };
        *builder.options_mut() = options(builder.options_mut().clone());
        Ok(Self { resolver: builder.build() })
    }

    /// Looks for the proof: the TXT record, or a CNAME record that leads to `cname`.
    pub(crate) async fn prove(
        &self,
        domain: &UserDomain,
        cname: &str,
    ) -> Result<Proof, ServiceError> {
        let (name, value) = (domain.record_name(), domain.record_value());
        let texts = self.look_up(&name, RecordType::TXT).await?;
        let is_proof = |data: &RData| match data {
            RData::TXT(text) => text.txt_data().concat() == value.as_bytes(),
            _ => false,
        };
        if texts.iter().any(is_proof) {
            return Ok(Proof::Found);
        }
        // What a wildcard leads to is no name that could be asked for.
        if !domain.is_wildcard() {
            let leads = |data: &RData| match data {
                RData::CNAME(target) => {
                    target.0.to_ascii().trim_end_matches('.').eq_ignore_ascii_case(cname)
                }
                _ => false,
            };
            let names = self.look_up(&domain.domain, RecordType::CNAME).await?;
            if names.iter().any(leads) {
                return Ok(Proof::Found);
            }
        }
        Ok(Proof::Missing(missing(domain, cname)))
    }

    async fn look_up(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, ServiceError> {
        // Absolute: the system's search domains have no say in this.
        match self.resolver.lookup(format!("{name}."), kind).await {
            Ok(found) => Ok(found.iter().cloned().collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(ServiceError::unavailable("name servers", &error)),
        }
    }
}

fn options(system: ResolverOpts) -> ResolverOpts {
    let mut options = system;
    options.timeout = TIMEOUT;
    options.attempts = ATTEMPTS;
    // Who has just made the record asks again until it is there.
    options.cache_size = 0;
    options.use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
    options
}

fn missing(domain: &UserDomain, cname: &str) -> DomainError {
    let (name, value) = (domain.record_name(), domain.record_value());
    let (told, told_zh) = if domain.is_wildcard() {
        (
            format!("there is no TXT record {name} with {value}"),
            format!("未找到TXT记录：{name}，值为{value}"),
        )
    } else {
        (
            format!(
                "there is neither a CNAME record that leads to {cname} nor a TXT record {name} with {value}"
            ),
            format!("未找到指向{cname}的CNAME解析，也未找到TXT记录：{name}，值为{value}"),
        )
    };
    DomainError::new(ErrorKind::State, "domain", told, told_zh)
}
