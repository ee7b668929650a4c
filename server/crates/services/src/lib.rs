#![doc = include_str!("../README.md")]

mod acme;
mod caller;
mod certificates;
mod clock;
mod dns;
mod error;
mod settings;
mod vault;

mod access_auths;
mod access_keys;
mod accounts;
mod api_groups;
mod apis;
mod applied;
mod attempts;
mod audit;
mod authorized_groups;
mod automatic_certificates;
mod backend_configs;
mod backend_signatures;
mod canaries;
mod deployments;
mod import;
mod ip_policies;
mod jwt_secrets;
mod monitoring;
mod passwords;
mod platform_keys;
mod policies;
mod published;
mod random;
mod rate_limit_policies;
mod revisions;
mod schemas;
mod search;
mod subscription_keys;
mod targets;
mod user_domains;
mod workers;

pub use access_auths::AccessAuths;
pub use access_keys::AccessKeys;
pub use accounts::Accounts;
pub use acme::{Acme, AcmeSettings};
pub use api_groups::ApiGroups;
pub use apis::Apis;
pub use applied::Applied;
pub use authorized_groups::AuthorizedGroups;
pub use automatic_certificates::AutomaticCertificates;
pub use backend_configs::BackendConfigs;
pub use backend_signatures::BackendSignatures;
pub use caller::Caller;
pub use canaries::Canaries;
pub use clock::{Clock, SystemClock};
pub use deployments::Deployments;
pub use dns::Dns;
pub use error::{Noun, ServiceError};
pub use ip_policies::IpPolicies;
pub use monitoring::{Monitoring, TrafficRow};
pub use platform_keys::PlatformKeys;
pub use published::{
    ChangeWatch, PublishedChanges, PublishedFeed, PublishedState, SealedChanges, SealedState,
    open_published,
};
pub use rate_limit_policies::RateLimitPolicies;
pub use revisions::Revisions;
pub use search::Search;
pub use settings::{DomainSettings, GatewayAddresses, ServicesSettings, UrlBase};
pub use subscription_keys::SubscriptionKeys;
pub use targets::Targets;
pub use user_domains::UserDomains;
pub use vault::{VaultError, VaultKey};

use attempts::Attempts;
use passwords::Passwords;
use std::sync::Arc;
use store::Store;
use vault::Vault;
use workers::Workers;

/// Everything a caller may do, noun by noun. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

/// What all services share.
struct Inner {
    store: Store,
    vault: Vault,
    addresses: GatewayAddresses,
    domains: DomainSettings,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    imports: Workers,
    attempts: Attempts,
    applied: Applied,
    targets: Targets,
}

impl Services {
    /// Opens the services over a store whose schema is up to date.
    ///
    /// # Errors
    /// `Unavailable` when no vault key was given, or the operating system gives no randomness.
    pub async fn open(settings: ServicesSettings, store: Store) -> Result<Self, ServiceError> {
        let ServicesSettings { vault_keys, addresses, registrations, domains, clock } = settings;
        let inner = Inner {
            store,
            vault: Vault::new(&vault_keys)?,
            addresses,
            domains,
            passwords: Passwords::new().await?,
            imports: Workers::new("import"),
            attempts: Attempts::new(&clock, registrations),
            applied: Applied::default(),
            targets: Targets::default(),
            clock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Accounts: register, sign in, sessions, passwords.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { services: &self.inner }
    }

    /// AccessKey and SecretKey of accounts.
    #[must_use]
    pub fn platform_keys(&self) -> PlatformKeys<'_> {
        PlatformKeys { services: &self.inner }
    }

    /// API groups.
    #[must_use]
    pub fn api_groups(&self) -> ApiGroups<'_> {
        ApiGroups { services: &self.inner }
    }

    /// Revisions of a group.
    #[must_use]
    pub fn revisions(&self) -> Revisions<'_> {
        Revisions { services: &self.inner }
    }

    /// APIs of a revision, and the import of documents.
    #[must_use]
    pub fn apis(&self) -> Apis<'_> {
        Apis { services: &self.inner }
    }

    /// Publishing, switching, taking offline, and the history of it.
    #[must_use]
    pub fn deployments(&self) -> Deployments<'_> {
        Deployments { services: &self.inner }
    }

    /// What runs beside the live releases.
    #[must_use]
    pub fn canaries(&self) -> Canaries<'_> {
        Canaries { services: &self.inner }
    }

    /// Keys that callers sign with.
    #[must_use]
    pub fn access_keys(&self) -> AccessKeys<'_> {
        AccessKeys { services: &self.inner }
    }

    /// Keys that callers show instead of signing.
    #[must_use]
    pub fn subscription_keys(&self) -> SubscriptionKeys<'_> {
        SubscriptionKeys { services: &self.inner }
    }

    /// What callers may call.
    #[must_use]
    pub fn authorized_groups(&self) -> AuthorizedGroups<'_> {
        AuthorizedGroups { services: &self.inner }
    }

    /// Whom a provider lets call what.
    #[must_use]
    pub fn access_auths(&self) -> AccessAuths<'_> {
        AccessAuths { services: &self.inner }
    }

    /// How often the groups of a provider may be called.
    #[must_use]
    pub fn rate_limit_policies(&self) -> RateLimitPolicies<'_> {
        RateLimitPolicies { services: &self.inner }
    }

    /// From which addresses the groups of a provider may be called.
    #[must_use]
    pub fn ip_policies(&self) -> IpPolicies<'_> {
        IpPolicies { services: &self.inner }
    }

    /// The platform keys that the gateway signs forwarded requests with.
    #[must_use]
    pub fn backend_signatures(&self) -> BackendSignatures<'_> {
        BackendSignatures { services: &self.inner }
    }

    /// The rules of dynamic routing.
    #[must_use]
    pub fn backend_configs(&self) -> BackendConfigs<'_> {
        BackendConfigs { services: &self.inner }
    }

    /// The search over everything.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        Search { services: &self.inner }
    }

    /// Names of a provider's own for its groups.
    #[must_use]
    pub fn user_domains(&self) -> UserDomains<'_> {
        UserDomains { services: &self.inner }
    }

    /// Certificates that come by themselves.
    #[must_use]
    pub fn automatic_certificates(&self) -> AutomaticCertificates<'_> {
        AutomaticCertificates { services: &self.inner }
    }

    /// What the gateway served.
    #[must_use]
    pub fn monitoring(&self) -> Monitoring<'_> {
        Monitoring { services: &self.inner }
    }

    /// What the gateway is told; for the process itself, not for people.
    #[must_use]
    pub fn published(&self) -> PublishedFeed<'_> {
        PublishedFeed { services: &self.inner }
    }

    /// Where the gateway of this process says which change it serves.
    #[must_use]
    pub fn applied(&self) -> &Applied {
        &self.inner.applied
    }

    /// Where the gateway of this process says how backends do.
    #[must_use]
    pub fn targets(&self) -> &Targets {
        &self.inner.targets
    }
}
