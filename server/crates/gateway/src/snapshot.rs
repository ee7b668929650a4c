//! What is published, compiled for serving: immutable, shared by all requests.

mod backend_rule;
mod backend_signer;
mod backends;
pub(crate) mod cache_policy;
mod caller;
mod canary;
pub(crate) mod cors;
mod deployment;
mod domains;
mod function;
mod key;
pub(crate) mod mapping;
mod rate_policy;
mod sample;
mod shard_map;
mod subscription;
pub(crate) mod validation;

pub(crate) use backend_rule::BackendRule;
pub(crate) use backend_signer::BackendSigner;
pub(crate) use caller::{Caller, CallerNumber};
pub(crate) use deployment::{ApiBackend, CompiledApi, Deployment, Label};
pub(crate) use domains::CustomDomain;
pub(crate) use function::FunctionTarget;
pub(crate) use key::Key;
pub(crate) use sample::Sample;

use crate::{
    gateway::Shared,
    jwt::KeySources,
    route::{
        host::{self, GroupKey, HostName},
        path,
    },
    upstream::TargetCheck,
};
use backends::Backends;
use bytes::Bytes;
use domain::{
    ApiGroupId, ApiId, CallerKey, Environment, KeyId, PublishedDeployment, PublishedKey,
    ServedDomain, TargetStatus,
};
use domains::{Challenge, Domains};
use key::Keys;
use rustls::sign::CertifiedKey;
use shard_map::ShardMap;
use std::sync::{Arc, Weak};
use subscription::SubscriptionKeys;

/// What a snapshot is compiled with.
#[derive(Clone, Debug)]
pub struct SnapshotConfig {
    /// The last part of published host names, e.g. `localhost`: groups answer at `ID[-test|-preview].REGION.DOMAIN`.
    pub domain: String,
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The domain is no host name.
    #[error("the domain {0:?} is not a host name")]
    Domain(String),
    /// The operating system gives no randomness, which subscription keys are looked up with.
    #[error("no randomness: {0}")]
    Randomness(String),
}

/// A deployment that could not be compiled. What was served in its place before goes on being served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedDeployment {
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// Where.
    pub environment: Environment,
    /// Why, in words for a person.
    pub reason: String,
}

/// All that is published, compiled. Immutable; a clone shares everything.
#[derive(Clone, Debug)]
pub struct Snapshot {
    domain: Arc<str>,
    groups: ShardMap<GroupKey, Group>,
    domains: Domains,
    keys: Keys,
    subscription_keys: SubscriptionKeys,
    key_sources: Arc<KeySources>,
    refused: Vec<RefusedDeployment>,
    /// What asks backends, and may not have begun to.
    to_start: Vec<Weak<TargetCheck>>,
}

/// One group in its environments.
type Group = [Option<Arc<Deployment>>; Environment::ALL.len()];

impl Snapshot {
    /// Compiles everything. A deployment that does not compile is left out, see [`refused`](Self::refused).
    ///
    /// # Errors
    /// When the domain is no host name, or there is no randomness.
    pub fn compile(
        config: SnapshotConfig,
        deployments: Vec<PublishedDeployment>,
        keys: Vec<CallerKey>,
    ) -> Result<Self, CompileError> {
        if !host::is_domain(&config.domain) {
            return Err(CompileError::Domain(config.domain));
        }
        let nothing = Self {
            domain: config.domain.into(),
            groups: ShardMap::new(),
            domains: Domains::default(),
            keys: Keys::new(),
            subscription_keys: SubscriptionKeys::new()
                .map_err(|cause| CompileError::Randomness(cause.to_string()))?,
            key_sources: Arc::default(),
            refused: Vec::new(),
            to_start: Vec::new(),
        };
        Ok(nothing.all_anew(deployments, keys))
    }

    /// The snapshot with nothing but these deployments and keys. What is counted goes on being counted, as with
    /// [`apply`](Self::apply).
    #[must_use]
    pub fn all_anew(&self, deployments: Vec<PublishedDeployment>, keys: Vec<CallerKey>) -> Self {
        let mut next = Self {
            domain: Arc::clone(&self.domain),
            groups: ShardMap::new(),
            domains: self.domains.clone(),
            keys: Keys::new(),
            subscription_keys: self.subscription_keys.none(),
            key_sources: Arc::clone(&self.key_sources),
            refused: Vec::new(),
            to_start: Vec::new(),
        };
        for deployment in deployments {
            let before = GroupKey::of(&deployment.api_group_id)
                .and_then(|group| self.deployment(group, deployment.environment));
            next.put(deployment, before.cloned());
        }
        next.forget_domains();
        for key in keys {
            next.put_key(key);
        }
        next
    }

    /// The snapshot with these deployments and keys put in the place of what is there (`None`: taken out). Compiles only
    /// these and shares all the rest with `self`. A deployment that does not compile stays as it was.
    #[must_use]
    pub fn apply(
        &self,
        deployments: Vec<((ApiGroupId, Environment), Option<PublishedDeployment>)>,
        keys: Vec<PublishedKey>,
    ) -> Self {
        let mut next = Self { refused: Vec::new(), ..self.clone() };
        // Those of a snapshot that was never served may still have to be started.
        next.to_start.retain(|check| check.upgrade().is_some_and(|check| !check.is_started()));
        for ((group, environment), deployment) in deployments {
            match deployment {
                Some(deployment) => next.put(deployment, None),
                None => next.take_out(&group, environment),
            }
        }
        for (id, key) in keys {
            match key {
                Some(key) => next.put_key(key),
                None => next.take_out_key(&id),
            }
        }
        next
    }

    /// What did not compile in the last `compile` or `apply`.
    #[must_use]
    pub fn refused(&self) -> &[RefusedDeployment] {
        &self.refused
    }

    /// Whether a published group answers at `host` (a port and a trailing dot do not matter).
    #[must_use]
    pub fn host_is_published(&self, host: &str) -> bool {
        self.published_at(host).is_some()
    }

    /// The API that answers a request for `path` (as the request has it, without the query) at `host`. `None` where there
    /// is none, or where the path could be read in two ways. Takes no memory.
    #[must_use]
    pub fn find_api(&self, host: &str, method: &http::Method, path: &str) -> Option<&ApiId> {
        let deployment = self.published_at(host)?;
        let segments = path::split(path).ok()?;
        let api = deployment.apis.get(deployment.routes.find(&segments, method)?)?;
        api.label.api.as_ref()
    }

    fn published_at(&self, host: &str) -> Option<&Arc<Deployment>> {
        match host::parse(host, &self.domain) {
            HostName::Group(group, environment, region) => {
                self.deployment(group, environment).filter(|found| found.region == region)
            }
            HostName::Nameless => None,
            HostName::Other => {
                let (group, environment) = self.custom_domain(host)?.place;
                self.deployment(group, environment)
            }
        }
    }

    /// The custom domain that a host names.
    pub(crate) fn custom_domain(&self, host: &str) -> Option<&CustomDomain> {
        self.domains.find(host)
    }

    /// What is answered to an authority's call for a token; `None` where none is waited for.
    pub(crate) fn challenge_text(&self, host: &str, token: &str) -> Option<Bytes> {
        match self.domains.challenged(host)? {
            Challenge::Http { token: wanted, text } if **wanted == *token => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether any authority is waited for by plain HTTP.
    pub(crate) fn has_http_challenges(&self) -> bool {
        self.domains.has_http_challenges()
    }

    /// What an authority's handshake for a host is answered with; `None` where none is waited for.
    pub(crate) fn challenge_certificate(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        match self.domains.challenged(host)? {
            Challenge::Tls(key) => Some(Arc::clone(key)),
            Challenge::Http { .. } => None,
        }
    }

    /// What a host is served with by TLS.
    pub(crate) fn certificate(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        self.custom_domain(host)?.certificate.clone()
    }

    /// How the backends of a group in an environment do now, where there are several; its canary's too.
    pub(crate) fn targets(
        &self,
        group: &ApiGroupId,
        environment: Environment,
    ) -> Vec<TargetStatus> {
        let group = GroupKey::of(group);
        let deployment = group.and_then(|group| self.deployment(group, environment));
        deployment.map(|found| Backends::health(found.all_backends())).unwrap_or_default()
    }

    /// Begins to ask those backends that are to be asked regularly and are not yet.
    pub(crate) fn start_checks(&self, shared: &Arc<Shared>) {
        for check in self.to_start.iter().filter_map(Weak::upgrade) {
            check.start(shared);
        }
    }

    /// The last part of host names.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// What is served of a group in an environment.
    pub(crate) fn deployment(
        &self,
        group: GroupKey,
        environment: Environment,
    ) -> Option<&Arc<Deployment>> {
        self.groups.get(&group)?[slot(environment)].as_ref()
    }

    /// The caller's key that a signature names.
    pub(crate) fn key(&self, api_key: &str) -> Option<&Arc<Key>> {
        self.keys.get(api_key)
    }

    /// Whose subscription key this is.
    pub(crate) fn subscriber(&self, key: &[u8]) -> Option<Arc<Caller>> {
        self.subscription_keys.caller(key)
    }

    /// Where the keys come from that tokens are verified with.
    pub(crate) fn key_sources(&self) -> &KeySources {
        &self.key_sources
    }

    fn put_key(&mut self, key: CallerKey) {
        match key.id {
            KeyId::SubscriptionKey(_) => self.subscription_keys.put(&key),
            KeyId::AccessKey(_) | KeyId::PlatformKey(_) => self.keys.put(key),
        }
    }

    fn take_out_key(&mut self, id: &KeyId) {
        let number = CallerNumber::of_key(id);
        match id {
            KeyId::SubscriptionKey(_) => self.subscription_keys.take_out(number),
            KeyId::AccessKey(_) | KeyId::PlatformKey(_) => self.keys.take_out(number),
        }
    }

    /// Puts a deployment in the place of what is there, or was there before in another snapshot.
    fn put(&mut self, published: PublishedDeployment, before: Option<Arc<Deployment>>) {
        let (api_group_id, environment) = (published.api_group_id.clone(), published.environment);
        if let Err(reason) = self.try_put(published, before.clone()) {
            if let (Some(key), Some(before)) = (GroupKey::of(&api_group_id), before) {
                let mut group = self.groups.get(&key).cloned().unwrap_or_default();
                group[slot(environment)].get_or_insert(before);
                self.groups.insert(key, group);
            }
            self.refused.push(RefusedDeployment { api_group_id, environment, reason });
        }
    }

    fn try_put(
        &mut self,
        published: PublishedDeployment,
        before: Option<Arc<Deployment>>,
    ) -> Result<(), String> {
        let key = GroupKey::of(&published.api_group_id)
            .ok_or("the group's id is no part of a host name")?;
        let slot = slot(published.environment);
        let mut group = self.groups.get(&key).cloned().unwrap_or_default();
        let before = group[slot].clone().or(before);
        let place = (key, published.environment);
        let domain = |domain: &ServedDomain| {
            Ok((domain.name.as_str().into(), CustomDomain::compile(domain, place)?))
        };
        let domains =
            published.policies.domains.iter().map(domain).collect::<Result<_, String>>()?;
        let deployment = Deployment::compile(published, before.as_deref(), &self.key_sources)?;
        let checks = deployment.all_backends().flat_map(Backends::checks);
        self.to_start.extend(checks.map(Arc::downgrade));
        let names_before = before.as_ref().map_or(&[][..], |before| &before.domains);
        self.domains.put(place, names_before, domains);
        group[slot] = Some(Arc::new(deployment));
        self.groups.insert(key, group);
        Ok(())
    }

    fn take_out(&mut self, group: &ApiGroupId, environment: Environment) {
        let Some(key) = GroupKey::of(group) else { return };
        let Some(mut group) = self.groups.get(&key).cloned() else { return };
        let Some(gone) = group[slot(environment)].take() else { return };
        self.domains.put((key, environment), &gone.domains, Vec::new());
        if group.iter().all(Option::is_none) {
            self.groups.remove(&key);
        } else {
            self.groups.insert(key, group);
        }
    }

    /// After everything was put anew: the domains of what is there no more go.
    fn forget_domains(&mut self) {
        let mut domains = std::mem::take(&mut self.domains);
        domains.keep(|name, (group, environment)| {
            let there = self.deployment(group, environment);
            there.is_some_and(|there| there.domains.iter().any(|own| **own == *name))
        });
        self.domains = domains;
    }
}

fn slot(environment: Environment) -> usize {
    match environment {
        Environment::Test => 0,
        Environment::Preview => 1,
        Environment::Online => 2,
    }
}

#[cfg(test)]
#[path = "snapshot/tests.rs"]
mod tests;
